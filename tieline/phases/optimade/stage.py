"""Phases of an OPTIMADE database, as far as the cache lacks them."""

from __future__ import annotations

import logging

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.phases.fetched import write_fetched
from tieline.phases.optimade.fetch import fetch
from tieline.phases.settings import SourceSettings
from tieline.phases.source_settings import OptimadeSource

Settings = SourceSettings[OptimadeSource]

TERMINAL_LEVEL = logging.INFO
"""A user waits for a server, and wants to see how far it is."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Ask the server; write ``table`` and ``about``."""
    fetched = fetch(settings.source, settings.space, settings.working_ion, refresh=settings.refresh is not None)
    write_fetched(fetched, outputs["table"], outputs["about"])
