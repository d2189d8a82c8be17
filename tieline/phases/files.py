"""The user's own phases: which files a source is read from, and by what."""

from __future__ import annotations

from pathlib import Path

from tieline.config.sources import FileSource
from tieline.errors import PhaseDataError, did_you_mean
from tieline.phases.rows import Reading, RowReader, UnusableSourceError
from tieline.phases.structures import (
    DATABASE_SUFFIXES,
    RUN_NAME,
    STRUCTURE_NAMES,
    STRUCTURE_SUFFIXES,
    read_structures,
)
from tieline.phases.tables import TABLE_SUFFIXES, read_table

FOLDER_SUFFIXES = (*STRUCTURE_SUFFIXES, *DATABASE_SUFFIXES)
"""Endings of the files that are read from a folder, beside POSCAR, CONTCAR and vasprun.xml."""


def files_of(source: FileSource) -> list[Path]:
    """Return the files that a file source is read from, sorted.

    Raises
    ------
    PhaseDataError
        If a path does not exist, is of a kind that is not read, or is a folder without structures.
    """
    for path in filter(None, (source.path, source.energies)):
        if not path.exists():
            nearby = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
            raise PhaseDataError(f"{path}: no such file or folder{did_you_mean(path.name, nearby)}")
    path = source.path
    if path.is_dir():
        files = _in_folder(path)
    elif path.suffix.lower() in (*TABLE_SUFFIXES, *FOLDER_SUFFIXES) or RUN_NAME.fullmatch(path.name):
        files = [path]
    else:
        allowed = ", ".join((*TABLE_SUFFIXES, *FOLDER_SUFFIXES))
        raise PhaseDataError(
            f"{path}: files of this kind are not read; allowed: {allowed}, vasprun.xml (also .gz) or a folder"
        )
    for file in files:
        if set("{}") & set(str(file)):
            raise PhaseDataError(f"{file}: braces are not allowed in a path: Snakemake would take them for wildcards")
    if not files:
        raise PhaseDataError(f"{path}: the folder holds none of {', '.join(FOLDER_SUFFIXES)}, vasprun.xml (also .gz)")
    return files if source.energies is None else [*files, source.energies]


def _in_folder(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    of_runs = {file.parent for file in files if RUN_NAME.fullmatch(file.name)}
    return [
        file
        for file in files
        if RUN_NAME.fullmatch(file.name)
        or file.suffix.lower() in FOLDER_SUFFIXES
        # Beside a vasprun.xml they are the run's own start and end.
        or (file.name in STRUCTURE_NAMES and file.parent not in of_runs)
    ]


def read_file_source(source: FileSource) -> Reading:
    """Read a user's file or folder.

    Parameters
    ----------
    source
        Path, column mapping and what else the config says of it.

    Returns
    -------
    Reading
        Accepted and rejected rows.

    Raises
    ------
    PhaseDataError
        If the path does not exist, cannot be read at all, lacks a mapped column or holds no usable row.
    """
    path, files = source.path, files_of(source)
    reader = RowReader(
        source=source.name or path.stem,
        source_version=source.source_version,
        retrieved_at=source.retrieved_at,
        energy_level=source.energy_level,
        file=str(path),
        element_energies=source.element_energies_ev_per_atom,
    )
    try:
        if path.is_file() and path.suffix.lower() in TABLE_SUFFIXES:
            read_table(source, reader)
        else:
            read_structures(source, [file for file in files if file != source.energies], reader)
    except PhaseDataError as error:
        raise UnusableSourceError(str(error), reader.rejected()) from error
    return reader.result()
