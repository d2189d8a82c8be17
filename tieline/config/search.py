"""What is screened: the search space, phase A, and the compositions of the composite."""

from __future__ import annotations

from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from tieline.config.base import Section, choices, known_element
from tieline.elements import HOSTS, PARTNER_GROUPS

GRID_TOLERANCE = 1e-9


class Space(Section):
    """Which chemical systems are screened."""

    hosts: list[str] = Field(list(HOSTS), min_length=1)
    partner_groups: list[str] = Field(list(PARTNER_GROUPS), min_length=1)
    exclude: list[str] = Field([], description="Elements to leave out")
    include_radioactive: bool = Field(False, description="Also Tc, Pm, Ra and the actinides")
    max_partners: int = Field(2, ge=1, le=3)

    _elements = field_validator("exclude")(lambda symbols: [known_element(s) for s in symbols])

    @field_validator("hosts")
    @classmethod
    def _claimed_hosts(cls, hosts: list[str]) -> list[str]:
        return choices(hosts, HOSTS)

    @field_validator("partner_groups")
    @classmethod
    def _claimed_groups(cls, groups: list[str]) -> list[str]:
        return choices(groups, tuple(PARTNER_GROUPS))

    @property
    def screened_hosts(self) -> tuple[str, ...]:
        """The hosts that `exclude` leaves, in the order given."""
        return tuple(host for host in self.hosts if host not in self.exclude)


class PhaseA(Section):
    """What phase A may be."""

    kinds: list[Literal["element", "compound"]] = Field(["element"], min_length=1)
    polymorphs: dict[str, Annotated[int, Field(ge=1, le=230)]] = Field(
        {"Si": 227, "Sn": 141, "Zn": 194}, description="Space group of each host's reference state"
    )

    @field_validator("polymorphs")
    @classmethod
    def _of_hosts(cls, polymorphs: dict[str, int]) -> dict[str, int]:
        choices(list(polymorphs), HOSTS)
        return {"Si": 227, "Sn": 141, "Zn": 194} | polymorphs


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


class Composition(Section):
    """Compositions of the composite."""

    phase_b_weight_fraction: WeightFractionGrid = WeightFractionGrid()
