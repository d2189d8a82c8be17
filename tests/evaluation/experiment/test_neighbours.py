"""Agreement with experiment is counted as the definition says."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from tieline.data import DATA
from tieline.evaluation.experiment.neighbours import (
    binary_compounds,
    selections,
    validate_neighbours,
    validation_scores,
)
from tieline.phases.settings import PhaseA
from tieline.thermo.settings import Coexistence, CompositeGrid, Uncertainty

EXPECTED = pd.read_csv(DATA / "validation/binary_neighbours.csv", comment="#")

# Si-Ti: TiSi2 below the line from Si to TiSi (-0.8 at x = 1/2 gives -0.533 at x = 1/3), so it is the neighbour.
# Si-V: VSi2 20 meV/atom above the line from Si to V5Si3.
# Si-Be: experiment knows no compound; here is one, stable by 0.05 eV/atom.
PHASES = pd.DataFrame(
    [
        ("si", "Si", "Si", 0.0),
        ("ti", "Ti", "Ti", 0.0),
        ("v", "V", "V", 0.0),
        ("be", "Be", "Be", 0.0),
        ("tisi", "TiSi", "Si-Ti", -0.8),
        ("tisi2", "TiSi2", "Si-Ti", -0.6),
        ("v5si3", "V5Si3", "Si-V", -0.48),
        ("vsi2", "VSi2", "Si-V", -0.48 / (5 / 8) * (1 / 3) + 0.02),
        ("be2si", "Be2Si", "Be-Si", -0.05),
    ],
    columns=["phase_id", "formula", "elements", "formation_energy_ev_per_atom"],
).assign(
    n_elements=lambda frame: frame["elements"].str.count("-") + 1,
    volume_a3_per_atom=15.0,
    spacegroup_number_source=pd.array([pd.NA] * 9, dtype="Int64"),
    experimental=pd.array([pd.NA] * 9, dtype="boolean"),
    source="own",
)


@pytest.fixture(scope="module")
def compounds() -> pd.DataFrame:
    return binary_compounds(
        PHASES,
        EXPECTED,
        uncertainty=Uncertainty(draws=100),
        phase_a=PhaseA(),
        composition=CompositeGrid(),
        working_ion="Li",
    )


def test_neighbours_are_told_by_experiment(compounds: pd.DataFrame) -> None:
    neighbours = compounds[compounds["is_neighbour"]]
    assert sorted(neighbours["formula"]) == ["TiSi2", "VSi2"]
    assert len(compounds) == 5


def test_rules_select(compounds: pd.DataFrame) -> None:
    """By energy V5Si3 stands beside Si, and Be2Si; by the assessed diagrams VSi2 does, and nothing in Be-Si."""
    found = {rule: set(compounds["formula"][chosen]) for rule, chosen in selections(compounds, Coexistence()).items()}
    assert found["tolerance_0"] == {"TiSi2", "V5Si3", "Be2Si"}
    assert {"TiSi2", "Be2Si"} <= found["energies"]
    assert found["assessed"] == {"TiSi2", "VSi2"}


def test_without_a_minimum_the_tolerance_decides(compounds: pd.DataFrame) -> None:
    chosen = selections(compounds, Coexistence(minimum_probability=0.0, tolerance_ev_per_atom=0.021))
    assert set(compounds["formula"][chosen["assessed"]]) == {"TiSi2", "V5Si3", "VSi2", "Be2Si"}


def test_binaries_are_compared_and_those_without_data_do_not_count(compounds: pd.DataFrame) -> None:
    table = validate_neighbours(PHASES, EXPECTED, compounds, Coexistence()).set_index(["host", "partner"])
    agrees = table[["agrees_tolerance_0", "agrees_assessed"]]
    assert agrees.loc[("Si", "Ti")].tolist() == [True, True]
    assert agrees.loc[("Si", "V")].tolist() == [False, True]
    assert agrees.loc[("Si", "Be")].tolist() == [False, True]
    assert agrees.notna().all(axis=1).sum() == 3
    assert table.loc[("Si", "Be"), "computed_assessed"] == "none"


def test_scores_of_each_rule(compounds: pd.DataFrame, caplog: pytest.LogCaptureFixture) -> None:
    """On the hull one of three is right, and one of two neighbours is found; TiSi is too far off to be offered."""
    with caplog.at_level(logging.WARNING, logger="tieline"):
        table = validation_scores(compounds, Coexistence()).set_index(["rule", "host"])
    on_hull = table.loc[("tolerance_0", "all")]
    assert on_hull[["precision", "recall", "brier"]].tolist() == pytest.approx([1 / 3, 1 / 2, 3 / 4])
    assert table.loc[("assessed", "Si"), ["precision", "recall"]].tolist() == [1.0, 1.0]
    assert "reports with assessed diagrams, all: 2 of 2 selected are neighbours" in caplog.text
