"""The lower convex hull of a chemical system, held as its facets' chemical potentials.

Every lower facet of the hull of the points (composition, energy) is a plane, that is a vector of chemical
potentials mu_f. For any amounts N (mol, not normalised) the free energy of the stable mixture is

    G(N) = max over facets f of  mu_f . N

which is homogeneous, convex and exact: hull energies of many compositions are one matrix product and a maximum.
Any other property that is linear on a facet, such as the volume, is a vector per facet in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull

DEGENERATE_VOLUME = 1e-14
"""Simplices of less volume (a determinant of atomic fractions) are slivers that only rounding tells from none."""

TIE_EV_PER_ATOM = 1e-9
"""Facets whose energies at a composition differ by less than this both touch it."""


@dataclass(frozen=True)
class Hull:
    """Facets of one chemical system's hull."""

    chemical_potentials_ev: NDArray[np.float64]
    """Shape (n_facets, n_elements): energy of each element on each facet, in eV/atom."""

    vertices: NDArray[np.int64]
    """Shape (n_facets, n_elements): the phases at each facet's corners, as rows of the points given."""

    inverse_compositions: NDArray[np.float64]
    """Shape (n_facets, n_elements, n_elements): N @ inverse gives the amounts (mol of atoms) at the corners."""

    def energies_ev(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the hull's energy at `amounts`.

        Parameters
        ----------
        amounts : ndarray, shape (..., n_elements)
            Amounts of the elements, in any common unit of atoms.

        Returns
        -------
        ndarray, shape (...)
            Energy in eV per that unit: eV/atom if the amounts sum to one.
        """
        values: NDArray[np.float64] = (amounts @ self.chemical_potentials_ev.T).max(axis=-1)
        return values

    def corner_amounts(self, amounts: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return which phases make up the mixture at `amounts`, and how much of each.

        Parameters
        ----------
        amounts : ndarray, shape (n_points, n_elements)
            Amounts of the elements.

        Returns
        -------
        phases : ndarray, shape (n_points, n_elements)
            Rows of the points the hull was made from.
        fractions : ndarray, shape (n_points, n_elements)
            Atoms in each of those phases, in the unit of `amounts`; zero for a phase that takes no part.

        Notes
        -----
        Where several facets meet (or coplanar simplices tie) the one that contains the composition is taken:
        the one whose smallest corner amount is largest.
        """
        energies = amounts @ self.chemical_potentials_ev.T
        tie = TIE_EV_PER_ATOM * amounts.sum(axis=1, keepdims=True)
        point, facet = np.nonzero(energies >= energies.max(axis=1, keepdims=True) - tie)
        corners = np.einsum("te,tev->tv", amounts[point], self.inverse_compositions[facet])
        smallest = np.full(energies.shape, -np.inf)
        smallest[point, facet] = corners.min(axis=1)
        best = smallest.argmax(axis=1)
        chosen = np.einsum("pe,pev->pv", amounts, self.inverse_compositions[best])
        return self.vertices[best], chosen.clip(min=0.0)


def lower_hull(fractions: NDArray[np.float64], energies_ev_per_atom: NDArray[np.float64]) -> Hull:
    """Return the lower convex hull of phases given by composition and formation energy.

    Parameters
    ----------
    fractions : ndarray, shape (n_phases, n_elements)
        Atomic fractions; rows sum to one. Every element must be present as a pure phase.
    energies_ev_per_atom : ndarray, shape (n_phases,)
        Formation energies in eV/atom.

    Returns
    -------
    Hull

    Notes
    -----
    Chemical potentials are solved from each facet's own corners, so a stable phase has its own energy on the hull
    to rounding.
    """
    simplices = lower_simplices(fractions, energies_ev_per_atom)
    compositions = fractions[simplices]
    regular = np.abs(np.linalg.det(compositions)) > DEGENERATE_VOLUME
    vertices = simplices[regular]
    inverse = np.linalg.inv(compositions[regular])
    potentials = np.einsum("fev,fv->fe", inverse, energies_ev_per_atom[vertices])
    return Hull(potentials, vertices, inverse)


def lower_simplices(fractions: NDArray[np.float64], energies_ev_per_atom: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the corners of the simplices that make up the lower convex hull; see `lower_hull`.

    Returns
    -------
    ndarray, shape (n_simplices, n_elements)
        Rows of `fractions`. Where phases are coplanar, slivers without volume may be among the simplices.
    """
    n_elements = fractions.shape[1]
    lowest_pure = np.where(fractions > 1.0 - 1e-12, energies_ev_per_atom[:, None], np.inf).argmin(axis=0)
    below_ends = energies_ev_per_atom < fractions @ energies_ev_per_atom[lowest_pure]
    below_ends[lowest_pure] = False
    rows = np.concatenate([lowest_pure, np.flatnonzero(below_ends)])
    if len(rows) == n_elements:
        return rows[None, :]
    if n_elements == 2:
        return rows[_lower_chain(fractions[rows, 1], energies_ev_per_atom[rows])]
    return rows[_lower_facets(fractions[rows], energies_ev_per_atom[rows])]


def _lower_chain(positions: NDArray[np.float64], energies_ev_per_atom: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the lower hull of points on a line: Andrew's monotone chain (Inf. Process. Lett. 9, 216 (1979))."""
    chain: list[tuple[float, float, int]] = []
    for row in np.lexsort((energies_ev_per_atom, positions)).tolist():
        x, energy = float(positions[row]), float(energies_ev_per_atom[row])
        if chain and x == chain[-1][0]:
            continue
        while len(chain) > 1:
            (x0, energy0, _), (x1, energy1, _) = chain[-2:]
            if (energy1 - energy0) * (x - x0) < (energy - energy0) * (x1 - x0):
                break
            chain.pop()
        chain.append((x, energy, row))
    rows = np.array([row for _, _, row in chain])
    return np.column_stack([rows[:-1], rows[1:]])


def _lower_facets(fractions: NDArray[np.float64], energies_ev_per_atom: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the lower hull from Qhull: with an apex far above all, the lower facets are those without the apex."""
    n_points, n_elements = fractions.shape
    points = np.empty((n_points + 1, n_elements))
    points[:-1, :-1] = fractions[:, 1:]
    points[:-1, -1] = energies_ev_per_atom
    points[-1, :-1] = 1.0 / n_elements
    points[-1, -1] = energies_ev_per_atom.max() + 1.0
    simplices = ConvexHull(points, qhull_options="Qt").simplices
    lower: NDArray[np.int64] = simplices[(simplices != n_points).all(axis=1)].astype(np.int64)
    return lower
