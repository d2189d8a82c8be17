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
    Qhull gets the points and an apex far above them, so that exactly the facets without the apex are the lower
    ones and no facet is vertical. Chemical potentials are then solved from each facet's own corners, so a stable
    phase has its own energy on the hull to rounding.
    """
    n_elements = fractions.shape[1]
    if n_elements == 1:
        lowest = int(energies_ev_per_atom.argmin())
        return Hull(
            chemical_potentials_ev=energies_ev_per_atom[[lowest]][:, None],
            vertices=np.array([[lowest]]),
            inverse_compositions=np.ones((1, 1, 1)),
        )
    lowest_pure = np.where(fractions > 1.0 - 1e-12, energies_ev_per_atom[:, None], np.inf).argmin(axis=0)
    below_ends = energies_ev_per_atom < fractions @ energies_ev_per_atom[lowest_pure]
    below_ends[lowest_pure] = False
    rows = np.concatenate([lowest_pure, np.flatnonzero(below_ends)])
    if len(rows) == n_elements:
        simplices = np.arange(n_elements)[None, :]
    else:
        simplices = _lower_simplices(fractions[rows], energies_ev_per_atom[rows])
    compositions = fractions[rows][simplices]
    regular = np.abs(np.linalg.det(compositions)) > DEGENERATE_VOLUME
    vertices = rows[simplices[regular]]
    inverse = np.linalg.inv(compositions[regular])
    potentials = np.einsum("fev,fv->fe", inverse, energies_ev_per_atom[vertices])
    return Hull(potentials, vertices, inverse)


def _lower_simplices(fractions: NDArray[np.float64], energies_ev_per_atom: NDArray[np.float64]) -> NDArray[np.int64]:
    n_points, n_elements = fractions.shape
    points = np.empty((n_points + 1, n_elements))
    points[:-1, :-1] = fractions[:, 1:]
    points[:-1, -1] = energies_ev_per_atom
    points[-1, :-1] = 1.0 / n_elements
    points[-1, -1] = energies_ev_per_atom.max() + 1.0
    simplices = ConvexHull(points, qhull_options="Qt").simplices
    lower: NDArray[np.int64] = simplices[(simplices != n_points).all(axis=1)].astype(np.int64)
    return lower
