"""The phase table: one row per phase, one schema, whatever source a row came from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tieline.core.errors import PhaseDataError
from tieline.core.files import atomic_write

SCHEMA = pa.schema(
    [
        pa.field("phase_id", pa.string(), nullable=False),
        pa.field("formula", pa.string(), nullable=False),
        pa.field("elements", pa.string(), nullable=False),
        pa.field("n_elements", pa.int64(), nullable=False),
        pa.field("formation_energy_ev_per_atom", pa.float64(), nullable=False),
        pa.field("energy_level", pa.string(), nullable=False),
        pa.field("volume_a3_per_atom", pa.float64()),
        pa.field("numbers", pa.list_(pa.int64())),
        pa.field("cell_a", pa.list_(pa.float64())),
        pa.field("scaled_positions", pa.list_(pa.float64())),
        pa.field("spacegroup_number_source", pa.int64()),
        pa.field("experimental", pa.bool_()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("source_version", pa.string(), nullable=False),
        pa.field("retrieved_at", pa.string(), nullable=False),
    ]
)
"""The columns every source ends in.

``formula`` is reduced; ``elements`` are its symbols, sorted and joined by ``-``; ``numbers`` (atomic numbers),
``cell_a`` (9 numbers row by row, angstrom) and ``scaled_positions`` (flat) are all null for a phase without a
structure; ``spacegroup_number_source`` is what the source says, null if it says nothing; ``experimental`` is
false for a phase known only from calculations; ``retrieved_at`` is an ISO date or empty.
"""

SORT_KEYS: tuple[str, ...] = ("n_elements", "elements", "formula", "phase_id")
"""The order of rows in every phase table."""


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return `frame` as an Arrow table in the phase schema, columns and rows in their fixed order.

    Parameters
    ----------
    frame
        At least the columns of `SCHEMA` without a null default; further columns are dropped.

    Raises
    ------
    PhaseDataError
        If a column is missing or holds values of the wrong type.
    """
    missing = [name for name in SCHEMA.names if name not in frame.columns]
    if missing:
        raise PhaseDataError(f"phase table: missing columns {', '.join(missing)}")
    ordered = frame.sort_values(list(SORT_KEYS), kind="stable")
    try:
        return pa.Table.from_pandas(ordered[SCHEMA.names], schema=SCHEMA, preserve_index=False)
    except (pa.ArrowException, ValueError) as error:
        raise PhaseDataError(f"phase table: {str(error).splitlines()[0]}") from error


def write_phases(frame: pd.DataFrame, path: Path) -> None:
    """Write `frame` to `path` as a phase table (Parquet, zstd), atomically."""
    table = to_arrow(frame).replace_schema_metadata(None)
    with atomic_write(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_phases(path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read the phase table at `path`, only `columns` if given.

    Raises
    ------
    PhaseDataError
        If the file is no phase table.
    """
    wanted = list(columns) if columns is not None else SCHEMA.names
    try:
        present = set(pq.read_schema(path).names)
        missing = [name for name in wanted if name not in present]
        if missing:
            raise PhaseDataError(f"{path}: not a phase table, no column {missing[0]!r}")
        frame: pd.DataFrame = pq.read_table(path, columns=wanted).to_pandas()
    except (pa.ArrowInvalid, OSError) as error:
        raise PhaseDataError(f"{path}: not a readable Parquet file ({str(error).splitlines()[0]})") from error
    return frame
