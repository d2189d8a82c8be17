"""Expected outcomes worked by hand; the phases and what they take up are those of hand_worked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Avogadro

from tieline.core.elements import masses_g_per_mol
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import LithiationTask
from tieline.lithiation.expected import ExpectedProperties, PartHosts, expected_properties
from tieline.thermo.phase_arrays import PhaseArrays

SI, TI = masses_g_per_mol(["Si", "Ti"])
TI_SI2, TI_SI = TI + 2 * SI, TI + SI
LI = 3.75

PHASES = PhaseArrays.from_table(
    pd.DataFrame(
        [
            ("Si", 0.0, 20.0),
            ("TiSi2", -0.5, 13.0),
            ("TiSi", -0.7, 14.0),
            ("Ti", 0.0, 17.0),
            ("Li", 0.0, 20.0),
            ("LiSi", -0.25, 15.5),
            ("Li15Si4", -0.2, 15.0),
        ],
        columns=["formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
    )
)
"""Si + 3.75 Li: 0.95 eV, 20 to 71.25 A^3. TiSi2 + 3.75 Li: 0.85 eV, 39 to 99.25 A^3. TiSi, 28 A^3, takes none."""

WEIGHTS = np.array([0.3, 0.5, 0.2])
"""Of Si, TiSi2 and TiSi."""


def outcome(
    *probability: float, weights: np.ndarray = WEIGHTS, cutoff_v: float = 0.0, threshold: float = 0.5
) -> ExpectedProperties:
    mol_per_g, cm3_per_g = PHASES.mol_per_g, PHASES.cm3_per_g
    mixture = PartHosts(("Si", "Ti"), weights[None], mol_per_g[None, :3], cm3_per_g[None, :3], np.array([probability]))
    task = LithiationTask(PHASES, np.zeros(0), "Li", 1, cutoff_v)
    return expected_properties(task, [mixture], reacts_from_probability=threshold)


@pytest.mark.parametrize(
    ("probability", "reacts", "of_outcome"),
    [
        ((1.0, 0.2, 0.0), (1, 0), 0.8),
        ((1.0, 0.9, 0.4), (1, 1), 0.9 * 0.6),
        ((0.3, 0.9, 0.0), (0, 1), 0.7 * 0.9),
        ((1.0, 0.5, 0.1), (1, 1), 0.5 * 0.9),
    ],
)
def test_outcome_by_hand(probability: tuple[float, ...], reacts: tuple[int, int], of_outcome: float) -> None:
    found = outcome(*probability)
    si, ti_si2, ti_si = WEIGHTS / [SI, TI_SI2, TI_SI]
    reacting = np.array([si, ti_si2]) * reacts
    before = 20 * si + 39 * ti_si2 + 28 * ti_si
    after = before + reacting @ [71.25 - 20, 99.25 - 39]
    capacity = LI * FARADAY_MAH_PER_MOL * reacting.sum()
    assert found.outcome_probability[0] == pytest.approx(of_outcome)
    assert found.capacity_expected_mah_per_g[0] == pytest.approx(capacity)
    assert found.capacity_expected_mah_per_cm3[0] == pytest.approx(capacity / (before * Avogadro * 1e-24))
    assert found.average_voltage_expected_v[0] == pytest.approx(reacting @ [0.95, 0.85] / (LI * reacting.sum()))
    assert found.volume_change_expected_fraction[0] == pytest.approx(after / before - 1)


def test_silicon_beside_inert_b_in_numbers() -> None:
    found = outcome(1.0, 0.0, 0.0, weights=np.array([0.4, 0.6, 0.0]))
    assert found.capacity_expected_mah_per_g[0] == pytest.approx(1431.4, abs=0.1)


@pytest.mark.parametrize(("cutoff_v", "li"), [(0.3, 1.0), (0.45, 0.0)])
def test_uptake_ends_at_the_cutoff(cutoff_v: float, li: float) -> None:
    found = outcome(0.0, 1.0, 0.0, weights=np.array([0.0, 1.0, 0.0]), cutoff_v=cutoff_v)
    assert found.capacity_expected_mah_per_g[0] == pytest.approx(li * FARADAY_MAH_PER_MOL / TI_SI2)


def test_nothing_reacts() -> None:
    found = outcome(0.1, 0.1, 0.1)
    assert found.capacity_expected_mah_per_g[0] == 0.0
    assert np.isnan(found.average_voltage_expected_v[0])
    assert found.volume_change_expected_fraction[0] == pytest.approx(0.0)
    assert found.outcome_probability[0] == pytest.approx(0.9**3)


def test_threshold_moves_the_choice() -> None:
    assert outcome(1.0, 0.6, 0.0, threshold=0.7).outcome_probability[0] == pytest.approx(0.4)


def test_absent_parts_do_not_count() -> None:
    weights = np.array([0.4, 0.6, 0.0])
    unknown, known = outcome(1.0, 0.2, np.nan, weights=weights), outcome(1.0, 0.2, 0.9, weights=weights)
    for name, values in vars(unknown).items():
        assert values == pytest.approx(getattr(known, name))


def test_unknown_probability_leaves_all_unknown() -> None:
    assert all(np.isnan(values).all() for values in vars(outcome(1.0, np.nan, 0.0)).values())
