"""Pareto ranks against their definition, scores by hand, and the order of ties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.ranking.rank import one_share_each, rank_candidates
from tieline.ranking.settings import Ranking

CAPACITY, FRACTION, SWELLING = "capacity_stable_b_mah_per_g", "phase_b_weight_fraction", "volume_change_fraction"
OBJECTIVES = [CAPACITY, FRACTION, SWELLING]
SIGNS = np.array([1.0, 1.0, -1.0])


def candidates(values: NDArray[np.float64], names: list[str] | None = None) -> pd.DataFrame:
    """Return candidates whose objectives are the columns of `values`; all else is the same."""
    frame = pd.DataFrame({c.name: [0.5 if c.decimals is not None else "x"] * len(values) for c in CANDIDATE_COLUMNS})
    frame = frame.assign(phase_b_role="inert matrix", lithiation_searched=True)
    frame[OBJECTIVES] = values
    frame["phase_b_id"] = names if names is not None else [f"b{number:04d}" for number in range(len(values))]
    return frame


def ranking(weights: dict[str, float] | None = None) -> Ranking:
    return Ranking(objectives=OBJECTIVES, weights=weights or {CAPACITY: 1.0})


def pareto_ranks(merits: NDArray[np.float64]) -> NDArray[np.int64]:
    """Peel off, front by front, what nothing left dominates: as good in everything and better in something."""
    ranks = np.zeros(len(merits), dtype=np.int64)
    front = 0
    while (left := np.flatnonzero(ranks == 0)).size:
        front += 1
        one, other = merits[left][:, None], merits[left][None]
        dominates = (one >= other).all(axis=2) & (one > other).any(axis=2)
        ranks[left[~dominates.any(axis=0)]] = front
    return ranks


@pytest.mark.parametrize("levels", [2, 4, 30])
@pytest.mark.parametrize("count", [1, 7, 80])
def test_pareto_ranks_are_those_of_the_definition(count: int, levels: int) -> None:
    values = np.random.default_rng(levels).integers(0, levels, (count, 3)).astype(float)
    frame = candidates(values)
    ranked = rank_candidates(frame, ranking()).set_index("phase_b_id").loc[frame["phase_b_id"]]
    np.testing.assert_array_equal(ranked["pareto_rank"], pareto_ranks(values * SIGNS))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_order_does_not_depend_on_the_order_of_the_rows(seed: int) -> None:
    random = np.random.default_rng(seed)
    frame = candidates(random.integers(0, 3, (30, 3)).astype(float))
    shuffled = frame.iloc[random.permutation(len(frame))]
    pd.testing.assert_frame_equal(rank_candidates(frame, ranking()), rank_candidates(shuffled, ranking()))


def test_score_by_hand() -> None:
    """Capacity 3/4, swelling 1/4; each from about the worst (0) to about the best (1).

    a: capacity 300 is half-way, whatever the ends, swelling 0.2 the best: 3/4 x 1/2 + 1/4 = 0.625
    b: capacity 500 is 1, swelling 1.0 the worst: 0.75
    c: capacity 100 is 0, swelling 0.6 is half-way: 0.125
    """
    frame = candidates(np.array([[300.0, 0.6, 0.2], [500.0, 0.6, 1.0], [100.0, 0.6, 0.6]]), ["a", "b", "c"])
    ranked = rank_candidates(frame, ranking({CAPACITY: 3.0, SWELLING: 1.0, FRACTION: 0.0}))
    assert ranked["phase_b_id"].tolist() == ["b", "a", "c"]
    assert ranked["score"].tolist() == [0.75, 0.625, 0.125]
    assert ranked["pareto_rank"].tolist() == [1, 1, 2]
    assert ranked["rank"].tolist() == [1, 2, 3]


def test_score_goes_before_pareto_rank() -> None:
    """Only capacity scores; of two that score the same the better front comes first: `a` swells less than `b`."""
    frame = candidates(np.array([[400.0, 0.6, 0.2], [400.0, 0.6, 0.5], [100.0, 0.9, 0.5]]), ["a", "b", "c"])
    ranked = rank_candidates(frame, ranking())
    assert ranked["phase_b_id"].tolist() == ["a", "b", "c"]
    assert ranked["pareto_rank"].tolist() == [1, 2, 1]


def test_ties_go_by_name() -> None:
    frame = candidates(np.full((3, 3), 0.5), ["z", "a", "m"])
    ranked = rank_candidates(frame, ranking())
    assert ranked["phase_b_id"].tolist() == ["a", "m", "z"]
    assert ranked["pareto_rank"].tolist() == [1, 1, 1]
    # A column that is the same for all counts as 1.
    assert ranked["score"].tolist() == [1.0, 1.0, 1.0]


def test_values_that_print_the_same_tie() -> None:
    """Capacities are printed with one digit, fractions with four."""
    frame = candidates(np.array([[100.0, 0.5, 0.5], [100.04, 0.5, 0.5], [100.0, 0.50004, 0.5]]), ["c", "b", "a"])
    ranked = rank_candidates(frame, ranking())
    assert ranked["pareto_rank"].tolist() == [1, 1, 1]
    assert ranked["phase_b_id"].tolist() == ["a", "b", "c"]


def test_an_outlier_does_not_stretch_the_scale() -> None:
    """Of 21 values the second (5 %) scores 0 and the 20th (95 %) scores 1, whatever lies beyond."""
    capacity = 100.0 * np.arange(21)
    values = np.column_stack([capacity, np.full(21, 0.6), np.full(21, 0.2)])
    for last in (2000.0, 1e6):
        values[20, 0] = last
        ranked = rank_candidates(candidates(values), ranking()).sort_index()
        expected = np.clip((capacity - 100.0) / 1800.0, 0.0, 1.0)
        np.testing.assert_allclose(ranked["score"], expected, atol=0.5001e-4)


def test_costs_count_by_their_ratio() -> None:
    """1, 10 and 100 USD/kg: the second lies half-way; by differences it would be nearly as good as the first."""
    frame = candidates(np.full((3, 3), 0.5), ["cheap", "middle", "dear"]).assign(cost_usd_per_kg=[1.0, 10.0, 100.0])
    ranked = rank_candidates(frame, Ranking(objectives=["cost_usd_per_kg"], weights={"cost_usd_per_kg": 1.0}))
    assert ranked["phase_b_id"].tolist() == ["cheap", "middle", "dear"]
    assert ranked["score"].tolist() == [1.0, 0.5, 0.0]
    assert ranked["pareto_rank"].tolist() == [1, 2, 3]


def test_roles_of_b_are_ranked_apart() -> None:
    """Each is the best or the worst of its role; those whose role is unknown are a role of their own."""
    values = np.array([[300.0, 0.6, 0.2], [200.0, 0.6, 0.2], [900.0, 0.6, 0.2], [800.0, 0.6, 0.2], [10.0, 0.6, 0.2]])
    frame = candidates(values, ["i1", "i2", "a1", "a2", "u1"])
    frame["phase_b_role"] = ["inert matrix"] * 2 + ["active matrix"] * 2 + [None]
    ranked = rank_candidates(frame, ranking()).set_index("phase_b_id")
    assert ranked["pareto_rank"].to_dict() == {"a1": 1, "i1": 1, "u1": 1, "a2": 2, "i2": 2}
    assert ranked["score"].to_dict() == {"a1": 1.0, "i1": 1.0, "u1": 1.0, "a2": 0.0, "i2": 0.0}
    assert ranked.index.tolist() == ["a1", "i1", "u1", "a2", "i2"]


def test_what_is_not_searched_with_the_ion_comes_last() -> None:
    """However good its numbers look."""
    frame = candidates(np.array([[300.0, 0.6, 0.2], [200.0, 0.6, 0.5], [900.0, 0.9, 0.1]]), ["first", "second", "gap"])
    frame["lithiation_searched"] = [True, True, False]
    ranked = rank_candidates(frame, ranking())
    assert ranked["phase_b_id"].tolist() == ["first", "second", "gap"]
    assert ranked["rank"].tolist() == [1, 2, 3]
    assert ranked["pareto_rank"].tolist() == [2, 3, 1]


def test_missing_values_stand_at_the_median_and_do_not_score() -> None:
    """Swelling 0.9, 0.3, 0.1 and one that is missing: at 0.3 it ties with the second; its capacity alone scores."""
    values = np.array([[300.0, 0.6, np.nan], [300.0, 0.6, 0.9], [300.0, 0.6, 0.3], [300.0, 0.6, 0.1]])
    frame = candidates(values, ["none", "most", "middle", "least"])
    ranked = rank_candidates(frame, ranking({CAPACITY: 1.0, SWELLING: 1.0})).set_index("phase_b_id")
    assert ranked["pareto_rank"].to_dict() == {"least": 1, "middle": 2, "none": 2, "most": 3}
    assert ranked["score"].loc[["none", "least", "most"]].tolist() == [1.0, 1.0, 0.5]
    assert ranked["missing_values"].to_dict() == {"none": SWELLING, "most": "", "middle": "", "least": ""}
    assert ranked[SWELLING].isna().tolist() == [False, True, False, False]


def test_nothing_known_has_no_score_and_comes_last_of_its_front() -> None:
    frame = candidates(np.array([[np.nan, 0.6, 0.2], [100.0, 0.6, 0.2], [100.0, 0.6, 0.2]]), ["a", "b", "c"])
    ranked = rank_candidates(frame, ranking())
    assert ranked["phase_b_id"].tolist() == ["b", "c", "a"]
    assert ranked["score"].isna().tolist() == [False, False, True]


def test_column_without_any_value_decides_nothing() -> None:
    frame = candidates(np.array([[300.0, 0.6, np.nan], [400.0, 0.6, np.nan]]), ["less", "more"])
    ranked = rank_candidates(frame, ranking({CAPACITY: 1.0, SWELLING: 1.0}))
    assert ranked["phase_b_id"].tolist() == ["more", "less"]
    assert ranked["score"].tolist() == [1.0, 0.0]
    assert ranked["missing_values"].tolist() == [SWELLING] * 2


def test_missing_values_are_named_in_the_order_of_the_settings() -> None:
    frame = candidates(np.array([[np.nan, 0.6, np.nan]]))
    assert rank_candidates(frame, ranking({SWELLING: 1.0}))["missing_values"].tolist() == [f"{CAPACITY} {SWELLING}"]


@pytest.mark.parametrize("count", [0, 1])
def test_few_candidates(count: int) -> None:
    ranked = rank_candidates(candidates(np.full((count, 3), 0.7)), ranking())
    assert ranked["rank"].tolist() == list(range(1, count + 1))
    assert list(ranked.columns) == [
        "rank",
        "pareto_rank",
        "score",
        "missing_values",
        *(c.name for c in CANDIDATE_COLUMNS),
    ]


def test_input_is_left_as_it_was() -> None:
    frame = candidates(np.array([[300.123456, 0.6, 0.2]]))
    before = frame.copy()
    rank_candidates(frame, ranking())
    pd.testing.assert_frame_equal(frame, before)


def test_index_is_that_of_the_candidates() -> None:
    """So that whatever else is known of them can be put beside the ranking."""
    frame = candidates(np.array([[300.0, 0.6, 0.2], [500.0, 0.6, 0.2], [400.0, 0.6, 0.2]]), ["a", "b", "c"])
    frame.index = pd.Index([7, 3, 11])
    ranked = rank_candidates(frame, ranking())
    assert ranked.index.tolist() == [3, 11, 7]
    assert ranked["phase_b_id"].tolist() == ["b", "c", "a"]
    assert ranked["rank"].reindex(frame.index).tolist() == [3, 1, 2]


def test_numbers_stay_as_they_are() -> None:
    """Rounding decides ties, and nothing else."""
    values = np.array([[300.123456, 0.6000001, 0.2], [500.0, 0.7, 0.123456789]])
    frame = candidates(values, ["a", "b"])
    pd.testing.assert_frame_equal(rank_candidates(frame, ranking())[list(frame)].sort_index(), frame)


@pytest.mark.parametrize("missing", [np.nan, None, pd.NA])
def test_missing_values_of_any_kind_in_counts(missing) -> None:
    """Claims met, of 30, where one candidate was not judged: at 5, the median of 3 and 7, it is between the two."""
    frame = candidates(np.full((3, 3), 0.5), ["none", "few", "many"])
    frame["n_claims_met"] = pd.array([missing, 3, 7], dtype="Int64")
    ranked = rank_candidates(frame, Ranking(objectives=["n_claims_met"], weights={"n_claims_met": 1.0}))
    assert ranked["phase_b_id"].tolist() == ["many", "few", "none"]
    assert ranked["pareto_rank"].tolist() == [1, 3, 2]
    assert ranked["score"].isna().tolist() == [False, False, True]
    assert ranked["missing_values"].tolist() == ["", "", "n_claims_met"]


def test_each_mixture_at_its_best_share() -> None:
    """Two mixtures of three shares among two pairs: each once, where it ranks highest, with ranks counted anew."""
    frame = candidates(np.array([[capacity, 0.6, 0.2] for capacity in range(800, 0, -100)], dtype=float))
    frame["phase_b1_id"] = ["x", "x", "y", "x", "z", "x", "x", "y"]
    frame["phase_b2_id"] = ["y", None, None, "y", "y", "y", "z", None]
    frame.loc[7, "system"] = "another"
    ranked = rank_candidates(frame, ranking())
    assert ranked.index.tolist() == list(range(8))
    best = one_share_each(ranked)
    assert best.index.tolist() == [0, 1, 2, 4, 6, 7]
    assert best["rank"].tolist() == [1, 2, 3, 4, 5, 6]
    assert best["pareto_rank"].tolist() == [1, 2, 3, 5, 7, 8]
