"""Faults of machines: processes killed, disks full and read-only, files damaged, runs at the same time."""

from __future__ import annotations

import gzip
import json
import random
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faults.runs import LostError, Run, Tally
from small_disk import NoMountsError, mounted, remounted
from small_run import INPUTS

BLOCK = 4096
"""Bytes that the smallest file of a disk in memory takes."""

READ_AGAIN = sorted({path for of_stage in INPUTS.values() for path in of_stage.values() if isinstance(path, str)})
"""Results that a later stage reads."""

DAMAGES: Mapping[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda content, draw: content[: draw.randrange(1, len(content))],
    "cut after a line": lambda content, _: content[: content.rstrip(b"\n").rfind(b"\n") + 1] or content[:-1],
    "emptied": lambda *_: b"",
    "a bit flipped": lambda content, draw: _flipped(content, draw.randrange(8 * len(content))),
    "zeros": lambda content, _: bytes(len(content)),
    "other columns": lambda *_: b"a,b\n1,2\n",
}


def _flipped(content: bytes, bit: int) -> bytes:
    damaged = bytearray(content)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)


@dataclass(frozen=True)
class Undisturbed:
    """A run to compare with."""

    run: Run
    """Where it was made; it stays as it is."""

    contents: dict[str, bytes]
    """Its results."""

    seconds: float
    """How long it took."""

    work: Path
    """Where trials are made."""

    @classmethod
    def in_folder(cls, work: Path) -> Undisturbed:
        """Make it."""
        run = Run(work / "undisturbed").prepare()
        begin = time.monotonic()
        run.finish()
        return cls(run, run.contents(), time.monotonic() - begin, work)

    def of_rules(self) -> dict[str, list[str]]:
        """The results by the rule that wrote them, in the order of the rules."""
        records = sorted((self.run.path / "work/checksums").glob("*.json"), key=lambda path: path.stat().st_mtime)
        return {path.stem: sorted(json.loads(path.read_text("utf-8"))) for path in records}


def kills(good: Undisturbed, n: int, draw: random.Random) -> Tally:
    """Kill a run at a random time, as often as in two of three cases once more, and let the next one finish."""
    tally = Tally("SIGKILL to all processes of a run, at a random time")

    def trial(number: int) -> None:
        run = Run(good.work / f"kill{number}").prepare()
        for _ in range(1 + number % 3):
            run.killed(draw.uniform(0.0, good.seconds))
            run.require(good.contents, whole=False)
        run.finish()
        run.require(good.contents)

    for number in range(n):
        tally.attempt(f"kill {number}", partial(trial, number))
    return tally


@contextmanager
def _on_a_disk(good: Undisturbed, name: str) -> Iterator[Run]:
    """Yield a copy of the undisturbed run whose results are on a disk of their own."""
    run = good.run.copy_to(good.work / name)
    results = run.path.rename(run.folder / "copied")
    run.path.mkdir()
    with mounted(run.path, 100_000):
        for path in sorted(results.iterdir()):
            _copy(path, run.path / path.name)
        yield run


def _copy(path: Path, to: Path) -> None:
    (shutil.copytree if path.is_dir() else shutil.copy2)(path, to)


def full_disks(good: Undisturbed, rules: int | None = None) -> Tally:
    """Let each rule find a disk with hardly any room; then make room and run again."""
    return _disks(good, "a full disk under the results, for each rule", "full", _nearly_full, rules)


def read_only(good: Undisturbed, rules: int | None = None) -> Tally:
    """Let each rule find results that cannot be written; then make them writable and run again."""
    return _disks(good, "a read-only folder of results, for each rule", "ro", lambda _: "ro", rules)


