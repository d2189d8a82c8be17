"""How far a download has come."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from tieline.phases.progress import progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def _heard(monkeypatch):
    """Whatever step ran before in this process, messages reach the root logger again."""
    package = logging.getLogger("tieline")
    monkeypatch.setattr(package, "handlers", [])
    monkeypatch.setattr(package, "propagate", True)
    monkeypatch.setattr(package, "level", logging.INFO)
    package.manager._clear_cache()


def test_lines_where_there_is_no_terminal(caplog):
    with progress("Somewhere", every_s=0.0) as shown:
        shown.expect(5)
        shown.add(2)
        shown.expect(3)
        shown.add(6)
    assert caplog.messages == ["Somewhere: 2 of 5 documents so far", "Somewhere: 8 of 8 documents so far"]


def test_lines_do_not_come_thick(caplog):
    with progress("Somewhere", every_s=60.0) as shown:
        for _ in range(100):
            shown.add(1)
    assert caplog.messages == []


def test_a_bar_on_a_terminal_and_the_log_above_it(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    handler = logging.StreamHandler(terminal)
    logging.getLogger("tieline").handlers = [handler]
    with progress("Somewhere") as shown:
        shown.expect(1200)
        shown.add(1200)
        logging.getLogger("tieline.x").warning("slow down")
    said = terminal.getvalue()
    assert "Somewhere: 100%" in said
    assert "1.20k/1.20k" in said
    assert "\rslow down\n" in said.replace("\x1b[A", "")
    assert logging.getLogger("tieline").handlers == [handler]
