"""What the report needs of the configuration."""

from __future__ import annotations

from tieline.core.settings import StageSettings
from tieline.phases.settings import Space
from tieline.ranking.settings import Reference


class Settings(StageSettings):
    """What the report needs of the configuration."""

    space: Space
    reference: Reference
