"""What a killed run leaves is cleared away, and nothing else."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tieline.core.locks import SNAKEMAKES, ResultsLock

HOLDS = "from pathlib import Path; from tieline.core.locks import ResultsLock; lock = ResultsLock(Path('results'))"


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    SNAKEMAKES.mkdir(parents=True)
    for name, files in {
        "0.output": ["results/phases.parquet", "results/ranked.csv"],
        "0.input": ["data/mine.csv", "results/phases.parquet"],
        "1.output": ["results_of_others/phases.parquet"],
        "2.output": ["figures/all.svg"],
    }.items():
        (SNAKEMAKES / f"{name}.lock").write_text("\n".join(files) + "\n", "utf-8")


def left():
    return sorted(path.name for path in SNAKEMAKES.iterdir())


ALL = ["0.input.lock", "0.output.lock", "1.output.lock", "2.output.lock"]


def run_that_is_killed(does="print(lock.acquire(), flush=True)"):
    """Run Python in a process that is killed while it holds the lock; it acquires it without Snakemake's notes."""
    notes = {path: path.read_bytes() for path in SNAKEMAKES.iterdir()}
    for path in notes:
        path.unlink()
    script = f"{HOLDS}; {does}; input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "True\n"
        for path, content in notes.items():
            path.write_bytes(content)
        yield
        os.kill(process.pid, signal.SIGKILL)


def test_what_a_killed_run_left_is_cleared():
    for _ in run_that_is_killed():
        assert not ResultsLock(Path("results")).acquire()
        assert left() == ALL
        assert ResultsLock(Path("others")).acquire()
        assert left() == ALL
    assert ResultsLock(Path("results")).acquire()
    assert left() == ["1.output.lock", "2.output.lock"]


def test_where_jobs_may_be_in_a_queue_it_stays_however_often_one_tries():
    for _ in run_that_is_killed("lock.acquire(); lock.note_queue(); print(True, flush=True)"):
        pass
    for _ in range(2):
        assert ResultsLock(Path("results")).acquire()
        assert left() == ALL


def test_what_another_machine_left_stays(monkeypatch):
    for _ in run_that_is_killed():
        pass
    monkeypatch.setattr(socket, "gethostname", lambda: "node02")
    assert ResultsLock(Path("results")).acquire()
    assert left() == ALL
