"""How powder patterns are measured, how large the crystallites are, and how they are heat-treated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, plain_path

TREATMENT_RANGE_K = (298.0, 1600.0)
"""Validity range of the models of growth and crystallisation: room temperature to near silicon's melting point."""


class SizeWindow(Section):
    """Crystallite sizes of A that claim 3 asks for. Claims 5 and 6 take the same lower limit and end at 100 nm."""

    min: float = Field(5.0, ge=1.0, le=1000.0, description="Smallest size.", json_schema_extra={"unit": "nm"})
    max: float = Field(
        100.0, ge=1.0, le=1000.0, description="Largest size, above the smallest.", json_schema_extra={"unit": "nm"}
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min >= self.max:
            raise ValueError(f"the window is empty: min {self.min:g} nm is not below max {self.max:g} nm")
        return self


class HeatTreatment(Section):
    """Heat treatments, each applied to the material as made."""

    temperatures_k: list[Annotated[float, Field(ge=TREATMENT_RANGE_K[0], le=TREATMENT_RANGE_K[1])]] = Field(
        [373.0, 773.0],
        min_length=1,
        description="Temperatures of the heat treatments, within the validity range of the growth model. The lowest "
        "and the highest have columns in the results.",
        json_schema_extra={"unit": "K"},
    )
    duration_h: float = Field(
        1.0, ge=0.01, le=1000.0, description="Duration of each heat treatment.", json_schema_extra={"unit": "h"}
    )

    @property
    def lowest_k(self) -> float:
        """The coolest treatment."""
        return min(self.temperatures_k)

    @property
    def highest_k(self) -> float:
        """The hottest treatment."""
        return max(self.temperatures_k)


class Microstructure(Section):
    """Crystallites of A, the shell of B around them, and their heat treatment."""

    design_size_nm: float = Field(
        20.0,
        ge=1.0,
        le=1000.0,
        description="Intended crystallite size of A; shell thickness and heat treatment refer to it.",
        json_schema_extra={"unit": "nm"},
    )
    phase_b_crystallite_nm: float = Field(
        20.0,
        ge=1.0,
        le=1000.0,
        description="Crystallite size of B.",
        json_schema_extra={"unit": "nm"},
    )
    low_crystalline_below_nm: float = Field(
        50.0,
        ge=1.0,
        le=1000.0,
        description="Largest crystallite size at which A counts as low crystalline.",
        json_schema_extra={"unit": "nm"},
    )
    size_window_nm: SizeWindow = SizeWindow()
    min_shell_unit_cells: float = Field(
        2.0,
        gt=0.0,
        le=1000.0,
        description="Smallest thickness of the shell of B at which A counts as covered.",
        json_schema_extra={"unit": "unit cells of B"},
    )
    heat_treatment: HeatTreatment = HeatTreatment()


class Diffraction(Section):
    """Powder diffraction: the instrument, the peak shape, and when A is detected in the pattern."""

    wavelength_angstrom: float = Field(
        1.54184,
        ge=0.1,
        le=5.0,
        description="Wavelength of the X-rays; 1.54184 is Cu K-alpha.",
        json_schema_extra={"unit": "angstrom"},
    )
    two_theta_min_deg: float = Field(
        10.0,
        gt=0.0,
        lt=180.0,
        description="Start of the powder pattern.",
        json_schema_extra={"unit": "degrees 2-theta"},
    )
    two_theta_max_deg: float = Field(
        80.0,
        gt=0.0,
        lt=180.0,
        description="End of the powder pattern, above the start.",
        json_schema_extra={"unit": "degrees 2-theta"},
    )
    instrument_fwhm_deg: float = Field(
        0.1,
        ge=0.01,
        le=2.0,
        description="Instrumental broadening: full width at half maximum of the peaks of a large crystal.",
        json_schema_extra={"unit": "degrees 2-theta"},
    )
    scherrer_constant: float = Field(0.9, ge=0.5, le=1.5, description="Constant K of the Scherrer equation.")
    lorentzian_fraction: float = Field(
        0.5, ge=0.0, le=1.0, description="Lorentzian share of the peak shape; the rest is Gaussian."
    )
    background_fraction: float = Field(
        0.05, gt=0.0, le=1.0, description="Height of the flat background over that of the highest peak of B."
    )
    detection_limit: float = Field(
        0.5,
        gt=0.0,
        le=1.0,
        description="A peak of A is detected where its height exceeds this times the sum of B's pattern and the "
        "background at that angle. With both defaults that is 2.5 % of B's highest peak where B has no peak.",
    )
    cache: Path | None = Field(
        None,
        description="Folder that keeps the diffraction lines of every structure computed so far. null: "
        "work/line_cache in the results. Runs can share one folder, at the same time too; it can be deleted at any "
        "time.",
    )

    _plain = field_validator("cache")(lambda path: path if path is None else plain_path(path))

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.two_theta_min_deg >= self.two_theta_max_deg:
            ends = f"two_theta_min_deg {self.two_theta_min_deg:g}", f"two_theta_max_deg {self.two_theta_max_deg:g}"
            raise ValueError(f"the range is empty: {ends[0]} is not below {ends[1]}")
        return self


class Settings(StageSettings):
    """What the stage needs of the configuration."""

    diffraction: Diffraction
    microstructure: Microstructure
