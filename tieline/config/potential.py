"""Phases computed with a potential for the systems a user asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from tieline.config.base import Section, choices, known_element, plain_path
from tieline.relaxation.potentials import known_potential

LARGEST_SYSTEM = 3
"""Elements in the largest structure types of the library."""


class PotentialSource(Section):
    """Structure types decorated with the elements of chemical systems, and relaxed."""

    kind: Literal["potential"]
    systems: list[str] = Field(min_length=1, description="Such as Si-Ti-Ni; the systems within one come with it")
    potential: Annotated[str, AfterValidator(known_potential)] = Field(
        "7net-l3i5", description="7net-l3i5, 7net-0, chgnet, or package.module:callable that returns an ASE calculator"
    )
    energy_level: str | None = Field(
        None, min_length=1, description="Level of theory of the energies; needed for an import path"
    )
    name: str | None = Field(None, pattern=r"^[\w.-]+$", description="Name of the source; default: computed")
    max_atoms: int = Field(6, ge=1, le=200, description="Atoms in the primitive cell of types that are not reported")
    keep_ev_per_atom: float = Field(0.1, gt=0.0, le=1.0, description="Largest energy above the hull")
    folder: Path = Field(Path("relaxations"), description="Where finished relaxations are kept")

    _plain = field_validator("folder")(plain_path)

    @field_validator("systems")
    @classmethod
    def _small_systems_of_elements(cls, systems: list[str]) -> list[str]:
        for system in systems:
            symbols = [known_element(symbol) for symbol in system.split("-")]
            if len(set(symbols)) < len(symbols):
                raise ValueError(f"{system!r} names an element twice")
            if len(symbols) > LARGEST_SYSTEM:
                raise ValueError(
                    f"{system!r} has {len(symbols)} elements; structure types have at most {LARGEST_SYSTEM}"
                )
        return choices(systems, systems)

    @property
    def label(self) -> str:
        """Name of the source in the results, and beginning of its ids."""
        return self.name or "computed"
