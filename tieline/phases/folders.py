"""The files of a folder of phases: which are read, and why others that look like data are not."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tieline.core.errors import PhaseDataError
from tieline.phases.run_names import PACKINGS, run_name, superseded_runs

STRUCTURE_NAMES = ("POSCAR", "CONTCAR")

FORMATS = {
    ".cif": "cif",
    ".extxyz": "extxyz",
    ".xyz": "extxyz",
    ".traj": "traj",
    ".vasp": "vasp",
    ".poscar": "vasp",
}
"""The ASE format of each ending. Stated, for ASE would otherwise go by the content of a file."""

DATABASE_SUFFIXES = (".db", ".json")

FOLDER_SUFFIXES = (*FORMATS, *DATABASE_SUFFIXES)
"""Endings of the files that are read from a folder, beside POSCAR, CONTCAR and vasprun.xml."""

OTHER_FORMATS = (
    *(".aselmdb", ".axsf", ".castep", ".cell", ".cfg", ".cssr", ".gen", ".h5", ".hdf5", ".lammpstrj", ".lmdb", ".lmp"),
    *(".mcif", ".mmcif", ".mol", ".mol2", ".pdb", ".pwo", ".res", ".struct", ".xsf"),
)
"""Endings of structure files that are not read."""

TABLES = (".csv", ".parquet", ".xlsx", ".xls", ".tsv")

ARCHIVE = re.compile(r".+\.(?:zip|7z|rar|tar|tgz|tbz2?|txz|tar\.(?:gz|bz2|xz|lzma|zst|z))", re.IGNORECASE)

_ABANDONED = re.compile(r"error[._-]?\d+\..+", re.IGNORECASE)

RECORDS = frozenset({"custodian.json", "fw.json", "transformations.json", "task.json", "job_info.json", "vasp.json"})
"""What programs that manage VASP runs leave beside them."""

NOT_DATA = frozenset({"__MACOSX", "__pycache__", "lost+found", "@eaDir", "Thumbs.db"})
"""What operating systems and programs leave in folders; so is what has a name that begins with a dot."""

CHECKSUMS = (".md5", ".sha1", ".sha256")

_RUN = re.compile(r"vasprun.*\.xml|vasprun(?:\.(?:gz|bz2|xz|lzma|z|zst))?$|vaspout\.h5", re.IGNORECASE)
"""Names that look like those of runs."""

_BACKUP = (
    re.compile(r"#(?P<original>.+)#"),
    re.compile(r"(?P<original>.+?)(?:~|\.~\d+~)"),
    re.compile(r"(?P<original>.+)\.(?:bak\d*|old\d*|backup|save|orig)", re.IGNORECASE),
)

_WORD = "(?:copy|kopie|copie|copia)"

_COPY = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<stem>.+?)(?: ?- ?| |_){_WORD} ?(?:\d+|\(\d+\))?(?P<suffix>\..*)?",
        rf"(?P<stem>.+?)[ _-]?\((?:another )?(?:\d+\w* )?{_WORD}(?: \d+)?\)(?P<suffix>\..*)?",
        r"copy of (?P<stem>.+?)(?P<suffix>\..*)?",
    )
)


@dataclass(frozen=True)
class PassedOver:
    """A file or linked folder that is not read although it looks like data."""

    path: Path

    reason: str

    is_lost: bool
    """Whether it may hold phases that nothing else holds."""


@dataclass(frozen=True)
class Listing:
    """The files of a folder."""

    files: list[Path]
    """Those that are read, sorted."""

    passed_over: list[PassedOver]
    """Others that look like data, sorted."""


def list_folder(folder: Path) -> Listing:
    """Return the files of a folder and its subfolders that are read, and those that look like data and are not.

    Files and folders whose names begin with a dot are no data. Linked folders are read once; a link to a folder that
    holds it, or that is read already, is passed over.

    Raises
    ------
    PhaseDataError
        If a folder cannot be opened.
    """
    found, passed = _walk(folder)
    present = {folder, *found, *(parent for file in found for parent in file.parents)}
    of_runs = {file.parent for file in found if run_name(file.name)}
    files = []
    for file in found:
        reason = _backup(file, folder, present)
        if not reason:
            files.append(file)
        elif not (file.parent in of_runs and _is_part_of_run(file.name)):
            passed.append(PassedOver(file, reason, is_lost=False))
    runs = [file for file in files if run_name(file.name)]
    superseded = superseded_runs(runs, folder)
    passed += [
        PassedOver(file, f"superseded by {os.path.relpath(last, folder)}, a later step of the calculation", False)
        for file, last in superseded.items()
    ]
    of_runs = {file.parent for file in runs}
    read = []
    for file in files:
        if file in superseded:
            continue
        if _is_read(file, of_runs):
            read.append(file)
        elif not_read := _why_not(file, of_runs):
            passed.append(not_read)
    return Listing(sorted(read), sorted(passed, key=lambda one: one.path))


def find_copies(files: Iterable[Path]) -> dict[Path, tuple[Path, str]]:
    """Return the files that say the same as another: that file, and ``link`` or ``copy``.

    Parameters
    ----------
    files
        Files; of several with the same content the first that is no link is the original.
    """
    by_size: dict[int, list[Path]] = {}
    copies: dict[Path, tuple[Path, str]] = {}
    real: dict[str, Path] = {}
    for file in sorted(files, key=lambda file: (file.is_symlink(), file)):
        same = real.setdefault(os.path.realpath(file), file)
        if same != file:
            copies[file] = (same, "link")
        else:
            by_size.setdefault(file.stat().st_size, []).append(file)
    for size, group in by_size.items():
        first: dict[str, Path] = {}
        for file in group if size and len(group) > 1 else ():
            with file.open("rb") as stream:
                same = first.setdefault(hashlib.file_digest(stream, "sha256").hexdigest(), file)
            if same != file:
                copies[file] = (same, "copy")
    return copies


def _walk(folder: Path) -> tuple[list[Path], list[PassedOver]]:
    """Return all files below a folder but hidden ones, and links and special files that look like data."""
    visited: dict[str, Path] = {}
    above = {str(path) for path in (Path(os.path.realpath(folder)), *Path(os.path.realpath(folder)).parents)}
    files: list[Path] = []
    passed: list[PassedOver] = []
    folders, links = [folder], list[Path]()
    while folders or links:
        # Links come last, so that a folder is read under its own name.
        here = folders.pop() if folders else links.pop(0)
        real = os.path.realpath(here)
        if real in visited or (here != folder and real in above):
            reason = (
                f"a link to {visited[real]}, which is read" if real in visited else "a link to a folder that holds it"
            )
            passed.append(PassedOver(here, reason, is_lost=False))
            continue
        visited[real] = here
        try:
            paths = sorted(here.iterdir())
        except OSError as error:
            raise PhaseDataError(f"{here}: the folder cannot be read ({error.strerror})") from error
        for path in paths:
            if path.name.startswith(".") or path.name in NOT_DATA:
                continue
            if path.is_dir():
                (links if path.is_symlink() else folders).append(path)
            elif path.is_file():
                files.append(path)
            elif _looks_like_data(path.name):
                reason = "a link to nothing" if path.is_symlink() else "is no regular file"
                passed.append(PassedOver(path, reason, is_lost=True))
    return files, passed


def _is_read(file: Path, of_runs: set[Path]) -> bool:
    if run_name(file.name):
        return True
    if file.suffix.lower() in FOLDER_SUFFIXES:
        return file.name.lower() not in RECORDS
    # Beside a vasprun.xml they are the run's own start and end.
    return file.name in STRUCTURE_NAMES and file.parent not in of_runs


def _looks_like_data(name: str) -> bool:
    bare = _unpacked(name)
    return (
        _RUN.search(name) is not None
        or _is_part_of_run(name)
        or Path(bare).suffix.lower() in (*FORMATS, ".db")
        or (Path(name).suffix.lower() in (*DATABASE_SUFFIXES, *TABLES, *OTHER_FORMATS))
        or ARCHIVE.fullmatch(name) is not None
    )


def _is_part_of_run(name: str) -> bool:
    return name.upper().startswith((*STRUCTURE_NAMES, "OUTCAR")) or name.lower().startswith("vaspout")


def _why_not(file: Path, of_runs: set[Path]) -> PassedOver | None:
    """Return why a file is not read; None if it is no data or part of a run that is."""
    name = file.name
    if not _looks_like_data(name) or _unpacked(name).lower() in RECORDS or name.lower().endswith(CHECKSUMS):
        return None
    if file.parent in of_runs and _is_part_of_run(name):
        return None
    runs = f"only vasprun.xml is read, plain or packed as {', '.join(PACKINGS)}"
    reason, is_lost = next(
        (reason, is_lost)
        for applies, reason, is_lost in (
            (_ABANDONED.fullmatch(name), "an archive of an abandoned attempt, which is not read", False),
            (ARCHIVE.fullmatch(name), "an archive, which is not read; unpack it", True),
            (_RUN.search(name), f"looks like a VASP run, but {runs}; unpack or rename it", True),
            (name.upper().startswith("OUTCAR"), f"an OUTCAR without its vasprun.xml: {runs}", True),
            (file.suffix.lower() in TABLES, "a table among structures; give it as a source of its own", False),
            (_unpacked(name) != name, "a packed structure file; unpack it", True),
            (_is_part_of_run(name), "only POSCAR, CONTCAR, *.vasp and *.poscar are read; rename it", True),
            (True, f"files of this kind are not read; allowed: {', '.join(FOLDER_SUFFIXES)}", True),
        )
        if applies
    )
    return PassedOver(file, reason, is_lost)


def _unpacked(name: str) -> str:
    path = Path(name)
    return path.stem if path.suffix.lower() in (*PACKINGS, ".z", ".zst") else name


def _backup(file: Path, folder: Path, present: set[Path]) -> str:
    """Return why a file is taken for a backup or a copy by its name; empty if it is not."""
    bare = _unpacked(file.name)
    for pattern in _BACKUP:
        match = pattern.fullmatch(bare)
        if match and _looks_like_data(match["original"]) and not _is_abandoned_run(file):
            return "a backup by its name"
    for path in (file, *file.parents):
        if path == folder:
            break
        for pattern in _COPY:
            match = pattern.fullmatch(path.name)
            original = path.with_name(match["stem"] + (match["suffix"] or "")) if match else path
            if original != path and original in present and _looks_like_data(file.name):
                return f"a copy of {os.path.relpath(original, folder)} by its name"
    return ""


def _is_abandoned_run(file: Path) -> bool:
    """Return whether a file is the first attempt of a run (``vasprun.xml.orig``), which a later one supersedes."""
    run = run_name(file.name)
    return run is not None and run.rank == (0, 0)
