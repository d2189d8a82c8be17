"""Entries of an OPTIMADE database become raw rows of the phase table."""

from __future__ import annotations

import math
import reprlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from ase.data import atomic_numbers

from tieline.data.optimade_providers import Provider
from tieline.phases.values import FULL_OCCUPANCY, RowError

STRUCTURE_FIELDS = (
    "chemical_formula_reduced",
    "elements",
    "last_modified",
    "lattice_vectors",
    "cartesian_site_positions",
    "species",
    "species_at_sites",
)
"""Standard properties that are asked for."""

LONGEST_ID = 200
"""Characters of an entry's id."""

SPACE_GROUP_FIELD = "space_group_it_number"
"""Asked for where the server has it: it came into the standard late."""


def value_at(attributes: Mapping[str, Any], path: str) -> Any:
    """Return the value of a property, whose nested parts are separated by ``/``, or None."""
    value: Any = attributes
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def raw_row(entry: Mapping[str, Any], provider: Provider) -> dict[str, Any]:
    """Return one entry as a raw row, by the names of `tieline.phases.source_settings.READABLE_COLUMNS`.

    Parameters
    ----------
    entry
        As the server sent it.
    provider
        Which property holds the energy.

    Raises
    ------
    RowError
        If it has no energy, or no ordered structure in three dimensions where it has one.
    """
    attributes = entry.get("attributes")
    if not isinstance(attributes, Mapping):
        raise RowError("the entry has no attributes")
    energy = value_at(attributes, provider.energy_property)
    if energy is None:
        raise RowError(f"no {provider.energy_property}")
    if isinstance(energy, bool) or not isinstance(energy, int | float) or not math.isfinite(energy):
        raise RowError(f"{provider.energy_property} {reprlib.repr(energy)} is no energy")
    if not str(entry["id"]).isprintable() or len(str(entry["id"])) > LONGEST_ID:
        raise RowError("the id is too long or holds characters that cannot be printed")
    structure = _structure(attributes)
    if provider.energy == "formation":
        named = {"formation_energy_ev_per_atom": float(energy)}
    elif structure:
        named = {"total_energy_ev_per_atom": energy / len(structure["numbers"])}
    else:
        raise RowError("a total energy without a structure: the number of atoms is not known")
    formula, space_group = (attributes.get(name) for name in ("chemical_formula_reduced", SPACE_GROUP_FIELD))
    row: dict[str, Any] = {
        "phase_id": f"{provider.id_prefix}{entry['id']}",
        "formula": formula if isinstance(formula, str) else None,
        "energy_level": provider.energy_level,
        "spacegroup_number_source": space_group if isinstance(space_group, int) else None,
    }
    if provider.experimental_property:
        row["experimental"] = value_at(attributes, provider.experimental_property) is not None
    return row | named | structure


def _structure(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return numbers, cell and fractional positions; nothing if there is no structure."""
    given = [attributes.get(name) for name in ("lattice_vectors", "cartesian_site_positions", "species_at_sites")]
    if not all(given):
        return {}
    try:
        cell = np.array(given[0], dtype=np.float64)
        positions = np.array(given[1], dtype=np.float64)
        sites = [str(name) for name in given[2]]  # type: ignore[union-attr]
    except (TypeError, ValueError):
        raise RowError("the structure is not made of numbers in three dimensions") from None
    if cell.shape != (3, 3) or positions.shape != (len(sites), 3):
        raise RowError(f"a cell of shape {cell.shape} with {len(sites)} sites at positions of shape {positions.shape}")
    if not (np.isfinite(cell).all() and np.isfinite(positions).all()):
        raise RowError("the structure is not periodic in three dimensions, or holds a number that is not finite")
    if abs(np.linalg.det(cell)) < 1e-9:
        raise RowError("the cell has no volume")
    numbers = _atomic_numbers(attributes.get("species"))
    try:
        kinds = [numbers[name] if name in numbers else atomic_numbers[name] for name in sites]
    except KeyError as error:
        raise RowError(f"{error.args[0]!r} is no chemical symbol") from None
    if 0 in kinds:
        raise RowError("sites are partly occupied or shared; an ordered model is needed")
    return {
        "numbers": kinds,
        "cell_a": cell.ravel().tolist(),
        "scaled_positions": np.linalg.solve(cell.T, positions.T).T.ravel().tolist(),
    }


def _atomic_numbers(species: Any) -> dict[str, int]:
    """Return the atomic number of each kind of site, 0 for one that is no single element."""
    numbers = {}
    for kind in species or ():
        if not isinstance(kind, Mapping):
            continue
        match kind.get("chemical_symbols"), kind.get("concentration") or [1.0]:
            case [str(symbol)], [int() | float() as occupancy] if occupancy > FULL_OCCUPANCY:
                numbers[str(kind.get("name"))] = atomic_numbers.get(symbol, 0)
            case _:
                numbers[str(kind.get("name"))] = 0
    return numbers
