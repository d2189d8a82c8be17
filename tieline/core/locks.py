"""The lock that Snakemake leaves behind when it is killed, recognised and removed.

Snakemake writes down the files of a run below ``.snakemake/locks``, not whose they are, so a killed run keeps its
successor out. A lock of the operating system ends with its process: who holds it knows that no other run on this
machine makes the same results.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from pathlib import Path

SNAKEMAKES = Path(".snakemake/locks")
"""Where Snakemake notes the files of its runs, below the working directory."""

OURS = Path(".snakemake/tieline")
"""Where the locks of the operating system are."""

QUEUED = "jobs in a queue"
"""Stands in place of the machine's name where jobs may outlive the run that submitted them."""


class ResultsLock:
    """Held from when a run begins until its process ends, however it ends.

    Parameters
    ----------
    results
        The folder of the results, as in the names of the files that the run makes.
    """

    def __init__(self, results: Path) -> None:
        OURS.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(os.fsencode(results.absolute())).hexdigest()[:16]
        self._start = f"{results}{os.sep}"
        self._file = (OURS / f"{name}.lock").open("a+", encoding="utf-8")

    def acquire(self) -> bool:
        """Return whether no other run on this machine makes the same results, having cleared away what it left.

        What was left by another machine, or by a run whose jobs may still be in a queue, stays: nobody here knows
        whether it lives.
        """
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            # Another run holds it, or the file system has no such locks.
            return False
        self._file.seek(0)
        owner, left = self._file.read(), self._left()
        if left and owner != socket.gethostname():
            return True
        for path in left:
            path.unlink(missing_ok=True)
        self._note(socket.gethostname())
        return True

    def note_queue(self) -> None:
        """Note that jobs of the run may outlive it."""
        self._note(QUEUED)

    def _note(self, owner: str) -> None:
        self._file.truncate(0)
        self._file.write(owner)
        self._file.flush()

    def _left(self) -> list[Path]:
        """Return Snakemake's notes of runs that make these results."""
        notes = [path for path in SNAKEMAKES.glob("*.lock") if path.is_file()]
        return [path for path in notes if any(f.startswith(self._start) for f in path.read_text("utf-8").split("\n"))]