def _nearly_full(run: Run) -> str:
    files = list(run.path.rglob("*"))
    used = sum(-(-path.stat().st_size // BLOCK) * BLOCK if path.is_file() else BLOCK for path in files)
    # Room for the log and little more.
    return f"size={used + 2 * BLOCK}"


def _disks(good: Undisturbed, fault: str, name: str, options: Callable[[Run], str], rules: int | None) -> Tally:
    tally = Tally(fault)

    of_rules = good.of_rules()

    def trial(rule: str) -> None:
        with _on_a_disk(good, f"{name}-{rule}") as run:
            # As if the run had come to this rule; what comes later would only be taken away, and make room.
            for later in list(of_rules)[list(of_rules).index(rule) :]:
                for output in of_rules[later]:
                    (run.path / output).unlink()
            with remounted(run.path, options(run)):
                said = run.refused()
                if run.results not in said:
                    raise LostError(f"no path in {said!r}")
                run.require(good.contents, whole=False)
            with remounted(run.path, "size=100000k"):
                run.finish()
                run.require(good.contents)

    try:
        for rule in list(of_rules)[:rules]:
            tally.attempt(rule, partial(trial, rule))
    except NoMountsError as error:
        tally.skipped = f"no disk can be mounted ({error})"
    return tally


def damages(good: Undisturbed, n: int | None, draw: random.Random) -> Tally:
    """Damage each result that a later rule reads, in each way; run until it is healed, at most three times."""
    tally = Tally("a result that later rules read: cut, emptied, overwritten, one bit flipped")

    def trial(number: int, name: str, damage: Callable[[bytes, random.Random], bytes]) -> None:
        run = good.run.copy_to(good.work / f"damage{number}")
        path = run.path / name
        path.write_bytes(damage(path.read_bytes(), draw))
        for _ in range(3):
            status, said = run.once()
            if not status:
                break
            if f"tieline: results/{name} is damaged" not in said:
                raise LostError(f"not named: {said[-2000:]}")
        run.require(good.contents)

    asked_for = [name for name in READ_AGAIN if name in good.contents]
    pairs = [(name, kind) for kind in DAMAGES for name in asked_for]
    for number, (name, kind) in enumerate(draw.sample(pairs, n) if n else pairs):
        tally.attempt(f"{name}, {kind}", partial(trial, number, name, DAMAGES[kind]))
    return tally


def damaged_memory(good: Undisturbed, n: int | None, draw: random.Random) -> Tally:
    """Damage the cache of lines and the history, and make what is made from them anew."""
    tally = Tally("the cache of diffraction lines and the history: the same")

    def trial(number: int, name: str, damage: Callable[[bytes, random.Random], bytes]) -> None:
        run = good.run.copy_to(good.work / f"memory{number}")
        path = run.path / name
        before = path.read_bytes()
        path.write_bytes(damage(before, draw))
        status, said = run.once("--forcerun", "microstructure", "ranking")
        if status:
            raise LostError(f"status {status}: {said[-2000:]}")
        if path.read_bytes() != before:
            # Only what makes no difference goes unnoticed: gzip's header has a time and the name of a system.
            if gzip.decompress(path.read_bytes()) != gzip.decompress(before):
                raise LostError("the damage stays")
            path.write_bytes(before)
        elif f"{path.name} is damaged and was dropped" not in said:
            raise LostError(f"not named: {said[-2000:]}")
        run.require(good.contents)

    kept = [name for name in good.contents if name.startswith(("history/", "work/line_cache/"))]
    pairs = [(name, kind) for kind in DAMAGES for name in kept]
    for number, (name, kind) in enumerate(draw.sample(pairs, n) if n else pairs):
        tally.attempt(f"{name}, {kind}", partial(trial, number, name, DAMAGES[kind]))
    return tally


def races(good: Undisturbed, n: int) -> Tally:
    """Two runs at once: in folders of their own with one cache of lines, and in one folder with two results."""
    tally = Tally("two runs at once, with one cache of lines or in one folder")

    def trial(runs: list[Run]) -> None:
        processes = [run.start() for run in runs]
        for run, process in zip(runs, processes, strict=True):
            status, said = run.ended(process)
            if status:
                raise LostError(f"status {status}: {said[-2000:]}")
        for run in runs:
            # The record of a run has its configuration, with the place of the cache, and the page says it.
            apart = ("provenance.json", "report.html", "work/line_cache/")
            run.require(good.contents, besides=apart if run.results == "results" else ())

    for number in range(n):
        shared = {"cache": str(good.work / f"lines{number}")}
        own = [Run(good.work / f"race{number}{letter}").prepare(diffraction=shared) for letter in "ab"]
        tally.attempt(f"race {number}, one cache", partial(trial, own))
        together = [Run(good.work / f"both{number}", results).prepare() for results in ("result1", "result2")]
        tally.attempt(f"race {number}, one folder", partial(trial, together))
    return tally
