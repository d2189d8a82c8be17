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

from tieline.crystal.distances import OVERLAP_FRACTION, find_overlaps

SILICON = ase.build.bulk("Si", a=5.431)


def cell_of(atoms):
    return np.asarray(atoms.cell), atoms.get_scaled_positions(wrap=False), atoms.numbers


def smallest_share(atoms):
    """The smallest distance in units of the sum of covalent radii, by ASE."""
    first, second, distances = neighbor_list("ijd", atoms, 6.0)
    radii = covalent_radii[atoms.numbers]
    return (distances / (radii[first] + radii[second])).min(initial=np.inf)


def test_bond_of_silicon_is_the_sum_of_its_radii():
    """2.352 A, and twice 1.11 A: nothing overlaps at half of that, everything at 1.1 times."""
    assert find_overlaps([cell_of(SILICON)]) == {}
    (overlap,) = find_overlaps([cell_of(SILICON)], fraction=1.1).values()
    assert overlap.numbers == (14, 14)
    assert overlap.distance_angstrom == pytest.approx(5.431 * np.sqrt(3) / 4)


def test_only_the_damaged_ones_of_many():
    near = SILICON.copy()
    near.positions[1] = near.positions[0] + [0.7, 0.0, 0.0]
    twice = Atoms("Ti2", cell=[4.0, 4.0, 4.0], scaled_positions=[[0, 0, 0], [0, 0, 1]], pbc=True)
    flat = Atoms("Zn", cell=[[2.7, 0, 0], [0, 2.7, 0], [0, 0, 0.9]], scaled_positions=[[0.3, 0.3, 0.3]], pbc=True)
    cells = [cell_of(atoms) for atoms in (SILICON, near, twice, SILICON, flat)]
    overlaps = find_overlaps(cells)
    assert {n: overlap.distance_angstrom for n, overlap in overlaps.items()} == pytest.approx({1: 0.7, 2: 0.0, 4: 0.9})


def test_across_the_cell_wall():
    """0.9 and 0.02 of 5 A are 0.6 A apart."""
    atoms = Atoms("SnTi", cell=[5, 5, 5], scaled_positions=[[0.9, 0.5, 0.5], [0.02, 0.5, 0.5]], pbc=True)
    (overlap,) = find_overlaps([cell_of(atoms)]).values()
    assert overlap.distance_angstrom == pytest.approx(0.6)
    assert set(overlap.numbers) == {50, 22}


def test_a_needle_of_a_cell():
    """Some 10^8 images of the one atom lie within its own radius: it takes no longer for that."""
    needle = (np.diag([1e-8, 1e4, 1e4]), np.zeros((1, 3)), np.array([14]))
    assert find_overlaps([needle])[0].distance_angstrom == pytest.approx(1e-8)


def test_no_structures():
    assert find_overlaps([]) == {}


@pytest.mark.parametrize("mirrored", [False, True])
def test_skewed_and_left_handed_cells(mirrored):
    """The same crystal in a setting whose vectors run through many cells."""
    atoms = SILICON.copy()
    lattice = np.array([[1, 0, 0], [7, 1, 0], [-5, 9, 1]]) @ np.asarray(atoms.cell)
    atoms.set_cell(-lattice if mirrored else lattice)
    assert (np.linalg.det(atoms.cell[:]) < 0) == mirrored
    assert find_overlaps([cell_of(atoms)]) == {}
    (overlap,) = find_overlaps([cell_of(atoms)], fraction=1.1).values()
    assert overlap.distance_angstrom == pytest.approx(5.431 * np.sqrt(3) / 4)


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
    overlaps = find_overlaps([cell_of(atoms), cell_of(SILICON)], fraction)
    assert (0 in overlaps) is bool(share < fraction)
    if overlaps:
        radii = covalent_radii[list(overlaps[0].numbers)].sum()
        assert overlaps[0].distance_angstrom / radii == pytest.approx(share)
