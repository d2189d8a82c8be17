"""How crystal structures are read."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from tieline.core.settings import Section


class Crystal(Section):
    """How space groups are determined from structures."""

    symmetry_tolerance_angstrom: float = Field(
        0.01,
        gt=0.0,
        le=1.0,
        description="Distance within which two atoms count as symmetry-equivalent.",
        json_schema_extra={"unit": "angstrom"},
    )
    symmetry_tolerance_loose_angstrom: float = Field(
        0.1,
        gt=0.0,
        le=1.0,
        description="A second tolerance, not below the first. Space groups are reported at both; where a claim "
        "depends on one and the two disagree, the claim is undecided.",
        json_schema_extra={"unit": "angstrom"},
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.symmetry_tolerance_angstrom > self.symmetry_tolerance_loose_angstrom:
            raise ValueError("symmetry_tolerance_angstrom is above symmetry_tolerance_loose_angstrom")
        return self
