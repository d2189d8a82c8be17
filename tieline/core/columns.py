"""What a column is, how a table of them becomes text, and the columns that name a candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column of the result tables."""

    name: str
    """Its name, with the unit where it is a number."""

    meaning: str
    """What it is, in one sentence."""

    unit: str = ""
    """Unit; empty for text, counts and flags; 1 for fractions."""

    decimals: int | None = None
    """Digits after the point in CSV files; None for what is not a float."""

    better: Literal["higher", "lower"] | None = None
    """Which way is better, for columns that candidates can be ranked by."""


def as_text(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return `frame` with exactly `columns`, floats as text of fixed decimals and missing values empty."""
    text = frame[[]].copy()
    for column in columns:
        values = frame[column.name]
        if column.decimals is None:
            text[column.name] = values
        else:
            # Adding zero turns -0.0 into 0.0.
            rounded = values.round(column.decimals) + 0.0
            text[column.name] = rounded.map(f"{{:.{column.decimals}f}}".format, na_action="ignore")
    return text


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
