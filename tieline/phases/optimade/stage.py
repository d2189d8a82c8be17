"""Phases of an OPTIMADE database, as far as the cache lacks them."""

from __future__ import annotations

import logging
from typing import cast

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.phases.fetched import write_fetched
from tieline.phases.optimade.fetch import fetch_optimade
from tieline.phases.settings import SourceSettings as Settings
from tieline.phases.source_settings import OptimadeSource

TERMINAL_LEVEL = logging.INFO
"""A user waits for a server, and wants to see how far it is."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Ask the server; write ``table`` and ``about``."""
    fetched = fetch_optimade(
        cast(OptimadeSource, settings.source),
        settings.space,
        settings.working_ion,
        refresh=settings.refresh is not None,
    )
    write_fetched(fetched, outputs["table"], outputs["about"])
