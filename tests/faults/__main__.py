"""Inject faults into small runs and say how many were survived: ``PYTHONPATH=tests python -m faults --help``."""

from __future__ import annotations

import argparse
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from faults import fuzz, trials
from faults.runs import Tally


def main() -> int:
    """Run the trials that are asked for; the status is 1 if one was lost."""
    parser = argparse.ArgumentParser(prog="faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=0, help="runs that are killed")
    parser.add_argument("--disks", action="store_true", help="full and read-only disks, for each rule")
    parser.add_argument("--damages", type=int, help="damaged results, so many of each sort; 0: all")
    parser.add_argument("--races", type=int, default=0, help="pairs of runs at once, of each sort")
    parser.add_argument("--bombs", action="store_true", help="files that ask for much")
    parser.add_argument("--fuzz", type=int, default=0, help="configurations and files with random mistakes")
    parser.add_argument("--replay", type=int, help="one case of --fuzz, by its number; its file is left in ./replayed")
    parser.add_argument("--seed", type=int, default=1, help="random seed")
    parser.add_argument("--lost", type=Path, default=Path("lost.txt"), help="where to list what was lost")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no further trial after so many")
    options = parser.parse_args()
    if options.replay is not None:
        sys.stdout.write(fuzz.replay(options.replay, options.seed, Path("replayed")) + "\n")
        return 0
    Tally.ends_at = time.monotonic() + 60.0 * options.minutes
    with tempfile.TemporaryDirectory(prefix="tieline-faults-") as folder:
        tallies = list(_tallies(options, Path(folder)))
    options.lost.write_text("".join(f"{tally.fault}: {lost}\n" for tally in tallies for lost in tally.lost), "utf-8")
    return int(any(tally.lost for tally in tallies))


def _tallies(options: argparse.Namespace, work: Path) -> Iterator[Tally]:
    draw = random.Random(options.seed)  # noqa: S311
    sys.stdout.write("| fault | tried | survived | lost |\n|---|---|---|---|\n")
    if options.fuzz:
        yield _shown(fuzz.fuzzed(options.fuzz, options.seed, work / "fuzz"))
    if options.bombs:
        yield _shown(fuzz.bombed(work / "bombs"))
    if not (options.kills or options.disks or options.races or options.damages is not None):
        return
    good = trials.Undisturbed.in_folder(work)
    if options.kills:
        yield _shown(trials.kills(good, options.kills, draw))
    if options.disks:
        yield _shown(trials.full_disks(good))
        yield _shown(trials.read_only(good))
    if options.damages is not None:
        yield _shown(trials.damages(good, options.damages, draw))
        yield _shown(trials.damaged_memory(good, options.damages, draw))
    if options.races:
        yield _shown(trials.races(good, options.races))


def _shown(tally: Tally) -> Tally:
    sys.stdout.write(tally.row() + "\n")
    for lost in tally.lost[:20]:
        sys.stderr.write(f"lost: {lost[:600]}\n")
    sys.stdout.flush()
    return tally


if __name__ == "__main__":
    sys.exit(main())
