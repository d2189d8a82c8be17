"""Crystallites of A, the shell of B around them, and what heat does to them."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.crystal.symmetry import SPACE_GROUPS
from tieline.data.transitions import read_transitions
from tieline.lithiation.columns import CANDIDATES
from tieline.microstructure.columns import MICROSTRUCTURE
from tieline.microstructure.crystallites import NEEDED_COLUMNS, CrystalData, ElementData, make_crystallites
from tieline.microstructure.line_table import LINES, line_table, lines_by_id
from tieline.microstructure.miedema import read_parameters
from tieline.microstructure.settings import Settings
from tieline.phases.table import PHASES
from tieline.thermo.phase_arrays import PHASE_COLUMNS, PhaseArrays

STRUCTURE_COLUMNS = ("numbers", "cell_a", "scaled_positions")
"""What the diffraction needs of the phase table."""

CACHE = "work/line_cache"
"""Where lines are kept, below the results, if diffraction.cache does not say."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:
    """Read ``candidates``, ``phases``, ``space_groups``, ``miedema`` and ``transitions``.

    Write ``microstructure`` and ``lines``.
    """
    candidates = CANDIDATES.read(inputs["candidates"], NEEDED_COLUMNS)
    space_groups = SPACE_GROUPS.read(inputs["space_groups"], ["phase_id", "unit_cell_a3"])
    phases = PHASES.read(inputs["phases"], [*PHASE_COLUMNS, *STRUCTURE_COLUMNS])
    # Those that are part of a composite, and no others.
    phases = phases.merge(space_groups, on="phase_id")
    results = outputs["microstructure"].parents[1]
    lines = line_table(
        phases, settings.diffraction, cache=settings.diffraction.cache or results / CACHE, resources=resources
    )
    transitions = read_transitions(inputs["transitions"])
    made = make_crystallites(
        candidates,
        CrystalData(
            ids=phases["phase_id"],
            arrays=PhaseArrays.from_table(phases),
            unit_cell_a3=phases["unit_cell_a3"].to_numpy(),
            lines=lines_by_id(lines),
            problems=dict(zip(lines["phase_id"], lines["problem"], strict=True)),
        ),
        ElementData(
            {symbol: element.melting_point_k for symbol, element in transitions.items()},
            read_parameters(inputs["miedema"]),
        ),
        diffraction=settings.diffraction,
        microstructure=settings.microstructure,
        resources=resources,
    )
    LINES.write(lines, outputs["lines"])
    MICROSTRUCTURE.write(made, outputs["microstructure"])
