"""The full cell of every candidate."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.full_cell.cells import NEEDED_COLUMNS, make_cells
from tieline.full_cell.columns import CELLS
from tieline.full_cell.settings import Settings
from tieline.lithiation.columns import CANDIDATES
from tieline.phases.table import PHASES
from tieline.thermo.phase_arrays import PHASE_COLUMNS


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:
    """Read ``candidates`` and ``phases``; write ``cells``."""
    cells = make_cells(
        CANDIDATES.read(inputs["candidates"], NEEDED_COLUMNS),
        PHASES.read(inputs["phases"], PHASE_COLUMNS),
        cell=settings.full_cell,
        lithiation=settings.lithiation,
        resources=resources,
    )
    CELLS.write(cells, outputs["cells"])
