"""How crystal structures are read."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from tieline.core.settings import Section


class Crystal(Section):
    """Symmetry recognition."""

    symmetry_tolerance_angstrom: float = Field(0.01, gt=0.0, le=1.0)
    symmetry_tolerance_loose_angstrom: float = Field(0.1, gt=0.0, le=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.symmetry_tolerance_angstrom > self.symmetry_tolerance_loose_angstrom:
            raise ValueError("symmetry_tolerance_angstrom is above symmetry_tolerance_loose_angstrom")
        return self
