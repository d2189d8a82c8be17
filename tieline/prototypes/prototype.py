"""What a structure prototype is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from ase import Atoms
from numpy.typing import NDArray


@dataclass(frozen=True)
class Prototype:
    """One crystal structure type, as the compound it is named after.

    Two prototypes are equal if everything but their arrays is; labels are unique in the library.
    """

    label: str
    """Unique name: the Strukturbericht symbol where there is one ("C49"), else the compound ("Li12Si7")."""

    formula: str
    """The prototype's own compound, e.g. "ZrSi2"."""

    pearson: str
    """Pearson symbol; a rhombohedral type counts the atoms of its primitive cell ("hR6")."""

    spacegroup_number: int
    """Number of the space group in the International Tables."""

    elements: tuple[str, ...]
    """The prototype's own elements, which are its slots, in the order in which `formula` names them."""

    source: str
    """Where the structure is published."""

    known_for: str
    """Compounds reported to crystallise in it, as text whose formulas name real compounds only."""

    origin: str
    """``aflow`` (read from pymatgen's AFLOW library) or ``tieline`` (from `structure_types.yaml`)."""

    cell_a: NDArray[np.float64] = field(compare=False, repr=False)
    """Vectors of the primitive cell as rows, shape (3, 3), in angstrom."""

    scaled_positions: NDArray[np.float64] = field(compare=False, repr=False)
    """Fractional positions of the atoms, shape (n_atoms, 3), each in [0, 1)."""

    slots: NDArray[np.int64] = field(compare=False, repr=False)
    """Per atom, the index into `elements` of the slot it belongs to, shape (n_atoms,)."""

    @property
    def n_atoms(self) -> int:
        """Number of atoms in the primitive cell."""
        return len(self.slots)

    @property
    def counts(self) -> tuple[int, ...]:
        """Atoms of each slot in the primitive cell, in the order of `elements`."""
        return tuple(int(n) for n in np.bincount(self.slots, minlength=len(self.elements)))

    def atoms(self) -> Atoms:
        """Return the prototype's own compound at the published lattice parameters."""
        return Atoms(
            symbols=[self.elements[slot] for slot in self.slots],
            scaled_positions=self.scaled_positions,
            cell=self.cell_a,
            pbc=True,
        )
