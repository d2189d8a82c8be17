"""Names of the files of VASP runs, and which of several files is the end of one calculation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PACKINGS = (".gz", ".bz2", ".xz", ".lzma")
"""Endings of packed files that are unpacked while they are read."""

_FILE = re.compile(r"(?:(?P<prefix>.+?)[._-])?vasprun(?P<middle>[._-].+?)?\.xml(?P<end>[._-].+)?", re.IGNORECASE)

_NOT_READ = re.compile(r"(?:^|[._-])(?:tmp|part|swp|z|zst|zip|7z|rar|tgz|tar|h5|json|md5|sha256)$", re.IGNORECASE)
"""What a name must not end with: packed in another way, or another file."""

_STAGE = re.compile(
    r"(?:^|[._-])(?:(?P<attempt>orig|error[._-]?\d*)|(?P<before>pre-?relax\d*|pre-?converge\d*)"
    r"|(?:relax(?:ation)?|opt)[._-]?(?P<number>\d*)|(?:static|scf)(?P<single>\d*))$",
    re.IGNORECASE,
)

_LAST = (4, 0)
"""Rank of a file without the name of a step: what the last step leaves."""


@dataclass(frozen=True)
class RunName:
    """What the name of a VASP run says."""

    name: str
    """Name of the run, empty if it has that of its folder."""

    rank: tuple[int, int]
    """Place among the steps of one calculation: abandoned attempts, preliminary steps, relaxations by their numbers,
    single points, no step named."""


def run_name(file_name: str) -> RunName | None:
    """Return what a file's name says of a VASP run; None if it is not that of a run.

    >>> run_name("vasprun.xml.relax2.gz")
    RunName(name='', rank=(2, 2))
    >>> run_name("vasprun_Mg2Si.xml")
    RunName(name='Mg2Si', rank=(4, 0))
    >>> run_name("OUTCAR") is None
    True
    """
    path = Path(file_name)
    match = _FILE.fullmatch(path.stem if path.suffix.lower() in PACKINGS else file_name)
    if match is None:
        return None
    names, rank = [], _LAST
    for part in match.groups():
        text = (part or "").strip("._-")
        if _NOT_READ.search(text):
            return None
        stage = _STAGE.search(text)
        if stage is not None:
            rank = min(rank, _rank(stage))
            text = text[: stage.start()]
        names.append(text)
    return RunName("_".join(filter(None, names)), rank)


def superseded_runs(files: Iterable[Path], folder: Path) -> dict[Path, Path]:
    """Return the files of runs that a later step of the same calculation replaces, each with that step's file.

    Parameters
    ----------
    files
        Files of VASP runs below `folder`. Those of one calculation are in one folder under names of steps
        (``vasprun.xml.relax1``, ``vasprun.xml.relax2``), or in folders with names of steps (``relax1``, ``static``).
    folder
        Where the search began; its own name is none of a step.
    """
    calculations: dict[tuple[Path, str], list[tuple[tuple[tuple[int, int], tuple[int, int]], Path]]] = {}
    for file in files:
        run, where, rank = run_name(file.name), file.parent, _LAST
        stage = _STAGE.fullmatch(re.sub(r"^\d+[._-]", "", where.name))
        if stage is not None and where != folder:
            where, rank = where.parent, _rank(stage)
        if run is not None:
            calculations.setdefault((where, run.name), []).append(((rank, run.rank), file))
    superseded: dict[Path, Path] = {}
    for steps in calculations.values():
        last_rank, last = max(steps)
        superseded |= {file: last for rank, file in steps if rank < last_rank}
    return superseded


def _rank(stage: re.Match[str]) -> tuple[int, int]:
    if stage["attempt"]:
        return 0, 0
    if stage["before"]:
        return 1, 0
    if stage["single"] is not None:
        return 3, int(stage["single"] or 0)
    return 2, int(stage["number"] or 0)
