"""The full cell that each candidate is evaluated in."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, choices
from tieline.data.chemistries import electrolytes, positive_electrodes
from tieline.lithiation.settings import Lithiation


class Coating(Section):
    """The coating of the positive electrode. What is neither binder nor carbon is active material."""

    binder_weight_fraction: float = Field(
        0.02, ge=0.0, lt=1.0, description="Weight of binder per weight of dry coating."
    )
    carbon_weight_fraction: float = Field(
        0.02, ge=0.0, lt=1.0, description="Weight of conductive carbon per weight of dry coating."
    )
    porosity: float = Field(0.25, ge=0.0, lt=1.0, description="Volume of pores per volume of coating.")
    first_cycle_loss_fraction: float = Field(
        0.10, ge=0.0, lt=1.0, description="Share of the first charge that is not recovered on discharge."
    )

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
    """The coating of the negative electrode, whose active material is the composite."""

    binder_weight_fraction: float = Field(
        0.05, ge=0.0, lt=1.0, description="Weight of binder per weight of dry coating."
    )
    carbon_weight_fraction: float = Field(
        0.05, ge=0.0, lt=1.0, description="Weight of conductive carbon per weight of dry coating."
    )
    porosity: float = Field(0.35, ge=0.0, lt=1.0, description="Volume of pores per volume of uncharged coating.")
    first_cycle_loss_fraction: float = Field(
        0.15, ge=0.0, lt=1.0, description="Share of the first charge that is not recovered on discharge."
    )
    swelling_into_pores_fraction: float = Field(
        0.0,
        ge=0.0,
        le=1.0,
        description="Share of the composite's volume growth that fills pores; the rest thickens the coating.",
    )


class Cell(Section):
    """The full cell that each candidate is evaluated in: chemistry, balance and thicknesses."""

    positive_electrode: str = Field(
        "NMC811",
        description="Positive electrode, an entry of tieline/data/cells/positive_electrodes.yaml.",
        json_schema_extra={"enum": [*positive_electrodes()]},
    )
    electrolyte: str = Field(
        "LiPF6-EC-EMC",
        description="Electrolyte, an entry of tieline/data/cells/electrolytes.yaml.",
        json_schema_extra={"enum": [*electrolytes()]},
    )
    areal_capacity_mah_per_cm2: float = Field(
        4.0,
        gt=0.0,
        le=100.0,
        description="Reversible capacity of one side of the positive electrode per area.",
        json_schema_extra={"unit": "mAh/cm2"},
    )
    n_to_p_ratio: float = Field(
        1.1,
        ge=1.0,
        le=10.0,
        description="Capacity of the negative electrode over that of the positive electrode at the first charge. "
        "Below 1 the metal of the working ion would be plated.",
    )
    positive: Coating = Coating()
    negative: NegativeCoating = NegativeCoating()
    separator_thickness_um: float = Field(
        12.0, gt=0.0, le=1000.0, description="Thickness of the separator.", json_schema_extra={"unit": "micrometres"}
    )
    separator_porosity: float = Field(0.45, gt=0.0, lt=1.0, description="Volume of pores per volume of separator.")
    positive_collector_thickness_um: float = Field(
        12.0,
        gt=0.0,
        le=1000.0,
        description="Thickness of the aluminium foil, which is coated on both sides.",
        json_schema_extra={"unit": "micrometres"},
    )
    negative_collector_thickness_um: float = Field(
        8.0,
        gt=0.0,
        le=1000.0,
        description="Thickness of the copper foil, which is coated on both sides.",
        json_schema_extra={"unit": "micrometres"},
    )

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
            raise ValueError(
                f"positive_electrode {self.positive_electrode} works with {ions[0]}, "
                f"electrolyte {self.electrolyte} with {ions[1]}"
            )
        return self

    @property
    def working_ion(self) -> str:
        """Symbol of the working ion of the cell."""
        return positive_electrodes()[self.positive_electrode].working_ion


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    full_cell: Cell
    lithiation: Lithiation
