"""Hulls against pymatgen, against linear programming, and in every degenerate case we could think of."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray
from reference_diagrams import COARSE, FINE, Phases, composition, lowest_energy, phase_diagram, random_phases

from tieline.thermo.hull import Hull, lower_hull

TOLERANCE_EV = 1e-9


def hull_of(phases: Phases) -> Hull:
    return lower_hull(phases.fractions, phases.energies)


def some_compositions(n_elements: int, count: int = 4) -> NDArray[np.float64]:
    return np.random.default_rng(n_elements).dirichlet(np.ones(n_elements), count)


def pymatgen_energies(phases: Phases, fractions: NDArray[np.float64]) -> list[float]:
    diagram = phase_diagram(phases)
    return [diagram.get_hull_energy_per_atom(composition(phases, row)) for row in fractions]


@given(random_phases(FINE))
def test_energies_are_pymatgens(phases: Phases) -> None:
    fractions = np.vstack([phases.fractions, some_compositions(phases.fractions.shape[1])])
    energies = hull_of(phases).energies_ev(fractions)
    np.testing.assert_allclose(energies, pymatgen_energies(phases, fractions), rtol=0, atol=TOLERANCE_EV)


@settings(max_examples=15)
@given(random_phases(COARSE))
def test_energies_are_the_linear_programs_where_many_tie(phases: Phases) -> None:
    fractions = np.vstack([phases.fractions, some_compositions(phases.fractions.shape[1])])
    expected = [lowest_energy(phases, row) for row in fractions]
    np.testing.assert_allclose(hull_of(phases).energies_ev(fractions), expected, rtol=0, atol=TOLERANCE_EV)


@given(random_phases(FINE))
def test_stable_phases_are_pymatgens(phases: Phases) -> None:
    hull = hull_of(phases)
    stable = {int(entry.entry_id) for entry in phase_diagram(phases).stable_entries}
    # Of several phases of one composition and energy either may stand for all; compare what they are.
    ours = {(*phases.fractions[row], phases.energies[row]) for row in np.unique(hull.vertices)}
    theirs = {(*phases.fractions[row], phases.energies[row]) for row in stable}
    assert ours == theirs


@given(random_phases(COARSE))
def test_corner_amounts_make_up_the_mixture_and_its_energy(phases: Phases) -> None:
    hull = hull_of(phases)
    amounts = np.vstack([phases.fractions, 7.0 * some_compositions(phases.fractions.shape[1])])
    rows, atoms = hull.corner_amounts(amounts)
    assert (atoms >= 0.0).all()
    made = np.einsum("pv,pve->pe", atoms, phases.fractions[rows])
    np.testing.assert_allclose(made, amounts, rtol=0, atol=1e-10)
    energies = (atoms * phases.energies[rows]).sum(axis=1)
    np.testing.assert_allclose(energies, hull.energies_ev(amounts), rtol=0, atol=TOLERANCE_EV)


@given(random_phases(COARSE))
def test_hull_energy_is_homogeneous_and_no_phase_is_below_it(phases: Phases) -> None:
    hull = hull_of(phases)
    np.testing.assert_allclose(
        hull.energies_ev(3.0 * phases.fractions), 3.0 * hull.energies_ev(phases.fractions), rtol=1e-12, atol=1e-12
    )
    assert (hull.energies_ev(phases.fractions) <= phases.energies + TOLERANCE_EV).all()


DEGENERATE = {
    "no compound": ([], []),
    "compound of zero energy": ([[1, 1, 0], [1, 2, 1]], [0.0, 0.0]),
    "compound above the elements": ([[1, 1, 0], [1, 1, 1]], [0.1, 0.2]),
    "the same phase twice": ([[1, 1, 1], [1, 1, 1], [2, 2, 2]], [-0.3, -0.3, -0.3]),
    "polymorphs": ([[1, 1, 0], [1, 1, 0], [2, 2, 0], [1, 0, 0]], [-0.3, -0.4, -0.1, 0.2]),
    "three on a line": ([[1, 1, 0], [3, 1, 0]], [-0.4, -0.2]),
    "all on one plane": ([[1, 1, 0], [1, 0, 1], [0, 1, 1], [1, 1, 1], [2, 1, 1]], [-0.5] * 5),
    "square of coplanar corners": ([[2, 1, 1], [1, 2, 1], [1, 1, 2], [1, 3, 4]], [-0.3, -0.3, -0.3, -0.3]),
    "flat all over": ([[1, 1, 1], [2, 1, 0], [1, 2, 3]], [-1e-13, -1e-13, -1e-13]),
    "one stable point in the middle": ([[1, 1, 1]], [-2.0]),
    "hardly below": ([[1, 1, 0], [0, 1, 1], [1, 1, 1]], [-1e-8, -1e-8, -2e-8]),
    "deep": ([[1, 1, 0], [0, 1, 1], [1, 2, 1]], [-50.0, -40.0, -60.0]),
}


@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_systems(case: str) -> None:
    counts, energies = DEGENERATE[case]
    phases = Phases(np.array(counts, dtype=int).reshape(-1, 3), np.array(energies)).with_elements()
    fractions = np.vstack([phases.fractions, some_compositions(3, 20)])
    hull = hull_of(phases)
    np.testing.assert_allclose(
        hull.energies_ev(fractions), pymatgen_energies(phases, fractions), rtol=0, atol=TOLERANCE_EV
    )
    rows, atoms = hull.corner_amounts(fractions)
    np.testing.assert_allclose(np.einsum("pv,pve->pe", atoms, phases.fractions[rows]), fractions, rtol=0, atol=1e-10)


@pytest.mark.parametrize("n_elements", [2, 3, 4, 5])
def test_compounds_of_nearly_one_composition(n_elements: int) -> None:
    """Large cells that differ by one atom span tiny simplices, which are facets like any other."""
    cell = np.full(n_elements, 100)
    counts = np.vstack([cell, cell + np.eye(n_elements, dtype=int)])
    # On the way from the cell to an element the energy rises by 0.5 eV/atom, or 1 meV/atom for one atom in 501.
    phases = Phases(counts, np.array([-0.5, *(-0.4996 - 1e-5 * i for i in range(n_elements))])).with_elements()
    inside = np.random.default_rng(1).dirichlet(np.ones(n_elements + 1), 20) @ phases.fractions[n_elements:]
    expected = [lowest_energy(phases, row) for row in inside]
    np.testing.assert_allclose(hull_of(phases).energies_ev(inside), expected, rtol=0, atol=TOLERANCE_EV)


def test_one_element() -> None:
    hull = lower_hull(np.ones((3, 1)), np.array([0.2, 0.0, 0.1]))
    assert hull.vertices.tolist() == [[1]]
    assert hull.energies_ev(np.array([[2.0]])).tolist() == [0.0]


def test_binary_by_hand() -> None:
    """AB at -0.4 eV/atom: its facet with A has mu_A = 0 and mu_B = -0.8 eV, for (0 - 0.8) / 2 = -0.4.

    A3B at -0.1 eV/atom lies above the line A-AB, which is at -0.2 eV/atom there.
    """
    phases = Phases(np.array([[1, 1], [3, 1]]), np.array([-0.4, -0.1])).with_elements()
    hull = hull_of(phases)
    assert sorted(map(sorted, hull.vertices.tolist())) == [[0, 2], [1, 2]]
    np.testing.assert_allclose(sorted(hull.chemical_potentials_ev.tolist()), [[-0.8, 0.0], [0.0, -0.8]], atol=1e-15)
    rows, atoms = hull.corner_amounts(np.array([[3.0, 1.0]]))
    held = {int(row): float(amount) for row, amount in zip(rows[0], atoms[0], strict=True)}
    assert held == pytest.approx({0: 2.0, 2: 2.0})
