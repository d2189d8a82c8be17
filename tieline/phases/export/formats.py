"""The phase table for other programs: an ASE database, and pymatgen's entries."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import ase.db
import pandas as pd
from ase import Atoms
from ase.db.core import str_represents
from pymatgen.core.composition import Composition
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure
from pymatgen.entries.computed_entries import ComputedEntry, ComputedStructureEntry

from tieline.core.files import atomic_write
from tieline.crystal.structures import unit_cell_of

TEXT_KEYS = ("phase_id", "energy_level", "source", "source_version", "retrieved_at")
FLOAT_KEYS = ("formation_energy_ev_per_atom", "volume_a3_per_atom")
WHOLE_KEYS = ("spacegroup_number_source", "experimental")
"""Columns that become keys of the database, with the name they have in the phase table."""


def write_ase_database(phases: pd.DataFrame, path: Path) -> None:
    """Write a phase table as an ASE database (SQLite), the same bytes for the same table.

    Parameters
    ----------
    phases
        Phase table.
    path
        The database; replaced if it exists.

    Notes
    -----
    Formation energies are the key ``formation_energy_ev_per_atom``, not ASE's ``energy``, which is a total energy. A
    phase without a structure has its atoms at the origin, no cell, and ``has_structure`` 0. ASE takes no text for a
    key that looks like a number: such ids and versions have ``=`` in front.
    """
    with atomic_write(path) as temporary, _errors_of_the_system():
        temporary.unlink(missing_ok=True)
        with ase.db.connect(temporary, type="db", use_lock_file=False) as database:
            # Else the tables come with the first row.
            database.count()
            for row in phases.to_dict("records"):
                database.write(_atoms(row), key_value_pairs=_keys(row))
        # ASE notes the time, the user and a random number; here they would only make equal exports differ.
        with closing(sqlite3.connect(temporary)) as connection:
            ids = [
                (hashlib.md5(row["phase_id"].encode(), usedforsecurity=False).hexdigest(), number)
                for number, row in enumerate(phases.to_dict("records"), 1)
            ]
            connection.executemany("UPDATE systems SET unique_id = ? WHERE id = ?", ids)
            connection.execute("UPDATE systems SET ctime = 0.0, mtime = 0.0, username = ''")
            connection.commit()
            connection.execute("VACUUM")


@contextmanager
def _errors_of_the_system() -> Iterator[None]:
    """Raise what SQLite says of the disk as an error of the operating system."""
    try:
        yield
    except sqlite3.OperationalError as error:
        number = errno.ENOSPC if "full" in str(error) else errno.EIO
        raise OSError(number, os.strerror(number)) from error


def write_entries(phases: pd.DataFrame, path: Path) -> None:
    """Write a phase table as JSON of pymatgen entries, the same bytes for the same table.

    Parameters
    ----------
    phases
        Phase table.
    path
        The file, which ``monty.serialization.loadfn`` reads; gzipped if its name ends in ``.gz``.

    Notes
    -----
    An entry's energy is the formation energy of its cell in eV, so elements in their reference state have zero; phase
    diagrams and decompositions come out as with total energies. Phases without a structure are plain ComputedEntry.
    """
    text = json.dumps([entry.as_dict() for entry in _entries(phases)], sort_keys=True)
    with atomic_write(path) as temporary:
        temporary.write_bytes(gzip.compress(text.encode(), mtime=0) if path.suffix == ".gz" else text.encode())


def _entries(phases: pd.DataFrame) -> Iterator[ComputedEntry]:
    for row in phases.to_dict("records"):
        data = {name: row[name] for name in TEXT_KEYS[1:]} | _numbers(row) | {"energy_is": "formation energy"}
        per_atom = data.pop("formation_energy_ev_per_atom")
        if row["numbers"] is None:
            composition = Composition(row["formula"])
            yield ComputedEntry(composition, per_atom * composition.num_atoms, entry_id=row["phase_id"], data=data)
        else:
            lattice, positions, numbers = unit_cell_of(row)
            structure = Structure(Lattice(lattice), numbers.tolist(), positions)
            yield ComputedStructureEntry(structure, per_atom * len(numbers), entry_id=row["phase_id"], data=data)


def _atoms(row: Mapping[Any, Any]) -> Atoms:
    if row["numbers"] is None:
        return Atoms(row["formula"])
    lattice, positions, numbers = unit_cell_of(row)
    return Atoms(numbers=numbers, cell=lattice, scaled_positions=positions, pbc=True)


def _keys(row: Mapping[Any, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {"has_structure": int(row["numbers"] is not None)}
    for name in TEXT_KEYS:
        if row[name]:
            looks_like_number = any(str_represents(row[name], kind) for kind in (bool, int, float))
            keys[name] = f"={row[name]}" if looks_like_number else row[name]
    return keys | _numbers(row)


def _numbers(row: Mapping[Any, Any]) -> dict[str, float | int]:
    """Return what a row says in numbers; whether it is known from experiment as 0 or 1."""
    floats = {name: float(row[name]) for name in FLOAT_KEYS if pd.notna(row[name])}
    return floats | {name: int(row[name]) for name in WHOLE_KEYS if pd.notna(row[name])}
