"""Whether a relaxed structure can be believed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase import Atoms

from tieline.core.errors import StructureError
from tieline.crystal.distances import find_overlap
from tieline.relaxation.settings import Limits


@dataclass(frozen=True)
class Expectation:
    """What the elements say a compound should roughly be."""

    volume_a3_per_atom: float
    """Volume of the unmixed elements, A^3 per atom."""

    energy_ev_per_atom: float | None
    """Energy of the unmixed elements, eV/atom, in the same potential; None for an element itself."""


def check_geometry(atoms: Atoms, expected: Expectation, limits: Limits) -> None:
    """Raise if `atoms` has exploded, collapsed or overlapping atoms.

    Raises
    ------
    StructureError
        With the number that is out of bounds.
    """
    ratio = atoms.get_volume() / len(atoms) / expected.volume_a3_per_atom
    low, high = limits.volume_ratio
    if not low <= ratio <= high:
        raise StructureError(f"volume {ratio:.2f} times that of the elements, outside {low} to {high}")
    cell = (atoms.cell.array, atoms.get_scaled_positions(wrap=False), atoms.numbers)
    overlap = find_overlap(cell, limits.shortest_distance)
    if overlap is not None:
        raise StructureError(
            f"atoms at {overlap.share_of_radii:.2f} times the sum of their covalent radii, "
            f"less than {limits.shortest_distance}"
        )


def check_energy(energy_ev_per_atom: float, expected: Expectation, limits: Limits) -> None:
    """Raise if the energy is not finite or gives a formation energy no compound has.

    Raises
    ------
    StructureError
        With the energy that is out of bounds.
    """
    if not np.isfinite(energy_ev_per_atom):
        raise StructureError(f"energy is {energy_ev_per_atom}")
    if expected.energy_ev_per_atom is None:
        return
    formation = energy_ev_per_atom - expected.energy_ev_per_atom
    low, high = limits.formation_energy_ev_per_atom
    if not low <= formation <= high:
        raise StructureError(f"formation energy {formation:.3f} eV/atom, outside {low} to {high}")
