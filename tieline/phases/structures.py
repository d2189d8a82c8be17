"""Phases in structure files and ASE databases."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ase.db
import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError

from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.core.formulas import composition_key
from tieline.phases.energies import ENERGY_COLUMNS
from tieline.phases.folders import DATABASE_SUFFIXES, FORMATS
from tieline.phases.rows import FILE_PASSED_OVER, RowReader
from tieline.phases.run_names import run_name
from tieline.phases.source_settings import FileSource
from tieline.phases.tables import own_names, read_energies
from tieline.phases.values import is_missing
from tieline.phases.vasp_head import TooLargeError

if TYPE_CHECKING:
    from tieline.phases.vasp import Run

log = logging.getLogger(__name__)

Composition = tuple[tuple[str, int], ...]

FULL_OCCUPANCY = 0.999
"""Sites of a CIF occupied less than this belong to a disordered structure."""


TWIN_VOLUME_FRACTION = 0.02
"""Runs of one composition whose volumes per atom differ by less are taken for runs of one phase."""


class UnusableFileError(ValueError):
    """Why a file holds nothing that can be used."""


@dataclass(frozen=True)
class Found:
    """One structure of a file or database."""

    where: str
    """File within the folder, with the number of the structure if it holds several."""

    default_id: str
    """Identifier, unless a key says another."""

    structure: dict[str, Any]
    """The structure columns of a raw row."""

    formula: str
    """Formula of the cell."""

    keys: dict[str, Any]
    """What else the file says of it; the energy that ASE finds is ``energy``."""

    fault: str
    """Why it cannot be used; empty if nothing is known against it."""

    run: Run | None
    """The VASP run it is the end of."""


def read_structures(source: FileSource, files: Sequence[Path], reader: RowReader) -> None:
    """Add every structure of `files` to `reader`.

    Parameters
    ----------
    source
        Path, column mapping and energies.
    files
        Structure files, ASE databases and VASP runs at or below the source's path.
    reader
        Where they go.

    Raises
    ------
    PhaseDataError
        If the energies cannot be read, no structure has a mapped key, or VASP runs do not go together.
    """
    energies = {} if source.energies is None else read_energies(source.energies)
    names = {name: name for name in own_names(source.columns)} | source.columns
    unused = set(energies)
    keys: set[str] = set()
    runs: list[Run] = []
    everything = list(find_structures(source.path, files, reader))
    usable = _usable_runs(everything)
    level_of_all = _level_of_all([found.run for found in everything if found.run is not None and not found.fault])
    for found in everything:
        keys.update(found.keys)
        raw: dict[str, Any] = {"phase_id": found.default_id}
        if found.run is not None and source.energy_level is None:
            raw["energy_level"] = found.run.run_type + level_of_all
        raw |= {ours: found.keys[theirs] for ours, theirs in names.items() if theirs in found.keys}
        raw |= found.structure
        phase_id = str(raw["phase_id"])
        raw |= energies.get(phase_id, {})
        unused.discard(phase_id)
        if all(is_missing(raw.get(name)) for name in ENERGY_COLUMNS):
            raw["total_energy_ev"] = found.keys.get("energy")
        if found.fault:
            _set_aside(found, phase_id, usable, reader)
            continue
        reader.add(found.where, raw)
        if found.run is not None:
            runs.append(found.run)
    if runs and source.energies is None:
        from tieline.phases.vasp import require_comparable  # noqa: PLC0415  (pymatgen: only where there are runs)

        for difference in require_comparable(runs, source.path):
            log.warning("%s", difference)
    if keys:
        _require_keys(source, keys)
    for phase_id in sorted(unused):
        reader.reject(str(source.energies), phase_id, "an energy without a structure")


def _usable_runs(everything: Sequence[Found]) -> dict[Composition, list[tuple[float, str]]]:
    """Return volume per atom and file of the VASP runs that can be used, by composition."""
    usable: dict[Composition, list[tuple[float, str]]] = {}
    for found in everything:
        if found.run is not None and not found.fault:
            usable.setdefault(composition_key(found.formula), []).append((_volume_per_atom(found.run), found.where))
    return usable


def _set_aside(
    found: Found, phase_id: str, usable: Mapping[Composition, Sequence[tuple[float, str]]], reader: RowReader
) -> None:
    """Reject a structure that cannot be used, but only note a run of a phase that another run stands for."""
    twin = _usable_twin(found, usable)
    if twin:
        reason = f"{found.fault}; the phase is read from {twin}"
        reader.pass_over(found.where, FILE_PASSED_OVER, reason, phase_id, found.formula)
    else:
        reader.reject(found.where, phase_id, found.fault, found.formula)


def _usable_twin(found: Found, usable: Mapping[Composition, Sequence[tuple[float, str]]]) -> str:
    """Return the usable run of the same phase as one that cannot be used; empty if there is none."""
    if found.run is None:
        return ""
    volume = _volume_per_atom(found.run)
    for other, where in usable.get(composition_key(found.formula), ()):
        if abs(other / volume - 1.0) < TWIN_VOLUME_FRACTION:
            return where
    return ""


def _volume_per_atom(run: Run) -> float:
    return float(run.atoms.get_volume()) / len(run.atoms)


def _level_of_all(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    from tieline.phases.vasp import common_level  # noqa: PLC0415  (pymatgen: only where there are runs)

    return common_level(runs)


def _require_keys(source: FileSource, keys: set[str]) -> None:
    for ours, theirs in source.columns.items():
        if theirs not in keys:
            hint = did_you_mean(theirs, keys)
            raise PhaseDataError(
                f"{source.path}: no structure has a key {theirs!r} for {ours}{hint}; keys: {', '.join(sorted(keys))}"
            )


def find_structures(path: Path, files: Sequence[Path], reader: RowReader) -> Iterator[Found]:
    """Yield each structure in `files`; files that cannot be read are rejected.

    Parameters
    ----------
    path
        File or folder that names are relative to.
    files
        Files at or below it.
    reader
        Where files that cannot be read are noted.
    """
    for file in files:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            if run_name(file.name):
                from tieline.phases.vasp import read_run  # noqa: PLC0415  (pymatgen: only where there are runs)

                run = read_run(file)
                found = [_found(name, _run_id(path, file), run.atoms, run=run)]
            else:
                found = _named(name, _structures_in(file))
        except (UnusableFileError, TooLargeError) as error:
            reader.reject(name, "", str(error))
        except Exception as error:  # noqa: BLE001
            # The parsers of ASE and pymatgen raise whatever they stumble over, some of them only when asked for values.
            reader.reject(name, "", f"cannot be read ({type(error).__name__}: {error})")
        else:
            yield from found


def _found(
    where: str, default_id: str, atoms: Atoms, keys: Mapping[str, Any] | None = None, *, run: Run | None = None
) -> Found:
    energy = _own_energy(atoms)
    given = {} if energy is None else {"energy": energy}
    return Found(
        where=where,
        default_id=default_id,
        structure={
            "numbers": atoms.numbers,
            "cell_a": np.asarray(atoms.cell),
            "scaled_positions": atoms.get_scaled_positions(wrap=False) if atoms.cell.rank == 3 else (),
        },
        formula=atoms.get_chemical_formula(),
        keys=given | dict(keys or {}),
        fault=_fault(atoms) if run is None else run.fault,
        run=run,
    )


def _named(name: str, structures: Sequence[tuple[str, Atoms, dict[str, Any]]]) -> list[Found]:
    if not structures:
        raise UnusableFileError("holds no structure")
    stem = str(Path(name).with_suffix(""))
    if len(structures) == 1:
        ((_, atoms, keys),) = structures
        return [_found(name, stem, atoms, keys)]
    return [_found(f"{name}#{index}", f"{stem}#{index}", atoms, keys) for index, atoms, keys in structures]


def _run_id(path: Path, file: Path) -> str:
    """Return the folder of a run below `path`, with the name that the file's name gives the run, if any."""
    run = run_name(file.name)
    folder = file.parent.relative_to(path) if path.is_dir() else Path()
    if run is not None and run.name:
        return str(folder / run.name)
    return str(folder) if folder.parts else file.resolve().parent.name


