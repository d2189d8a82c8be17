"""From any cell of a structure to the arrays of a prototype."""

from __future__ import annotations

from collections.abc import Mapping
from math import gcd
from typing import Any

import numpy as np
import spglib
from numpy.typing import NDArray

from tieline.core.errors import StructureError

SYMPREC_A = 1e-3
"""Tolerance of the symmetry search, in angstrom: written coordinates keep their symmetry to the last digit."""

ROUND_OFF = 1e-10
"""Fractions nearer than this to a whole number are zero."""


def reduced(counts: Mapping[str, int]) -> dict[str, int]:
    """Return `counts` divided by their greatest common divisor."""
    divisor = gcd(*counts.values())
    return {symbol: number // divisor for symbol, number in counts.items()}


def primitive_cell(
    lattice_a: NDArray[np.float64],
    scaled_positions: NDArray[np.float64],
    slots: NDArray[np.int64],
    symprec_a: float = SYMPREC_A,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return the symmetrised primitive cell of a structure.

    Parameters
    ----------
    lattice_a
        Cell vectors as rows, in angstrom.
    scaled_positions
        Fractional positions, shape (n_atoms, 3).
    slots
        Slot of each atom.
    symprec_a
        Tolerance of the symmetry search, in angstrom.

    Returns
    -------
    cell_a, scaled_positions, slots
        The same three for the primitive cell, read-only, atoms ordered by slot.

    Raises
    ------
    StructureError
        If spglib finds no symmetry, as where atoms coincide.
    """
    given: Any = (lattice_a, scaled_positions, slots + 1)
    try:
        found = spglib.standardize_cell(given, to_primitive=True, no_idealize=False, symprec=symprec_a)
    except spglib.SpglibError:
        found = None
    if found is None:
        raise StructureError("no symmetry found, as where atoms coincide")
    cell_a, positions, numbers = (np.asarray(part) for part in found)
    order = np.argsort(numbers, kind="stable")
    positions = np.where(np.abs(positions - np.rint(positions)) < ROUND_OFF, 0.0, positions % 1.0)
    arrays = (
        np.array(cell_a, dtype=np.float64),
        np.array(positions[order], dtype=np.float64),
        np.array(numbers[order] - 1, dtype=np.int64),
    )
    for array in arrays:
        array.setflags(write=False)
    return arrays
