"""The search space and phase A."""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

from pydantic import Field, field_validator

from tieline.core.elements import HOSTS, PARTNER_GROUPS
from tieline.core.settings import Section, StageSettings, choices, key_of, known_element
from tieline.crystal.settings import Crystal
from tieline.phases.source_settings import Phases, Source

OneSource = TypeVar("OneSource", bound=Source)


class Space(Section):
    """The chemical systems that are screened: each host with its partner elements."""

    hosts: list[str] = Field(
        list(HOSTS),
        min_length=1,
        description=f"Active elements of phase A: any element. The claims name {', '.join(HOSTS)}.",
    )
    partner_groups: list[str] = Field(
        list(PARTNER_GROUPS),
        min_length=1,
        description="Groups of partner elements of phase B, by their old CAS names: IIA (Be-Ra), transition (groups "
        "3-11 with the lanthanides), IIB (Zn, Cd, Hg), IIIB (B-Tl), IVB (C-Pb). A host can be a partner of another "
        "host, but not of itself.",
        json_schema_extra={"items": {"type": "string", "enum": [*PARTNER_GROUPS]}},
    )
    partners: list[str] | None = Field(
        None, min_length=1, description="Partner elements to which the groups are restricted. null: all of the groups."
    )
    exclude: list[str] = Field([], description="Elements to leave out, such as [Be, Cd, Hg, Tl, Pb].")
    include_radioactive: bool = Field(False, description="Whether Tc, Pm, Ra and the actinides are included.")
    max_partners: int = Field(2, ge=1, le=3, description="Largest number of partner elements in a chemical system.")

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
    """What phase A can be, and the reference state of each host."""

    kinds: list[Literal["element", "compound"]] = Field(
        ["element"],
        min_length=1,
        description="What A can be: element, the host itself; compound, any compound that contains the host. "
        "Compounds make about a hundred times as many pairs.",
    )
    polymorphs: dict[str, Annotated[int, Field(ge=1, le=230)]] = Field(
        {"Si": 227, "Sn": 141, "Zn": 194},
        description="Reference state of each host: the space group number of its polymorph at room temperature. "
        "Polymorphs of lower energy are excluded: the ground state of tin is alpha-tin (227), but electrodes contain "
        "beta-tin (141). Other elements refer to their polymorph of lowest energy.",
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


class SourceSettings(StageSettings, Generic[OneSource]):
    """What fetching a source of one kind needs of the configuration."""

    source: OneSource
    space: Space
    working_ion: str = key_of("lithiation", "working_ion")
    refresh: float | None = None
    """When the run started, if everything is to be fetched anew: never the same twice."""
