"""Pareto ranks and one documented score."""

from __future__ import annotations

from collections.abc import Sequence

import moocore
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS, Column
from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.ranking.dictionary import RANKABLE
from tieline.ranking.settings import Ranking


def rank_candidates(
    candidates: pd.DataFrame,
    ranking: Ranking,
    columns: Sequence[Column] = CANDIDATE_COLUMNS,
    tie_breakers: Sequence[str] = CANDIDATE_KEYS,
) -> pd.DataFrame:
    """Return the candidates in order of merit, with ``rank``, ``pareto_rank`` and ``score``.

    Parameters
    ----------
    candidates
        The columns of candidates.parquet, or of another table of things to choose from.
    ranking
        Objectives of the Pareto sorting and weights of the score.
    columns
        The columns of the table.
    tie_breakers
        Columns that together name a row.

    Returns
    -------
    DataFrame
        By ``pareto_rank``, then by falling ``score``, then by name. A missing value counts as the worst.

    Notes
    -----
    Values are compared as they are printed, so that rounding errors decide nothing. The Pareto rank is
    non-dominated sorting (Deb et al., IEEE Trans. Evol. Comput. 6, 182 (2002)). The score is the weighted mean of
    columns scaled linearly from the worst value in the list (0) to the best (1); a column that is the same for all
    counts as 1.
    """
    frame = candidates.copy()
    for column in columns:
        if column.decimals is not None:
            frame[column.name] = frame[column.name].round(column.decimals)
    objectives = np.column_stack([_merit(frame, name) for name in ranking.objectives])
    weights = {name: weight for name, weight in ranking.weights.items() if weight > 0.0}
    utilities = np.column_stack([_scaled(_merit(frame, name)) for name in weights])
    if len(frame):
        frame.insert(0, "pareto_rank", np.asarray(moocore.pareto_rank(objectives, maximise=True)) + 1)
    else:
        frame.insert(0, "pareto_rank", np.zeros(0, dtype=np.int64))
    score = utilities @ np.array(list(weights.values())) / sum(weights.values())
    frame.insert(1, "score", score.round(4))
    frame = frame.sort_values(
        ["pareto_rank", "score", *tie_breakers],
        ascending=[True, False, *(True for _ in tie_breakers)],
        ignore_index=True,
    )
    frame.insert(0, "rank", np.arange(1, len(frame) + 1))
    return frame


def _merit(frame: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """Return a column turned so that higher is better, missing values as low as the lowest."""
    values = frame[name].to_numpy(np.float64)
    if RANKABLE[name].better == "lower":
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
