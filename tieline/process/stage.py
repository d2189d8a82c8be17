"""How every candidate can be made, what is hazardous in it and what its elements cost."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.data.transitions import read_transitions
from tieline.lithiation.columns import CANDIDATES
from tieline.phases.table import PHASES
from tieline.process.columns import PROCESS
from tieline.process.prices import element_prices
from tieline.process.settings import Settings
from tieline.process.table import NEEDED_COLUMNS, make_process
from tieline.thermo.phase_arrays import PHASE_COLUMNS


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``candidates``, ``phases``, ``transitions`` and ``prices``; write ``process``."""
    made = make_process(
        CANDIDATES.read(inputs["candidates"], NEEDED_COLUMNS),
        PHASES.read(inputs["phases"], PHASE_COLUMNS),
        read_transitions(inputs["transitions"]),
        element_prices(inputs["prices"], settings.process.prices_usd_per_kg),
        settings.process,
    )
    PROCESS.write(made, outputs["process"])
