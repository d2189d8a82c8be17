"""When two phases count as coexisting, how sure that is, and up to which temperature."""

from __future__ import annotations

from typing import Self

import numpy as np
from pydantic import Field, model_validator

from tieline.core.settings import Section, StageSettings, key_of
from tieline.crystal.settings import Crystal
from tieline.phases.settings import PhaseA, Space

COLDEST_K = 300
"""Lowest temperature of the model of Gibbs energies."""

HOTTEST_K = 2000
"""Highest temperature of the model of Gibbs energies."""


GRID_TOLERANCE = 1e-9


class WeightFractionGrid(Section):
    """Weight fractions of phase B."""

    min: float = Field(0.60, gt=0.0, lt=1.0)
    max: float = Field(0.95, gt=0.0, lt=1.0)
    step: float = Field(0.05, ge=0.001, lt=1.0)

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
    """Compositions of the composite."""

    phase_b_weight_fraction: WeightFractionGrid = WeightFractionGrid()


class Coexistence(Section):
    """When A and B count as coexisting."""

    tolerance_ev_per_atom: float = Field(0.025, ge=0.0, le=1.0)


class Certainty(Section):
    """How far the energies may be wrong."""

    sigma_ev_per_atom: float = Field(0.024, ge=0.0, le=1.0, description="Standard deviation of a compound's energy")
    shared_within_system: float = Field(
        0.5, ge=0.0, le=1.0, description="Share of the variance that compounds of the same elements have in common"
    )
    draws: int = Field(2000, ge=100, le=100_000)
    seed: int = Field(0, ge=0, lt=2**63)


class Temperature(Section):
    """Temperatures at which tie-lines are looked at."""

    highest_k: float = Field(1300.0, ge=COLDEST_K, le=HOTTEST_K, description="The model holds from 300 to 2000 K")
    step_k: float = Field(100.0, ge=10.0, le=HOTTEST_K - COLDEST_K)

    @property
    def grid_k(self) -> tuple[float, ...]:
        """Temperatures from 300 K to `highest_k`, both included, rounded to 1e-9."""
        steps = np.arange(COLDEST_K, self.highest_k - GRID_TOLERANCE, self.step_k)
        return (*np.round(steps, 9).tolist(), self.highest_k)


class WeightShareGrid(WeightFractionGrid):
    """Weight shares of one phase of B in B."""

    min: float = Field(0.25, gt=0.0, lt=1.0)
    max: float = Field(0.75, gt=0.0, lt=1.0)
    step: float = Field(0.25, ge=0.001, lt=1.0)


class Mixtures(Section):
    """Matrices of two phases."""

    max_per_system: int = Field(
        1, ge=0, description="Mixtures of a chemical system that are kept, of the smallest tie-line excess"
    )
    uncovered_systems: bool = Field(False, description="Also mixtures in systems that the phase data do not cover")
    phase_b1_weight_share: WeightShareGrid = WeightShareGrid()


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    space: Space
    phase_a: PhaseA
    coexistence: Coexistence
    certainty: Certainty
    temperature: Temperature
    mixtures: Mixtures
    composition: CompositeGrid
    crystal: Crystal
    working_ion: str = key_of("lithiation", "working_ion")
