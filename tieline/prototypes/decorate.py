"""Put elements on the slots of a prototype, at a volume from which a relaxation starts well.

**Volume.** Each element brings a volume increment, and the prototype's cell is scaled isotropically to their sum.
The increment of a metal is its own atomic volume (Zen's law; intermetallics keep it within some 10-20 %).
Three kinds of element are not as large in an alloy as in their own crystal: Li takes 8.9 mL/mol = 14.8 A^3 in every
alloy with Si, Sn, Zn and their like, whatever the partner (Obrovac et al., J. Electrochem. Soc. 154 (2007) A849);
Si, Ge, Ga and Sn, whose own crystals are open, take the volume of a close packing of spheres of their metallic
radius for 12 neighbours (Teatum, Gschneidner and Waber, LA-4003 (1968)), 4 sqrt(2) r^3; As, Sb, Bi, P likewise.

**Distances.** No two atoms may start closer than `CLOSEST` times the sum of their single-bond radii (Pyykkö and
Atsumi, Chem. Eur. J. 15 (2009) 186), which add up to the shortest bonds of intermetallics (Si-Si 2.32, Fe-Si 2.32,
Ti-Si 2.52, Ti-Ti 2.72 A): where they do, the cell is widened. That is what opens diamond to its own volume.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from itertools import permutations
from typing import Any

import numpy as np
import spglib
from ase import Atoms
from ase.neighborlist import neighbor_list
from numpy.typing import NDArray

from tieline.core.errors import StructureError, did_you_mean
from tieline.data import DATA
from tieline.prototypes.library import Prototype, library

CLOSEST = 0.95
"""Smallest starting distance of two atoms, as a fraction of the sum of their single-bond radii."""

WIDEST = 3.0
"""Largest starting volume, as a multiple of the sum of the increments; beyond it the elements do not fit the type."""

FAR = 2.5
"""Distances beyond this multiple of the cube root of the volume per atom are not looked at."""

ALIKE_A = 0.2
"""Two decorations are one where moving each atom by at most about this (angstrom) turns one into the other."""


@cache
def element_sizes() -> dict[str, tuple[float, float]]:
    """Return symbol -> (single-bond radius in angstrom, volume increment in cubic angstrom)."""
    text = (DATA / "prototypes/element_sizes.csv").read_text(encoding="utf-8")
    return {
        row["symbol"]: (float(row["radius_a"]), float(row["volume_a3"])) for row in csv.DictReader(text.splitlines())
    }


def decorate(prototype: Prototype, symbols: tuple[str, ...]) -> Atoms:
    """Return `prototype` with `symbols` on its slots, at a starting volume.

    Parameters
    ----------
    prototype
        The structure type.
    symbols
        One chemical symbol per slot, in the order of ``prototype.elements``; all different.

    Returns
    -------
    ase.Atoms
        The primitive cell, periodic, of the prototype's shape.

    Raises
    ------
    StructureError
        If the number of symbols is not the number of slots, a symbol is unknown or repeated, or the elements differ
        so much in size that they do not fit the type.
    """
    _check_symbols(prototype, symbols)
    sizes = element_sizes()
    atoms = Atoms(
        symbols=[symbols[slot] for slot in prototype.slots],
        scaled_positions=prototype.scaled_positions,
        cell=prototype.cell_a,
        pbc=True,
    )
    increments = sum(n * sizes[symbol][1] for symbol, n in zip(symbols, prototype.counts, strict=True))
    radii = np.array([sizes[symbol][0] for symbol in symbols])
    # How much larger than published the cell must be for the volume, and for the closest of every pair of slots.
    for_volume = (increments / atoms.get_volume()) ** (1 / 3)
    for_distances = CLOSEST * float((np.add.outer(radii, radii) / _shortest_a(prototype)).max())
    if for_distances > WIDEST ** (1 / 3) * for_volume:
        needed = (for_distances / for_volume) ** 3
        raise StructureError(
            f"{prototype.label} with {', '.join(symbols)}: the elements do not fit, "
            f"{needed:.1f} times their volume needed"
        )
    atoms.set_cell(atoms.cell * max(for_volume, for_distances), scale_atoms=True)
    return atoms


def decorations(elements: tuple[str, ...]) -> Iterator[tuple[Prototype, tuple[str, ...]]]:
    """Yield every distinct way to put `elements` on the prototypes with exactly that many slots.

    Assignments that symmetry makes the same are yielded once: B2 gives one AB, L1_2 gives A3B and AB3.

    Parameters
    ----------
    elements
        One, two or three different chemical symbols.

    Raises
    ------
    StructureError
        If a symbol is unknown or repeated, or there are not one to three.
    """
    if not 1 <= len(elements) <= 3:
        given = ", ".join(elements) or "nothing"
        raise StructureError(f"decorations of {given}: one to three elements, not {len(elements)}")
    for prototype in library():
        if len(prototype.elements) != len(elements):
            continue
        _check_symbols(prototype, elements)
        for order in _distinct_orders(prototype):
            yield prototype, tuple(elements[i] for i in order)


def _check_symbols(prototype: Prototype, symbols: tuple[str, ...]) -> None:
    """Raise if `symbols` cannot be put on the slots of `prototype`."""
    what = f"{prototype.label} with {', '.join(symbols)}"
    if len(symbols) != len(prototype.elements):
        raise StructureError(f"{what}: {len(prototype.elements)} symbols needed, one per slot, not {len(symbols)}")
    for symbol in symbols:
        if symbol not in element_sizes():
            raise StructureError(f"{what}: no element {symbol!r} here{did_you_mean(symbol, element_sizes())}")
    if len(set(symbols)) != len(symbols):
        raise StructureError(f"{what}: an element on two slots")


@cache
def _shortest_a(prototype: Prototype) -> NDArray[np.float64]:
    """Return the shortest distance between atoms of each two slots in the published cell, infinite where far.

    Notes
    -----
    The search ends at `FAR` times the mean spacing of atoms: further apart, no two atoms touch.
    """
    atoms = prototype.atoms()
    spacing = (atoms.get_volume() / len(atoms)) ** (1 / 3)
    first, second, distances = neighbor_list("ijd", atoms, cutoff=FAR * spacing)
    shortest = np.full((len(prototype.elements),) * 2, np.inf)
    np.minimum.at(shortest, (prototype.slots[first], prototype.slots[second]), distances)
    return shortest


@cache
def _distinct_orders(prototype: Prototype) -> tuple[tuple[int, ...], ...]:
    """Return one permutation of the slots for every class that symmetry makes the same.

    A permutation of slots is no change where an operation of the structure with all its atoms alike carries every
    atom onto one of the slot that takes its place.
    """
    n_slots = len(prototype.elements)
    if len(set(prototype.counts)) == n_slots:
        return tuple(permutations(range(n_slots)))
    alike: Any = (prototype.cell_a, prototype.scaled_positions, np.ones(prototype.n_atoms, dtype=np.int64))
    symmetry: Any = spglib.get_symmetry(alike, symprec=ALIKE_A)
    same = {tuple(range(n_slots))}
    for rotation, translation in zip(symmetry["rotations"], symmetry["translations"], strict=True):
        moved = prototype.scaled_positions @ rotation.T + translation
        difference = moved[:, None, :] - prototype.scaled_positions[None, :, :]
        difference -= np.rint(difference)
        target = prototype.slots[np.linalg.norm(difference @ prototype.cell_a, axis=2).argmin(axis=1)]
        images = [set(target[prototype.slots == slot].tolist()) for slot in range(n_slots)]
        if all(len(image) == 1 for image in images):
            same.add(tuple(image.pop() for image in images))
    chosen: list[tuple[int, ...]] = []
    for order in permutations(range(n_slots)):
        if not any(tuple(order[i] for i in swap) in chosen for swap in same):
            chosen.append(order)
    return tuple(chosen)
