"""The excess of three-phase mixtures against a linear program over their corners, and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference_diagrams import FINE, Phases, random_phases
from scipy.optimize import linprog

from tieline.thermo.hull import Hull, lower_hull
from tieline.thermo.mixtures import triangle_excess_ev_per_atom

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
