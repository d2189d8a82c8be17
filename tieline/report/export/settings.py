"""Which composites are exported."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, StageSettings
from tieline.crystal.settings import Crystal


def _as_text(name: object) -> object:
    """Return a rank as text."""
    return str(name) if isinstance(name, int) else name


class Export(Section):
    """Which composites `snakemake export_candidates` writes for other programs."""

    first: int = Field(10, ge=0, le=1000, description="How many of the ranked composites, from the first.")
    candidates: list[Annotated[str, BeforeValidator(_as_text)]] = Field(
        [],
        description="Composites besides: a rank; A + B, or A + B1 + B2, by formulas or identifiers; or B alone.",
    )


class Settings(StageSettings):
    """What the export needs of the configuration."""

    export: Export
    crystal: Crystal
    descriptors: list[ImportPath]
