"""The excess of three-phase mixtures against a linear program over their corners, pymatgen's hull, and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from composite_groups import mixture_group, pair_group
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pymatgen.analysis.phase_diagram import PhaseDiagram
from reference_diagrams import FINE, Phases, composition, phase_diagram, random_phases
from scipy.optimize import linprog, minimize_scalar

from tieline.core.elements import masses_g_per_mol
from tieline.thermo.hull import Hull, lower_hull
from tieline.thermo.mixtures import composite_excess_ev_per_atom, triangle_excess_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

MASSES = np.array([27.0, 63.5, 6.9])


def excess(phases: Phases, triple: list[int], window: tuple[float, float]) -> float:
    fractions = phases.fractions[triple]
    (value,) = triangle_excess_ev_per_atom(
        lower_hull(phases.fractions, phases.energies),
        fractions[None],
        phases.energies[triple][None],
        (fractions @ MASSES)[None],
        weight_fraction_window=window,
    )
    return float(value)


def by_linear_program(hull: Hull, phases: Phases, triple: list[int], window: tuple[float, float]) -> float:
    """Maximise z over atoms n of A, B1 and B2 with z <= n . E - mu_f . c(n) for every facet, within the window."""
    fractions, energies = phases.fractions[triple], phases.energies[triple]
    masses = fractions @ MASSES
    above = energies[None, :] - hull.chemical_potentials_ev @ fractions.T
    rows = [np.append(-row, 1.0) for row in above]
    weight_b = np.array([0.0, 1.0, 1.0]) * masses
    rows += [np.append(window[0] * masses - weight_b, 0.0), np.append(weight_b - window[1] * masses, 0.0)]
    program = linprog(
        [0.0, 0.0, 0.0, -1.0],
        A_ub=np.array(rows),
        b_ub=np.zeros(len(rows)),
        A_eq=[[1.0, 1.0, 1.0, 0.0]],
        b_eq=[1.0],
        bounds=[(0.0, None)] * 3 + [(None, None)],
    )
    return float(-program.fun)


@pytest.mark.parametrize("window", [(0.6, 0.95), (0.1, 0.9), (0.5, 0.5)])
@given(random_phases(FINE, n_elements=(3, 3)), st.randoms(use_true_random=False))
def test_excess_is_the_linear_programs(window: tuple[float, float], phases: Phases, random: object) -> None:
    triple = random.sample(range(len(phases.energies)), 3)  # type: ignore[attr-defined]
    assume(abs(np.linalg.det(phases.fractions[triple])) > 1e-6)
    hull = lower_hull(phases.fractions, phases.energies)
    expected = by_linear_program(hull, phases, triple, window)
    assert excess(phases, triple, window) == pytest.approx(max(expected, 0.0), abs=1e-7)


@given(random_phases(FINE, n_elements=(3, 3)))
def test_corners_of_a_facet_coexist(phases: Phases) -> None:
    hull = lower_hull(phases.fractions, phases.energies)
    for facet in hull.vertices.tolist():
        assert excess(phases, facet, (0.1, 0.9)) == pytest.approx(0.0, abs=1e-9)


def test_stable_phase_within_the_triangle_by_hand() -> None:
    """The elements with A1B1C1 at -0.6 eV/atom: a third of the atoms each, where they lie 0.6 above it.

    With 27 + 63.5 + 6.9 = 97.4 g, B and C are 72.3 wt% there; a window that ends below sees only its border.
    """
    phases = Phases(np.array([[1, 1, 1]]), np.array([-0.6])).with_elements()
    assert excess(phases, [0, 1, 2], (0.6, 0.95)) == pytest.approx(0.6)
    assert 0.0 < excess(phases, [0, 1, 2], (0.1, 0.2)) < 0.6


def test_lines_that_cross_break_the_triangle() -> None:
    """B and C coexist with A alone, but BC lies below their tie-line: half of the atoms in BC, 0.4 eV/atom."""
    phases = Phases(np.array([[0, 1, 1]]), np.array([-0.4])).with_elements()
    # A third each by atoms, A at 27 of 97.4 g: 2/3 of the atoms are in BC.
    at = (63.5 + 6.9) / 97.4
    assert excess(phases, [0, 1, 2], (at, at)) == pytest.approx(0.4 * 2 / 3)


def arrays(phases: Phases) -> PhaseArrays:
    table = pd.DataFrame({"formula": phases.formulas, "formation_energy_ev_per_atom": phases.energies})
    return PhaseArrays.from_table(table.assign(volume_a3_per_atom=1.0))


def above_pymatgens_hull(diagram: PhaseDiagram, phases: Phases, rows: list[int], weights: NDArray[np.float64]) -> float:
    """Return how far a mixture of some weights of phases lies above the hull, in eV per atom."""
    atoms = weights / (phases.fractions[rows] @ masses_g_per_mol(list(phases.symbols)))
    atoms /= atoms.sum()
    at = composition(phases, atoms @ phases.fractions[rows])
    return float(atoms @ phases.energies[rows] - diagram.get_hull_energy_per_atom(at))


def highest_above_pymatgens_hull(phases: Phases, triple: list[int], window: tuple[float, float]) -> float:
    """Along lines of one weight fraction of B, and from line to line, the excess has one maximum: it is concave."""
    diagram = phase_diagram(phases)

    def at(w: float, share: float) -> float:
        return above_pymatgens_hull(diagram, phases, triple, np.array([1 - w, w * share, w * (1 - share)]))

    def highest(function: object, low: float, high: float) -> float:
        found = minimize_scalar(lambda x: -function(x), bounds=(low, high), method="bounded")  # type: ignore[operator]
        return max(-float(found.fun), function(low), function(high))  # type: ignore[operator]

    return highest(lambda w: highest(lambda share: at(w, share), 0.0, 1.0), *window)


@settings(max_examples=15)
@given(random_phases(FINE, n_elements=(3, 3), max_size=8), st.randoms(use_true_random=False))
def test_composites_of_two_phases_b_against_pymatgens_phase_diagram(phases: Phases, random: object) -> None:
    """As the workflow has it: hulls of the system, masses of the elements, shares of B1 and B2 left open."""
    triple = random.sample(range(len(phases.energies)), 3)  # type: ignore[attr-defined]
    assume(abs(np.linalg.det(phases.fractions[triple])) > 1e-6)
    window = (0.6, 0.95)
    table = arrays(phases)
    _, hull = SystemHulls(table).hull(phases.symbols)
    groups = mixture_group(phases.symbols, [triple, [triple[0], triple[2], triple[1]]])
    found = composite_excess_ev_per_atom(
        table, groups, hull, table.formation_energy_ev_per_atom, weight_fraction_window=window
    )
    expected = highest_above_pymatgens_hull(phases, triple, window)
    assert found == pytest.approx([expected, expected], abs=1e-4)
    assert found.min() > expected - 1e-9


@settings(max_examples=15)
@given(random_phases(FINE, n_elements=(2, 4), max_size=8), st.randoms(use_true_random=False))
def test_composites_of_one_phase_b_against_pymatgens_phase_diagram(phases: Phases, random: object) -> None:
    a, b = random.sample(range(len(phases.energies)), 2)  # type: ignore[attr-defined]
    table, diagram = arrays(phases), phase_diagram(phases)
    _, hull = SystemHulls(table).hull(phases.symbols)
    (found,) = composite_excess_ev_per_atom(
        table,
        pair_group(phases.symbols, [a], [b]),
        hull,
        table.formation_energy_ev_per_atom,
        weight_fraction_window=(0.6, 0.95),
    )

    def above(w: float) -> float:
        return above_pymatgens_hull(diagram, phases, [a, b], np.array([1 - w, w]))

    highest = minimize_scalar(lambda w: -above(w), bounds=(0.6, 0.95), method="bounded").fun
    expected = max(-float(highest), above(0.6), above(0.95))
    assert expected - 1e-9 < found < expected + 1e-4


def test_phases_on_one_line_coexist_in_no_triangle() -> None:
    """A with AB2C2 and AB4C4, which is A's mixture with BC: no shares of theirs are a plane."""
    phases = Phases(np.array([[1, 2, 2], [1, 4, 4], [0, 1, 2]]), np.array([-0.5, -0.5, -0.5])).with_elements()
    table = arrays(phases)
    hull = lower_hull(phases.fractions, phases.energies)
    found = composite_excess_ev_per_atom(
        table,
        mixture_group(phases.symbols, [(0, 3, 4), (0, 3, 5)]),
        hull,
        phases.energies,
        weight_fraction_window=(0.6, 0.95),
    )
    assert np.isinf(found).tolist() == [True, False]
