"""The columns of excluded.csv and rejected.csv."""

from __future__ import annotations

from tieline.core.columns import Column
from tieline.core.tables import Table

EXCLUDED_COLUMNS: tuple[Column, ...] = (
    Column("phase_id", "Identifier of a phase that takes no part in the run"),
    Column("formula", "Its reduced formula"),
    Column("source", "Phase source it came from"),
    Column("reason", "Why it takes no part"),
)
"""Columns of excluded.csv."""

REJECTED_COLUMNS: tuple[Column, ...] = (
    Column("source", "Phase source"),
    Column("file", "File or folder it is read from"),
    Column("row", "Where it stands there: line of a CSV file, row of a Parquet file from 0, or file of a folder"),
    Column("phase_id", "Its identifier, if it has one"),
    Column("formula", "Its formula, as far as it is known"),
    Column(
        "action",
        "row rejected; structure dropped, where the energy is used but the cell cannot be right; row repeated, "
        "where another row says the same; or file passed over, where another file replaces it or it holds no structure",
    ),
    Column("reason", "What is wrong with it"),
)
"""Columns of rejected.csv."""

EXCLUDED = Table(EXCLUDED_COLUMNS)
"""excluded.csv."""

REJECTED = Table(REJECTED_COLUMNS)
"""rejected.csv."""
