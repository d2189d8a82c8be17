"""The phases as an ASE database and as pymatgen entries."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.settings import StageSettings
from tieline.core.stage import Files
from tieline.phases.export.formats import write_ase_database, write_entries
from tieline.phases.table import PHASES


class Settings(StageSettings):
    """Nothing of the configuration is needed."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases``; write ``database`` and ``entries``."""
    phases = PHASES.read(inputs["phases"])
    write_ase_database(phases, outputs["database"])
    write_entries(phases, outputs["entries"])
