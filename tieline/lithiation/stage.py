"""What every composite stores, at which voltage, and how much it swells."""

from __future__ import annotations

import json
import logging

import pandas as pd

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.crystal.symmetry import SPACE_GROUPS
from tieline.lithiation.candidates import make_candidates
from tieline.lithiation.columns import CANDIDATES, SYSTEMS, VOLTAGE_CURVES
from tieline.lithiation.composite import LithiationTask
from tieline.lithiation.coverage import describe_systems, partner_coverage
from tieline.lithiation.curves import voltage_curves
from tieline.lithiation.settings import Settings
from tieline.phases.space import host_systems
from tieline.phases.table import PHASES
from tieline.thermo.columns import COEXISTENCE, PAIR_COUNTS

log = logging.getLogger(__name__)

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
    """Read what phases and coexistence have written; write ``candidates``, ``voltage_curves`` and ``systems``."""
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
    task = LithiationTask.of(phases, settings.composition, settings.lithiation)
    curves = voltage_curves(candidates, phases, task, resources)
    described = describe_systems(
        host_systems(settings.space),
        phases,
        PAIR_COUNTS.read(inputs["counts"]),
        candidates,
        working_ion=settings.lithiation.working_ion,
        searched=searched,
    )
    _warn_of_gaps(described, settings.lithiation.working_ion)
    CANDIDATES.write(candidates, outputs["candidates"])
    VOLTAGE_CURVES.write(curves, outputs["voltage_curves"])
    SYSTEMS.write(described, outputs["systems"])


def _warn_of_gaps(described: pd.DataFrame, working_ion: str) -> None:
    """Warn where the phase data cover less than half of a host's partners with the working ion."""
    coverage = partner_coverage(described)
    little = coverage[2 * coverage["n_covered"] < coverage["n_partners"]]
    if len(little):
        found = ", ".join(f"{row.n_covered} of {row.n_partners} partners of {row.host}" for row in little.itertuples())
        log.warning(
            "the phase data cover %s with %s: what else is stable there is not known, and numbers may be wrong",
            working_ion,
            found,
        )
