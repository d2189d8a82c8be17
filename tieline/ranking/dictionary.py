"""All columns together: what they mean, and which candidates can be ranked by."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from tieline.claims.columns import CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS, PROPERTY_COLUMNS
from tieline.core.columns import Column
from tieline.lithiation.columns import SYSTEM_COLUMNS
from tieline.phases.columns import REJECTED_COLUMNS, SET_ASIDE_COLUMNS
from tieline.ranking.columns import CHANGE_COLUMNS, LISTED_COLUMNS, RANKED_COLUMNS

if TYPE_CHECKING:
    import pandas as pd

RANKABLE: Mapping[str, Column] = MappingProxyType(
    {column.name: column for column in LISTED_COLUMNS if column.better is not None}
)
"""Columns that can be objectives or carry a weight."""


def column_dictionary() -> pd.DataFrame:
    """Return columns.csv: file, name, meaning, unit and better direction of every column of the CSV results."""
    import pandas as pd  # noqa: PLC0415  (the config needs RANKABLE, and no tables)

    files = {
        "ranked.csv, ranked_<host>.csv, pareto.csv, ranked.parquet": RANKED_COLUMNS,
        "claims.csv": CHART_COLUMNS,
        "claims_summary.csv": CLAIM_SUMMARY_COLUMNS,
        "systems.csv": SYSTEM_COLUMNS,
        "set_aside.csv": SET_ASIDE_COLUMNS,
        "rejected.csv": REJECTED_COLUMNS,
        "properties.parquet": PROPERTY_COLUMNS,
        "changes.csv": CHANGE_COLUMNS,
    }
    return pd.DataFrame(
        [
            {
                "file": file,
                "name": column.name,
                "meaning": column.meaning,
                "unit": column.unit,
                "better": column.better or "",
            }
            for file, columns in files.items()
            for column in columns
        ]
    )
