"""What the phase data of a run are compared with, where that is asked for."""

from __future__ import annotations

from pydantic import Field

from tieline.core.settings import Section, StageSettings
from tieline.crystal.settings import Crystal
from tieline.lithiation.settings import Lithiation
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import FileSource, Phases
from tieline.thermo.settings import Coexistence, CompositeGrid, Uncertainty


class Comparison(Section):
    """What `snakemake comparison` compares the phase data of the run with."""

    source: FileSource | None = Field(
        None,
        description="A source of kind file, as under phases.sources, of the same or another energy level. null: none.",
    )


class ValidationSettings(StageSettings):
    """What the comparison with experiment needs of the configuration."""

    phase_a: PhaseA
    coexistence: Coexistence
    uncertainty: Uncertainty
    composition: CompositeGrid
    lithiation: Lithiation
    crystal: Crystal


class MeasuredSettings(StageSettings):
    """What the comparison with measured activity and capacity needs of the configuration."""

    lithiation: Lithiation


class ComparisonSettings(StageSettings):
    """What the comparison with other phase data needs of the configuration."""

    comparison: Comparison
    phases: Phases
    space: Space
    phase_a: PhaseA
    composition: CompositeGrid
    lithiation: Lithiation
    crystal: Crystal
