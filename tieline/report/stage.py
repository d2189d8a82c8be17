"""Figures of the ranked candidates."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.lithiation.columns import CANDIDATES
from tieline.ranking.columns import RANKED
from tieline.report.figures import NEEDED_COLUMNS, NEEDED_RANKED, draw_trade_off
from tieline.report.settings import Settings


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``properties`` and ``ranked_table``; write ``trade_off``."""
    draw_trade_off(
        CANDIDATES.read(inputs["properties"], NEEDED_COLUMNS),
        RANKED.read(inputs["ranked_table"], NEEDED_RANKED),
        settings.space.screened_hosts,
        settings.reference,
        outputs["trade_off"],
    )
