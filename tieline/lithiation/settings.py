"""The working ion and how far it is taken up."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.elements import ION_CHARGE
from tieline.core.settings import Section, StageSettings, known_element, known_formula
from tieline.phases.settings import Space
from tieline.thermo.settings import CompositeGrid, Mixtures


class ReactivityRule(Section):
    """Which phases count as reacting at room temperature."""

    reacts_from_probability: float = Field(
        0.5, gt=0.0, lt=1.0, description="Probability of reacting from which a phase counts as reacting"
    )
    known_probabilities: dict[str, Annotated[float, Field(ge=0.0, le=1.0)]] = Field(
        default_factory=dict, description="Probabilities that replace the model's, by formula: {TiSi2: 0.0}"
    )

    @field_validator("known_probabilities")
    @classmethod
    def _of_formulas(cls, known: dict[str, float]) -> dict[str, float]:
        return {known_formula(formula): probability for formula, probability in known.items()}


class Lithiation(Section):
    """The working ion and how far it is taken up."""

    working_ion: str = "Li"
    ion_charge: int | None = Field(None, ge=1, le=3, description="Default: known for the usual ions")
    cutoff_v: float = Field(
        0.05,
        ge=0.0,
        le=5.0,
        description="Voltage against the ion's metal at which uptake ends; below 0.05 V lithium "
        "goes into solutions in metals and is plated",
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
    """At how much B composites are compared: the least B, within the window, that keeps a quantity within its limit."""

    quantity: Literal["volume_change_expected_fraction", "capacity_expected_mah_per_g", "phase_b_volume_fraction"] = (
        Field(
            "volume_change_expected_fraction",
            description="Swelling or capacity, at most the limit, or the volume fraction of B, at least the limit",
        )
    )
    limit: float = Field(1.0, gt=0.0, description="In the unit of the quantity; 1.0 is a composite that doubles")


class Settings(StageSettings):
    """What the candidates need of the configuration."""

    design: Design

    space: Space
    mixtures: Mixtures
    composition: CompositeGrid
    lithiation: Lithiation
