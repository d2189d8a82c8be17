"""Composites as rows of the phases, in groups and one by one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tieline.thermo.composites import composite_parts, grouped_composites

PHASES = pd.DataFrame({"phase_id": ["t", "s", "d", "n", "x", "n2"]}, index=[9, 8, 7, 6, 5, 4])
"""Ti, Si, TiSi2, NiSi2, NiTiSi and another form of NiSi2."""


def composites(*rows: tuple[Any, ...], index: list[int] | None = None) -> pd.DataFrame:
    names = ["system", "phase_a_id", "phase_b1_id", "phase_b2_id", "phase_b1_weight_share"]
    frame = pd.DataFrame(list(rows), columns=names, index=index)
    return frame.astype(dict.fromkeys(names[:4], "str") | {names[4]: float})


MIXED = composites(
    ("Si-Ti", "s", "d", None, 1.0),
    ("Si-Ni-Ti", "s", "n", "d", 0.25),
    ("Si-Ni", "s", "n2", None, 1.0),
    ("Si-Ni-Ti", "s", "x", None, 1.0),
    ("Si-Ti", "d", "t", None, 1.0),
    ("Si-Ni-Ti", "s", "d", "x", 0.75),
    ("Si-Ni", "s", "n", None, 1.0),
    index=[7, 5, 3, 1, 0, 2, 4],
)


def test_pairs_and_mixtures_are_grouped_system_by_system() -> None:
    """Systems as they first stand; in each, pairs before mixtures."""
    ordered, groups = grouped_composites(MIXED, PHASES)
    assert ordered.index.tolist() == [7, 0, 1, 5, 2, 3, 4]
    pd.testing.assert_frame_equal(ordered.loc[MIXED.index], MIXED)
    found = [(g.elements, g.row_a.tolist(), g.rows_b.tolist(), g.weight_shares_b.tolist()) for g in groups]
    assert found == [
        (("Si", "Ti"), [1, 2], [[2], [0]], [[1.0], [1.0]]),
        (("Ni", "Si", "Ti"), [1], [[4]], [[1.0]]),
        (("Ni", "Si", "Ti"), [1, 1], [[3, 2], [2, 4]], [[0.25, 0.75], [0.75, 0.25]]),
        (("Ni", "Si"), [1, 1], [[5], [3]], [[1.0], [1.0]]),
    ]


def test_shares_that_are_not_known() -> None:
    """B may then hold any amounts of its phases; one phase is all of it."""
    _, groups = grouped_composites(MIXED.drop(columns="phase_b1_weight_share"), PHASES)
    assert [np.isnan(group.weight_shares_b).all() for group in groups] == [False, False, True, False]
    assert groups[0].weight_shares_b.tolist() == [[1.0], [1.0]]


def test_weight_fractions_stay_with_their_rows() -> None:
    """Where there is a row for each; otherwise they are left open."""
    ordered, groups = grouped_composites(MIXED.assign(phase_b_weight_fraction=MIXED.index / 10), PHASES)
    found = [group.weight_fractions_b.tolist() for group in groups]
    assert found == [[[0.7], [0.0]], [[0.1]], [[0.5], [0.2]], [[0.3], [0.4]]]
    assert np.concatenate(found).ravel().tolist() == ordered["phase_b_weight_fraction"].tolist()
    assert groups[2][np.array([1])].weight_fractions_b.tolist() == [[0.2]]
    _, groups = grouped_composites(MIXED, PHASES)
    assert [group.weight_fractions_b for group in groups] == [None] * 4


def test_some_composites_of_a_group() -> None:
    _, groups = grouped_composites(MIXED, PHASES)
    group = groups[2][np.array([1])]
    assert (group.elements, group.row_a.tolist()) == (("Ni", "Si", "Ti"), [1])
    assert group.rows_b.tolist() == [[2, 4]]
    assert group.weight_shares_b.tolist() == [[0.75, 0.25]]


@pytest.mark.parametrize("names", [list(MIXED), ["system", "phase_a_id", "phase_b1_id", "phase_b2_id"]])
def test_no_composites(names: list[str]) -> None:
    ordered, groups = grouped_composites(MIXED.iloc[:0][names], PHASES)
    assert list(ordered) == names
    assert ordered.empty
    assert groups == []


def test_parts_stay_in_the_order_of_the_table() -> None:
    table = MIXED.assign(phase_b2_weight_share=(1 - MIXED["phase_b1_weight_share"]).where(MIXED["phase_b2_id"].notna()))
    parts = composite_parts(table, PHASES["phase_id"])
    assert parts.row_a.tolist() == [1, 1, 1, 1, 2, 1, 1]
    assert parts.rows_b.tolist() == [[2, 2], [3, 2], [5, 5], [4, 4], [0, 0], [2, 4], [3, 3]]
    assert parts.weight_shares_b.tolist() == [[1, 0], [0.25, 0.75], [1, 0], [1, 0], [1, 0], [0.75, 0.25], [1, 0]]


@pytest.mark.parametrize("rows", [[], [0, 2]], ids=["none", "pairs alone"])
def test_parts_where_nothing_is_mixed(rows: list[int]) -> None:
    table = MIXED.iloc[rows].assign(phase_b2_weight_share=np.nan)
    parts = composite_parts(table, PHASES["phase_id"])
    assert parts.row_a.tolist() == [1] * len(rows)
    assert parts.rows_b.shape == parts.weight_shares_b.shape == (len(rows), 2)
    assert parts.weight_shares_b.tolist() == [[1.0, 0.0]] * len(rows)
