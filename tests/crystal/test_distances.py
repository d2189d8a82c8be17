"""Overlapping atoms, held against ASE's neighbour list."""

from __future__ import annotations

import ase.build
import ase.spacegroup
import numpy as np
import pytest
from ase import Atoms
from ase.data import covalent_radii
from ase.neighborlist import neighbor_list
from hypothesis import given
from hypothesis import strategies as st

from tieline.crystal.distances import OVERLAP_FRACTION, find_overlap

SILICON = ase.build.bulk("Si", a=5.431)


def unit_cell_of(atoms):
    return np.asarray(atoms.cell), atoms.get_scaled_positions(wrap=False), atoms.numbers


def smallest_share(atoms):
    """The smallest distance in units of the sum of covalent radii, by ASE."""
    first, second, distances = neighbor_list("ijd", atoms, 6.0)
    radii = covalent_radii[atoms.numbers]
    return (distances / (radii[first] + radii[second])).min(initial=np.inf)


def test_bond_of_silicon_is_the_sum_of_its_radii():
    """2.352 A, and twice 1.11 A: nothing overlaps at half of that, everything at 1.1 times."""
    assert find_overlap(unit_cell_of(SILICON)) is None
    overlap = find_overlap(unit_cell_of(SILICON), fraction=1.1)
    assert overlap.numbers == (14, 14)
    assert overlap.distance_angstrom == pytest.approx(5.431 * np.sqrt(3) / 4)
    assert overlap.share_of_radii == pytest.approx(5.431 * np.sqrt(3) / 4 / 2.22)


NEAR = SILICON.copy()
NEAR.positions[1] = NEAR.positions[0] + [0.7, 0.0, 0.0]
TWICE = Atoms("Ti2", cell=[4.0, 4.0, 4.0], scaled_positions=[[0, 0, 0], [0, 0, 1]], pbc=True)
FLAT = Atoms("Zn", cell=[[2.7, 0, 0], [0, 2.7, 0], [0, 0, 0.9]], scaled_positions=[[0.3, 0.3, 0.3]], pbc=True)
# 0.9 and 0.02 of 5 A are 0.6 A apart.
ACROSS = Atoms("SnTi", cell=[5, 5, 5], scaled_positions=[[0.9, 0.5, 0.5], [0.02, 0.5, 0.5]], pbc=True)
# Some 10^8 images of the one atom lie within its own radius: it takes no longer for that.
NEEDLE = Atoms("Si", cell=[1e-8, 1e4, 1e4], pbc=True)


@pytest.mark.parametrize(("atoms", "distance"), [(NEAR, 0.7), (TWICE, 0.0), (FLAT, 0.9), (ACROSS, 0.6), (NEEDLE, 1e-8)])
def test_damaged_structures(atoms, distance):
    overlap = find_overlap(unit_cell_of(atoms))
    assert set(overlap.numbers) == set(atoms.numbers)
    assert overlap.distance_angstrom == pytest.approx(distance)


@pytest.mark.parametrize("mirrored", [False, True])
def test_skewed_and_left_handed_cells(mirrored):
    """The same crystal in a setting whose vectors run through many cells."""
    atoms = SILICON.copy()
    lattice = np.array([[1, 0, 0], [7, 1, 0], [-5, 9, 1]]) @ np.asarray(atoms.cell)
    atoms.set_cell(-lattice if mirrored else lattice)
    assert (np.linalg.det(atoms.cell[:]) < 0) == mirrored
    assert find_overlap(unit_cell_of(atoms)) is None
    assert find_overlap(unit_cell_of(atoms), fraction=1.1).distance_angstrom == pytest.approx(5.431 * np.sqrt(3) / 4)


@given(
    seed=st.integers(0, 10**6),
    n_atoms=st.integers(1, 6),
    length=st.floats(1.5, 9.0),
    fraction=st.sampled_from([0.3, OVERLAP_FRACTION, 0.9]),
)
def test_as_ase_finds_them(seed, n_atoms, length, fraction):
    random = np.random.default_rng(seed)
    lattice = length * (np.eye(3) + random.uniform(-0.6, 0.6, (3, 3)))
    if abs(np.linalg.det(lattice)) < 1.0:
        return
    numbers = random.choice([3, 6, 14, 22, 50, 55], n_atoms)
    atoms = Atoms(numbers, cell=lattice, scaled_positions=random.uniform(-1, 2, (n_atoms, 3)), pbc=True)
    share = smallest_share(atoms)
    overlap = find_overlap(unit_cell_of(atoms), fraction)
    assert (overlap is not None) is bool(share < fraction)
    if overlap is not None:
        radii = covalent_radii[list(overlap.numbers)].sum()
        assert overlap.share_of_radii == pytest.approx(share)
        assert overlap.distance_angstrom == pytest.approx(share * radii)


def test_many_atoms():
    """Of 15,000 atoms two overlap: they are found, and nothing is as large as the square of their number."""
    atoms = SILICON.repeat((15, 20, 25))
    assert len(atoms) == 15_000
    assert find_overlap(unit_cell_of(atoms)) is None
    atoms.positions[7_000] = atoms.positions[3] + [0.3, 0.4, 0.0]
    assert find_overlap(unit_cell_of(atoms)).distance_angstrom == pytest.approx(0.5)
    atoms.positions[:] = 0.0
    assert find_overlap(unit_cell_of(atoms)).distance_angstrom == 0.0


@pytest.mark.parametrize("fraction", [0.3, OVERLAP_FRACTION, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_many_random_atoms(seed, fraction):
    """As a tree finds the near ones, with images across the faces of a skewed cell."""
    random = np.random.default_rng(seed)
    lattice = 25.0 * (np.eye(3) + random.uniform(-0.4, 0.4, (3, 3)))
    numbers = random.choice([3, 14, 55], 400)
    atoms = Atoms(numbers, cell=lattice, scaled_positions=random.uniform(-1, 2, (400, 3)), pbc=True)
    overlap = find_overlap(unit_cell_of(atoms), fraction)
    assert overlap.share_of_radii == pytest.approx(smallest_share(atoms))
