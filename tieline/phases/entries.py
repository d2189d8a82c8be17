"""Phases in JSON: pymatgen's computed entries, documents of the Materials Project, and tables as pandas writes them."""

from __future__ import annotations

import gzip
import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ase.data import atomic_numbers

from tieline.core.errors import PhaseDataError
from tieline.phases.column_names import is_known
from tieline.phases.rows import RowReader
from tieline.phases.source_settings import READABLE_COLUMNS, FileSource
from tieline.phases.tables import add_rows
from tieline.phases.values import RowError

log = logging.getLogger(__name__)

JSON_SUFFIXES = (".json", ".json.gz")

HOLDERS = ("entries", "all_entries", "data", "response", "docs")
"""Keys of a JSON object under which a list of entries or documents stands."""

SAME_AMOUNT = 1e-6
"""Amounts and occupancies that differ by less are the same."""

FREE_ENERGIES = ("GibbsComputedStructureEntry", "GrandPotPDEntry", "TransformedPDEntry", "SlabEntry")
"""Entries whose energy is no total energy of a bulk phase at 0 K."""


def is_json(path: Path) -> bool:
    """Return whether `path` is named as a JSON file, compressed or not."""
    return path.name.lower().endswith(JSON_SUFFIXES)


def read_json(path: Path) -> Any:
    """Return the content of a JSON file, compressed or not; raise PhaseDataError if it cannot be read."""
    try:
        return parsed_json(path)
    except (OSError, ValueError, EOFError, RecursionError, zlib.error) as error:
        first_line = str(error).strip().partition("\n")[0]
        raise PhaseDataError(f"{path}: cannot be read ({type(error).__name__}: {first_line})") from error


def parsed_json(path: Path) -> Any:
    """Return the content of a JSON file, compressed or not; raise whatever its readers do if it cannot be read."""
    content = path.read_bytes()
    # Some files are named .gz and are not compressed, and the other way round.
    return json.loads(gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content)


def holds_structures(content: Any) -> bool:
    """Return whether a JSON file is an ASE database or holds structures of pymatgen without energies."""
    if isinstance(content, dict) and {"ids", "nextid"} <= set(content):
        return True
    first = content[0] if isinstance(content, list) and content else content
    return isinstance(first, dict) and first.get("@class") == "Structure"


def read_entries(source: FileSource, content: Any, reader: RowReader) -> None:
    """Add every entry, document or row of a JSON file to `reader`.

    Parameters
    ----------
    source
        Path, energy level and column mapping; the mapping is for documents and rows.
    content
        What the file holds.
    reader
        What checks the rows. Energies of entries are total energies without corrections, or formation energies where
        tieline's own export says so.

    Raises
    ------
    PhaseDataError
        If the file holds neither entries nor a table with an energy, or its entries are of several functionals that
        the source's energy level calls one.
    """
    named = list(_named(content))
    entries = [(name, record) for name, record in named if _is_entry(record)]
    if entries and len(entries) == len(named):
        keyed = isinstance(content, dict) and all(content.get(name) is entry for name, entry in entries)
        _read_computed(source, entries, reader, keyed=keyed)
        return
    frame = _frame(content, named)
    if frame is None or frame.empty:
        keys = ", ".join(sorted(map(str, content))[:20]) if isinstance(content, dict) else type(content).__name__
        raise PhaseDataError(f"{source.path}: holds neither entries nor a table of phases; it has {keys}")
    add_rows(frame, source.columns, reader, name=str(source.path))


def _named(content: Any) -> Iterator[tuple[str, Any]]:
    """Yield the records of a JSON file, with their keys or numbers."""
    if isinstance(content, dict):
        holder = next((key for key in HOLDERS if isinstance(content.get(key), list)), None)
        if holder is None:
            yield from [("0", content)] if _is_entry(content) else ((str(key), value) for key, value in content.items())
            return
        content = content[holder]
    if isinstance(content, list):
        yield from ((str(number), record) for number, record in enumerate(content))


def _is_entry(record: Any) -> bool:
    return (
        isinstance(record, dict)
        and isinstance(record.get("energy"), (int, float))
        and (isinstance(record.get("composition"), dict) or isinstance(record.get("structure"), dict))
    )


def _read_computed(
    source: FileSource, entries: list[tuple[str, dict[str, Any]]], reader: RowReader, *, keyed: bool
) -> None:
    """Add entries; those without an id are called by their key, or by the file and their number."""
    require_one_run_type([run_type(entry) for _, entry in entries], source)
    corrected = sum(bool(entry.get("correction")) for _, entry in entries)
    if corrected:
        log.info("%s: the corrections of %d entries are not applied", source.path, corrected)
    stem = source.path.name.partition(".")[0]
    for name, entry in entries:
        level = {"energy_level": run_type(entry) or None} if source.energy_level is None else {}
        try:
            reader.add(name, level | _row_of(name if keyed else f"{stem}#{name}", entry))
        except RowError as error:
            reader.reject(name, str(entry.get("entry_id") or name), str(error))


