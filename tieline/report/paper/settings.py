"""What the figures for papers need of the configuration."""

from __future__ import annotations

from tieline.core.settings import StageSettings, key_of
from tieline.phases.settings import Space
from tieline.ranking.settings import Reference


class Settings(StageSettings):
    """What the figures for papers need of the configuration."""

    space: Space
    reference: Reference
    working_ion: str = key_of("lithiation", "working_ion")
