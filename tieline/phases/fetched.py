"""What the rule of a source on the network hands to the phase table: its raw rows, and a description."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tieline.core.errors import PhaseDataError
from tieline.core.files import write_json
from tieline.core.formulas import element_counts
from tieline.core.table_files import write_parquet
from tieline.phases.inputs import fetched_files
from tieline.phases.rows import Reading, RowReader
from tieline.phases.source_settings import FetchedSource

RAW_SCHEMA = pa.schema(
    [
        pa.field("phase_id", pa.string()),
        pa.field("formula", pa.string()),
        pa.field("formation_energy_ev_per_atom", pa.float64()),
        pa.field("total_energy_ev_per_atom", pa.float64()),
        pa.field("energy_level", pa.string()),
        pa.field("volume_a3_per_atom", pa.float64()),
        pa.field("numbers", pa.list_(pa.int64())),
        pa.field("cell_a", pa.list_(pa.float64())),
        pa.field("scaled_positions", pa.list_(pa.float64())),
        pa.field("spacegroup_number_source", pa.int64()),
        pa.field("experimental", pa.bool_()),
    ]
)
"""Columns of the raw rows, by the names of `tieline.phases.source_settings.READABLE_COLUMNS`; each may be null."""


@dataclass(frozen=True)
class Fetched:
    """What was fetched from one source. Nothing here may differ between a killed run and an undisturbed one."""

    rows: list[dict[str, Any]]
    """Raw rows, by the names of `RAW_SCHEMA`; they are checked when the phase table is made."""

    source_version: str
    """Version of the database."""

    retrieved_at: str
    """ISO date of the data."""

    searched: list[str] | None = None
    """Chemical systems searched, compounds found or not; None where the source does not say."""

    rejected: list[tuple[str, str, str]] = field(default_factory=list)
    """Entries that make no row: where, phase_id, reason."""

    described: dict[str, Any] = field(default_factory=dict)
    """What provenance.json says of the source besides: licence, query, counts."""


def write_fetched(fetched: Fetched, table: Path, about: Path) -> None:
    """Write what was fetched: rows sorted by id (Parquet, zstd) and the description (JSON), atomically."""
    rows = sorted(fetched.rows, key=lambda row: str(row["phase_id"]))
    columns = {name: [row.get(name) for row in rows] for name in RAW_SCHEMA.names}
    write_parquet(pa.table(columns, schema=RAW_SCHEMA), table)
    description = {
        "source_version": fetched.source_version,
        "retrieved_at": fetched.retrieved_at,
        "searched": fetched.searched,
        "rejected": sorted(fetched.rejected),
        "described": fetched.described,
    }
    write_json(description, about)


def read_fetched(source: FetchedSource, folder: Path) -> tuple[Reading, dict[str, Any]]:
    """Read what the rule of a source's kind has fetched.

    Parameters
    ----------
    source
        The source as configured.
    folder
        Where the rules write what they fetch.

    Returns
    -------
    reading : Reading
        Accepted and rejected rows. A row with a total energy is rejected where the source holds no elemental phase
        with a total energy of one of its elements: a database is no user's file, which would be refused for it.
    described : dict
        What provenance.json says of the source.

    Raises
    ------
    PhaseDataError
        If the files are missing or damaged, or no row can be used.
    """
    table, about = fetched_files(source, folder)
    try:
        description = json.loads(about.read_text("utf-8"))
        rows = pq.read_table(table, schema=RAW_SCHEMA).to_pylist()
    except (pa.ArrowException, ValueError, OSError) as error:
        raise PhaseDataError(f"{table}: cannot be read ({str(error).splitlines()[0]}); delete it") from error
    reader = RowReader(
        source=source.name,
        source_version=description["source_version"],
        retrieved_at=description["retrieved_at"],
    )
    for entry in description["rejected"]:
        reader.reject(*entry)
    missing = _without_reference(rows)
    for number, row in enumerate(rows):
        if number in missing:
            reason = f"the source holds no elemental phase of {missing[number]}"
            reader.reject(str(number), row["phase_id"], reason, row["formula"])
        else:
            reader.add(str(number), row)
    searched = description["searched"]
    reading = replace(reader.result(), searched=None if searched is None else frozenset(searched))
    return reading, description["described"]


def _without_reference(rows: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return, for each row whose total energy cannot be made a formation energy, the element that lacks."""
    elements: dict[int, list[str]] = {}
    for number, row in enumerate(rows):
        if row["total_energy_ev_per_atom"] is not None and row["formula"] is not None:
            try:
                elements[number] = list(element_counts(row["formula"]))
            except ValueError:
                # The reader of rows says what is wrong with it.
                continue
    known = {symbols[0] for symbols in elements.values() if len(symbols) == 1}
    lacking = {number: [s for s in symbols if s not in known] for number, symbols in elements.items()}
    return {number: symbols[0] for number, symbols in lacking.items() if symbols}
