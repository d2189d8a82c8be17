"""How the material is made, and what its elements cost."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, known_element


class Process(Section):
    """Limits of furnaces, and prices."""

    crucible_limit_k: float = Field(2000.0, gt=300.0, le=4000.0)
    arc_furnace_limit_k: float = Field(3773.0, gt=300.0, le=6000.0)
    prices_usd_per_kg: dict[str, Annotated[float, Field(gt=0.0)]] = Field(
        default_factory=dict, description="Prices that replace those of tieline/data/process/element_prices.csv"
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
