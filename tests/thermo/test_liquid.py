"""Melting in the regular-solution model, against root finders, by hand, and against assessed diagrams."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from reference_melting import CONGRUENT_MELTING_C, TRANSITIONS
from scipy.optimize import LinearConstraint, brentq, minimize

from tieline.core.formulas import composition_key, element_counts
from tieline.data import DATA
from tieline.thermo.liquid import (
    MIXING_SHARE,
    MIXING_SHARE_ERROR,
    Fusion,
    first_liquid_k,
    interaction_ev,
    liquidus_k,
    pair_interactions,
)

R = 8.314462618e-3
KJ = 1.0 / 96.48533212

MELTING = {
    symbol: (TRANSITIONS[symbol].melting_point_k, TRANSITIONS[symbol].fusion_enthalpy_kj_per_mol)
    for symbol in TRANSITIONS
}


def fusion_of(*symbols: str) -> Fusion:
    return Fusion.of(symbols, TRANSITIONS)


def first(symbols: tuple[str, ...], b: list[float], energy: float, share: float = 0.74) -> float:
    """Return the first liquid beside the first of `symbols`."""
    return first_of(symbols, [b], [energy], share)


def first_of(symbols: tuple[str, ...], parts: list[list[float]], energies: list[float], share: float = 0.74) -> float:
    """Return the first liquid of the first of `symbols` and one or two phases B."""
    fractions = np.array([[np.eye(len(symbols))[0], *parts]])
    return float(
        first_liquid_k(fusion_of(*symbols), fractions, np.array([[0.0, *energies]]) * KJ, shares=(share,))[0, 0]
    )


@pytest.mark.parametrize("pair", [("Si", "Ag"), ("Zn", "Cd"), ("Sn", "Pb"), ("Sn", "Mo")])
def test_ideal_eutectic_of_elements_is_where_schroeders_curves_cross(pair: tuple[str, str]) -> None:
    """ln x_i = -H_i / R (1/T - 1/T_i) on either side; the two add up to one at the eutectic."""

    def surplus(temperature_k: float) -> float:
        return sum(np.exp(-h / R * (1.0 / temperature_k - 1.0 / t)) for t, h in map(MELTING.get, pair)) - 1.0

    eutectic = brentq(surplus, 100.0, min(MELTING[symbol][0] for symbol in pair))
    assert first(pair, [0.0, 1.0], 0.0) == pytest.approx(eutectic, abs=0.5)


def test_never_above_the_melting_point_of_a() -> None:
    """An alloy that forms with a loss of energy, or a refractory one, leaves A to melt by itself."""
    for energy in (5.0, 0.0, -60.0):
        assert first(("Sn", "W"), [0.4, 0.6], energy, share=0.3) <= MELTING["Sn"][0]
    assert first(("Sn", "W"), [0.4, 0.6], -60.0, share=0.3) == pytest.approx(MELTING["Sn"][0], abs=0.5)


def test_compound_a_melts_by_itself_at_the_latest() -> None:
    """Mg2Si at -20 kJ/mol: (22.39 - 0.26 x -20 kJ) over (elements' entropies + ideal mixing), by hand 1293 K."""
    enthalpy = (2.0 * 8.48 + 50.21) / 3.0 + 0.26 * 20.0
    entropy = (2.0 * 8.48 / 923.15 + 50.21 / 1687.15) / 3.0 - R * (2 / 3 * np.log(2 / 3) + np.log(1 / 3) / 3)
    mg2si = np.array([[[2 / 3, 1 / 3]] * 2])
    found = first_liquid_k(fusion_of("Mg", "Si"), mg2si, np.full((1, 2), -20.0 * KJ), shares=(0.74, 0.9))
    assert found[0] == pytest.approx([enthalpy / entropy], rel=1e-6)
    assert found[1] == pytest.approx([(enthalpy - 0.16 * 20.0) / entropy], rel=1e-6)
    assert enthalpy / entropy == pytest.approx(1293.0, abs=1.0)


def test_ideal_eutectic_of_three_elements() -> None:
    """The three of Schroeder's curves add up to one; the sides of the triangle melt at higher temperatures."""
    symbols = ("Sn", "Pb", "Cd")

    def surplus(temperature_k: float) -> float:
        return sum(np.exp(-h / R * (1.0 / temperature_k - 1.0 / t)) for t, h in map(MELTING.get, symbols)) - 1.0

    found = first_of(symbols, [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], [0.0, 0.0])
    assert found == pytest.approx(brentq(surplus, 100.0, MELTING["Sn"][0]), abs=1.0)
    assert found < min(first(("Sn", "Pb"), [0.0, 1.0], 0.0), first(("Sn", "Cd"), [0.0, 1.0], 0.0)) - 10.0


@pytest.mark.parametrize("energies", [(-48.0, -42.0), (-20.0, 10.0), (0.0, 0.0)])
def test_first_liquid_of_two_silicides_is_the_minimum_over_the_triangle(energies: tuple[float, float]) -> None:
    """Si + NiSi2 + TiSi2, a, b and c mol of atoms: W = 0.74 x 9/2 E; Ni and Ti take the mean."""
    melting_k, h = np.array([MELTING[symbol] for symbol in ("Si", "Ni", "Ti")]).T

    def melts_at(shares: NDArray[np.float64]) -> float:
        nisi2, tisi2 = shares
        x = np.array([1.0 - (nisi2 + tisi2) / 3.0, nisi2 / 3.0, tisi2 / 3.0])
        of_solids = nisi2 * energies[0] + tisi2 * energies[1]
        of_metals = of_solids / (nisi2 + tisi2)
        mixing = 0.74 * 4.5 * (energies[0] * x[0] * x[1] + energies[1] * x[0] * x[2] + of_metals * x[1] * x[2])
        return float((x @ h + mixing - of_solids) / (x @ (h / melting_k) - R * (x @ np.log(x))))

    inside = LinearConstraint([[1.0, 1.0]], 0.0, 1.0)
    starts = [np.array([b, c]) for b in (0.05, 0.4) for c in (0.05, 0.4)]
    bounds = [(1e-9, 1.0)] * 2
    lowest = min(minimize(melts_at, start, bounds=bounds, constraints=inside, method="SLSQP").fun for start in starts)
    found = first_of(("Si", "Ni", "Ti"), [[2 / 3, 1 / 3, 0.0], [2 / 3, 0.0, 1 / 3]], list(energies))
    assert found == pytest.approx(lowest, abs=1.0)


def test_a_phase_beside_itself_is_one_phase() -> None:
    tisi2 = [2 / 3, 1 / 3]
    assert first_of(("Si", "Ti"), [tisi2, tisi2], [-50.0, -50.0]) == pytest.approx(first(("Si", "Ti"), tisi2, -50.0))


@pytest.mark.parametrize("energy", [-40.0, -10.0, 5.0])
@pytest.mark.parametrize("x", [0.95, 0.8])
def test_liquidus_of_silicon_is_that_of_a_regular_solution(energy: float, x: float) -> None:
    """H (1 - T/T_m) + W (1 - x)^2 + R T ln x = 0, W from CoSi2: 0.74 E over 2/9."""
    w = 0.74 * energy / (2 / 9)
    melting_k, h = MELTING["Si"]
    expected = brentq(lambda t: h * (1.0 - t / melting_k) + w * (1.0 - x) ** 2 + R * t * np.log(x), 1.0, 5000.0)
    cosi2 = np.array([[1 / 3, 2 / 3]])
    found = liquidus_k(
        fusion_of("Co", "Si"),
        np.array([[1.0 - x, x]]),
        interaction_ev(cosi2, np.array([energy * KJ]))[:, None, None] * (1.0 - np.eye(2)),
        np.array([[[0.0, 1.0]]]),
        np.zeros((1, 1)),
    )
    assert found == pytest.approx([min(expected, melting_k)], rel=1e-6)


def test_ternary_interaction_is_summed_over_pairs() -> None:
    """Of x = 1/2, 1/4, 1/4: 1/8 + 1/8 + 1/16 = 5/16; elements do not interact with themselves."""
    fractions = np.array([[0.5, 0.25, 0.25], [0.0, 1.0, 0.0]])
    assert interaction_ev(fractions, np.array([-0.5, 0.1]), share=0.8) == pytest.approx([-0.4 / (5 / 16), 0.0])


def test_partial_enthalpies_of_a_ternary_melt_are_derivatives() -> None:
    """A ternary compound's own liquidus: with the Gibbs energy n G(n) of the melt, mu_i by finite differences."""
    fusion, y = fusion_of("Ni", "Si", "Ti"), np.array([0.4, 0.35, 0.25])
    w = np.array([[0.0, -0.9, -0.4], [-0.9, 0.0, -1.6], [-0.4, -1.6, 0.0]])
    solid, energy = np.array([1 / 3, 1 / 3, 1 / 3]), -0.6

    def gibbs(amounts: NDArray[np.float64], t: float) -> float:
        n = amounts.sum()
        x = amounts / n
        melt = fusion.enthalpy_ev_per_atom * (1.0 - t / fusion.melting_point_k)
        mixing = -0.9 * x[0] * x[1] - 0.4 * x[0] * x[2] - 1.6 * x[1] * x[2] + R * KJ * t * (x * np.log(x)).sum()
        return float(n * (x @ melt + mixing))

    def surplus(t: float) -> float:
        steps = 1e-6 * np.eye(3)
        mu = np.array([(gibbs(y + step, t) - gibbs(y - step, t)) / 2e-6 for step in steps])
        return float(solid @ mu) - energy

    found = liquidus_k(fusion, y[None], w[None], solid[None, None], np.array([[energy]]))
    assert found == pytest.approx([brentq(surplus, 100.0, 5000.0)], rel=1e-5)


def test_pairs_of_elements_interact_as_in_the_phases_that_hold_both() -> None:
    """Si, NiSi2 of W = -1 eV and a fifth of the atoms, TiSi2 of -2 eV and two fifths, NiTiSi of -4 eV and none or one.

    Ni and Ti are together in NiTiSi alone; without it they take the mean of NiSi2 and TiSi2, (-1 x 1 - 2 x 2) / 3. With
    it, Ni and Si have (-1 - 4) / 2, Ti and Si (-2 x 2 - 4) / 3.
    """
    phases = np.array([[[0.0, 1.0, 0.0], [1 / 3, 2 / 3, 0.0], [0.0, 2 / 3, 1 / 3], [1 / 3, 1 / 3, 1 / 3]]])
    atoms = np.array([[0.4, 0.2, 0.4, 0.0], [0.2, 0.2, 0.4, 0.2]])
    found = pair_interactions(phases, np.array([[0.0, -1.0, -2.0, -4.0]]), atoms)
    ni_si, ni_ti, si_ti = (0, 1), (0, 2), (1, 2)
    for melt, expected in enumerate(
        [{ni_si: -1.0, si_ti: -2.0, ni_ti: -5 / 3}, {ni_si: -2.5, si_ti: -8 / 3, ni_ti: -4.0}]
    ):
        for (i, j), value in expected.items():
            assert found[0, melt, [i, j], [j, i]] == pytest.approx([value, value])
        assert np.diagonal(found[0, melt]).tolist() == [0.0, 0.0, 0.0]


def test_elements_without_data_have_no_temperature() -> None:
    assert np.isnan(first(("Si", "Pm"), [2 / 3, 1 / 3], -50.0))


@pytest.fixture(scope="module")
def congruent() -> pd.DataFrame:
    """Return melting points and, for every compound, the model's enthalpies in kJ/mol and entropy in kJ/(mol K)."""
    phases = pd.read_parquet(DATA / "phases/embedded.parquet", columns=["formula", "formation_energy_ev_per_atom"])
    lowest = phases.groupby(phases["formula"].map(composition_key))["formation_energy_ev_per_atom"].min()
    rows = []
    for formula, celsius in CONGRUENT_MELTING_C.items():
        counts = element_counts(formula)
        x = np.array(list(counts.values())) / sum(counts.values())
        melting_k, h = np.array([MELTING[symbol] for symbol in counts]).T
        rows.append((celsius + 273.15, x @ h, x @ (h / melting_k) - R * (x @ np.log(x)), x @ melting_k))
    found = pd.DataFrame(rows, columns=["melting_k", "enthalpy", "entropy", "mean_k"], index=list(CONGRUENT_MELTING_C))
    return found.assign(formation=[lowest[composition_key(formula)] / KJ for formula in found.index])


def test_mixing_share_is_the_least_squares_value_of_congruent_melting(congruent: pd.DataFrame) -> None:
    """T = (enthalpy + (share - 1) E) / entropy is linear in the share."""
    slope = congruent["formation"] / congruent["entropy"]
    rest = congruent["melting_k"] - congruent["enthalpy"] / congruent["entropy"]
    assert 1.0 + (slope @ rest) / (slope @ slope) == pytest.approx(MIXING_SHARE, abs=0.01)
    assert (1.0 + rest / slope).std() == pytest.approx(MIXING_SHARE_ERROR, abs=0.04)
    left_out = 1.0 + (slope @ rest - slope * rest) / (slope @ slope - slope**2)
    predicted = (congruent["enthalpy"] + (left_out - 1.0) * congruent["formation"]) / congruent["entropy"]
    assert (predicted - congruent["melting_k"]).abs().mean() == pytest.approx(240.0, abs=10.0)
