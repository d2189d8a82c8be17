"""Figures of the ranked candidates."""

from __future__ import annotations

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.ranking.columns import RANKED
from tieline.report.figures import NEEDED_COLUMNS, draw_trade_off
from tieline.report.settings import Settings


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``ranked_table``; write ``trade_off``."""
    ranked = RANKED.read(inputs["ranked_table"], NEEDED_COLUMNS)
    by_host = {host: ranked[ranked["host"] == host] for host in settings.space.screened_hosts}
    draw_trade_off(by_host, outputs["trade_off"])
