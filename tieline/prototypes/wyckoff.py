"""Structure types written down as space group, lattice parameters and occupied sites."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import spglib
from ase.cell import Cell
from numpy.typing import NDArray

from tieline.core.errors import StructureError, did_you_mean
from tieline.core.formulas import element_counts
from tieline.prototypes.cells import primitive_cell, reduced
from tieline.prototypes.prototype import Prototype

SAME_SITE = 1e-3
"""Two images of a site nearer than this in every fractional coordinate are one atom on a special position."""

FIELDS: tuple[str, ...] = (
    "label",
    "formula",
    "pearson",
    "spacegroup",
    "cell",
    "sites",
    "source",
    "known_for",
)
"""What a written type must say, and all it may say."""


def written_prototypes(types: Sequence[Mapping[str, Any]]) -> Iterator[Prototype]:
    """Yield each of `types` as a prototype.

    Parameters
    ----------
    types
        Per type the `FIELDS`: `spacegroup` is the number and, where the tables give several, the setting after a
        colon (``141:2`` for origin choice 2, ``166:H``); `cell` is a, b, c (angstrom), alpha, beta, gamma (degrees);
        a site is [element, Wyckoff symbol, x, y, z], coordinates as numbers or fractions.

    Raises
    ------
    StructureError
        If a type contradicts itself: its sites do not have the multiplicities or the formula that it says.

    Notes
    -----
    That each type has its space group and Pearson symbol is left to the tests: finding symmetry takes seconds.
    """
    for entry in types:
        try:
            yield _prototype(entry)
        except (StructureError, ValueError) as error:
            raise StructureError(
                f"structure_types.yaml, {entry.get('label', 'a type without label')}: {error}"
            ) from error


def _prototype(entry: Mapping[str, Any]) -> Prototype:
    """Return one written type as a prototype."""
    _check_fields(entry)
    counts = element_counts(entry["formula"])
    elements = tuple(counts)
    number, operations = setting_operations(entry["spacegroup"])
    positions, slots = [], []
    for element, wyckoff, *coordinates in entry["sites"]:
        if element not in counts:
            raise StructureError(f"site {wyckoff} of {element}, which the formula does not have")
        images = orbit(np.array([float(Fraction(str(value))) for value in coordinates]), operations)
        if len(images) != int(re.match(r"\d+", str(wyckoff))[0]):  # type: ignore[index]
            raise StructureError(f"site {element} {wyckoff} {coordinates} has {len(images)} images")
        positions.append(images)
        slots.append(np.full(len(images), elements.index(element)))
    cell = primitive_cell(
        np.array(Cell.new(entry["cell"]), dtype=np.float64), np.concatenate(positions), np.concatenate(slots)
    )
    present = {element: int((cell[2] == slot).sum()) for slot, element in enumerate(elements)}
    if reduced(present) != reduced(counts):
        raise StructureError(f"the sites hold {present}")
    return Prototype(
        label=entry["label"],
        formula=entry["formula"],
        pearson=entry["pearson"],
        spacegroup_number=number,
        elements=elements,
        source=entry["source"],
        known_for=entry["known_for"],
        origin="tieline",
        cell_a=cell[0],
        scaled_positions=cell[1],
        slots=cell[2],
    )


def _check_fields(entry: Mapping[str, Any]) -> None:
    """Raise if a type lacks one of the `FIELDS` or has another."""
    for name in entry:
        if name not in FIELDS:
            raise StructureError(f"unknown field {name!r}{did_you_mean(name, FIELDS)}")
    for name in FIELDS:
        if name not in entry:
            raise StructureError(f"no field {name!r}")


@cache
def setting_operations(spacegroup: str) -> tuple[int, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return number and operations (rotations, translations) of a space group in a setting.

    Parameters
    ----------
    spacegroup
        ``"193"`` where the tables know one setting or the first is meant (unique axis b, cell choice 1), or number
        and setting as spglib writes it: ``"141:2"``, ``"166:H"``, ``"62:cab"``.

    Raises
    ------
    StructureError
        If there is no such setting, or there are two origins or axes and none is chosen.
    """
    number, _, choice = str(spacegroup).partition(":")
    settings = _settings().get(number)
    if settings is None:
        raise StructureError(f"no space group {number!r}, only 1 to 230")
    if not choice:
        if {"2", "H"} & settings.keys():
            raise StructureError(f"space group {number} needs a setting, one of {', '.join(settings)}")
        choice = next(iter(settings))
    if choice not in settings:
        raise StructureError(
            f"space group {number} has no setting {choice!r}, only {', '.join(filter(None, settings))}"
        )
    operations: Any = spglib.get_symmetry_from_database(settings[choice])
    return int(number), (operations["rotations"].astype(np.float64), operations["translations"])


@cache
def _settings() -> dict[str, dict[str, int]]:
    """Return space group number -> setting -> Hall number, settings in the order of the Hall numbers."""
    settings: dict[str, dict[str, int]] = {}
    for hall_number in range(1, 531):
        kind: Any = spglib.get_spacegroup_type(hall_number)
        settings.setdefault(str(kind.number), {})[kind.choice] = hall_number
    return settings


def orbit(
    position: NDArray[np.float64], operations: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the different images of a fractional `position`, shape (multiplicity, 3), in [0, 1)."""
    rotations, translations = operations
    images = (rotations @ position + translations) % 1.0
    apart = images[:, None, :] - images[None, :, :]
    apart -= np.rint(apart)
    same = np.abs(apart).max(axis=2) < SAME_SITE
    first = same.argmax(axis=1) == np.arange(len(images))
    return np.asarray(images[first])
