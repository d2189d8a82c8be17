"""Logging and errors of a rule."""

from __future__ import annotations

import logging

import pytest

from tieline.core.errors import ParallelError, PhaseDataError
from tieline.core.logs import SHOWN_LATER, last_error, logging_to

log = logging.getLogger("tieline.somewhere")


def test_file_gets_everything_terminal_the_warnings(tmp_path, capsys):
    with logging_to(tmp_path / "x.log"):
        log.info("quiet")
        log.warning("loud")
    text = (tmp_path / "x.log").read_text("utf-8")
    assert "INFO quiet" in text
    assert "WARNING loud" in text
    assert capsys.readouterr().err == "tieline: loud\n"


def test_log_file_is_written_anew(tmp_path):
    for word in ("first", "second"):
        with logging_to(tmp_path / "x.log"):
            log.info(word)
    assert "first" not in (tmp_path / "x.log").read_text("utf-8")


def test_a_user_mistake_is_one_line_and_status_1(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught, logging_to(tmp_path / "x.log"):
        raise PhaseDataError("mine.csv: no column 'x'")
    assert caught.value.code == 1
    assert capsys.readouterr().err == "tieline: mine.csv: no column 'x'\n"
    assert "Traceback" not in (tmp_path / "x.log").read_text("utf-8")


def test_words_of_others_become_one_line(tmp_path, capsys):
    with pytest.raises(SystemExit), logging_to(tmp_path / "x.log"):
        raise ParallelError("Si-Ti: RuntimeError: out of memory\n\n  Tried to allocate 2 GiB\n")
    assert capsys.readouterr().err == "tieline: Si-Ti: RuntimeError: out of memory Tried to allocate 2 GiB\n"


def test_our_mistake_is_one_line_too_and_keeps_its_traceback_in_the_log(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught, logging_to(tmp_path / "x.log"):
        _ = 1 / 0
    assert caught.value.code == 1
    text = (tmp_path / "x.log").read_text("utf-8")
    assert "Traceback (most recent call last)" in text
    line = "unexpected ZeroDivisionError: division by zero; please report it with the log"
    assert last_error(tmp_path / "x.log") == line
    assert capsys.readouterr().err == f"tieline: {line}\n"


def test_errors_that_are_shown_later_are_only_in_the_log(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(SHOWN_LATER, "1")
    with logging_to(tmp_path / "x.log"):
        log.warning("half of the partners are not covered")
        log.error("mine.csv: no column 'x'")
    assert capsys.readouterr().err == "tieline: half of the partners are not covered\n"
    assert last_error(tmp_path / "x.log") == "mine.csv: no column 'x'"


def test_no_error_in_a_log_that_says_none(tmp_path):
    with logging_to(tmp_path / "x.log"):
        log.warning("ERROR is but a word")
    assert last_error(tmp_path / "x.log") is None
    assert last_error(tmp_path / "nowhere.log") is None


def test_where_a_user_waits_the_terminal_shows_more(tmp_path, capsys):
    with logging_to(tmp_path / "x.log") as terminal:
        terminal.setLevel(logging.INFO)
        log.info("1 of 3 pages")
    assert capsys.readouterr().err == "tieline: 1 of 3 pages\n"


def test_control_characters_are_spelled_out(tmp_path, capsys):
    """A forged line of the log, and a sequence that clears the terminal."""
    with logging_to(tmp_path / "x.log"):
        log.warning("%s has no energy", "mp-1\n2026-11-26 00:00:00,000 ERROR forged\x1b[2J\u202e")
    text = (tmp_path / "x.log").read_text("utf-8")
    assert len(text.splitlines()) == 1
    assert text.endswith("WARNING mp-1\\n2026-11-26 00:00:00,000 ERROR forged\\x1b[2J\\u202e has no energy\n")
    assert capsys.readouterr().err == (
        "tieline: mp-1\\n2026-11-26 00:00:00,000 ERROR forged\\x1b[2J\\u202e has no energy\n"
    )


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError(28, "", "work/x"), "work/x: no space left on device; make room there and run again"),
        (OSError(24, "", "a.csv"), "a.csv: too many open files; raise the limit (ulimit -n) or use fewer workers"),
        (PermissionError(13, "", b"x.csv"), "x.csv: permission denied; change its permissions or choose another place"),
        (OSError(71, ""), "protocol error"),
    ],
)
def test_what_the_system_refuses_is_one_line_and_the_story_in_the_log(tmp_path, capsys, error, line):
    with pytest.raises(SystemExit) as caught, logging_to(tmp_path / "x.log"):
        raise error
    assert caught.value.code == 1
    said = capsys.readouterr().err
    assert said.startswith(f"tieline: {line}")
    assert said.count("\n") == 1
    assert "Traceback" in (tmp_path / "x.log").read_text("utf-8")


def test_log_that_cannot_be_written(tmp_path, capsys):
    with pytest.raises(SystemExit), logging_to(tmp_path / "none/x.log"):
        pytest.fail("not reached")
    assert capsys.readouterr().err.startswith(f"tieline: {tmp_path}/none/x.log: no such file or directory; ")


def test_full_disk_under_the_log_stops_nothing(small_disk, capsys):
    with logging_to(small_disk(8) / "x.log"):
        for _ in range(1000):
            log.info("x" * 100)
    assert capsys.readouterr().err == ""
