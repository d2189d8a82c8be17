"""Which composites have a sheet with curves, patterns and structures in the page."""

from __future__ import annotations

import pandas as pd

from tieline.ranking.alternatives import is_the_reference
from tieline.ranking.settings import Reference


def chosen_for_sheets(ranked: pd.DataFrame, reference: Reference, n_sheets: int) -> pd.DataFrame:
    """Return the best composites, as many of each host as there are, and the reference.

    Parameters
    ----------
    ranked
        ``host, phase_a, phase_b`` of the ranked composites and whatever else, best first.
    reference
        The composite that others are compared with; it has a sheet wherever it ranks.
    n_sheets
        How many at most, beside the reference.

    Returns
    -------
    DataFrame
        Rows of `ranked`, in its order.
    """
    # The first of every host, then the second of every host: none is left out where another has many.
    best = ranked.groupby("host").cumcount().sort_values(kind="stable").index[:n_sheets]
    chosen: pd.DataFrame = ranked[ranked.index.isin(best) | is_the_reference(ranked, reference)]
    return chosen
