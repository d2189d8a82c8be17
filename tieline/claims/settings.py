"""The claim chart."""

from __future__ import annotations

from pydantic import Field

from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, StageSettings, key_of
from tieline.lithiation.settings import Lithiation
from tieline.microstructure.settings import Microstructure
from tieline.thermo.settings import Coexistence

HEAT_TREATMENT_K = 373.0
"""The claims' lowest temperature of heat treatment, 100 C in whole kelvin."""


class ClaimChart(Section):
    """The claim chart."""

    criteria: list[ImportPath] = Field(
        [],
        description="Criteria of your own, as import paths package.module:function; they are numbered from 31.",
    )
    max_csv_candidates: int | None = Field(
        1_000,
        ge=1,
        description="Number of candidates in claims.csv, the best of the ranking. null: all. claims.parquet always "
        "contains all.",
    )


class Settings(StageSettings):
    """What the verdicts need of the configuration."""

    criteria: list[ImportPath] = key_of("claims", "criteria")
    descriptors: list[ImportPath]
    coexistence: Coexistence
    microstructure: Microstructure
    lithiation: Lithiation
