"""What a column is, and the columns that name a candidate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "integer", "number", "flag", "integers", "numbers"]
"""What a column holds; the plural kinds hold a list in each row."""


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    """Its name, with the unit where it is a number."""

    meaning: str
    """What it is, in one sentence."""

    unit: str = ""
    """Unit; empty for text, counts and flags; 1 for fractions."""

    decimals: int | None = None
    """Digits after the point in CSV files; a column that has them holds numbers."""

    better: Literal["higher", "lower"] | None = None
    """Which way is better, for columns that candidates can be ranked by."""

    kind: Kind = "text"
    """What it holds."""

    scale: Literal["linear", "log"] = "linear"
    """On which scale differences count."""

    required: bool = False
    """Whether every row has a value."""

    def __post_init__(self) -> None:
        """Make a column with decimals one of numbers."""
        if self.decimals is not None:
            object.__setattr__(self, "kind", "number")


KEY_COLUMNS: tuple[Column, ...] = (
    Column("system", "Chemical system of the composite", required=True),
    Column("phase_a_id", "Identifier of phase A in phases.parquet", required=True),
    Column(
        "phase_b_id",
        "Identifier of phase B: that of a phase in phases.parquet, or those of the parts of a mixture with the weight "
        "share of each",
        required=True,
    ),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4, required=True),
)
"""Columns of a table that holds one row per candidate."""

CANDIDATE_KEYS: tuple[str, ...] = tuple(column.name for column in KEY_COLUMNS)
"""What names a candidate."""

COMPOSITE_KEYS: tuple[str, ...] = CANDIDATE_KEYS[:3]
"""What names A and B, whatever their amounts."""
