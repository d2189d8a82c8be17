"""Atoms that lie on top of each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase.data import covalent_radii
from ase.geometry import minkowski_reduce
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from tieline.crystal.symmetry import Cell

OVERLAP_FRACTION = 0.5
"""Atoms nearer than this share of the sum of their covalent radii overlap; in 11,370 computed alloys and
intermetallics of the Materials Project the smallest share is 0.58."""

IMAGES = np.array(list(np.ndindex(3, 3, 3))) - 1
"""A cell and those around it, as multiples of the cell vectors."""

REACH = 1.5
"""Distances between lattice planes within which those cells hold every image of an atom half a cell away or less."""


FEW_ATOMS = 300
"""Up to here all pairs of atoms are looked at; of more, those that a tree finds to be near."""

MOST_IN_A_BOX = 100
"""More atoms than this do not fit into a box as wide as the largest distance at which atoms overlap (2.6 A at most):
some of them do, and only they are looked at."""


@dataclass(frozen=True)
class Overlap:
    """The pair of atoms of a structure that is nearest in terms of its covalent radii."""

    numbers: tuple[int, int]
    """Atomic numbers of the two."""

    distance_angstrom: float
    """Their distance."""

    share_of_radii: float
    """The distance over the sum of the two covalent radii."""


def find_overlap(cell: Cell, fraction: float = OVERLAP_FRACTION) -> Overlap | None:
    """Return the worst pair of atoms of a structure in which atoms overlap, periodic images included.

    Parameters
    ----------
    cell
        Cell vectors as rows, in angstrom, fractional positions and atomic numbers.
    fraction
        Share of the sum of two covalent radii below which the two atoms overlap.

    Returns
    -------
    Overlap or None
        None if no atoms overlap.

    Notes
    -----
    Covalent radii are those of Cordero et al., Dalton Trans. 2832 (2008), as in ase.data. The distance of two atoms
    is at least their distance along the normal of any two cell vectors, which settles nearly all pairs without
    looking at images.
    """
    lattice, positions, numbers = cell
    radii = covalent_radii[numbers]
    if (2.0 * fraction * radii.max() > REACH * _spacings(lattice)).any():
        # Of a reduced cell, those around it hold the nearest image, however thin it is.
        lattice, operation = minkowski_reduce(lattice)
        positions = positions @ np.linalg.inv(operation)
    first, second = _near_pairs(positions, _spacings(lattice), 2.0 * fraction * float(radii.max()))
    apart = positions[second] - positions[first]
    apart -= np.round(apart)
    radii_sum = radii[first] + radii[second]
    near = np.flatnonzero((np.abs(apart) * _spacings(lattice)).max(axis=1) < fraction * radii_sum)
    distances = np.linalg.norm((apart[near, None] + IMAGES) @ lattice, axis=2)
    distances[np.ix_(first[near] == second[near], ~IMAGES.any(axis=1))] = np.inf
    if not len(near):
        return None
    shares = distances.min(axis=1) / radii_sum[near]
    worst = np.argmin(shares)
    if shares[worst] >= fraction:
        return None
    pair = near[worst]
    return Overlap(
        numbers=(int(numbers[first[pair]]), int(numbers[second[pair]])),
        distance_angstrom=float(distances[worst].min()),
        share_of_radii=float(shares[worst]),
    )


def _near_pairs(
    positions: NDArray[np.float64], spacings: NDArray[np.float64], distance: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs of atoms, each atom with itself among them, that may be nearer than a distance in angstrom."""
    n_atoms = len(positions)
    if n_atoms <= FEW_ATOMS:
        first, second = np.triu_indices(n_atoms)
        return first, second
    # Along the normals of the cell vectors, in a box with the distances of lattice planes as edges.
    inside = (positions - np.floor(positions)) % 1.0 * spacings
    _, box, n_in_box = np.unique(np.floor(inside / distance), axis=0, return_inverse=True, return_counts=True)
    if n_in_box.max() > MOST_IN_A_BOX:
        chosen = np.flatnonzero(box == np.argmax(n_in_box))[:MOST_IN_A_BOX]
        first, second = np.triu_indices(len(chosen))
        return chosen[first], chosen[second]
    tree = cKDTree(inside, boxsize=spacings)
    first, second = tree.query_pairs(distance, p=np.inf, output_type="ndarray").T
    alone = np.arange(n_atoms)
    return np.concatenate([alone, first]), np.concatenate([alone, second])


def _spacings(lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances between lattice planes, shape (3,), in angstrom."""
    spacings: NDArray[np.float64] = 1.0 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    return spacings
