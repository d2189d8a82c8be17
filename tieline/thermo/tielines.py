"""Do two phases coexist? The excess of their mixture over the hull, along the segment that joins them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.hull import Hull

CROSSINGS_AT_ONCE = 2_000_000
"""Pairs are taken in portions of about this many crossings of lines, to bound the memory."""


def atomic_fraction_b(
    weight_fraction_b: float | NDArray[np.float64],
    mass_a_g_per_mol: NDArray[np.float64],
    mass_b_g_per_mol: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the share of the composite's atoms that sit in B.

    Parameters
    ----------
    weight_fraction_b
        Weight fraction of B.
    mass_a_g_per_mol, mass_b_g_per_mol
        Mean masses of an atom of A and of B, in g/mol.
    """
    atoms_b = weight_fraction_b / mass_b_g_per_mol
    share: NDArray[np.float64] = atoms_b / (atoms_b + (1.0 - weight_fraction_b) / mass_a_g_per_mol)
    return share


def tie_line_excess_ev_per_atom(
    hull: Hull,
    fractions_a: NDArray[np.float64],
    energies_a_ev_per_atom: NDArray[np.float64],
    fractions_b: NDArray[np.float64],
    energies_b_ev_per_atom: NDArray[np.float64],
    *,
    window: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return the largest energy of A+B mixtures above the hull, within a composition window.

    Parameters
    ----------
    hull : Hull
        Hull of a system that holds the elements of every pair.
    fractions_a, fractions_b : ndarray, shape (n_pairs, n_elements)
        Compositions of A and B, columns as in `hull`.
    energies_a_ev_per_atom, energies_b_ev_per_atom : ndarray, shape (n_pairs,)
        Formation energies.
    window : two ndarrays, shape (n_pairs,)
        Smallest and largest share of the mixture's atoms that sit in B.

    Returns
    -------
    ndarray, shape (n_pairs,)
        Maximum over the window of E(mixture) - E(hull), in eV per atom of the mixture. Zero where a tie-line joins
        A and B; the excess along the segment is concave, so its maximum lies at an end or at a kink of the hull.
    """
    above_a = fractions_a @ hull.chemical_potentials_ev.T - energies_a_ev_per_atom[:, None]
    above_b = fractions_b @ hull.chemical_potentials_ev.T - energies_b_ev_per_atom[:, None]
    first, last = (above_a * (1.0 - share[:, None]) + above_b * share[:, None] for share in window)
    portion = max(1, CROSSINGS_AT_ONCE // first.shape[1] ** 2)
    lowest = [_lowest_top(first[n : n + portion], last[n : n + portion]) for n in range(0, len(first), portion)]
    excess: NDArray[np.float64] = (-np.concatenate(lowest)).clip(min=0.0)
    return excess


def _lowest_top(first: NDArray[np.float64], last: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the minimum, along a segment, of the largest of several lines.

    One line decides it, at its lower end, or one that falls and one that rises, where they cross.

    Parameters
    ----------
    first, last : ndarray, shape (n_sets, n_lines)
        Values of the lines at the segment's ends.
    """
    fall = first - last
    gap_first = first[:, :, None] - first[:, None, :]
    gap_last = last[:, :, None] - last[:, None, :]
    cross = (fall[:, :, None] > 0.0) & (fall[:, None, :] < 0.0) & (gap_first >= 0.0) & (gap_last <= 0.0)
    passed = np.divide(gap_first, gap_first - gap_last, out=np.zeros_like(gap_first), where=cross)
    crossings = np.where(cross, first[:, :, None] - passed * fall[:, :, None], -np.inf)
    lowest: NDArray[np.float64] = np.maximum(np.minimum(first, last).max(axis=1), crossings.max(axis=(1, 2)))
    return lowest
