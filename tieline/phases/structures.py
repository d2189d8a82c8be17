"""Phases in structure files and ASE databases."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ase.db
import ase.io
import numpy as np
from ase import Atoms

from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.core.formulas import composition_key
from tieline.phases.bounds import require_whole_frames, require_whole_poscar, require_within
from tieline.phases.cif import read_cif
from tieline.phases.energies import ENERGY_COLUMNS
from tieline.phases.entries import is_json, require_one_run_type
from tieline.phases.folders import DATABASE_SUFFIXES, FORMATS
from tieline.phases.limits import Limits
from tieline.phases.own_energy import energy_fault, own_energy
from tieline.phases.pymatgen_json import RUN_TYPE, is_pymatgen, read_pymatgen
from tieline.phases.rows import FILE_PASSED_OVER, RowReader
from tieline.phases.run_names import run_name
from tieline.phases.source_settings import FileSource
from tieline.phases.tables import own_names, read_energies
from tieline.phases.unusable import UnusableFileError
from tieline.phases.values import RowError, is_missing, structure_of

if TYPE_CHECKING:
    from tieline.phases.vasp import Run

log = logging.getLogger(__name__)

Composition = tuple[tuple[str, int], ...]

Image = tuple[str, Atoms | str, dict[str, Any]]
"""One structure of a file: its number, the structure or why it cannot be used, and what else stands beside it."""

SMALLEST_VOLUME_A3 = 1e-6
"""Cells below this have lost a dimension."""

TWIN_VOLUME_FRACTION = 0.02
"""Runs of one composition whose volumes per atom differ by less are taken for runs of one phase."""


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

    energy_fault: str
    """Why it is not clear which of its energies counts, unless a key or table says; empty if it is."""

    run: Run | None
    """The VASP run it is the end of."""

    ids_in_file: tuple[str, ...] = ()
    """Default identifiers of all structures in its file, if there are several."""


def read_structures(source: FileSource, files: Sequence[Path], reader: RowReader, limits: Limits) -> None:
    """Add every structure of `files` to `reader`.

    Parameters
    ----------
    source
        Path, column mapping and energies.
    files
        Structure files, ASE databases and VASP runs at or below the source's path.
    reader
        Where they go.
    limits
        What a file may demand.

    Raises
    ------
    PhaseDataError
        If the energies cannot be read, no structure has a mapped key, or VASP runs do not go together.
    """
    energies = {} if source.energies is None else read_energies(source.energies)
    names = {name: name for name in own_names(source.columns)} | source.columns
    unused = set(energies)
    ids: set[str] = set()
    numbered: dict[str, tuple[str, ...]] = {}
    keys: set[str] = set()
    runs: list[Run] = []
    everything = list(find_structures(source.path, files, reader, limits))
    usable = _usable_runs(everything)
    require_one_run_type([found.keys.get(RUN_TYPE, "") for found in everything if not found.fault], source)
    level_of_all = _level_of_all([found.run for found in everything if found.run is not None and not found.fault])
    for found in everything:
        keys.update(found.keys)
        raw = _raw(found, source, names, level_of_all)
        phase_id = str(raw["phase_id"])
        raw |= energies.get(phase_id, {})
        unused.discard(phase_id)
        stem = phase_id.rpartition("#")[0]
        ids.add(phase_id)
        if found.ids_in_file:
            numbered[stem] = found.ids_in_file
        fault = found.fault
        if found.ids_in_file and stem in energies and phase_id not in energies:
            fault = fault or _needs_numbers(stem, found.ids_in_file)
        if all(is_missing(raw.get(name)) for name in ENERGY_COLUMNS):
            raw["total_energy_ev"] = found.keys.get("energy")
            fault = fault or found.energy_fault or _without_energy(raw, found.keys)
        if fault:
            _set_aside(replace(found, fault=fault), phase_id, usable, reader)
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
    _reject_unused(source, unused, ids, numbered, reader)


def _raw(found: Found, source: FileSource, names: Mapping[str, str], level_of_all: str) -> dict[str, Any]:
    raw: dict[str, Any] = {"phase_id": found.default_id}
    if source.energy_level is None and found.keys.get(RUN_TYPE):
        raw["energy_level"] = found.keys[RUN_TYPE]
    if found.run is not None and source.energy_level is None:
        raw["energy_level"] = found.run.run_type + level_of_all
    raw |= {ours: found.keys[theirs] for ours, theirs in names.items() if theirs in found.keys}
    return raw | found.structure


def _reject_unused(
    source: FileSource,
    unused: set[str],
    ids: Collection[str],
    numbered: Mapping[str, Sequence[str]],
    reader: RowReader,
) -> None:
    for phase_id in sorted(unused):
        stem = phase_id if phase_id in numbered else phase_id.rpartition("#")[0]
        reason = f"an energy without a structure{did_you_mean(phase_id, ids)}"
        if stem in numbered:
            reason = _needs_numbers(stem, numbered[stem])
        reader.reject(str(source.energies), phase_id, reason)


def _needs_numbers(stem: str, ids: Sequence[str]) -> str:
    """Return what to say where an energy has the name of a file with several structures."""
    shown = [*ids[:2], "..."] if len(ids) > 3 else ids
    names = " and ".join([", ".join(shown[:-1]), shown[-1]])
    return f"the file of {stem} holds {len(ids)} structures, named {names}; an energy of each is needed"


def _usable_runs(everything: Sequence[Found]) -> dict[Composition, list[tuple[float, str]]]:
    """Return volume per atom and file of the VASP runs that can be used as they are, by composition."""
    usable: dict[Composition, list[tuple[float, str]]] = {}
    for found in everything:
        if found.run is not None and not found.fault and not is_missing(found.keys.get("energy")):
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


def _without_energy(raw: Mapping[str, Any], keys: Mapping[str, Any]) -> str:
    """Return what is wrong with a structure for which nothing gives an energy, else an empty string."""
    if not all(is_missing(raw.get(name)) for name in ENERGY_COLUMNS):
        return ""
    try:
        structure_of(raw)
    except RowError as error:
        return str(error)
    there = ", ".join(sorted(keys)) or "none"
    return f"exactly one energy is needed ({', '.join(ENERGY_COLUMNS)}), found none; keys that there are: {there}"


def _require_keys(source: FileSource, keys: set[str]) -> None:
    for ours, theirs in source.columns.items():
        if theirs not in keys:
            hint = did_you_mean(theirs, keys)
            raise PhaseDataError(
                f"{source.path}: no structure has a key {theirs!r} for {ours}{hint}; keys: {', '.join(sorted(keys))}"
            )


def find_structures(path: Path, files: Sequence[Path], reader: RowReader, limits: Limits) -> Iterator[Found]:
    """Yield each structure in `files`; files that cannot be read are rejected.

    Parameters
    ----------
    path
        File or folder that names are relative to.
    files
        Files at or below it.
    reader
        Where files that cannot be read are noted.
    limits
        What a file may demand.
    """
    for file in files:
        name = str(file.relative_to(path)) if path.is_dir() else file.name
        try:
            require_within(file, limits)
            if run_name(file.name):
                from tieline.phases.vasp import read_run  # noqa: PLC0415  (pymatgen: only where there are runs)

                run = read_run(file)
                found = [_found(name, _run_id(path, file), run.atoms, run=run)]
            else:
                found = _named(name, _structures_in(file, limits), limits)
        except UnusableFileError as error:
            reader.reject(name, "", str(error))
        except Exception as error:  # noqa: BLE001
            # The parsers of ASE and pymatgen raise whatever they stumble over, some of them only when asked for values.
            reader.reject(name, "", f"cannot be read ({type(error).__name__}: {error})")
        else:
            yield from found


def _found(
    where: str, default_id: str, atoms: Atoms, keys: Mapping[str, Any] | None = None, *, run: Run | None = None
) -> Found:
    energy = own_energy(atoms)
    given = {} if energy is None else {"energy": energy}
    return Found(
        where=where,
        default_id=default_id,
        structure={
            "numbers": atoms.numbers,
            "cell_a": np.asarray(atoms.cell),
            "scaled_positions": atoms.get_scaled_positions(wrap=False) if _has_cell(atoms) else (),
        },
        formula=atoms.get_chemical_formula(),
        keys=given | dict(keys or {}),
        fault=_fault(atoms) if run is None else run.fault,
        energy_fault=energy_fault(atoms, keys or {}),
        run=run,
    )


def _named(name: str, structures: Sequence[Image], limits: Limits) -> list[Found]:
    if not structures:
        raise UnusableFileError("holds no structure")
    stem = str(Path(name).with_suffix("")).removesuffix(".json")
    ids = tuple(f"{stem}#{index}" for index, _, _ in structures) if len(structures) > 1 else ()
    found = []
    for index, atoms, keys in structures:
        where, default_id = (f"{name}#{index}", f"{stem}#{index}") if ids else (name, stem)
        if isinstance(atoms, str):
            one = Found(where, default_id, structure={}, formula="", keys={}, fault=atoms, energy_fault="", run=None)
        else:
            one = _found(where, default_id, atoms, keys)
            if len(atoms) > limits.most_atoms:
                one = replace(one, fault=f"{len(atoms)} atoms exceed the limit most_atoms ({limits.most_atoms})")
        found.append(replace(one, ids_in_file=ids))
    return found


def _run_id(path: Path, file: Path) -> str:
    """Return the folder of a run below `path`, with the name that the file's name gives the run, if any."""
    run = run_name(file.name)
    folder = file.parent.relative_to(path) if path.is_dir() else Path()
    if run is not None and run.name:
        return str(folder / run.name)
    return str(folder) if folder.parts else file.resolve().parent.name


