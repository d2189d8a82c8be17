"""From the configured sources to the phases of a run."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.files import write_csv
from tieline.crystal.settings import Crystal
from tieline.phases.embedded import read_embedded
from tieline.phases.fetched import read_fetched
from tieline.phases.files import read_file_source
from tieline.phases.functions import read_function_source
from tieline.phases.inputs import AnySource, fetched_files, input_files
from tieline.phases.limits import Limits
from tieline.phases.merge import Merged, merge_phases
from tieline.phases.rejections import require_acceptable, require_known_elements
from tieline.phases.rows import REJECTED_NAMES, ROW_REJECTED, STRUCTURE_DROPPED, Reading, UnusableSourceError
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import EmbeddedSource, FetchedSource, FileSource, FunctionSource, Phases
from tieline.phases.space import elements_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PhaseTable:
    """Phases of a run and where they came from."""

    merged: Merged
    """Phases of the run and phases excluded."""

    rejected: pd.DataFrame
    """Rows of the sources that could not be used, with the reason."""

    sources: list[dict[str, Any]]
    """For each source: kind, name, files with checksums, counts, and what the rule that fetched it says."""

    searched: list[str] | None
    """Chemical systems the sources have been searched in, sorted; None where none of them says."""


def build_phase_table(
    phases: Phases,
    space: Space,
    phase_a: PhaseA,
    working_ion: str,
    crystal: Crystal,
    *,
    fetched: Path,
    rejected_when_stopped: Path | None = None,
) -> PhaseTable:
    """Read all sources and merge them.

    Parameters
    ----------
    phases, space, phase_a, crystal
        Sections of the config.
    working_ion
        Symbol of the working ion.
    fetched
        Folder that the rules of the sources on the network write to.
    rejected_when_stopped
        CSV file for the rejected rows if there is no phase table. Written only then; the message names it.

    Raises
    ------
    PhaseDataError
        If a source cannot be read, the sources do not fit together, or `phases.invalid_rows` forbids what was rejected.
    """
    elements = elements_of(space, working_ion)
    readings: list[Reading] = []
    noted: list[pd.DataFrame] = []
    described: list[dict[str, Any]] = []
    try:
        for source in phases.sources:
            reading, more = _read(source, fetched, elements, phases.limits)
            readings.append(reading)
            noted.append(reading.rejected)
            described.append(_described(source, reading, fetched) | more)
        require_acceptable(_joined(noted), phases.invalid_rows, elements)
        merged = merge_phases(
            [reading.phases for reading in readings],
            elements=elements,
            required=(*space.screened_hosts, working_ion),
            suppressed=phases.suppressed,
            polymorphs=phase_a.polymorphs,
            crystal=crystal,
        )
        require_known_elements(_joined(noted), phases.invalid_rows, merged)
    except PhaseDataError as error:
        if isinstance(error, UnusableSourceError):
            noted.append(error.rejected)
        rejected = _joined(noted)
        if rejected_when_stopped is None or rejected.empty:
            raise
        write_csv(rejected, rejected_when_stopped)
        raise PhaseDataError(f"{error}; all rejected rows: {rejected_when_stopped}") from error
    rejected = _joined(noted)
    if len(rejected):
        counts = rejected["action"].value_counts()
        found = ", ".join(f"{action} {count}" for action, count in sorted(counts.items()))
        log.warning("not all of the phase data can be used (%s); rejected.csv says why", found)
    return PhaseTable(merged=merged, rejected=rejected, sources=described, searched=_searched(readings))


def _checksum(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _joined(rejected: Sequence[pd.DataFrame]) -> pd.DataFrame:
    found = [frame for frame in rejected if not frame.empty]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=REJECTED_NAMES)


def _searched(readings: Sequence[Reading]) -> list[str] | None:
    """Join the systems that sources list; beside one that does, others cover only what they hold phases of."""
    if all(reading.searched is None for reading in readings):
        return None
    return sorted({s for r in readings for s in (r.phases["elements"] if r.searched is None else r.searched)})


def _read(source: AnySource, fetched: Path, elements: frozenset[str], limits: Limits) -> tuple[Reading, dict[str, Any]]:
    if isinstance(source, FetchedSource):
        return read_fetched(source, fetched)
    if isinstance(source, FunctionSource):
        return read_function_source(source, elements), {}
    return (read_embedded() if isinstance(source, EmbeddedSource) else read_file_source(source, limits)), {}


def _described(source: AnySource, reading: Reading, fetched: Path) -> dict[str, Any]:
    if isinstance(source, FetchedSource):
        folder = fetched_files(source, fetched)[0].parent
    else:
        folder = source.path.parent if isinstance(source, FileSource) else input_files([source], fetched)[0].parent
    return {
        "kind": source.kind,
        "names": sorted(reading.phases["source"].unique()),
        "versions": sorted(reading.phases["source_version"].unique()),
        "energy_levels": sorted(reading.phases["energy_level"].unique()),
        "files": {os.path.relpath(path, folder): _checksum(path) for path in input_files([source], fetched)},
        "n_phases": len(reading.phases),
        "n_rows_rejected": int((reading.rejected["action"] == ROW_REJECTED).sum()),
        "n_structures_dropped": int((reading.rejected["action"] == STRUCTURE_DROPPED).sum()),
    }
