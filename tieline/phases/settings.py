"""What is screened: the search space and phase A."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from tieline.core.elements import HOSTS, PARTNER_GROUPS
from tieline.core.settings import Section, StageSettings, choices, key_of, known_element
from tieline.crystal.settings import Crystal
from tieline.phases.source_settings import Phases, Source


class Space(Section):
    """Which chemical systems are screened."""

    hosts: list[str] = Field(list(HOSTS), min_length=1)
    partner_groups: list[str] = Field(list(PARTNER_GROUPS), min_length=1)
    partners: list[str] | None = Field(
        None, min_length=1, description="Only these partners; null for all of the groups"
    )
    exclude: list[str] = Field([], description="Elements to leave out")
    include_radioactive: bool = Field(False, description="Also Tc, Pm, Ra and the actinides")
    max_partners: int = Field(2, ge=1, le=3)

    _elements = field_validator("exclude", "partners")(
        lambda symbols: symbols if symbols is None else [known_element(symbol) for symbol in symbols]
    )

    @field_validator("hosts")
    @classmethod
    def _known_hosts(cls, hosts: list[str]) -> list[str]:
        return choices([known_element(host) for host in hosts], hosts)

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
    def _of_elements(cls, polymorphs: dict[str, int]) -> dict[str, int]:
        for symbol in polymorphs:
            known_element(symbol)
        return {"Si": 227, "Sn": 141, "Zn": 194} | polymorphs


class Settings(StageSettings):
    """What the phase table needs of the configuration."""

    phases: Phases
    space: Space
    phase_a: PhaseA
    crystal: Crystal
    working_ion: str = key_of("lithiation", "working_ion")


class SourceSettings(StageSettings):
    """What fetching a source needs of the configuration."""

    source: Source
    space: Space
    working_ion: str = key_of("lithiation", "working_ion")
    refresh: float | None = None
    """When the run started, if everything is to be fetched anew: never the same twice."""
