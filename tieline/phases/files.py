"""The user's own phases, read from tables, structures and VASP runs."""

from __future__ import annotations

from tieline.core.errors import PhaseDataError
from tieline.phases.inputs import TABLE_SUFFIXES, files_of
from tieline.phases.rows import Reading, RowReader, UnusableSourceError
from tieline.phases.source_settings import FileSource
from tieline.phases.tables import read_table


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
            # A third of a second of imports that tables do without.
            from tieline.phases.structures import read_structures  # noqa: PLC0415

            read_structures(source, [file for file in files if file != source.energies], reader)
    except PhaseDataError as error:
        raise UnusableSourceError(str(error), reader.rejected()) from error
    return reader.result()
