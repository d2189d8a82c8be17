"""The whole screening as one call, with the workflow's own stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from tieline.api.phases import PhaseSet
from tieline.config import load_config, stage_settings
from tieline.core.errors import ConfigError
from tieline.core.extensions import load_descriptors
from tieline.core.files import write_json
from tieline.core.parallel import Resources
from tieline.core.tables import Table
from tieline.data import DATA
from tieline.phases.columns import EXCLUDED
from tieline.phases.table import write_phases
from tieline.ranking.columns import RANKED

STAGES = ("phases", "thermo", "lithiation", "microstructure", "full_cell", "process", "claims", "ranking")
"""The stages, in order."""

FILES: Mapping[str, str] = {
    "phases": "phases.parquet",
    "excluded": "excluded.csv",
    "rejected": "rejected.csv",
    "sources": "work/sources.json",
    "coexistence": "work/coexistence.parquet",
    "counts": "work/pair_counts.parquet",
    "space_groups": "work/space_groups.parquet",
    "candidates": "candidates.parquet",
    "voltage_curves": "voltage_curves.parquet",
    "systems": "systems.csv",
    "lines": "work/lines.parquet",
    "microstructure": "work/microstructure.parquet",
    "cells": "work/cells.parquet",
    "process": "work/process.parquet",
    "claims": "claims.parquet",
    "properties": "properties.parquet",
}
"""What the stages read and write, below a folder."""

RANKING_FILES: Mapping[str, str] = {
    "ranked": "ranked.csv",
    "ranked_table": "ranked.parquet",
    "pareto": "pareto.csv",
    "alternatives": "alternatives.csv",
    "claims": "claims.csv",
    "claims_summary": "claims_summary.csv",
    "changes": "changes.csv",
    "columns": "columns.csv",
    "summary": "summary.txt",
    "provenance": "provenance.json",
}
"""What the ranking writes."""


def screen(
    phases: PhaseSet | None = None,
    *,
    hosts: Sequence[str] | str | None = None,
    partners: Sequence[str] | str | None = None,
    settings: Mapping[str, Any] | None = None,
    cores: int = 1,
) -> pd.DataFrame:
    """Return the ranked candidates, as the workflow ranks them.

    Parameters
    ----------
    phases
        What `load_phases` returns; by default the sources in `settings`, and without them the embedded set.
    hosts, partners
        ``space.hosts`` and ``space.partners`` of the configuration, or one symbol; all by default.
    settings
        Sections of the configuration, as in config.yaml.
    cores
        Cores to use.

    Returns
    -------
    DataFrame
        The columns of ranked.csv, numbers unrounded.

    Raises
    ------
    ConfigError
        If a setting is wrong: the workflow's message; or a source has to be fetched, which takes the workflow.
    PhaseDataError
        If a host or the working ion has no elemental phase.

    Examples
    --------
    >>> import tieline
    >>> table = tieline.screen(hosts=["Si"], partners=["Ti"])
    >>> sorted(table["phase_b"].unique())
    ['TiSi2']
    """
    space = {
        name: [value] if isinstance(value, str) else list(value)
        for name, value in (("hosts", hosts), ("partners", partners))
        if value is not None
    }
    given = dict(settings or {})
    config = load_config(given | {"space": dict(given.get("space", {})) | space})
    if phases is None and config.phases.fetched:
        raise ConfigError("config: phases.sources: sources that rules fetch need the workflow; run tieline screen")
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / path for name, path in FILES.items()}
        if phases is not None:
            _write_phases(phases, files)
        for name in STAGES if phases is None else STAGES[1:]:
            stage = import_module(f"tieline.{name}.stage")
            outputs = {key: Path(folder) / path for key, path in RANKING_FILES.items()} if name == "ranking" else files
            stage.run(files | SHIPPED, outputs, stage.Settings(**stage_settings(config, name)), Resources(cores))
        own = (column for descriptor in load_descriptors(config.descriptors) for column in descriptor.columns)
        return Table((*RANKED.columns, *own)).read(Path(folder) / RANKING_FILES["ranked_table"])


SHIPPED = {
    "miedema": DATA / "elements/miedema.csv",
    "transitions": DATA / "elements/transitions.csv",
    "prices": DATA / "process/element_prices.csv",
}
"""What the stages read of what ships with tieline."""


def _write_phases(phases: PhaseSet, files: Mapping[str, Path]) -> None:
    searched = None if phases.searched is None else sorted(phases.searched)
    write_phases(phases.table, files["phases"])
    EXCLUDED.write(phases.excluded, files["excluded"])
    write_json({"sources": [], "searched": searched}, files["sources"])
