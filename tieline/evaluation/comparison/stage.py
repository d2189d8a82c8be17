"""The phases of a run beside those of comparison.source."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tieline.core.errors import ConfigError
from tieline.core.files import write_csv
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.evaluation.comparison.compare import (
    compare_neighbours,
    compare_phases,
    log_agreement,
)
from tieline.evaluation.plateaus import measured_plateaus, plateaus
from tieline.evaluation.settings import ComparisonSettings as Settings
from tieline.phases.build import build_phase_table
from tieline.phases.space import host_systems
from tieline.phases.table import PHASES


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases``, ``measured`` and the other source; write ``compounds``, ``neighbours`` and ``plateaus``."""
    source = settings.comparison.source
    if source is None:
        raise ConfigError("config: comparison.source is not set: what should the phase data be compared with?")
    space, lithiation = settings.space, settings.lithiation
    other = build_phase_table(
        settings.phases.model_copy(update={"sources": [source]}),
        space,
        settings.phase_a,
        lithiation.working_ion,
        settings.crystal,
        fetched=Path(),
    )
    ours, theirs = PHASES.read(inputs["phases"]), other.merged.included
    compounds = compare_phases(ours, theirs, settings.crystal)
    neighbours = compare_neighbours(
        ours,
        theirs,
        host_systems(space.model_copy(update={"max_partners": 1})),
        phase_a=settings.phase_a,
        composition=settings.composition,
        working_ion=lithiation.working_ion,
    )
    log_agreement(compounds, neighbours)
    tables = {"run": ours, "other": theirs}
    steps = [plateaus(table, space.screened_hosts, lithiation).assign(data=name) for name, table in tables.items()]
    measured = measured_plateaus(inputs["measured"]).assign(data="measured")
    write_csv(compounds, outputs["compounds"])
    write_csv(neighbours, outputs["neighbours"])
    write_csv(pd.concat([*steps, measured], ignore_index=True).round(4), outputs["plateaus"])
