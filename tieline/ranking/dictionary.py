"""All columns together: what they mean, and which candidates can be ranked by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tieline.claims.columns import CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS, PROPERTY_COLUMNS
from tieline.core.columns import Column
from tieline.lithiation.columns import SYSTEM_COLUMNS, VOLTAGE_CURVE_COLUMNS
from tieline.phases.columns import EXCLUDED_COLUMNS, REJECTED_COLUMNS
from tieline.ranking.columns import ALTERNATIVE_COLUMNS, CHANGE_COLUMNS, LISTED_COLUMNS, RANKED_COLUMNS

if TYPE_CHECKING:
    import pandas as pd


def rankable(more: Iterable[Column] = ()) -> dict[str, Column]:
    """Return the columns that can be objectives or carry a weight, by name.

    Parameters
    ----------
    more
        Columns of the user's own.
    """
    return {column.name: column for column in (*LISTED_COLUMNS, *more) if column.better is not None}


def column_dictionary(more: Iterable[Column] = ()) -> pd.DataFrame:
    """Return columns.csv: file, name, meaning, unit and better direction of every column of the CSV results.

    Parameters
    ----------
    more
        Columns of the user's own.
    """
    import pandas as pd  # noqa: PLC0415  (the config needs `rankable`, and no tables)

    own = tuple(more)
    files = {
        "ranked.csv, ranked_<host>.csv, pareto.csv, ranked.parquet": (*RANKED_COLUMNS, *own),
        "claims.csv": CHART_COLUMNS,
        "claims_summary.csv": CLAIM_SUMMARY_COLUMNS,
        "systems.csv": SYSTEM_COLUMNS,
        "voltage_curves.parquet": VOLTAGE_CURVE_COLUMNS,
        "excluded.csv": EXCLUDED_COLUMNS,
        "rejected.csv": REJECTED_COLUMNS,
        "properties.parquet": (*PROPERTY_COLUMNS, *own),
        "alternatives.csv": ALTERNATIVE_COLUMNS,
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
