"""How the material is made, and the prices of its elements."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, known_element

OPEN_VESSEL_BAR = 1.01325
"""The standard atmosphere, by definition; importing SciPy's constants for it would slow every start of Snakemake."""


class Process(Section):
    """Limits of furnaces and vessels, and prices of elements."""

    crucible_limit_k: float = Field(
        2000.0,
        gt=300.0,
        le=4000.0,
        description="Highest temperature of a crucible furnace. Ceramic crucibles reach about 2000 K.",
        json_schema_extra={"unit": "K"},
    )
    arc_furnace_limit_k: float = Field(
        3773.0,
        gt=300.0,
        le=6000.0,
        description="Highest temperature of an arc furnace, not below that of the crucible furnace.",
        json_schema_extra={"unit": "K"},
    )
    closed_vessel_limit_bar: float = Field(
        100.0,
        ge=OPEN_VESSEL_BAR,
        le=1000.0,
        description="Highest vapour pressure that a closed vessel withstands. Autoclaves in which crystals of zinc and "
        "cadmium compounds are grown from the melt reach about 100 bar.",
        json_schema_extra={"unit": "bar"},
    )
    prices_usd_per_kg: dict[str, Annotated[float, Field(gt=0.0)]] = Field(
        {},
        description="Prices by element, such as {Ti: 25}; they replace those of "
        "tieline/data/process/element_prices.csv.",
        json_schema_extra={"unit": "US dollars per kg"},
    )

    @field_validator("prices_usd_per_kg")
    @classmethod
    def _of_elements(cls, prices: dict[str, float]) -> dict[str, float]:
        return {known_element(symbol): price for symbol, price in prices.items()}

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.crucible_limit_k > self.arc_furnace_limit_k:
            raise ValueError(
                f"crucible_limit_k {self.crucible_limit_k} is above arc_furnace_limit_k {self.arc_furnace_limit_k}"
            )
        return self


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    process: Process
