"""Atoms that lie on top of each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from ase.data import covalent_radii
from ase.geometry.minkowski_reduction import minkowski_reduce
from numpy.typing import NDArray

from tieline.crystal.symmetry import Cell

OVERLAP_FRACTION = 0.5
"""Atoms nearer than this share of the sum of their covalent radii overlap; in 11,370 computed alloys and
intermetallics of the Materials Project the smallest share is 0.58."""

PAIRS_AT_ONCE = 1_000_000
"""Pairs of atoms that are looked at together, so that the arrays stay small."""

MOST_IMAGES = 2
"""Cells in which neighbours lie more cells away than this along an axis are reduced first."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Overlap:
    """The pair of atoms of a structure that is nearest in terms of its covalent radii."""

    numbers: tuple[int, int]
    """Atomic numbers of the two."""

    distance_angstrom: float
    """Their distance."""


@dataclass(frozen=True)
class _Pairs:
    """Pairs of atoms near enough along each axis to be looked at in space; one entry per pair in every array."""

    structure: Integers
    """Number of the structure, shape (n,)."""

    atoms: Integers
    """Numbers of the two atoms in it, shape (n, 2)."""

    lattice: Floats
    """Cell vectors as rows, in angstrom, shape (n, 3, 3)."""

    apart: Floats
    """Difference of the fractional positions, each within half a cell, shape (n, 3)."""

    radii_sum: Floats
    """Sum of the covalent radii, in angstrom, shape (n,)."""

    images: Integers
    """How many cells away along each axis the other atom may lie, shape (n, 3)."""


def find_overlaps(cells: Sequence[Cell], fraction: float = OVERLAP_FRACTION) -> dict[int, Overlap]:
    """Return the structures in which atoms overlap, periodic images included.

    Parameters
    ----------
    cells
        Structures.
    fraction
        Share of the sum of two covalent radii below which the two atoms overlap.

    Returns
    -------
    dict
        By the number of the structure in `cells`, its worst pair.

    Notes
    -----
    Covalent radii are those of Cordero et al., Dalton Trans. 2832 (2008), as in ase.data. The distance of two atoms
    is at least their distance along the normal of any two cell vectors, which settles nearly all pairs without
    looking at images.
    """
    reduced = _compact(cells, fraction)
    by_size: dict[int, list[int]] = defaultdict(list)
    for structure, (_, positions, _) in enumerate(reduced):
        by_size[len(positions)].append(structure)
    worst: dict[int, tuple[float, Overlap]] = {}
    for n_atoms, members in sorted(by_size.items()):
        at_once = max(1, PAIRS_AT_ONCE // n_atoms**2)
        for start in range(0, len(members), at_once):
            chunk = members[start : start + at_once]
            near = _near_pairs([reduced[structure] for structure in chunk], fraction)
            distances = _distances(near)
            shares = distances / near.radii_sum
            for pair in np.flatnonzero(shares < fraction):
                structure = chunk[near.structure[pair]]
                if structure not in worst or shares[pair] < worst[structure][0]:
                    one, other = cells[structure][2][near.atoms[pair]]
                    worst[structure] = (shares[pair], Overlap((int(one), int(other)), float(distances[pair])))
    return {structure: overlap for structure, (_, overlap) in sorted(worst.items())}


def _compact(cells: Sequence[Cell], fraction: float) -> list[Cell]:
    """Return `cells`, in a compact setting those so skewed that neighbours lie many cells away."""
    compact = list(cells)
    if not compact:
        return compact
    reach = 2.0 * fraction * np.array([covalent_radii[numbers].max() for _, _, numbers in cells])
    spacings = _spacings(np.array([lattice for lattice, _, _ in cells]))
    for structure in np.flatnonzero((reach[:, None] / spacings + 0.5 >= MOST_IMAGES + 1).any(axis=1)).tolist():
        lattice, positions, numbers = cells[structure]
        reduced, operation = minkowski_reduce(lattice)
        compact[structure] = (np.asarray(reduced), positions @ np.linalg.inv(operation), numbers)
    return compact


def _spacings(lattices: Floats) -> Floats:
    """Return the distances between lattice planes, shape (n, 3), of `lattices`, shape (n, 3, 3)."""
    normals = np.cross(lattices[:, [1, 2, 0]], lattices[:, [2, 0, 1]])
    volumes = np.abs(np.einsum("nj,nj->n", lattices[:, 0], normals[:, 0]))
    spacings: Floats = volumes[:, None] / np.linalg.norm(normals, axis=2)
    return spacings


def _near_pairs(cells: Sequence[Cell], fraction: float) -> _Pairs:
    """Return the pairs that may overlap, of structures of one number of atoms."""
    lattices = np.array([lattice for lattice, _, _ in cells])
    positions = np.array([positions for _, positions, _ in cells])
    radii = covalent_radii[np.array([numbers for _, _, numbers in cells])]
    first, second = np.triu_indices(positions.shape[1])
    apart = positions[:, second] - positions[:, first]
    apart -= np.round(apart)
    radii_sum = radii[:, first] + radii[:, second]
    spacings = _spacings(lattices)
    near = (np.abs(apart) * spacings[:, None]).max(axis=2) < fraction * radii_sum
    structure, pair = np.nonzero(near)
    reach = fraction * radii_sum[near][:, None] / spacings[structure]
    return _Pairs(
        structure=structure,
        atoms=np.column_stack([first[pair], second[pair]]),
        lattice=lattices[structure],
        apart=apart[near],
        radii_sum=radii_sum[near],
        # A reduced cell whose images reach further is so short that an atom overlaps its own nearest image.
        images=np.minimum(np.floor(reach + 0.5), MOST_IMAGES).astype(np.int64),
    )


def _distances(pairs: _Pairs) -> Floats:
    """Return the shortest distance of each pair, in angstrom; infinite for an atom without near images of itself."""
    shortest = np.full(len(pairs.structure), np.inf)
    itself = pairs.atoms[:, 0] == pairs.atoms[:, 1]
    for image in _images(pairs.images.max(axis=0, initial=0)):
        reached = (np.abs(image) <= pairs.images).all(axis=1)
        if not image.any():
            reached &= ~itself
        vectors = np.einsum("nk,nkj->nj", pairs.apart[reached] + image, pairs.lattice[reached])
        shortest[reached] = np.minimum(shortest[reached], np.linalg.norm(vectors, axis=1))
    return shortest


def _images(furthest: Integers) -> Iterator[Integers]:
    for image in np.ndindex(*(2 * furthest + 1)):
        yield np.array(image) - furthest
