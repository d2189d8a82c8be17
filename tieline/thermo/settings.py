"""When phases count as coexisting, and how uncertain that is."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from tieline.core.settings import Section, StageSettings, key_of
from tieline.crystal.settings import Crystal
from tieline.phases.settings import PhaseA, Space

GRID_TOLERANCE = 1e-9


class WeightFractionGrid(Section):
    """Weight of B per weight of the composite; the claims name 0.60 to 0.95."""

    min: float = Field(0.60, gt=0.0, lt=1.0, description="Smallest value.")
    max: float = Field(0.95, gt=0.0, lt=1.0, description="Largest value, not below the smallest.")
    step: float = Field(0.05, ge=0.001, lt=1.0, description="Step between values.")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    @property
    def grid(self) -> tuple[float, ...]:
        """Weight fractions from min to at most max, rounded to 1e-9."""
        count = int((self.max - self.min) / self.step + GRID_TOLERANCE) + 1
        return tuple(np.round(self.min + self.step * np.arange(count), 9).tolist())


class CompositeGrid(Section):
    """Compositions at which every composite is evaluated."""

    phase_b_weight_fraction: WeightFractionGrid = WeightFractionGrid()


class Coexistence(Section):
    """When A and B count as coexisting."""

    minimum_probability: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="Lowest probability, from the energies and from what is reported of the compounds, at which A and "
        "B count as coexisting. With 0 the tolerance alone decides.",
    )
    tolerance_ev_per_atom: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        description="How far from the hull composites are sought: largest energy above it of any mixture of A and B. "
        "Reported compounds may lie tens of meV/atom above it, by the errors of the energies.",
        json_schema_extra={"unit": "eV/atom"},
    )


class Uncertainty(Section):
    """Uncertainty of the energies of reactions, which enters the probability of coexistence."""

    sigma_ev_per_atom: float = Field(
        0.024,
        ge=0.0,
        le=1.0,
        description="Standard deviation of a compound's formation energy. 0.024 is the error of semi-local "
        "functionals when compounds are compared with each other (Hautier et al. 2012).",
        json_schema_extra={"unit": "eV/atom"},
    )
    shared_within_system: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        description="Share of the variance that all compounds of the same elements have in common: the correlation "
        "coefficient of their errors.",
    )
    draws: int = Field(2000, ge=100, le=100_000, description="Number of random draws of the energies.")
    seed: int = Field(
        0, ge=0, lt=2**63, description="Random seed. The same seed gives the same numbers on every machine."
    )


class WeightShareGrid(WeightFractionGrid):
    """Weight of B1 per weight of B1 and B2."""

    min: float = Field(0.25, gt=0.0, lt=1.0, description="Smallest value.")
    max: float = Field(0.75, gt=0.0, lt=1.0, description="Largest value, not below the smallest.")
    step: float = Field(0.25, ge=0.001, lt=1.0, description="Step between values.")


class Mixtures(Section):
    """Composites whose B is a mixture of two phases B1 and B2, in systems of a host and two partners."""

    max_per_system: int = Field(
        1,
        ge=0,
        description="Number of mixtures kept in each chemical system, the most probable first; 0 for none.",
    )
    uncovered_systems: bool = Field(
        False, description="Whether mixtures are also sought in systems that the phase data do not cover."
    )
    phase_b1_weight_share: WeightShareGrid = WeightShareGrid()


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    space: Space
    phase_a: PhaseA
    coexistence: Coexistence
    uncertainty: Uncertainty
    mixtures: Mixtures
    composition: CompositeGrid
    crystal: Crystal
    working_ion: str = key_of("lithiation", "working_ion")
