"""Pareto ranks and one documented score."""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS, Column
from tieline.ranking.dictionary import rankable
from tieline.ranking.settings import Ranking

SCORE_DECIMALS = 4
"""Digits to which scores are compared."""


def rank_candidates(candidates: pd.DataFrame, ranking: Ranking, more: Sequence[Column] = ()) -> pd.DataFrame:
    """Return the candidates in order of merit, with ``rank``, ``pareto_rank`` and ``score``.

    Parameters
    ----------
    candidates
        `CANDIDATE_KEYS` and every column that `ranking` names.
    ranking
        Objectives of the Pareto sorting and weights of the score.
    more
        Columns of the user's own that it may name.

    Returns
    -------
    DataFrame
        By ``pareto_rank``, then by falling ``score``, then by name; the index is that of `candidates`. A missing value
        counts as the worst.

    Notes
    -----
    Values are compared as they are printed, so that rounding errors decide nothing. The Pareto rank is
    non-dominated sorting (Deb et al., IEEE Trans. Evol. Comput. 6, 182 (2002)). The score is the weighted mean of
    columns scaled linearly from the worst value in the list (0) to the best (1); a column that is the same for all
    counts as 1.
    """
    columns = rankable(more)
    objectives = np.column_stack([_merit(candidates, columns[name]) for name in ranking.objectives])
    weights = {name: weight for name, weight in ranking.weights.items() if weight > 0.0}
    utilities = np.column_stack([_scaled(_merit(candidates, columns[name])) for name in weights])
    score = utilities @ np.array(list(weights.values())) / sum(weights.values())
    front = np.asarray(moocore.pareto_rank(objectives, maximise=True)) + 1 if len(candidates) else np.zeros(0, np.int64)
    ranked = candidates.assign(pareto_rank=front, score=score.round(SCORE_DECIMALS)).sort_values(
        ["pareto_rank", "score", *CANDIDATE_KEYS],
        ascending=[True, False, *(True for _ in CANDIDATE_KEYS)],
    )
    return ranked.assign(rank=np.arange(1, len(ranked) + 1))[["rank", "pareto_rank", "score", *candidates]]


def _merit(frame: pd.DataFrame, column: Column) -> NDArray[np.float64]:
    """Return a column turned so that higher is better, missing values as low as the lowest."""
    values = frame[column.name].to_numpy(np.float64, na_value=np.nan)
    if column.decimals is not None:
        values = values.round(column.decimals)
    if column.better == "lower":
        values = -values
    known = values[~np.isnan(values)]
    filled: NDArray[np.float64] = np.nan_to_num(values, nan=known.min() if known.size else 0.0)
    return filled


def _scaled(merits: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = np.ptp(merits) if merits.size else 0.0
    if not spread > 0.0:
        return np.ones(len(merits))
    scaled: NDArray[np.float64] = (merits - merits.min()) / spread
    return scaled
