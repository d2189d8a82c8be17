"""What the report needs of the configuration."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, StageSettings, key_of
from tieline.crystal.settings import Crystal
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.phases.settings import Space
from tieline.ranking.settings import Reference


class Report(Section):
    """The report page, report.html in the results."""

    html: bool = Field(True, description="Whether to make it.")
    sheets: int = Field(
        200,
        ge=0,
        le=1000,
        description="Largest number of composites, the best of every host, whose sheets have voltage curves, "
        "diffraction patterns, phase diagrams, structures and the claim chart. The reference has them wherever it "
        "ranks. Each adds about 10 kB.",
    )
    agreement: bool = Field(
        False,
        description="Whether it shows how far the phase data agree with experiment; the run then makes the comparison, "
        "as `snakemake validation` does.",
    )
    batch_g: float = Field(
        10.0,
        gt=0.0,
        le=1e6,
        description="Batch whose masses to weigh in the page gives at first; it can be changed there.",
        json_schema_extra={"unit": "g"},
    )


class Settings(StageSettings):
    """What the figures need of the configuration."""

    space: Space
    reference: Reference


class PageSettings(StageSettings):
    """What the report page needs of the configuration."""

    report: Report
    space: Space
    working_ion: str = key_of("lithiation", "working_ion")
    crystal: Crystal
    diffraction: Diffraction
    microstructure: Microstructure
    reference: Reference
    descriptors: list[ImportPath]
    changed: tuple[tuple[str, Any, Any], ...] = ()
    """Settings that differ from the defaults: key, value, default."""
