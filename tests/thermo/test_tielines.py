"""The tie-line excess against scans along the segment and linear programs at every point of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from reference_diagrams import COARSE, FINE, Phases, lowest_energy, random_phases

from tieline.thermo.hull import lower_hull
from tieline.thermo.tielines import atomic_fraction_b, tie_line_excess_ev_per_atom


def excess(
    phases: Phases, row_a: NDArray[np.int64], row_b: NDArray[np.int64], window: tuple[float, float] = (0.0, 1.0)
) -> NDArray[np.float64]:
    return tie_line_excess_ev_per_atom(
        lower_hull(phases.fractions, phases.energies),
        phases.fractions[row_a],
        phases.energies[row_a],
        phases.fractions[row_b],
        phases.energies[row_b],
        window=tuple(np.full(len(row_a), end) for end in window),  # type: ignore[arg-type]
    )


def every_pair(phases: Phases) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    row_a, row_b = np.triu_indices(len(phases.energies), 1)
    return row_a, row_b


def mixtures(phases: Phases, a: int, b: int, shares: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Return fractions and energies of A+B where the given share of the atoms sits in B."""
    t = shares[:, None]
    fractions = phases.fractions[a] * (1 - t) + phases.fractions[b] * t
    return fractions, phases.energies[a] * (1 - shares) + phases.energies[b] * shares


@settings(max_examples=15)
@pytest.mark.parametrize("window", [(0.0, 1.0), (0.2, 0.7), (0.5, 0.5)])
@given(st.one_of(random_phases(FINE), random_phases(COARSE)))
def test_scan_along_the_segment_approaches_the_excess_from_below(window: tuple[float, float], phases: Phases) -> None:
    row_a, row_b = every_pair(phases)
    hull = lower_hull(phases.fractions, phases.energies)
    found = excess(phases, row_a, row_b, window)
    shares = np.linspace(*window, 401)
    for a, b, value in zip(row_a, row_b, found, strict=True):
        fractions, energies = mixtures(phases, a, b, shares)
        scanned = (energies - hull.energies_ev(fractions)).max()
        assert scanned <= value + 1e-9
        # A kink lies at most half a step away; the excess changes by at most the spread of slopes on the way.
        steepest = np.ptp((phases.fractions[b] - phases.fractions[a]) @ hull.chemical_potentials_ev.T)
        assert value <= scanned + steepest * (shares[1] - shares[0]) + 1e-9


@settings(max_examples=10)
@given(random_phases(FINE, n_elements=(3, 4)), st.randoms())
def test_excess_is_the_linear_programs_at_its_largest(phases: Phases, random: st.random.Random) -> None:
    row_a, row_b = every_pair(phases)
    pick = random.randrange(len(row_a))
    a, b = row_a[pick], row_b[pick]
    shares = np.linspace(0.0, 1.0, 21)
    fractions, energies = mixtures(phases, a, b, shares)
    above = np.array([e - lowest_energy(phases, f) for f, e in zip(fractions, energies, strict=True)])
    # Concave along the segment, so the largest value lies within a step of the largest of the scan.
    assert (np.diff(above, 2) <= 1e-8).all()
    (value,) = excess(phases, np.array([a]), np.array([b]))
    assert above.max() <= value + 1e-8
    (same,) = excess(phases, np.array([b]), np.array([a]))
    assert same == pytest.approx(value, abs=1e-9)


@given(random_phases(FINE, n_elements=(2, 4)))
def test_excess_is_zero_exactly_for_corners_of_one_facet(phases: Phases) -> None:
    hull = lower_hull(phases.fractions, phases.energies)
    neighbours = {(int(a), int(b)) for facet in hull.vertices for a in facet for b in facet if a < b}
    row_a, row_b = (np.array(rows) for rows in zip(*sorted(neighbours), strict=True))
    assert excess(phases, row_a, row_b) == pytest.approx(0.0, abs=1e-10)


@given(random_phases(FINE, n_elements=(2, 4)))
def test_stable_pairs_coexist_if_their_midpoint_does(phases: Phases) -> None:
    hull = lower_hull(phases.fractions, phases.energies)
    stable = np.unique(hull.vertices)
    assume(len(stable) > 1)
    i, j = np.triu_indices(len(stable), 1)
    row_a, row_b = stable[i], stable[j]
    found = excess(phases, row_a, row_b)
    middle = (phases.fractions[row_a] + phases.fractions[row_b]) / 2
    at_middle = (phases.energies[row_a] + phases.energies[row_b]) / 2 - hull.energies_ev(middle)
    np.testing.assert_array_equal(found < 1e-9, at_middle < 1e-9)


TI_SI = Phases(np.array([[1, 2], [1, 1]]), np.array([-0.5, -0.7])).with_elements()
"""Elements 0 and 1, then 0 1_2 and 0 1, all on the hull."""


def test_excess_by_hand() -> None:
    """Elements A and B with AB2 at -0.5 eV/atom between AB (-0.7) and B (0).

    Mixtures of AB and B lie above the hull most at the composition of AB2, x_B = 2/3, that is a third of the
    atoms in B: -0.7 * 2/3 = -0.4667 against -0.5, or 1/30 eV/atom.
    """
    ab, b = np.array([3]), np.array([1])
    assert excess(TI_SI, ab, b) == pytest.approx(1 / 30)
    # Where only the B-rich half counts the excess falls linearly: half of the way to B, 3/4 of it is left at 1/2.
    assert excess(TI_SI, ab, b, (0.5, 1.0)) == pytest.approx(0.75 / 30)
    assert excess(TI_SI, np.array([2]), b) == pytest.approx(0.0, abs=1e-12)


def test_metastable_phase_carries_its_own_energy() -> None:
    phases = Phases(np.array([[1, 1], [1, 1]]), np.array([-0.4, -0.39])).with_elements()
    # A mixture that is w of the metastable polymorph lies 0.01 w above the hull.
    assert excess(phases, np.array([0]), np.array([3]), (0.2, 0.6)) == pytest.approx(0.006)


def test_atomic_share_by_hand() -> None:
    """60 g of B at 20 g/mol are 3 mol; 40 g of A at 10 g/mol are 4 mol."""
    share = atomic_fraction_b(0.6, np.array([10.0]), np.array([20.0]))
    assert share == pytest.approx(3 / 7)
