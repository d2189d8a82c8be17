"""Do the phases of a composite coexist? The excess of their mixtures over the hull."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.composites import CompositeGroup
from tieline.thermo.hull import Hull
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.tielines import atomic_fraction_b, tie_line_excess_ev_per_atom

ROUNDING = 1e-12
"""Shares down to minus this count as zero."""

ON_ONE_LINE = 1e-9
"""Triangles of less area (a determinant of atomic fractions) have their corners on one line."""


def composite_excess_ev_per_atom(
    phases: PhaseArrays,
    group: CompositeGroup,
    hull: Hull,
    energies_ev_per_atom: NDArray[np.float64],
    *,
    weight_fraction_window: tuple[float, float],
) -> NDArray[np.float64]:
    """Return the largest energy of mixtures of A and the phases of B above the hull, whatever the shares within B.

    Parameters
    ----------
    phases
        Compositions and masses of the phases.
    group
        Composites of one or two phases B.
    hull
        Hull of their elements.
    energies_ev_per_atom : ndarray, shape (n_phases,)
        Energies of the phases, those that `hull` was made from.
    weight_fraction_window
        Smallest and largest weight fraction of B.

    Returns
    -------
    ndarray, shape (n_composites,)
        In eV per atom of the mixture; infinite where A and two phases of B lie on one line.
    """
    columns = phases.columns(group.elements)
    row_a, rows_b = group.row_a, group.rows_b
    if rows_b.shape[1] == 1:
        row_b = rows_b[:, 0]
        masses = phases.mass_g_per_mol[row_a], phases.mass_g_per_mol[row_b]
        lowest, highest = (atomic_fraction_b(share, *masses) for share in weight_fraction_window)
        return tie_line_excess_ev_per_atom(
            hull,
            phases.fractions[np.ix_(row_a, columns)],
            energies_ev_per_atom[row_a],
            phases.fractions[np.ix_(row_b, columns)],
            energies_ev_per_atom[row_b],
            window=(lowest, highest),
        )
    rows = np.column_stack([row_a, rows_b])
    fractions = phases.fractions[rows][:, :, columns]
    excess = np.full(len(rows), np.inf)
    plane = np.abs(np.linalg.det(fractions)) > ON_ONE_LINE
    excess[plane] = triangle_excess_ev_per_atom(
        hull,
        fractions[plane],
        energies_ev_per_atom[rows[plane]],
        phases.mass_g_per_mol[rows[plane]],
        weight_fraction_window=weight_fraction_window,
    )
    return excess


def triangle_excess_ev_per_atom(
    hull: Hull,
    fractions: NDArray[np.float64],
    energies_ev_per_atom: NDArray[np.float64],
    masses_g_per_mol: NDArray[np.float64],
    *,
    weight_fraction_window: tuple[float, float],
) -> NDArray[np.float64]:
    """Return the largest energy of A+B1+B2 mixtures above the hull of a system of three elements.

    Parameters
    ----------
    hull : Hull
        Hull of the three elements.
    fractions : ndarray, shape (n_triples, 3, 3)
        Atomic fractions of A, B1 and B2 (second axis), columns as in `hull`; no three on one line.
    energies_ev_per_atom, masses_g_per_mol : ndarray, shape (n_triples, 3)
        Their energies, and the mean masses of their atoms.
    weight_fraction_window : tuple
        Smallest and largest weight fraction of B1 and B2 together.

    Returns
    -------
    ndarray, shape (n_triples,)
        Maximum of E(mixture) - E(hull) over the window, whatever the share of B1, in eV per atom. Zero where the three
        are corners of one facet.

    Notes
    -----
    In the plane of three elements the energy of the mixture is linear and that of the hull linear on each of its
    facets, so their difference is largest at a stable phase within the window, or on the window's border, which is
    four segments.
    """
    atoms = 1.0 / masses_g_per_mol
    corners = np.array(
        [
            [1.0 - w, w * share, w * (1.0 - share)]
            for w, shares in zip(weight_fraction_window, ((0.0, 1.0), (1.0, 0.0)), strict=True)
            for share in shares
        ]
    )
    shares = corners * atoms[:, None, :]
    shares /= shares.sum(axis=2, keepdims=True)
    at_corners = shares @ fractions
    energy_at_corners = (shares @ energies_ev_per_atom[:, :, None])[:, :, 0]
    first, last = (np.full(4 * len(fractions), end) for end in (0.0, 1.0))
    border = tie_line_excess_ev_per_atom(
        hull,
        at_corners.reshape(-1, 3),
        energy_at_corners.ravel(),
        np.roll(at_corners, -1, axis=1).reshape(-1, 3),
        np.roll(energy_at_corners, -1, axis=1).ravel(),
        window=(first, last),
    )
    # Stable phases as points of the triangle; corners of the hull's facets are mol of atoms per mol of atoms.
    stable = np.unique(np.linalg.inv(hull.inverse_compositions).reshape(-1, 3).round(12), axis=0)
    inside = stable @ np.linalg.inv(fractions)
    weights = inside * masses_g_per_mol[:, None, :]
    weight_fraction_b = 1.0 - weights[:, :, 0] / weights.sum(axis=2)
    lowest, highest = weight_fraction_window
    within = (inside >= -ROUNDING).all(axis=2) & (weight_fraction_b >= lowest) & (weight_fraction_b <= highest)
    above = (inside @ energies_ev_per_atom[:, :, None])[:, :, 0] - hull.energies_ev(stable)
    interior = np.where(within, above, 0.0).max(axis=1)
    excess: NDArray[np.float64] = np.maximum(border.reshape(-1, 4).max(axis=1), interior)
    return excess
