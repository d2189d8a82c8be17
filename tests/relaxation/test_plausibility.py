from __future__ import annotations

import numpy as np
import pytest

from tieline.relaxation.known import known_compounds
from tieline.relaxation.plausibility import overruled_polymorphs, plausible_heights, systems_without_compounds

MN_SN = [("Mn", "Sn")] * 4
FRACTIONS = np.array([[0.5, 0.5], [0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])
FORMATION = np.array([-0.40, -0.05, -0.06, -0.22])


def test_an_unreported_structure_that_contradicts_a_reported_compound_is_not_believed() -> None:
    reported = np.array([False, True, False, False])
    heights = plausible_heights(MN_SN, ["Mn", "Sn"], FRACTIONS, FORMATION, reported, penalty_ev_per_atom=0.05)
    # With MnSn at -0.40, Mn3Sn lies 0.15 above the line from it to Mn. Without, MnSn3 is stable with 0.05 added, and
    # the line from it to Mn passes through -0.22/3 at Mn3Sn; the other MnSn with 0.05 added is at -0.01, above -0.11.
    np.testing.assert_allclose(heights, [np.inf, 0.22 / 3 - 0.05, np.inf, 0.0], atol=1e-12)


def test_an_unreported_structure_has_to_be_stable_with_the_penalty() -> None:
    heights = plausible_heights(
        MN_SN, ["Mn", "Sn"], FRACTIONS, FORMATION, np.zeros(4, dtype=bool), penalty_ev_per_atom=0.05
    )
    # With 0.05 added MnSn3 is at -0.17, above the line from MnSn at -0.35 to Sn, which passes through -0.175.
    np.testing.assert_allclose(heights, [0.0, np.inf, np.inf, np.inf], atol=1e-12)


def test_a_reported_compound_that_is_high_by_itself_contradicts_nobody() -> None:
    reported = np.array([False, True, False, False])
    formation = np.array([-0.06, 0.30, 0.0, 0.0])
    heights = plausible_heights(MN_SN, ["Mn", "Sn"], FRACTIONS, formation, reported, penalty_ev_per_atom=0.05)
    np.testing.assert_allclose(heights, [0.0, 0.30 + 0.03, np.inf, np.inf], atol=1e-12)


def test_without_penalty_everything_is_believed() -> None:
    nothing = np.zeros(4, dtype=bool)
    heights = plausible_heights(MN_SN, ["Mn", "Sn"], FRACTIONS, FORMATION, nothing, penalty_ev_per_atom=0.0)
    np.testing.assert_allclose(heights, [0.0, 0.15, 0.34, 0.0 + -0.22 + 0.20 + 0.02], atol=1e-12)


@pytest.mark.parametrize(("excess", "overruled"), [(0.002, True), (0.049, True), (0.051, False)])
def test_the_measured_structure_counts_unless_another_lies_well_below(excess: float, *, overruled: bool) -> None:
    # TiSi2 is C54 (space group 70) at 298 K; C49 (63) is metastable.
    found = overruled_polymorphs(
        ["TiSi2", "Si2Ti", "TiSi2"], [70, 63, 139], np.array([-0.5, -0.5 - excess, -0.4]), 0.05
    )
    assert found.tolist() == [False, overruled, False]


def test_where_no_measured_structure_is_at_hand_nothing_is_overruled() -> None:
    assert not overruled_polymorphs(["TiSi2", "TiSi2"], [63, 139], np.array([-0.5, -0.4]), 0.05).any()


@pytest.mark.parametrize("binary_is_there", [True, False])
def test_a_ternary_is_held_against_the_phases_of_its_binaries(binary_is_there: bool) -> None:  # noqa: FBT001
    systems = [("Al", "Li", "Si"), ("Li", "Si")]
    fractions = np.array([[1 / 3, 1 / 3, 1 / 3], [0.0, 0.5, 0.5]])
    formation = np.array([-0.2, -0.3])
    rows = slice(None) if binary_is_there else slice(0, 1)
    heights = plausible_heights(
        systems[rows],
        ["Al", "Li", "Si"],
        fractions[rows],
        formation[rows],
        np.ones(2, dtype=bool)[rows],
        penalty_ev_per_atom=0.05,
    )
    np.testing.assert_allclose(heights, [0.0, 0.0][rows], atol=1e-12)
    worse = plausible_heights(
        systems[rows],
        ["Al", "Li", "Si"],
        fractions[rows],
        formation[rows] / [20, 1][rows],
        np.ones(2, dtype=bool)[rows],
        penalty_ev_per_atom=0.05,
    )
    assert worse[0] == pytest.approx(0.2 - 0.01 if binary_is_there else 0.0)


def test_where_assessments_know_of_no_compound_only_reported_ones_are_believed() -> None:
    reported = np.array([False, True, False, False])
    heights = plausible_heights(
        MN_SN,
        ["Mn", "Sn"],
        FRACTIONS,
        FORMATION,
        reported,
        penalty_ev_per_atom=0.05,
        without_compounds=frozenset({("Mn", "Sn")}),
    )
    np.testing.assert_allclose(heights, [np.inf, 0.0, np.inf, np.inf])


def test_systems_without_compounds_are_sorted_pairs_and_hold_no_known_compound() -> None:
    known = {tuple(sorted(set(compound))) for compounds in known_compounds().values() for compound in compounds}
    for system in systems_without_compounds():
        assert list(system) == sorted(set(system))
        assert len(system) == 2
        assert system not in known
