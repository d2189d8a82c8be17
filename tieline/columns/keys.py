"""The columns that say which pair or candidate a row of a property table belongs to."""

from __future__ import annotations

from tieline.columns.column import Column

KEY_COLUMNS: tuple[Column, ...] = (
    Column("system", "Chemical system of the composite"),
    Column("phase_a_id", "Identifier of phase A in phases.parquet"),
    Column("phase_b_id", "Identifier of phase B in phases.parquet"),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4),
)
"""Columns of a table that holds one row per candidate."""

CANDIDATE_KEYS: tuple[str, ...] = tuple(column.name for column in KEY_COLUMNS)
"""What names a candidate."""

PAIR_KEYS: tuple[str, ...] = CANDIDATE_KEYS[:3]
"""What names a pair."""
