"""What decides whether a compound reacts, worked by hand; see hand_worked for the phases."""

from __future__ import annotations

import numpy as np
import pytest
from hand_worked import TABLE
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tieline.core.elements import GROUP_OF, RADIOACTIVE
from tieline.core.formulas import element_counts
from tieline.lithiation.reactivity import (
    Reactivity,
    ReactivityParameters,
    element_mobility,
    homologous_temperature,
    reaction_probability,
    reactivity,
    skeleton_fraction,
    skeleton_load_per_ev,
)
from tieline.lithiation.settings import ReactivityRule
from tieline.thermo.phase_arrays import PhaseArrays

PARAMETERS = ReactivityParameters(half_load_per_ev=2.0, exponent=3.0)


def fractions(symbols: tuple[str, ...], *formulas: str) -> np.ndarray:
    counts = [element_counts(formula) for formula in formulas]
    amounts = np.array([[count.get(symbol, 0) for symbol in symbols] for count in counts], dtype=float)
    return amounts / amounts.sum(axis=1, keepdims=True)


def reacting(*formulas: str, cutoff_v: float = 0.0, ion: str = "Li", **more: object) -> Reactivity:
    arrays = PhaseArrays.from_table(TABLE)
    options = {"parameters": PARAMETERS, **more}
    return reactivity(arrays, fractions(arrays.symbols, *formulas), ion=ion, charge=1, cutoff_v=cutoff_v, **options)


@pytest.mark.parametrize(
    ("formula", "share"),
    [
        ("TiSi2", 1 / 3),
        ("Cu6Sn5", 6 / 11),
        ("Mg2Si", 0.0),
        ("SiC", 1 / 2),
        ("MgNiSn", 1 / 3),
        ("Fe", 1.0),
        ("SiHe", np.nan),
    ],
)
def test_skeleton_is_what_takes_no_lithium(formula: str, share: float) -> None:
    symbols = tuple(sorted({*element_counts(formula), "Zn", "He"}))
    assert skeleton_fraction(symbols, fractions(symbols, formula))[0] == pytest.approx(share, nan_ok=True)


@pytest.mark.parametrize(
    ("formula", "value"),
    # 298.15 K over melting points of 1687, 505.08, 692.68, 923, 1115 and 302.91 K.
    [("TiSi2", 0.177), ("FeSn2", 0.590), ("FeZn13", 0.430), ("Mg2Si", 0.323), ("CaSi2", 0.267), ("Ga2Si", 0.984)],
)
def test_homologous_temperature_is_that_of_the_most_mobile_constituent(formula: str, value: float) -> None:
    symbols = tuple(sorted(element_counts(formula)))
    assert homologous_temperature(symbols, fractions(symbols, formula))[0] == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize(
    ("element", "melting_point_k"),
    # CRC Handbook of Chemistry and Physics, 97th ed., section 4.
    [
        ("Mg", 923),
        ("Al", 933.5),
        ("Cr", 2180),
        ("Fe", 1811),
        ("Y", 1795),
        ("La", 1193),
        ("Ce", 1072),
        ("Yb", 1092),
        ("W", 3687),
    ],
)
def test_melting_points(element: str, melting_point_k: float) -> None:
    assert element_mobility().loc[element, "melting_point_k"] == pytest.approx(melting_point_k, rel=0.005)


def test_every_partner_is_known() -> None:
    assert set(GROUP_OF) - RADIOACTIVE <= set(element_mobility().index)


@pytest.mark.parametrize(
    ("formula", "cutoff_v", "ev"),
    [
        ("Si", 0.0, 0.95),
        ("Si", 0.2, 0.3),
        ("TiSi2", 0.0, 0.85 / 3),
        ("TiSi2", 0.1, (0.3 + 0.45 - 0.275) / 3),
        ("TiSi2", 0.4, 0.0),
        ("TiSi", 0.0, 0.0),
        # Not a phase: Si and TiSi2.
        ("TiSi3", 0.0, (0.95 + 0.85) / 4),
    ],
)
def test_reaction_energy_by_hand(formula: str, cutoff_v: float, ev: float) -> None:
    assert reacting(formula, cutoff_v=cutoff_v).reaction_energy_ev_per_atom[0] == pytest.approx(ev, abs=1e-12)


def test_probability_by_hand() -> None:
    found = reacting("TiSi2", "Si", "TiSi", "Ti")
    load = (1 / 3) / (298.15 / 1687 * 0.85 / 3)
    assert found.skeleton_load_per_ev == pytest.approx([load, 0.0, np.inf, np.inf])
    assert found.probability == pytest.approx([1 / (1 + (load / 2) ** 3), 1.0, 0.0, 0.0])


def test_several_systems_keep_their_order() -> None:
    formulas = ("Ti", "TiSi2", "Si", "TiSi3", "Si")
    together = reacting(*formulas).probability
    assert together == pytest.approx([reacting(formula).probability[0] for formula in formulas])


def test_other_ions_are_unknown() -> None:
    assert np.isnan(reacting("Si", "Si", ion="Ti").probability).all()


def test_unknown_elements_are_unknown() -> None:
    assert np.isnan(skeleton_load_per_ev(np.array([np.nan]), np.array([np.nan]), np.array([0.2]))).all()


def test_known_probabilities_win() -> None:
    known = {"Si4Ti2": 0.25, "FeSi2": 1.0}
    assert reacting("TiSi2", "TiSi", known_probabilities=known).probability == pytest.approx([0.25, 0.0])


@pytest.mark.parametrize(
    "given_settings",
    [
        {"known_probabilities": {"TiSi2": 1.5}},
        {"known_probabilities": {"Xy2": 0.5}},
        {"reacts_from_probability": 1.0},
        {"reacts_from": 0.5},
    ],
)
def test_wrong_settings_are_refused(given_settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReactivityRule(**given_settings)


@given(st.lists(st.floats(0.0, 1e6), min_size=2), st.floats(0.1, 10.0), st.floats(0.1, 10.0))
def test_probability_falls_with_the_load(loads: list[float], half: float, exponent: float) -> None:
    parameters = ReactivityParameters(half_load_per_ev=half, exponent=exponent)
    found = reaction_probability(np.sort(loads), parameters)
    assert (np.diff(found) <= 0.0).all()
    assert ((found >= 0.0) & (found <= 1.0)).all()
    assert reaction_probability(np.array([half]), parameters)[0] == pytest.approx(0.5)
