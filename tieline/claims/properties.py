"""The candidates with all that the property tables say of them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tieline.core.columns import CANDIDATE_KEYS, COMPOSITE_KEYS


def join_properties(candidates: pd.DataFrame, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the candidates, in their order, with the columns of the property tables.

    Parameters
    ----------
    candidates
        The columns of candidates.parquet.
    tables
        One row for each pair, or for each candidate where there is a ``phase_b_weight_fraction``. What a table does
        not know of a candidate is left empty.

    Raises
    ------
    ValueError
        If a column stands in two tables, or a pair or candidate twice in one.
    """
    joined = candidates
    for table in tables:
        keys = list(CANDIDATE_KEYS if CANDIDATE_KEYS[-1] in table else COMPOSITE_KEYS)
        if twice := (set(joined) & set(table)) - set(keys):
            raise ValueError(f"two property tables have a column {min(map(str, twice))!r}")
        joined = joined.merge(table, on=keys, how="left", validate="m:1")
    return joined
