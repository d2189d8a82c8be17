"""The user's own phases: tables, ASE databases and folders of structures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
import pandas as pd
from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError

from tieline.config.sources import READABLE_COLUMNS, FileSource
from tieline.errors import PhaseDataError, did_you_mean
from tieline.phases.rows import ENERGY_COLUMNS, Reading, RowReader, is_missing

FULL_OCCUPANCY = 0.999
"""Sites of a CIF occupied less than this belong to a disordered structure."""

TABLE_SUFFIXES = (".parquet", ".csv")
DATABASE_SUFFIXES = (".db", ".json")
MISSING_IN_CSV = ("", "NA", "N/A", "NaN", "nan", "None", "null", "NULL")
"""What says nothing in a CSV file, but for ids and formulas."""

STRUCTURE_NAMES = ("POSCAR", "CONTCAR")
STRUCTURE_SUFFIXES = (".cif", ".extxyz", ".xyz", ".traj", ".vasp", ".poscar")


def files_of(source: FileSource) -> list[Path]:
    """Return the files that a file source is read from, sorted.

    Raises
    ------
    PhaseDataError
        If a path does not exist, is of a kind that is not read, or is a folder without structures.
    """
    for path in filter(None, (source.path, source.energies)):
        if not path.exists():
            nearby = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
            raise PhaseDataError(f"{path}: no such file or folder{did_you_mean(path.name, nearby)}")
    path = source.path
    if path.is_dir():
        files = sorted(f for f in path.rglob("*") if _holds_structures(f))
    elif path.suffix.lower() in (*TABLE_SUFFIXES, *DATABASE_SUFFIXES, *STRUCTURE_SUFFIXES):
        files = [path]
    else:
        allowed = ", ".join((*TABLE_SUFFIXES, *DATABASE_SUFFIXES, *STRUCTURE_SUFFIXES))
        raise PhaseDataError(f"{path}: files of this kind are not read; allowed: {allowed} or a folder")
    for file in files:
        if set("{}") & set(str(file)):
            raise PhaseDataError(f"{file}: braces are not allowed in a path: Snakemake would take them for wildcards")
    if not files:
        raise PhaseDataError(f"{path}: the folder holds none of {', '.join((*STRUCTURE_SUFFIXES, *DATABASE_SUFFIXES))}")
    return files if source.energies is None else [*files, source.energies]


def _holds_structures(path: Path) -> bool:
    known = path.suffix.lower() in (*STRUCTURE_SUFFIXES, *DATABASE_SUFFIXES) or path.name in STRUCTURE_NAMES
    return known and path.is_file()


def read_file_source(source: FileSource) -> Reading:
    """Read a user's file or folder.

    Parameters
    ----------
    source
        Path, column mapping and what else the config says of it.

    Returns
    -------
    Reading
        Accepted and rejected rows.

    Raises
    ------
    PhaseDataError
        If the path does not exist, cannot be read at all, lacks a mapped column or holds no usable row.
    """
    path, files = source.path, files_of(source)
    reader = RowReader(
        source=source.name or path.stem,
        source_version=source.source_version,
        retrieved_at=source.retrieved_at,
        energy_level=source.energy_level,
    )
    if path.is_file() and path.suffix.lower() in TABLE_SUFFIXES:
        _read_table(source, reader)
    else:
        _read_structures(source, [file for file in files if file != source.energies], reader)
    return reader.result()


def _read_table(source: FileSource, reader: RowReader) -> None:
    path = source.path
    try:
        frame = pd.read_parquet(path) if path.suffix.lower() == ".parquet" else _read_csv(path, source.columns)
    except (ValueError, OSError) as error:
        raise PhaseDataError(f"{path}: cannot be read ({str(error).splitlines()[0]})") from error
    for ours, theirs in source.columns.items():
        if theirs not in frame.columns:
            hint = did_you_mean(theirs, map(str, frame.columns))
            raise PhaseDataError(f"{path}: no column {theirs!r} for {ours}{hint}; it has {_listed(frame.columns)}")
    # A column that is mapped to one name is not also read under its own.
    taken = set(source.columns.values())
    names = {name: name for name in READABLE_COLUMNS if name in frame.columns and name not in taken} | source.columns
    if not set(names) & set(ENERGY_COLUMNS):
        raise PhaseDataError(
            f"{path}: no energy column; map one of {', '.join(ENERGY_COLUMNS)} to one of {_listed(frame.columns)}"
        )
    first_row = 2 if path.suffix.lower() == ".csv" else 0
    columns = [frame[theirs].tolist() for theirs in names.values()]
    for number, values in enumerate(zip(*columns, strict=True)):
        reader.add(str(number + first_row), dict(zip(names, values, strict=True)))


def _read_csv(path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    # As text, for "007" is no number, and NaN no missing value but a formula.
    text = [names.get(name, name) for name in ("phase_id", "formula")]
    missing = {name: MISSING_IN_CSV for name in pd.read_csv(path, nrows=0).columns if name not in text}
    return pd.read_csv(path, dtype=dict.fromkeys(text, str), keep_default_na=False, na_values=missing)


def _read_structures(source: FileSource, files: list[Path], reader: RowReader) -> None:
    energies = {} if source.energies is None else _energies(source.energies)
    names = {name: name for name in READABLE_COLUMNS} | source.columns
    unused = set(energies)
    keys: set[str] = set()
    for where, default_id, atoms, info in _structures(source.path, files, reader):
        own_energy = _own_energy(atoms)
        if own_energy is not None:
            info = {"energy": own_energy} | info  # noqa: PLW2901
        keys.update(info)
        given = {ours: info[theirs] for ours, theirs in names.items() if theirs in info}
        raw: dict[str, Any] = {"phase_id": default_id} | given
        raw |= {
            "numbers": atoms.numbers,
            "cell_a": np.asarray(atoms.cell),
            "scaled_positions": atoms.get_scaled_positions(wrap=False) if atoms.cell.rank == 3 else (),
        }
        raw |= energies.get(str(raw["phase_id"]), {})
        unused.discard(str(raw["phase_id"]))
        if all(is_missing(raw.get(name)) for name in ENERGY_COLUMNS):
            raw["total_energy_ev"] = own_energy
        if _partly_occupied(atoms):
            reader.reject(
                where, str(raw["phase_id"]), "sites are partly occupied or shared; an ordered model is needed"
            )
        elif atoms.cell.rank < 3:
            reader.reject(where, str(raw["phase_id"]), "the structure has no three-dimensional cell")
        else:
            reader.add(where, raw)
    for ours, theirs in source.columns.items():
        if keys and theirs not in keys:
            hint = did_you_mean(theirs, keys)
            raise PhaseDataError(
                f"{source.path}: no structure has a key {theirs!r} for {ours}{hint}; keys: {', '.join(sorted(keys))}"
            )
    for phase_id in sorted(unused):
        reader.reject(str(source.energies), phase_id, "an energy without a structure")


def _structures(path: Path, files: list[Path], reader: RowReader) -> Iterator[tuple[str, str, Atoms, dict[str, Any]]]:
    """Yield where it stands, a default id, the structure and its keys, for each structure in `files`."""
    for file in files:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            if file.suffix.lower() in DATABASE_SUFFIXES:
                with ase.db.connect(file) as database:
                    found = [(str(row.id), row.toatoms(), row.key_value_pairs) for row in database.select()]
            else:
                images = ase.io.read(file, index=":")
                found = [(str(i), atoms, atoms.info) for i, atoms in enumerate(images)]
        except Exception as error:  # noqa: BLE001
            # ASE's readers raise whatever their parsers stumble over.
            reader.reject(name, "", f"cannot be read ({type(error).__name__}: {str(error).partition(chr(10))[0]})")
            continue
        if not found:
            reader.reject(name, "", "holds no structure")
        stem = str(Path(name).with_suffix(""))
        for index, atoms, info in found:
            default_id = stem if len(found) == 1 else f"{stem}#{index}"
            yield (name if len(found) == 1 else f"{name}#{index}"), default_id, atoms, info


def _partly_occupied(atoms: Atoms) -> bool:
    sites = atoms.info.get("occupancy", {}).values()
    return any(len(site) > 1 or min(site.values()) < FULL_OCCUPANCY for site in sites if site)


def _own_energy(atoms: Atoms) -> float | None:
    if atoms.calc is None:
        return None
    try:
        return float(atoms.get_potential_energy())
    except (PropertyNotImplementedError, RuntimeError):
        return None


def _energies(path: Path) -> dict[str, dict[str, Any]]:
    try:
        frame = _read_csv(path, {})
    except (ValueError, OSError) as error:
        raise PhaseDataError(f"{path}: cannot be read ({str(error).splitlines()[0]})") from error
    found = [name for name in ENERGY_COLUMNS if name in frame.columns]
    if "phase_id" not in frame.columns or len(found) != 1:
        raise PhaseDataError(
            f"{path}: needs the column phase_id and one of {', '.join(ENERGY_COLUMNS)}; it has {_listed(frame.columns)}"
        )
    return {row["phase_id"]: {found[0]: row[found[0]]} for row in frame.to_dict("records")}


def _listed(columns: pd.Index) -> str:
    return ", ".join(map(str, columns))
