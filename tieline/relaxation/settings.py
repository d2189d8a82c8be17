"""The settings of the reference workflow as a strict model."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cached_property
from itertools import combinations, product
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from tieline.core.elements import SYMBOLS
from tieline.core.errors import ConfigError, did_you_mean
from tieline.core.settings import plain_message
from tieline.data.potentials import known_potential

PotentialName = Annotated[str, AfterValidator(known_potential)]
"""One of the potentials whose weights travel inside their package, or the import path of another."""


class Section(BaseModel):
    """Base of every section: no unknown keys, no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PrescreenSettings(Section):
    """Isotropic search of each decoration's volume, positions held."""

    potential: PotentialName
    evaluations: int = Field(ge=1, le=10, description="Most energy evaluations per decoration")
    settled_ev_per_atom: float = Field(gt=0, description="Stop once another step would gain less than this")
    hopeless_ev_per_atom: float = Field(gt=0, description="Stop above this formation energy")


class RelaxSettings(Section):
    """Relaxation of cell and positions."""

    potential: PotentialName
    fmax_ev_per_a: float = Field(gt=0, description="Largest force and scaled cell force at convergence")
    max_steps: int = Field(ge=1, description="Steps allowed to LBFGS, and again to FIRE if LBFGS fails")
    must_converge: bool = Field(description="Whether a structure still moving after that counts as failed")


class Selection(Section):
    """Which structures go on to the next stage."""

    window_ev_per_atom: float = Field(gt=0, description="Largest energy above the hull of the stage before")
    most: int = Field(ge=1, description="Most structures per system, lowest above the hull first")


class Limits(Section):
    """What a structure may be, before and after relaxation."""

    max_atoms: int = Field(ge=1, description="Atoms in the primitive cell; types of known compounds are exempt")
    max_atoms_known: int = Field(ge=1, description="Atoms in the primitive cell of known compounds")
    volume_ratio: tuple[float, float] = Field(description="Volume over the sum of the elements' volumes")
    shortest_distance: float = Field(gt=0, lt=1, description="Shortest distance over sum of covalent radii")
    formation_energy_ev_per_atom: tuple[float, float] = Field(description="Believable formation energies")


class ReferenceSettings(Section):
    """What the reference workflow computes, and how closely."""

    version: str = Field(min_length=1, description="Version of the phase set")
    systems: list[Annotated[list[list[str]], Field(min_length=1)]] = Field(
        min_length=1, description="Products of element lists, in the order in which they are computed"
    )
    reported: list[Annotated[list[list[str]], Field(min_length=1)]] = Field(
        default=[], description="The same for systems of which only the reported compounds are computed"
    )
    prescreen: PrescreenSettings
    screen: Selection
    relax: RelaxSettings
    shortlist: Selection
    refine: RelaxSettings
    refine_elements: RelaxSettings
    element_energies: Literal["pbe", "potential"] = Field(
        "pbe", description="Zero of the formation energies: published PBE energies of the elements, or the potential's"
    )
    unreported_penalty_ev_per_atom: float = Field(
        ge=0, description="Added to the energies of unreported structures before they are compared; 0: not compared"
    )
    keep_ev_per_atom: float = Field(gt=0, description="Largest energy above the hull in the phase set")
    limits: Limits

    @field_validator("systems", "reported")
    @classmethod
    def _elements_exist(cls, systems: list[list[list[str]]]) -> list[list[list[str]]]:
        for symbol in (symbol for factors in systems for factor in factors for symbol in factor):
            if symbol not in SYMBOLS:
                raise ValueError(f"{symbol!r} is no chemical symbol{did_you_mean(symbol, SYMBOLS)}")
        return systems

    @model_validator(mode="after")
    def _coarse_stages_share_a_potential(self) -> Self:
        if self.prescreen.potential != self.relax.potential:
            raise ValueError("prescreen.potential and relax.potential must agree: they are compared to one hull")
        return self

    def plan(self) -> tuple[tuple[str, ...], ...]:
        """Return the chemical systems in the order of computation, each after all its subsystems.

        Returns
        -------
        tuple of tuple of str
            Sorted symbols of each system; no system twice.
        """
        return tuple(dict.fromkeys([*_with_parts(self.systems), *_with_parts(self.reported)]))

    @cached_property
    def decorated(self) -> frozenset[tuple[str, ...]]:
        """The systems in which every structure type is tried; in the others only reported compounds are computed."""
        return frozenset(_with_parts(self.systems)) | {(symbol,) for (symbol, *more) in self.plan() if not more}


def _with_parts(products: list[list[list[str]]]) -> Iterator[tuple[str, ...]]:
    """Yield every system of `products` of element lists, after all the systems within it."""
    for factors in products:
        for members in product(*factors):
            system = tuple(sorted(set(members)))
            for size in range(1, len(system) + 1):
                yield from combinations(system, size)


def digest(section: Section) -> str:
    """Return eight hexadecimal digits that change with any value of `section`."""
    return hashlib.sha256(section.model_dump_json().encode()).hexdigest()[:8]


def read_settings(path: Path) -> ReferenceSettings:
    """Read the settings at `path`.

    Raises
    ------
    ConfigError
        If the file is unreadable or holds an unknown key or a wrong value.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {str(error).splitlines()[0]}") from error
    try:
        return ReferenceSettings.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        known = ReferenceSettings.model_fields
        hint = did_you_mean(key, known) if first["type"] == "extra_forbidden" else ""
        raise ConfigError(f"{path}: {key}: {plain_message(first)}{hint}") from error
