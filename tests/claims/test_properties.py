"""Joining property tables to candidates."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.claims.properties import join_properties

CANDIDATES = pd.DataFrame(
    {
        "system": ["Si-Ti", "Si-Ti", "Si-Mg", "Si-Mg"],
        "phase_a_id": ["si"] * 4,
        "phase_b_id": ["c49", "c49", "mg2si", "mg2si"],
        "phase_b_weight_fraction": [0.6, 0.8, 0.6, 0.8],
        "score": [1, 2, 3, 4],
    }
)
PAIRS = pd.DataFrame(
    {"system": ["Si-Mg", "Si-Ti"], "phase_a_id": "si", "phase_b_id": ["mg2si", "c49"], "margin": [5, 6]}
)
CELLS = CANDIDATES.iloc[[3, 0, 1]].drop(columns="score").assign(energy=[40.0, 10.0, 20.0])


def test_pairs_and_candidates():
    joined = join_properties(CANDIDATES, [PAIRS, CELLS])
    assert joined["score"].tolist() == [1, 2, 3, 4]
    assert joined["margin"].tolist() == [6, 6, 5, 5]
    assert joined["energy"].fillna(-1).tolist() == [10.0, 20.0, -1, 40.0]


def test_no_tables():
    pd.testing.assert_frame_equal(join_properties(CANDIDATES, []), CANDIDATES)


def test_one_column_in_two_tables():
    with pytest.raises(ValueError, match="two property tables have a column 'score'"):
        join_properties(CANDIDATES, [PAIRS.assign(score=1)])


def test_a_pair_twice_in_one_table():
    with pytest.raises(ValueError, match="not unique"):
        join_properties(CANDIDATES, [pd.concat([PAIRS, PAIRS])])
