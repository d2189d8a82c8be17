"""Which files the phases of a run are read from. Light to import, for Snakemake asks at every start."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.core.extensions import module_files
from tieline.data import DATA
from tieline.phases.folders import FOLDER_SUFFIXES, list_folder
from tieline.phases.run_names import PACKINGS, run_name
from tieline.phases.source_settings import EmbeddedSource, FetchedSource, FileSource, FunctionSource

FETCHED = "work/fetched"
"""Folder below the results in which rules put what they fetch."""

AnySource = EmbeddedSource | FileSource | FunctionSource | FetchedSource

EMBEDDED_SET = DATA / "phases/embedded.parquet"
"""The phase set that ships with tieline."""

SEARCHED_SYSTEMS = EMBEDDED_SET.with_name("systems.csv")
"""The chemical systems that were computed for it, and how far."""

TABLE_SUFFIXES = (".parquet", ".csv", ".tsv", ".xlsx")

RUNS = f"vasprun.xml (also {', '.join(PACKINGS)})"

FILE_SUFFIXES = (*TABLE_SUFFIXES, *FOLDER_SUFFIXES, ".json.gz")
"""Endings of the files that are read by themselves."""


def input_files(sources: Iterable[AnySource], fetched: Path) -> list[Path]:
    """Return every file that the sources are read from; those of fetched sources need not be there yet.

    Parameters
    ----------
    sources
        The sources as configured.
    fetched
        Folder that the rules of the sources on the network write to.

    Raises
    ------
    PhaseDataError
        If a configured path does not exist.
    """
    files: list[Path] = []
    for source in sources:
        if isinstance(source, FetchedSource):
            files += fetched_files(source, fetched)
        elif isinstance(source, EmbeddedSource):
            files += [EMBEDDED_SET, SEARCHED_SYSTEMS]
        elif isinstance(source, FunctionSource):
            files += module_files([source.function])
        else:
            files += files_of(source)
    return files


def fetched_files(source: FetchedSource, folder: Path) -> tuple[Path, Path]:
    """Return the two files of one fetched source below `folder`: the table of raw rows and its description.

    The rule of the source's kind makes them, with the source's name as its wildcard.
    """
    stem = folder / source.kind / source.name
    return stem.with_name(f"{stem.name}.parquet"), stem.with_name(f"{stem.name}.json")


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
    passed_over = ""
    if path.is_dir():
        listing = list_folder(path)
        files = [file for file in listing.files if file != source.energies]
        if listing.passed_over:
            first = listing.passed_over[0]
            passed_over = f"; {os.path.relpath(first.path, path)}: {first.reason}"
    elif path.name.lower().endswith(FILE_SUFFIXES) or run_name(path.name):
        files = [path]
    else:
        allowed = ", ".join(FILE_SUFFIXES)
        raise PhaseDataError(f"{path}: files of this kind are not read; allowed: {allowed}, {RUNS} or a folder")
    for file in files:
        if set("{}") & set(str(file)):
            raise PhaseDataError(f"{file}: braces are not allowed in a path: Snakemake would take them for wildcards")
    if not files:
        raise PhaseDataError(f"{path}: the folder holds none of {', '.join(FOLDER_SUFFIXES)}, {RUNS}{passed_over}")
    return files if source.energies is None else [*files, source.energies]
