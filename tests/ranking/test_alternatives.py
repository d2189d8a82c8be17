"""What is better than a reference, in words and numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.ranking.alternatives import alternatives_table, describe_alternatives, find_alternatives
from tieline.ranking.settings import Ranking, Reference

CAPACITY, REACTS, COST = "capacity_expected_mah_per_g", "phase_b_reaction_probability", "cost_usd_per_kg"
RANKING = Ranking(objectives=[CAPACITY, REACTS, COST], weights={CAPACITY: 1.0})


def ranked(*rows, role="inert matrix"):
    """Composites of silicon, best first: phase B, capacity, probability that B reacts, cost."""
    return pd.DataFrame(list(rows), columns=["phase_b", CAPACITY, REACTS, COST]).assign(
        phase_b_role=role,
        phase_a="Si",
        phase_b_id=[f"b{number}" for number in range(len(rows))],
        rank=range(1, len(rows) + 1),
        phase_b_weight_fraction=0.75,
        volume_change_expected_fraction=1.0,
    )


REFERENCE = ("TiSi2", 1000.0, 0.03, 5.0)

FOUND = ranked(
    ("NiSi2", 1100.0, 0.10, 6.0),
    REFERENCE,
    ("FeSi2", 900.0, 0.03, 2.0),
    # A half per cent of capacity and 0.005 of probability are no differences.
    ("VSi2", 1005.0, 0.035, 4.0),
    # Worse in everything.
    ("CrSi2", 500.0, 0.5, 10.0),
)


def test_better_and_worse_by_hand():
    """More capacity, less probable reactions and lower costs are better; the best balance first."""
    found = find_alternatives(FOUND, Reference(), RANKING).set_index("phase_b")
    assert found[["n_better", "n_worse"]].to_dict("index") == {
        "VSi2": {"n_better": 1, "n_worse": 0},
        "FeSi2": {"n_better": 1, "n_worse": 1},
        "NiSi2": {"n_better": 1, "n_worse": 2},
    }
    assert found.index.tolist() == ["VSi2", "FeSi2", "NiSi2"]
    assert found["rank"].tolist() == [4, 3, 1]
    assert found[COST].tolist() == [4.0, 2.0, 6.0]
    assert set(found[f"{COST}_reference"]) == {5.0}
    assert found.loc["NiSi2", "better_in"].startswith("capacity 1100.0 mAh/g")
    assert found.loc["NiSi2", "worse_in"].startswith("probability that B reacts 0.10, not 0.03; cost 6.00 USD/kg")
    assert found.loc["FeSi2", "better_in"] == "cost 2.00 USD/kg, 0.40 times 5.00"
    assert found.loc["VSi2", "worse_in"] == ""


def test_ties_go_by_rank():
    others = [("FeSi2", 1000.0, 0.03, 4.0), ("VSi2", 1000.0, 0.03, 3.0)]
    found = find_alternatives(ranked(others[0], REFERENCE, others[1]), Reference(), RANKING)
    assert found["phase_b"].tolist() == ["FeSi2", "VSi2"]


@pytest.mark.parametrize(
    ("named", "is_there"),
    [("TiSi2", True), ("Ti2Si4", True), ("TiSi", False), ("TiSi2 + NiSi2", True), ("NiSi2 + TiSi2", True)],
)
def test_reference_is_found_however_it_is_written(named, is_there):
    rows = [("FeSi2", 2000.0, 0.01, 1.0), REFERENCE, ("TiSi2 + NiSi2", 1000.0, 0.03, 5.0)]
    assert find_alternatives(ranked(*rows), Reference(b=named), RANKING).empty != is_there


def test_of_several_forms_the_best_is_compared_with():
    """And no form of the reference is an alternative to it."""
    frame = ranked(REFERENCE, ("TiSi2", 3000.0, 0.0, 1.0), ("FeSi2", 2000.0, 0.03, 5.0))
    found = find_alternatives(frame, Reference(), RANKING)
    assert found["phase_b"].tolist() == ["FeSi2"]
    assert found[f"{CAPACITY}_reference"].tolist() == [1000.0]


def test_another_role_or_another_a_is_no_alternative():
    better = ("FeSi2", 2000.0, 0.01, 1.0)
    frame = ranked(REFERENCE, better, better, better)
    frame.loc[2, "phase_b_role"] = "active matrix"
    frame.loc[3, "phase_a"] = "Sn"
    assert find_alternatives(frame, Reference(), RANKING)["phase_b_id"].tolist() == ["b1"]


def test_what_is_missing_is_neither_better_nor_worse():
    frame = ranked(REFERENCE, ("FeSi2", 2000.0, np.nan, np.nan))
    found = find_alternatives(frame, Reference(), RANKING)
    assert found[["n_better", "n_worse"]].to_numpy().tolist() == [[1, 0]]


def test_objectives_among_the_first_columns_stand_once(tmp_path):
    objectives = ["phase_b_weight_fraction", "volume_change_expected_fraction", CAPACITY]
    ranking = Ranking(objectives=objectives, weights={CAPACITY: 1.0})
    frame = ranked(REFERENCE, ("FeSi2", 2000.0, 0.03, 5.0))
    frame["phase_b_weight_fraction"] = [0.75, 0.85]
    table = alternatives_table(ranking)
    assert len(set(table.names)) == len(table.names)
    table.write(find_alternatives(frame, Reference(), ranking), tmp_path / "alternatives.csv")
    found = table.read(tmp_path / "alternatives.csv")
    assert found[["phase_b_weight_fraction", "phase_b_weight_fraction_reference"]].to_numpy().tolist() == [[0.85, 0.75]]
    assert found["n_better"].tolist() == [2]


@pytest.mark.parametrize("frame", [FOUND, FOUND.iloc[:0], FOUND[FOUND["phase_b"] != "TiSi2"]])
def test_table_can_be_written(tmp_path, frame):
    table = alternatives_table(RANKING)
    found = find_alternatives(frame, Reference(), RANKING)
    table.write(found, tmp_path / "alternatives.csv")
    assert table.read(tmp_path / "alternatives.csv")["phase_b"].tolist() == found["phase_b"].tolist()


def test_told_in_a_line_each():
    text = describe_alternatives(find_alternatives(FOUND, Reference(), RANKING), Reference(), n_rows=2)
    head, first, second = text.splitlines()
    assert head == "alternatives to Si + TiSi2 at the same swelling (alternatives.csv):"
    assert first.startswith("  VSi2: cost 4.00 USD/kg")
    assert "; but " not in first
    assert second.startswith("  FeSi2: cost 2.00 USD/kg, 0.40 times 5.00; but capacity 900.0 mAh/g")


def test_nothing_to_tell():
    nothing = find_alternatives(FOUND, Reference(b="Mg2Si"), RANKING)
    assert nothing.empty
    assert describe_alternatives(nothing, Reference(b="Mg2Si")).startswith("alternatives to Si + Mg2Si: none")
