"""The working ion, and the voltage down to which it is inserted."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.elements import ION_CHARGE
from tieline.core.settings import Section, StageSettings, known_element, known_formula
from tieline.phases.settings import Space
from tieline.thermo.settings import CompositeGrid, Mixtures

Quantity = Literal["volume_change_expected_fraction", "capacity_expected_mah_per_g", "phase_b_volume_fraction"]
"""Columns that can be limited at the design point."""


class ReactivityRule(Section):
    """Which phases count as reacting with lithium at room temperature."""

    reacts_from_probability: float = Field(
        0.5, gt=0.0, lt=1.0, description="Smallest reaction probability of a phase that counts as reacting."
    )
    known_probabilities: dict[str, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(
        {}, description="Reaction probabilities by formula, such as {TiSi2: 0.0}; they replace those of the model."
    )

    @field_validator("known_probabilities")
    @classmethod
    def _of_formulas(cls, known: dict[str, float]) -> dict[str, float]:
        return {known_formula(formula): probability for formula, probability in known.items()}


class Lithiation(Section):
    """The working ion, and the voltage down to which it is inserted."""

    working_ion: str = Field(
        "Li",
        description="Chemical symbol of the working ion: any element of the phase data that is not a host.",
    )
    ion_charge: int | None = Field(
        None,
        ge=1,
        le=3,
        description=f"Charge of the working ion. null: that of {', '.join(ION_CHARGE)}; others need a value.",
        json_schema_extra={"unit": "elementary charges"},
    )
    cutoff_v: float = Field(
        0.05,
        ge=0.0,
        le=5.0,
        description="Lower cut-off voltage, against the metal of the working ion. Below 0.05 V lithium dissolves in "
        "metals and is plated.",
        json_schema_extra={"unit": "V"},
    )
    reactivity: ReactivityRule = ReactivityRule()

    _ion = field_validator("working_ion")(known_element)

    @model_validator(mode="after")
    def _charge_known(self) -> Self:
        if self.ion_charge is None and self.working_ion not in ION_CHARGE:
            raise ValueError(f"ion_charge must be given for working_ion {self.working_ion!r}")
        return self

    @property
    def charge(self) -> int:
        """Charge of the working ion in elementary charges."""
        return self.ion_charge or ION_CHARGE[self.working_ion]


class Design(Section):
    """Where composites are compared: at the smallest weight fraction of B that keeps a quantity within a limit."""

    quantity: Quantity = Field(
        "volume_change_expected_fraction",
        description="Column that is limited.",
        json_schema_extra={
            "enumDescriptions": [
                "relative volume change at the expected capacity, at most the limit; 1.0 doubles the volume",
                "expected capacity in mAh/g, at most the limit",
                "volume fraction of B, at least the limit",
            ]
        },
    )
    limit: float = Field(1.0, gt=0.0, description="Limit, in the unit of the quantity.")


class Settings(StageSettings):
    """What the candidates need of the configuration."""

    design: Design
    space: Space
    mixtures: Mixtures
    composition: CompositeGrid
    lithiation: Lithiation
