"""The powder lines of all phases: computed once, kept by what the structure is."""

from __future__ import annotations

import hashlib
import inspect
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tieline.core.columns import Column
from tieline.core.errors import StorageError
from tieline.core.parallel import Resources, map_batches
from tieline.core.store import Store
from tieline.core.tables import Table
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import Cell
from tieline.microstructure import diffraction, scattering
from tieline.microstructure.diffraction import Lines, Radiation, powder_lines
from tieline.microstructure.scattering import scattering_coefficients
from tieline.microstructure.settings import Diffraction

log = logging.getLogger(__name__)

SECONDS_PER_PHASE = 0.001
"""Typical time for the lines of one structure on one core."""

LINES = Table(
    (
        Column("phase_id", "Identifier of a phase", required=True),
        Column("two_theta_deg", "Angles of its powder lines", "deg", kind="numbers"),
        Column("intensity", "Their intensities per volume of the phase", "e^2/A^6", kind="numbers"),
        Column("problem", "Why there are no lines; empty text if there are", required=True),
    )
)
"""work/lines.parquet."""

CACHE_COLUMNS = ("key", "two_theta_deg", "intensity")

ENDING = ".lines.gz"
"""Ending of the entries of the cache. Each holds the lines of the structures that were new to one run."""

MAX_ENTRIES = 50
"""From so many entries on, they are put together into one."""

MAX_STRUCTURES = 200_000
"""Lines of more structures, some 300 MB, are not put together: only those that the run at hand needs are kept."""


def line_table(
    phases: pd.DataFrame,
    settings: Diffraction,
    *,
    cache: Path,
    resources: Resources,
) -> pd.DataFrame:
    """Return the powder lines of phases; those not in the cache are computed, on Dask workers if many.

    Parameters
    ----------
    phases : DataFrame
        Phase table.
    settings
        Wavelength and range.
    cache
        Folder of the lines already known; made or added to. They are found by a checksum of the structure, the
        settings and the code that computes lines, so phases may come and go and be renamed. Runs can use one folder
        at once. One that cannot be read or written is named in the log, and lines are computed without it.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        ``phase_id``, ``two_theta_deg`` and ``intensity`` (lists; see `tieline.microstructure.diffraction.Lines`),
        ``problem`` (why there are no lines, else empty), in the order of `phases`. Angles are rounded to 1e-6 degrees
        and intensities to single precision, beyond the bits that depend on the machine.
    """
    ids = phases["phase_id"].tolist()
    radiation = Radiation(
        settings.wavelength_angstrom,
        settings.two_theta_min_deg,
        settings.two_theta_max_deg,
        scattering_coefficients(),
    )
    has_structure = phases["numbers"].notna().to_numpy()
    problems = {row.phase_id: f"{row.formula} has no structure" for row in phases[~has_structure].itertuples()}
    cells: dict[str, Cell] = {}
    for _, row in phases[has_structure].iterrows():
        cell = unit_cell_of(row)
        unknown = radiation.unknown(cell[2])
        if unknown:
            problems[row["phase_id"]] = f"no scattering factor of {', '.join(unknown)}"
        else:
            cells[row["phase_id"]] = cell
    lines = _from_cache(radiation, cells, cache, resources)
    for name, found in lines.items():
        if not len(found.intensity):
            problems[name] = f"no line between {radiation.two_theta_min_deg:g} and {radiation.two_theta_max_deg:g} deg"
    none = Lines(np.zeros(0), np.zeros(0))
    return pd.DataFrame(
        {
            "phase_id": ids,
            "two_theta_deg": [lines.get(name, none).two_theta_deg for name in ids],
            "intensity": [lines.get(name, none).intensity for name in ids],
            "problem": [problems.get(name, "") for name in ids],
        }
    )


def lines_by_id(table: pd.DataFrame) -> dict[str, Lines]:
    """Return the lines of a line table by phase id, without the phases that have none."""
    has_lines = table[table["problem"] == ""]
    columns = (has_lines[name] for name in ("phase_id", "two_theta_deg", "intensity"))
    return {
        name: Lines(np.asarray(angles, dtype=np.float64), np.asarray(weights, dtype=np.float64))
        for name, angles, weights in zip(*columns, strict=True)
    }