def _structures_in(file: Path) -> list[tuple[str, Atoms, dict[str, Any]]]:
    suffix = file.suffix.lower()
    if file.stat().st_size == 0:
        raise UnusableFileError("the file is empty")
    if suffix in DATABASE_SUFFIXES:
        if suffix == ".db":
            _require_ase_tables(file)
        with ase.db.connect(file, type=suffix[1:]) as database:
            return [(str(row.id), row.toatoms(), row.key_value_pairs) for row in database.select()]
    file_format = FORMATS.get(suffix, "vasp")
    if file_format == "extxyz":
        _require_whole_frames(file)
    elif file_format == "vasp":
        _require_whole_poscar(file)
    images = ase.io.read(file, index=":", format=file_format)
    return [(str(number), atoms, atoms.info) for number, atoms in enumerate(images)]


def _require_ase_tables(file: Path) -> None:
    """Refuse a database that is not ASE's, for ASE would make its tables in it."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= {"systems", "information"}:
        raise UnusableFileError("is no ASE database")


def _require_whole_frames(file: Path) -> None:
    """Refuse an xyz file whose frames state more atoms than it has lines: ASE would count up to that number."""
    lines = file.read_text("utf-8").split("\n")
    start = 0
    while start < len(lines) and lines[start].strip():
        n_atoms = int(lines[start])
        start += 2 + n_atoms
        if n_atoms < 1 or start > len(lines):
            raise UnusableFileError(f"a frame of {n_atoms} atoms, but the file has {len(lines)} lines")
        while start < len(lines) and lines[start].lstrip().startswith("VEC"):
            start += 1


def _require_whole_poscar(file: Path) -> None:
    """Refuse a POSCAR that states more atoms than it has lines: ASE would make room for them."""
    lines = file.read_text("utf-8").split("\n")
    for line in lines[5:7]:
        amounts = [int(word) for word in line.split() if word.isdecimal()]
        if sum(amounts) > len(lines):
            raise UnusableFileError(f"{sum(amounts)} atoms, but the file has {len(lines)} lines")


def _fault(atoms: Atoms) -> str:
    sites = atoms.info.get("occupancy")
    if isinstance(sites, dict) and any(
        len(site) > 1 or min(site.values()) < FULL_OCCUPANCY for site in sites.values() if site
    ):
        return "sites are partly occupied or shared; an ordered model is needed"
    if atoms.cell.rank < 3:
        return "the structure has no three-dimensional cell"
    return ""


def _own_energy(atoms: Atoms) -> Any:
    """Return the energy that came with a structure, as the file has it; None if it has none."""
    if atoms.calc is None:
        return None
    try:
        return atoms.get_potential_energy()
    except (PropertyNotImplementedError, RuntimeError):
        return None
