"""Structures and entries of pymatgen in JSON files.

They are read without pymatgen, whose decoder would import whatever module a file names.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ase import Atoms

from tieline.core.elements import SYMBOLS
from tieline.phases.entries import energy_column, parsed_json, run_type
from tieline.phases.unusable import UnusableFileError
from tieline.phases.values import FULL_OCCUPANCY

HEAD_BYTES = 4096
"""Where the name of the class stands: pymatgen writes it first."""

RUN_TYPE = "parameters.run_type"
"""Where pymatgen's entries say their functional, as a key."""


def is_pymatgen(file: Path) -> bool:
    """Whether a JSON file begins as pymatgen writes one."""
    with file.open("rb") as stream:
        is_packed = stream.read(2) == b"\x1f\x8b"
    with gzip.open(file) if is_packed else file.open("rb") as stream:
        return b'"@class"' in stream.read(HEAD_BYTES)


def read_pymatgen(file: Path) -> list[tuple[Atoms | str, dict[str, Any]]]:
    """Return each structure of a file, or why it cannot be used, with the energy and id of its entry.

    Parameters
    ----------
    file
        A Structure or ComputedStructureEntry, or a list of them, as ``as_dict`` and ``dumpfn`` write them. Of entries
        the energy without corrections is taken.

    Raises
    ------
    UnusableFileError
        If it is neither.
    """
    content = parsed_json(file)
    return [_read(item) for item in (content if isinstance(content, list) else [content])]


def _read(item: Any) -> tuple[Atoms | str, dict[str, Any]]:
    kind = item.get("@class") if isinstance(item, Mapping) else type(item).__name__
    if kind == "Structure":
        return _structure(item), {}
    if kind == "ComputedStructureEntry":
        keys = {"energy": item.get("energy"), RUN_TYPE: run_type(item)}
        column = energy_column(item)
        if column == "formation_energy_ev_per_atom":
            keys = {column: item["energy"] / len(item["structure"]["sites"])}
        if item.get("entry_id") is not None:
            keys["phase_id"] = str(item["entry_id"])
        return _structure(item["structure"]), keys
    raise UnusableFileError(f"holds a {kind}; of pymatgen, Structure and ComputedStructureEntry are read")


def _structure(item: Mapping[str, Any]) -> Atoms | str:
    symbols = []
    for number, site in enumerate(item["sites"]):
        name = f"site {site.get('label') or number}"
        if len(site["species"]) != 1 or float(site["species"][0]["occu"]) < FULL_OCCUPANCY:
            return f"{name} is partly occupied or shared; an ordered model is needed"
        symbol = str(site["species"][0]["element"])
        if symbol not in SYMBOLS:
            return f"{name} is of {symbol!r}, which is no element of natural composition"
        symbols.append(symbol)
    lattice = item["lattice"]
    positions = [site["abc"] for site in item["sites"]]
    return Atoms(symbols, scaled_positions=positions, cell=lattice["matrix"], pbc=lattice.get("pbc", True))
