"""What a column is, and how a table of them becomes text."""

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
