"""Phases that no database holds: structure types decorated and relaxed, going on from what is stored."""

from __future__ import annotations

import logging

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.phases.fetched import write_fetched
from tieline.phases.settings import SourceSettings
from tieline.phases.source_settings import PotentialSource
from tieline.relaxation.cluster import local_client
from tieline.relaxation.source import predict_phases

Settings = SourceSettings[PotentialSource]

TERMINAL_LEVEL = logging.INFO
"""A user waits for hours, and wants to see how far it is."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Relax what is missing; write ``table`` and ``about``."""
    with local_client(resources.cores) as client:
        fetched = predict_phases(settings.source, client)
    write_fetched(fetched, outputs["table"], outputs["about"])
