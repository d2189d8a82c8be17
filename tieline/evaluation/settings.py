"""What the phase data of a run are compared with, where that is asked for."""

from __future__ import annotations

from pydantic import Field

from tieline.core.settings import Section
from tieline.phases.source_settings import FileSource


class Comparison(Section):
    """Other phase data to hold those of the run against."""

    source: FileSource | None = Field(None, description="Phase data of another level of theory")
