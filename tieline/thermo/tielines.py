"""Do two phases coexist? The excess of their mixture over the hull, along the segment that joins them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.envelope import upper_envelope
from tieline.thermo.hull import Hull


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
    lowest, highest = window
    at_a = fractions_a @ hull.chemical_potentials_ev.T - energies_a_ev_per_atom[:, None]
    at_b = fractions_b @ hull.chemical_potentials_ev.T - energies_b_ev_per_atom[:, None]
    envelope = upper_envelope(at_a, at_b - at_a, lowest, highest)
    # The line on top of each segment at the segment's start, and the last one also at the end of the window.
    real = envelope.lines >= 0
    kinks = np.column_stack([np.where(real, envelope.starts, highest[:, None]), highest])
    last = np.take_along_axis(envelope.lines, real.sum(axis=1, keepdims=True) - 1, axis=1)
    lines = np.column_stack([np.where(real, envelope.lines, last), last])
    top_a, top_b = (np.take_along_axis(ends, lines, axis=1) for ends in (at_a, at_b))
    excess: NDArray[np.float64] = (-top_a * (1.0 - kinks) - top_b * kinks).max(axis=1).clip(min=0.0)
    return excess
