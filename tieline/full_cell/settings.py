"""The full cell that a candidate is put into."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, choices
from tieline.data.chemistries import electrolytes, positive_electrodes
from tieline.lithiation.settings import Lithiation


class Coating(Section):
    """What the coating of an electrode is made of, and what its first cycle costs."""

    binder_weight_fraction: float = Field(0.02, ge=0.0, lt=1.0)
    carbon_weight_fraction: float = Field(0.02, ge=0.0, lt=1.0)
    porosity: float = Field(0.25, ge=0.0, lt=1.0)
    first_cycle_loss_fraction: float = Field(0.10, ge=0.0, lt=1.0)

    @property
    def active_weight_fraction(self) -> float:
        """Weight of active material per weight of dry coating."""
        return 1.0 - self.binder_weight_fraction - self.carbon_weight_fraction

    @model_validator(mode="after")
    def _some_active(self) -> Self:
        if self.active_weight_fraction <= 0.0:
            raise ValueError("binder_weight_fraction and carbon_weight_fraction leave no active material")
        return self


class NegativeCoating(Coating):
    """The coating that holds the composite."""

    binder_weight_fraction: float = Field(0.05, ge=0.0, lt=1.0)
    carbon_weight_fraction: float = Field(0.05, ge=0.0, lt=1.0)
    porosity: float = Field(0.35, ge=0.0, lt=1.0)
    first_cycle_loss_fraction: float = Field(0.15, ge=0.0, lt=1.0)
    swelling_into_pores_fraction: float = Field(0.0, ge=0.0, le=1.0)


class Cell(Section):
    """The full cell: chemistry, balance and thicknesses."""

    positive_electrode: str = "NMC811"
    electrolyte: str = "LiPF6-EC-EMC"
    areal_capacity_mah_per_cm2: float = Field(4.0, gt=0.0, le=100.0)
    n_to_p_ratio: float = Field(1.1, ge=1.0, le=10.0)
    positive: Coating = Coating()
    negative: NegativeCoating = NegativeCoating()
    separator_thickness_um: float = Field(12.0, gt=0.0, le=1000.0)
    separator_porosity: float = Field(0.45, gt=0.0, lt=1.0)
    positive_collector_thickness_um: float = Field(12.0, gt=0.0, le=1000.0)
    negative_collector_thickness_um: float = Field(8.0, gt=0.0, le=1000.0)

    @field_validator("positive_electrode")
    @classmethod
    def _known_electrode(cls, name: str) -> str:
        return choices([name], tuple(positive_electrodes()))[0]

    @field_validator("electrolyte")
    @classmethod
    def _known_electrolyte(cls, name: str) -> str:
        return choices([name], tuple(electrolytes()))[0]

    @model_validator(mode="after")
    def _one_ion(self) -> Self:
        ions = (
            positive_electrodes()[self.positive_electrode].working_ion,
            electrolytes()[self.electrolyte].working_ion,
        )
        if ions[0] != ions[1]:
            raise ValueError(f"{self.positive_electrode} gives off {ions[0]}, {self.electrolyte} conducts {ions[1]}")
        return self

    @property
    def working_ion(self) -> str:
        """Symbol of the ion that the cell works with."""
        return positive_electrodes()[self.positive_electrode].working_ion


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    cell: Cell
    lithiation: Lithiation