def _structures_in(file: Path, limits: Limits) -> list[Image]:
    suffix = file.suffix.lower()
    if file.stat().st_size == 0:
        raise UnusableFileError("the file is empty")
    if suffix == ".cif":
        return [(str(number), atoms, {}) for number, atoms in enumerate(read_cif(file, limits))]
    if is_json(file) and is_pymatgen(file):
        return [(str(number), atoms, keys) for number, (atoms, keys) in enumerate(read_pymatgen(file))]
    if suffix in DATABASE_SUFFIXES:
        if suffix == ".db":
            _require_ase_tables(file)
        with ase.db.connect(file, type=suffix[1:]) as database:
            return [(str(row.id), row.toatoms(), row.key_value_pairs) for row in database.select()]
    file_format = FORMATS.get(suffix, "vasp")
    if file_format == "extxyz":
        require_whole_frames(file, limits)
    elif file_format == "vasp":
        require_whole_poscar(file)
    images = ase.io.read(file, index=":", format=file_format)
    return [(str(number), atoms, atoms.info) for number, atoms in enumerate(images)]


def _require_ase_tables(file: Path) -> None:
    """Refuse a database that is not ASE's, for ASE would make its tables in it."""
    with closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables >= {"systems", "information"}:
        raise UnusableFileError("is no ASE database")


def _fault(atoms: Atoms) -> str:
    if not _has_cell(atoms):
        return "the structure has no three-dimensional cell"
    if not atoms.pbc.all():
        pbc = " ".join("FT"[int(way)] for way in atoms.pbc)
        return f"the structure is not periodic in all three directions (pbc {pbc})"
    if not atoms.numbers.all():
        return "the structure holds a dummy atom (X), which is no element"
    return ""


def _has_cell(atoms: Atoms) -> bool:
    return bool(abs(np.linalg.det(np.asarray(atoms.cell))) > SMALLEST_VOLUME_A3)
