"""What every composite stores, at which voltage, and how much it swells."""

from __future__ import annotations

import json

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.crystal.symmetry import SPACE_GROUPS
from tieline.lithiation.candidates import make_candidates
from tieline.lithiation.columns import CANDIDATES, SYSTEMS
from tieline.lithiation.coverage import describe_systems
from tieline.lithiation.settings import Settings
from tieline.phases.space import host_systems
from tieline.phases.table import PHASES
from tieline.thermo.columns import COEXISTENCE, PAIR_COUNTS

PHASE_COLUMNS = (
    "phase_id",
    "formula",
    "elements",
    "formation_energy_ev_per_atom",
    "volume_a3_per_atom",
    "experimental",
)
"""What is needed of the phase table."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:
    """Read what the phases and their coexistence have written; write ``candidates`` and ``systems``."""
    phases = PHASES.read(inputs["phases"], PHASE_COLUMNS)
    searched = json.loads(inputs["sources"].read_text("utf-8"))["searched"]
    candidates = make_candidates(
        COEXISTENCE.read(inputs["coexistence"]),
        phases,
        SPACE_GROUPS.read(inputs["space_groups"]),
        searched=searched,
        mixtures=settings.mixtures,
        composition=settings.composition,
        lithiation=settings.lithiation,
        design=settings.design,
        resources=resources,
    )
    described = describe_systems(
        host_systems(settings.space),
        phases,
        PAIR_COUNTS.read(inputs["counts"]),
        candidates,
        working_ion=settings.lithiation.working_ion,
        searched=searched,
    )
    CANDIDATES.write(candidates, outputs["candidates"])
    SYSTEMS.write(described, outputs["systems"])
