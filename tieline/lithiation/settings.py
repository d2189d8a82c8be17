"""The working ion and how far it is taken up."""

from __future__ import annotations

from typing import Self

from pydantic import Field, field_validator, model_validator

from tieline.core.elements import ION_CHARGE
from tieline.core.settings import Section, StageSettings, known_element
from tieline.phases.settings import Space
from tieline.thermo.settings import CompositeGrid, Mixtures


class Lithiation(Section):
    """The working ion and how far it is taken up."""

    working_ion: str = "Li"
    ion_charge: int | None = Field(None, ge=1, le=3, description="Default: known for the usual ions")
    cutoff_v: float = Field(0.0, ge=0.0, le=5.0)

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


class Settings(StageSettings):
    """What the candidates need of the configuration."""

    space: Space
    mixtures: Mixtures
    composition: CompositeGrid
    lithiation: Lithiation
