"""Small runs of the workflow that faults are injected into, and what must come out of them."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import small_run
import yaml

ROOT = Path(__file__).parents[2]

LONGEST_S = 600
"""No run takes longer, however busy the machine."""

PUT_ASIDE = ".damaged"
"""Ending of damaged files that a run has put aside."""


class LostError(Exception):
    """A fault was not survived: results differ, the message is none, or the next run does not heal."""


@dataclass
class Tally:
    """How often a kind of fault was tried and survived."""

    fault: str
    """What was done."""

    tried: int = 0
    """How often."""

    lost: list[str] = field(default_factory=list)
    """What went wrong, each time it did."""

    skipped: str = ""
    """Why it was not tried."""

    ends_at: ClassVar[float] = math.inf
    """When no further trial begins, by the monotonic clock."""

    def attempt(self, what: str, trial: Callable[[], None]) -> None:
        """Make one trial and count it."""
        if time.monotonic() > self.ends_at:
            return
        self.tried += 1
        try:
            trial()
        except (LostError, subprocess.TimeoutExpired) as error:
            self.lost.append(f"{what}: {error}")

    def row(self) -> str:
        """Return the row of a table in Markdown."""
        if self.skipped:
            return f"| {self.fault} | not tried: {self.skipped} | | |"
        return f"| {self.fault} | {self.tried} | {self.tried - len(self.lost)} | {len(self.lost)} |"


@dataclass(frozen=True)
class Run:
    """A folder in which the workflow runs on the hand-made phases of `small_run`."""

    folder: Path
    """Snakemake's working directory."""

    results: str = "results"
    """Folder of the results in it."""

    @property
    def path(self) -> Path:
        """Folder of the results."""
        return self.folder / self.results

    def prepare(self, **sections: object) -> Run:
        """Write phases and configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        small_run.write_phases(self.folder / "mine.csv")
        config = small_run.configuration(Path()) | sections
        (self.folder / "my.yaml").write_text(yaml.safe_dump(config), "utf-8")
        return self

    def copy_to(self, folder: Path) -> Run:
        """Copy everything, times and Snakemake's memory included."""
        shutil.copytree(self.folder, folder)
        return Run(folder, self.results)

    def start(self, *options: str) -> subprocess.Popen[str]:
        """Begin a run, in a group of processes of its own."""
        command = [
            *(sys.executable, "-m", "snakemake", "--cores", "2", "--directory", str(self.folder)),
            *("--snakefile", str(ROOT / "Snakefile"), "--nolock"),
            *("--configfile", str(ROOT / "config/config.yaml"), "my.yaml"),
            *("--config", f"results={self.results}", *options),
        ]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.getenv("PYTHONPATH"))))},
            start_new_session=True,
        )

    def ended(self, process: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for a run and return its status and all it said; it may have no traceback to show."""
        try:
            said, _ = process.communicate(timeout=LONGEST_S)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise
        if "Traceback (most recent call last)" in said:
            raise LostError(f"a traceback: {said[-2000:]}")
        return process.returncode, said

    def once(self, *options: str) -> tuple[int, str]:
        """Run to the end, whatever that is."""
        return self.ended(self.start(*options))

    def finish(self) -> str:
        """Run to the end, which must be a good one."""
        status, said = self.once()
        if status:
            raise LostError(f"the next run ends with status {status}: {said[-2000:]}")
        return said

    def refused(self) -> str:
        """Run, expect failure, and return the lines in which tieline says why."""
        status, said = self.once()
        lines = [line for line in said.splitlines() if line.startswith("tieline: ")]
        if not status or not lines:
            raise LostError(f"status {status} and {len(lines)} lines of tieline's: {said[-2000:]}")
        return "\n".join(lines)

    def killed(self, after_s: float) -> None:
        """Run, and kill every process after so many seconds."""
        process = self.start()
        time.sleep(after_s)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=LONGEST_S)

    def contents(self) -> dict[str, bytes]:
        """Every result file, history and cache of lines included, but logs, checksums and what was put aside."""
        return {
            str(path.relative_to(self.path)): path.read_bytes().replace(f"{self.results}/".encode(), b"results/")
            for path in sorted(self.path.rglob("*"))
            if path.is_file()
            and path.relative_to(self.path).parts[0] != "logs"
            and path.parent.name != "checksums"
            and path.suffix != PUT_ASIDE
        }

    def require(self, expected: dict[str, bytes], *, whole: bool = True, besides: tuple[str, ...] = ()) -> None:
        """Raise unless the results are the expected bytes: all of them, or those that are there.

        Parameters
        ----------
        expected
            Results of an undisturbed run.
        whole
            Whether all must be there; where a run was killed, temporary files may be as well.
        besides
            How the names of files begin that may differ.
        """
        found = self.contents()
        names = expected.keys() | found.keys() if whole else {name for name in found if not name.endswith(".tmp")}
        names = {name for name in names if not name.startswith(besides)} if besides else names
        if different := sorted(name for name in names if found.get(name) != expected.get(name)):
            raise LostError(f"results differ from those of an undisturbed run: {', '.join(different)}")
