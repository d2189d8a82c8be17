"""The computed neighbours of Si, Sn and Zn beside those of assessed experimental phase diagrams."""

from __future__ import annotations

from tieline.core.files import write_csv
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.evaluation.experiment.neighbours import validate_neighbours
from tieline.evaluation.settings import ValidationSettings as Settings
from tieline.phases.table import PHASES


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases`` and ``neighbours``; write ``validation``."""
    table = validate_neighbours(
        PHASES.read(inputs["phases"]),
        inputs["neighbours"],
        sorted({0.0, settings.coexistence.tolerance_ev_per_atom}),
        phase_a=settings.phase_a,
        composition=settings.composition,
        working_ion=settings.working_ion,
    )
    write_csv(table, outputs["validation"])
