"""The user's own phases, read from tables, structures and VASP runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from tieline.core.errors import PhaseDataError
from tieline.phases.bounds import require_within
from tieline.phases.entries import holds_structures, is_json, read_entries, read_json
from tieline.phases.folders import find_copies, list_folder
from tieline.phases.inputs import TABLE_SUFFIXES, files_of
from tieline.phases.limits import Limits
from tieline.phases.rows import (
    FILE_PASSED_OVER,
    ROW_REJECTED,
    ROW_REPEATED,
    Reading,
    RowReader,
    UnusableSourceError,
)
from tieline.phases.source_settings import FileSource
from tieline.phases.tables import read_table
from tieline.phases.unusable import UnusableFileError


def read_file_source(source: FileSource, limits: Limits | None = None) -> Reading:
    """Read a user's file or folder.

    Parameters
    ----------
    source
        Path, column mapping and what else the config says of it.
    limits
        What a file may demand; None: the defaults of the config.

    Returns
    -------
    Reading
        Accepted and rejected rows.

    Raises
    ------
    PhaseDataError
        If the path does not exist, cannot be read at all, lacks a mapped column or holds no usable row.
    """
    path, files, limits = source.path, files_of(source), limits or Limits()
    reader = RowReader(
        source=source.name or path.stem,
        source_version=source.source_version,
        retrieved_at=source.retrieved_at,
        energy_level=source.energy_level,
        file=str(path),
        element_energies=source.element_energies_ev_per_atom,
    )
    try:
        for file in (path, source.energies):
            if file is not None and file.is_file() and (file.suffix.lower() in TABLE_SUFFIXES or is_json(file)):
                require_within(file, limits)
        if path.is_file() and path.suffix.lower() in TABLE_SUFFIXES:
            read_table(source, reader)
        elif (
            source.energies is None
            and path.is_file()
            and is_json(path)
            and not holds_structures(content := read_json(path))
        ):
            read_entries(source, content, reader)
        else:
            # A third of a second of imports that tables do without.
            from tieline.phases.structures import read_structures  # noqa: PLC0415

            structures = [file for file in files if file != source.energies]
            if path.is_dir():
                structures = _without_copies(source, structures, reader)
            read_structures(source, structures, reader, limits)
    except UnusableFileError as error:
        raise UnusableSourceError(f"{file}: {error}", reader.rejected()) from error
    except PhaseDataError as error:
        raise UnusableSourceError(str(error), reader.rejected()) from error
    return reader.result()


def _without_copies(source: FileSource, files: Sequence[Path], reader: RowReader) -> list[Path]:
    """Note the files of a folder that are not read, and return its files without copies and links to others.

    With energies in a table files of the same content can be different phases, by their names.
    """
    folder = source.path
    for passed in list_folder(folder).passed_over:
        if source.energies is not None and os.path.realpath(passed.path) == os.path.realpath(source.energies):
            continue
        action = ROW_REJECTED if passed.is_lost else FILE_PASSED_OVER
        reader.pass_over(os.path.relpath(passed.path, folder), action, passed.reason)
    copies = find_copies(files) if source.energies is None else {}
    for file, (original, kind) in sorted(copies.items()):
        where, of = os.path.relpath(file, folder), os.path.relpath(original, folder)
        reader.pass_over(where, ROW_REPEATED, f"a {kind} {'to' if kind == 'link' else 'of'} {of}")
    return [file for file in files if file not in copies]
