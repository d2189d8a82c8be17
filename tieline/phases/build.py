"""From the configured sources to the phases of a run."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.config.crystal import Crystal
from tieline.config.lithiation import Lithiation
from tieline.config.search import PhaseA, Space
from tieline.config.sources import EmbeddedSource, FetchedSource, FileSource, Phases
from tieline.phases.embedded import EMBEDDED_SET, SEARCHED_SYSTEMS, read_embedded
from tieline.phases.fetched import fetched_files, read_fetched
from tieline.phases.files import files_of, read_file_source
from tieline.phases.merge import Merged, merge_phases
from tieline.phases.rows import REJECTED_NAMES, Reading
from tieline.space import partners_of

AnySource = EmbeddedSource | FileSource | FetchedSource


@dataclass(frozen=True)
class PhaseTable:
    """Phases of a run and where they came from."""

    merged: Merged
    """Phases in play and phases set aside."""

    rejected: pd.DataFrame
    """Rows of the sources that could not be used, with the reason."""

    sources: list[dict[str, Any]]
    """For each source: kind, name, files with checksums, counts, and what the rule that fetched it says."""

    searched: list[str] | None
    """Chemical systems the sources have been searched in, sorted; None where none of them says."""


def build_phase_table(
    phases: Phases, space: Space, phase_a: PhaseA, lithiation: Lithiation, crystal: Crystal, *, fetched: Path
) -> PhaseTable:
    """Read all sources and merge them.

    Parameters
    ----------
    phases, space, phase_a, lithiation, crystal
        Sections of the config.
    fetched
        Folder that the rules of the sources on the network write to.

    Raises
    ------
    PhaseDataError
        If a source cannot be read or the sources do not fit together.
    """
    readings, described = zip(*(_read(source, fetched) for source in phases.sources), strict=True)
    elements = {partner for host in space.screened_hosts for partner in partners_of(host, space)}
    merged = merge_phases(
        [reading.phases for reading in readings],
        elements=frozenset({*elements, *space.screened_hosts, lithiation.working_ion}),
        required=(*space.screened_hosts, lithiation.working_ion),
        suppressed=phases.suppressed,
        polymorphs=phase_a.polymorphs,
        crystal=crystal,
    )
    rejected = [reading.rejected for reading in readings if not reading.rejected.empty]
    return PhaseTable(
        merged=merged,
        rejected=pd.concat(rejected, ignore_index=True) if rejected else pd.DataFrame(columns=REJECTED_NAMES),
        sources=[_described(s, r, fetched) | d for s, r, d in zip(phases.sources, readings, described, strict=True)],
        searched=_searched(readings),
    )


def _searched(readings: Sequence[Reading]) -> list[str] | None:
    """Join the systems that sources list; beside one that does, others cover only what they hold phases of."""
    if all(reading.searched is None for reading in readings):
        return None
    return sorted({s for r in readings for s in (r.phases["elements"] if r.searched is None else r.searched)})


def input_files(sources: Iterable[AnySource], fetched: Path) -> list[Path]:
    """Return every file that the sources are read from; those of fetched sources need not be there yet.

    Parameters
    ----------
    sources
        The sources as configured.
    fetched
        Folder that the rules of the sources on the network write to.

    Raises
    ------
    PhaseDataError
        If a configured path does not exist.
    """
    files: list[Path] = []
    for source in sources:
        if isinstance(source, FetchedSource):
            files += fetched_files(source, fetched)
        elif isinstance(source, EmbeddedSource):
            files += [EMBEDDED_SET, SEARCHED_SYSTEMS]
        else:
            files += files_of(source)
    return files


def _read(source: AnySource, fetched: Path) -> tuple[Reading, dict[str, Any]]:
    if isinstance(source, FetchedSource):
        return read_fetched(source, fetched)
    return (read_embedded() if isinstance(source, EmbeddedSource) else read_file_source(source)), {}


def _described(source: AnySource, reading: Reading, fetched: Path) -> dict[str, Any]:
    if isinstance(source, FetchedSource):
        folder = fetched_files(source, fetched)[0].parent
    else:
        folder = EMBEDDED_SET.parent if isinstance(source, EmbeddedSource) else source.path.parent
    return {
        "kind": source.kind,
        "names": sorted(reading.phases["source"].unique()),
        "versions": sorted(reading.phases["source_version"].unique()),
        "energy_levels": sorted(reading.phases["energy_level"].unique()),
        "files": {
            os.path.relpath(path, folder): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in input_files([source], fetched)
        },
        "n_phases": len(reading.phases),
        "n_rows_rejected": int((reading.rejected["action"] == "row rejected").sum()),
        "n_structures_dropped": int((reading.rejected["action"] == "structure dropped").sum()),
    }
