"""The figures of a run for papers, each as SVG and PNG."""

from __future__ import annotations

import logging
from pathlib import Path

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.lithiation.columns import CANDIDATES, SYSTEMS, VOLTAGE_CURVES
from tieline.phases.table import PHASES
from tieline.ranking.columns import RANKED
from tieline.report import figures, partner_map, phase_diagram, voltage_figure
from tieline.report.paper.settings import Settings

log = logging.getLogger(__name__)

COMPOSITE = ("host", "system", "phase_a", "phase_b", "phase_a_id", "phase_b_id", "phase_b1_id", "phase_b2_id")
"""What is needed to know a ranked composite."""

TRIANGLE = 3
"""Elements of the largest system with a phase diagram on paper."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read what a run has found; write ``trade_off``, ``voltage_curves``, and maps and phase diagrams of each host."""
    hosts, reference = settings.space.screened_hosts, settings.reference
    needed = dict.fromkeys([*COMPOSITE, *figures.NEEDED_RANKED, *partner_map.NEEDED, *voltage_figure.NEEDED])
    ranked = RANKED.read(inputs["ranked_table"], list(needed))
    candidates = CANDIDATES.read(inputs["properties"], figures.NEEDED_COLUMNS)
    figures.draw_trade_off(candidates, ranked, hosts, reference, outputs["trade_off"])
    curves = VOLTAGE_CURVES.read(inputs["voltage_curves"])
    voltage_figure.draw_voltage_curves(
        curves, ranked, hosts, reference, settings.working_ion, *both(outputs["voltage_curves"])
    )
    systems = SYSTEMS.read(inputs["systems"], partner_map.NEEDED_SYSTEMS)
    phases = PHASES.read(inputs["phases"], phase_diagram.NEEDED)
    for host in hosts:
        of_host = ranked[ranked["host"] == host]
        folder = outputs["trade_off"].parent
        partner_map.draw_partner_map(of_host, systems, host, *both(folder / f"partner_map_{host}.svg"))
        drawable = of_host[of_host["system"].str.count("-") < TRIANGLE]
        paths = both(folder / f"phase_diagram_{host}.svg")
        if drawable.empty:
            log.info("%s: no composite is ranked, so there is no phase diagram", host)
            for path in paths:
                path.unlink(missing_ok=True)
            continue
        phase_diagram.draw_phase_diagram(phases, drawable.iloc[0], settings.working_ion, *paths)


def both(path: Path) -> tuple[Path, Path]:
    """Return the paths of a figure as SVG and as PNG."""
    return path.with_suffix(".svg"), path.with_suffix(".png")