def _from_cache(radiation: Radiation, cells: dict[str, Cell], cache: Path, resources: Resources) -> dict[str, Lines]:
    settings_key = _settings_key(radiation)
    keys = {name: _structure_key(settings_key, cell) for name, cell in cells.items()}
    store = Store(cache, ENDING)
    kept = _read(store)
    known = {key: lines for entry in kept.values() for key, lines in entry.items()}
    new = {key: cells[name] for name, key in keys.items() if key not in known}
    log.info("powder lines of %d phases, %d of them new", len(keys), len(new))
    if new:
        batches = map_batches(_lines_of, radiation, list(new.values()), resources=resources, item_s=SECONDS_PER_PHASE)
        made = dict(zip(new, (lines for batch in batches for lines in batch), strict=True))
        known |= made
        try:
            _keep(store, kept, made, {*keys.values()})
        except StorageError as error:
            log.warning("diffraction.cache: %s; the lines are not kept", error)
    return {name: known[key] for name, key in keys.items()}


def _lines_of(radiation: Radiation, cells: Sequence[Cell]) -> list[Lines]:
    found = (powder_lines(radiation, cell) for cell in cells)
    return [
        Lines(lines.two_theta_deg.round(6), lines.intensity.astype(np.float32).astype(np.float64)) for lines in found
    ]


def _settings_key(radiation: Radiation) -> bytes:
    digest = hashlib.sha256()
    for module in (diffraction, scattering):
        digest.update(inspect.getsource(module).encode())
    numbers = (radiation.wavelength_angstrom, radiation.two_theta_min_deg, radiation.two_theta_max_deg)
    digest.update(np.array(numbers).tobytes())
    digest.update(radiation.coefficients.tobytes())
    return digest.digest()


def _structure_key(settings_key: bytes, cell: Cell) -> str:
    digest = hashlib.sha256(settings_key)
    for part in cell:
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _read(store: Store) -> dict[str, dict[str, Lines]]:
    """Return the lines by structure of each entry that is there and sound."""
    kept: dict[str, dict[str, Lines]] = {}
    try:
        for entry in store.entries():
            content = store.read(entry)
            if content is not None:
                kept[entry] = _unpacked(content)
    except (StorageError, OSError) as error:
        log.warning("diffraction.cache: %s; lines are computed without what it holds", error)
    return kept


def _keep(store: Store, kept: dict[str, dict[str, Lines]], made: dict[str, Lines], needed: set[str]) -> None:
    """Add an entry; of too many make one, and only then take away those that it holds."""
    if len(kept) < MAX_ENTRIES:
        kept = {}
    together = made | {key: lines for entry in kept.values() for key, lines in entry.items()}
    if len(together) > MAX_STRUCTURES:
        together = {key: lines for key, lines in together.items() if key in needed}
    content = _packed(together)
    name = hashlib.sha256(content).hexdigest()[:32]
    store.write(name, content)
    for entry in kept.keys() - {name}:
        store.drop(entry)


def _packed(lines: dict[str, Lines]) -> bytes:
    keys = sorted(lines)
    columns = {
        "key": pa.array(keys, pa.string()),
        "two_theta_deg": pa.array([lines[key].two_theta_deg for key in keys], pa.list_(pa.float64())),
        "intensity": pa.array([lines[key].intensity for key in keys], pa.list_(pa.float64())),
    }
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink, compression="none")
    return bytes(sink.getvalue())


def _unpacked(content: bytes) -> dict[str, Lines]:
    columns = pq.read_table(pa.BufferReader(content), columns=list(CACHE_COLUMNS)).to_pydict()
    rows = zip(*(columns[name] for name in CACHE_COLUMNS), strict=True)
    return {key: Lines(np.array(angles), np.array(weights)) for key, angles, weights in rows}
