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

WORST_QUANTILE, BEST_QUANTILE = 0.05, 0.95
"""Quantiles of a column that score 0 and 1, so that no outlier stretches the scale."""


def rank_candidates(candidates: pd.DataFrame, ranking: Ranking, more: Sequence[Column] = ()) -> pd.DataFrame:
    """Return the candidates in order of merit, with ``rank``, ``pareto_rank``, ``score`` and ``missing_values``.

    Parameters
    ----------
    candidates
        `CANDIDATE_KEYS`, ``phase_b_role``, ``lithiation_searched`` and every column that `ranking` names.
    ranking
        Objectives of the Pareto sorting and weights of the score.
    more
        Columns of the user's own that it may name.

    Returns
    -------
    DataFrame
        Composites whose reactions with the ion the phase data cover come first; then by falling ``score``, by
        ``pareto_rank``, and by name. The index is that of `candidates`.

    Notes
    -----
    Composites are compared with those of the same role of B: matrices that buffer, matrices that react themselves, and
    those of unknown role. Values are compared as they are printed, so that rounding errors decide nothing. The Pareto
    rank is non-dominated sorting (Deb et al., IEEE Trans. Evol. Comput. 6, 182 (2002)), a missing value standing at the
    median of the known ones. The score is the weighted mean of columns scaled from their 5 % quantile to their 95 %
    quantile (costs on a logarithmic scale) and cut off there, turned so that 1 is better; a column that is the same for
    all counts as 1, and a missing value does not count. ``missing_values`` names the columns that are missing.
    """
    columns = rankable(more)
    weights = {name: weight for name, weight in ranking.weights.items() if weight > 0.0}
    names = list(dict.fromkeys([*ranking.objectives, *weights]))
    front = pd.Series(0, index=candidates.index, dtype="int64")
    score = pd.Series(np.nan, index=candidates.index)
    merits = pd.DataFrame({name: _merit(candidates, columns[name]) for name in names}, index=candidates.index)
    for _, own in merits.groupby(candidates["phase_b_role"].fillna("")):
        objectives = own[ranking.objectives].apply(_at_the_median)
        front[own.index] = np.asarray(moocore.pareto_rank(objectives.to_numpy(), maximise=True)) + 1
        utilities = own[list(weights)].apply(_scaled)
        counted = utilities.notna() * pd.Series(weights)
        score[own.index] = (utilities.fillna(0.0) * counted).sum(axis=1) / counted.sum(axis=1)
    missing = merits.isna().apply(lambda row: " ".join(name for name in names if row[name]), axis=1)
    ranked = candidates.assign(
        pareto_rank=front, score=score.round(SCORE_DECIMALS), missing_values=missing.astype("str")
    ).sort_values(
        ["lithiation_searched", "score", "pareto_rank", *CANDIDATE_KEYS],
        ascending=[False, False, True, *(True for _ in CANDIDATE_KEYS)],
    )
    ranked = ranked.assign(rank=np.arange(1, len(ranked) + 1))
    return ranked[["rank", "pareto_rank", "score", "missing_values", *candidates]]


def one_share_each(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return a ranking with each mixture at the weight share where it ranks highest, ranks counted anew.

    Parameters
    ----------
    ranked
        What `rank_candidates` returns, with ``phase_b1_id`` and ``phase_b2_id``.
    """
    best = ranked.drop_duplicates(["system", "phase_a_id", "phase_b1_id", "phase_b2_id"])
    return best.assign(rank=np.arange(1, len(best) + 1))


def _merit(frame: pd.DataFrame, column: Column) -> NDArray[np.float64]:
    """Return a column turned so that higher is better, on the scale on which differences count."""
    values: NDArray[np.float64] = frame[column.name].to_numpy(np.float64, na_value=np.nan)
    if column.decimals is not None:
        values = values.round(column.decimals)
    if column.scale == "log":
        values = np.log(np.where(values > 0.0, values, np.nan))
    return -values if column.better == "lower" else values


def _at_the_median(merits: pd.Series) -> pd.Series:
    return merits.fillna(merits.median()).fillna(0.0)


def _scaled(merits: pd.Series) -> pd.Series:
    """Return merits scaled between two quantiles, 1 where all are the same."""
    worst, best = (float(merits.quantile(share)) for share in (WORST_QUANTILE, BEST_QUANTILE))
    if not best > worst:
        return merits.where(merits.isna(), 1.0)
    scaled: pd.Series = ((merits - worst) / (best - worst)).clip(0.0, 1.0)
    return scaled
