"""Crystal structures as CIF."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pandas as pd
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SymmetryUndeterminedError

from tieline.core.files import write_text
from tieline.crystal.structures import unit_cell_of

LONGEST_NAME = 150
"""Characters of a file's name."""


def write_cifs(phases: pd.DataFrame, folder: Path, symmetry_tolerance_a: float) -> list[str]:
    """Write the structure of each phase as a CIF of its own, ``<formula>_<identifier>.cif``.

    Parameters
    ----------
    phases
        Phase table.
    folder
        Where to write; made if need be.
    symmetry_tolerance_a
        Distance within which atoms count as equivalent; the conventional cell is written with its symmetry.

    Returns
    -------
    list of str
        Identifiers of phases without a structure, which have no file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = phases[phases["numbers"].notna()].to_dict("records")
    for name, row in zip(file_names(known), known, strict=True):
        write_text(_cif(row, symmetry_tolerance_a), folder / name)
    return phases.loc[phases["numbers"].isna(), "phase_id"].tolist()


def file_names(phases: Sequence[Mapping[Any, Any]]) -> list[str]:
    """Return names for the files of phases that every file system takes and tells apart.

    Examples
    --------
    >>> file_names([{"formula": "TiSi2", "phase_id": "mine/C 54"}, {"formula": "TiSi2", "phase_id": "Mine?C54"}])
    ['TiSi2_mine-C-54.cif', 'TiSi2_Mine-C54.cif']
    >>> file_names([{"formula": "Si", "phase_id": "a/1"}, {"formula": "Si", "phase_id": "A:1"}])
    ['Si_a-1.cif', 'Si_A-1-2.cif']
    """
    names: dict[str, str] = {}
    for row in phases:
        stem = f"{row['formula']}_{re.sub(r'[^A-Za-z0-9._-]+', '-', row['phase_id'])}"[:LONGEST_NAME]
        numbered = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
        name = next(name for name in numbered if name.casefold() not in names)
        names[name.casefold()] = f"{name}.cif"
    return list(names.values())


def _cif(row: Mapping[Any, Any], tolerance_a: float) -> str:
    lattice, positions, numbers = unit_cell_of(row)
    structure = Structure(Lattice(lattice), numbers.tolist(), positions)
    try:
        text = str(CifWriter(structure, symprec=tolerance_a))
    except SymmetryUndeterminedError:
        text = str(CifWriter(structure))
    known = {
        "phase_id": row["phase_id"],
        "formation_energy_ev_per_atom": f"{row['formation_energy_ev_per_atom']:.6f}",
        "energy_level": row["energy_level"],
        "source": " ".join(filter(None, (row["source"], row["source_version"], row["retrieved_at"]))),
    }
    return "".join(f"# {name}: {' '.join(str(value).split())}\n" for name, value in known.items()) + text