def _row_of(name: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return a raw row of an entry, or raise RowError."""
    kind = str(entry.get("@class", ""))
    if kind in FREE_ENERGIES:
        raise RowError(f"{kind} holds no total energy of a phase")
    data = entry["data"] if isinstance(entry.get("data"), dict) else {}
    structure = _structure_columns(entry.get("structure"))
    composition = entry.get("composition")
    if isinstance(composition, dict):
        try:
            amounts = {str(symbol): float(amount) for symbol, amount in composition.items()}
        except (TypeError, ValueError):
            raise RowError("the composition has an amount that is no number") from None
        row: dict[str, Any] = {"formula": "".join(f"{symbol}{amount:.10g}" for symbol, amount in amounts.items())}
        n_atoms = sum(amounts.values())
    else:
        row, n_atoms = {}, float(len(structure.get("numbers", ())))
    if not n_atoms > 0.0:
        raise RowError("the composition is empty")
    n_in_structure = len(structure.get("numbers", ()))
    if n_in_structure and abs(n_in_structure - n_atoms) > SAME_AMOUNT:
        raise RowError(f"the composition has {n_atoms:g} atoms, the structure {n_in_structure}")
    energy = entry["energy"]
    if isinstance(energy, bool) or not isinstance(energy, (int, float)):
        raise RowError(f"the energy {energy!r} is no number")
    row |= {"phase_id": str(entry.get("entry_id") or name), **structure}
    row[energy_column(entry)] = energy / n_atoms
    said = ("energy_level", "spacegroup_number_source", "experimental", "volume_a3_per_atom")
    row |= {key: data[key] for key in said if data.get(key) is not None}
    return row


def require_one_run_type(run_types: Iterable[str], source: FileSource) -> None:
    """Raise PhaseDataError if entries are of several functionals, which the source's energy level calls one."""
    counts = Counter(filter(None, run_types))
    if len(counts) > 1 and source.energy_level is not None and source.energies is None:
        found = ", ".join(f"{name} ({count} entries)" for name, count in sorted(counts.items()))
        raise PhaseDataError(
            f"{source.path}: energies of different functionals have no common zero: {found}; keep one of them"
        )


def energy_column(entry: Mapping[str, Any]) -> str:
    """Return which energy an entry holds, per cell: a formation energy only where tieline's export says so."""
    data = entry.get("data")
    is_formation = isinstance(data, dict) and data.get("energy_is") == "formation energy"
    return "formation_energy_ev_per_atom" if is_formation else "total_energy_ev_per_atom"


def run_type(entry: Mapping[str, Any]) -> str:
    """Return the functional of an entry, empty if it does not say."""
    parameters = entry.get("parameters")
    return str(parameters.get("run_type") or "") if isinstance(parameters, dict) else ""


def _structure_columns(structure: Any) -> dict[str, Any]:
    """Return the structure columns of a pymatgen structure as JSON, empty if it has none, or raise RowError."""
    if not isinstance(structure, dict):
        return {}
    try:
        sites = structure["sites"]
        species = [site["species"] for site in sites]
        is_ordered = all(len(kinds) == 1 and abs(kinds[0]["occu"] - 1.0) <= SAME_AMOUNT for kinds in species)
        columns = {
            "numbers": [atomic_numbers[kinds[0]["element"]] for kinds in species],
            "cell_a": np.ravel(structure["lattice"]["matrix"]).tolist(),
            "scaled_positions": np.ravel([site["abc"] for site in sites]).tolist(),
        }
    except (KeyError, TypeError, ValueError, IndexError):
        raise RowError("the structure is not one that pymatgen writes") from None
    if not is_ordered:
        raise RowError("sites are partly occupied or shared by several elements; an ordered model is needed")
    return columns


def _frame(content: Any, named: list[tuple[str, Any]]) -> pd.DataFrame | None:
    """Return documents or rows as a table, nested values under names such as ``symmetry.number``."""
    if isinstance(content, dict) and isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        try:
            return pd.DataFrame(content["data"], columns=content["columns"])
        except ValueError:
            return None
    if not named or not all(isinstance(record, (dict, list)) for _, record in named):
        return None
    if isinstance(content, dict) and sum(is_known(name) for name, _ in named) > 1:
        columns = {name: list(v.values()) if isinstance(v, dict) else v for name, v in named}
        return pd.DataFrame(columns) if len({len(values) for values in columns.values()}) == 1 else None
    if not all(isinstance(record, dict) for _, record in named):
        return None
    content = content if isinstance(content, dict) else {}
    rows = []
    for name, record in named:
        # Records under keys are named by them.
        flat: dict[str, Any] = {"phase_id": name} if content.get(name) is record else {}
        for key, value in record.items():
            nested = {f"{key}.{inner}": cell for inner, cell in value.items()} if isinstance(value, dict) else {}
            flat |= nested or {str(key): value}
        try:
            flat |= _structure_columns(record.get("structure"))
        except RowError:
            # Its energy still counts, and the row says that it has no structure.
            flat |= dict.fromkeys(READABLE_COLUMNS[7:10])
        rows.append(flat)
    return pd.DataFrame(rows)
