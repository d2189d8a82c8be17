"""A few faults of each sort; ``PYTHONPATH=tests python -m faults --help`` injects many."""

from __future__ import annotations

import random

import pytest
from faults import fuzz, trials
from faults.runs import LostError, Run, Tally

SEED = 1


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    return trials.Undisturbed.in_folder(tmp_path_factory.mktemp("faults"))


def draw():
    return random.Random(SEED)  # noqa: S311


def survived(tally: Tally) -> None:
    if tally.skipped:
        pytest.skip(tally.skipped)
    assert tally.tried
    assert tally.lost == []


def test_killed(good):
    survived(trials.kills(good, 1, draw()))


def test_full_disk(good):
    survived(trials.full_disks(good, 1))


def test_damaged_result(good):
    survived(trials.damages(good, 1, draw()))


def test_damaged_cache(good):
    survived(trials.damaged_memory(good, 1, draw()))


def test_random_mistakes(tmp_path):
    survived(fuzz.fuzzed(100, SEED, tmp_path))


def test_a_difference_is_a_loss(tmp_path):
    """One byte, a file too few, a file too many; not what is in the logs, nor a file that was put aside."""
    run = Run(tmp_path)
    (run.path / "logs").mkdir(parents=True)
    (run.path / "logs/x.log").write_text("anything", "utf-8")
    (run.path / "x.csv.damaged").write_text("anything", "utf-8")
    (run.path / "x.csv").write_text("results/a", "utf-8")
    run.require({"x.csv": b"results/a"})
    for expected in ({"x.csv": b"results/b"}, {"x.csv": b"results/a", "y.csv": b""}, {}):
        with pytest.raises(LostError, match="results differ"):
            run.require(expected)
    run.require({"x.csv": b"results/a", "y.csv": b""}, whole=False)


def test_what_is_lost_is_counted():
    def trial(error):
        raise error

    tally = Tally("a fault")
    tally.attempt("sound", lambda: None)
    tally.attempt("not", lambda: trial(LostError("a traceback")))
    assert tally.row() == "| a fault | 2 | 1 | 1 |"
    assert tally.lost == ["not: a traceback"]


def test_an_error_that_is_not_one_of_tielines_is_a_loss():
    assert fuzz._tried(lambda: 1 / 0) == "ZeroDivisionError: division by zero"
    assert fuzz._tried(lambda: None) == ""
