"""How powder patterns are taken, how large the crystallites are meant to be, and what heat treatment they get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from tieline.core.settings import Section, StageSettings, plain_path

TREATMENT_RANGE_K = (298.0, 1600.0)
"""Where the models of growth and crystallisation hold: room temperature to just below silicon's melting point."""


class SizeWindow(Section):
    """Crystallite sizes of A that claim 3 asks for."""

    min: float = Field(5.0, ge=1.0, le=1000.0)
    max: float = Field(100.0, ge=1.0, le=1000.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min >= self.max:
            raise ValueError(f"the window is empty: min {self.min:g} nm is not below max {self.max:g} nm")
        return self


class HeatTreatment(Section):
    """Heat treatments, each of the same duration."""

    temperatures_k: list[float] = Field([373.0, 773.0], min_length=1)
    duration_h: float = Field(1.0, ge=0.01, le=1000.0)

    @field_validator("temperatures_k")
    @classmethod
    def _where_the_model_holds(cls, temperatures: list[float]) -> list[float]:
        low, high = TREATMENT_RANGE_K
        for temperature in temperatures:
            if not low <= temperature <= high:
                raise ValueError(f"{temperature:g} K is outside {low:g}-{high:g} K, where the growth model holds")
        return temperatures

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

    design_size_nm: float = Field(20.0, ge=1.0, le=1000.0)
    phase_b_crystallite_nm: float = Field(20.0, ge=1.0, le=1000.0)
    low_crystalline_below_nm: float = Field(50.0, ge=1.0, le=1000.0)
    size_window_nm: SizeWindow = SizeWindow()
    min_shell_unit_cells: Annotated[float, Field(gt=0.0, le=1000.0)] = 2.0
    heat_treatment: HeatTreatment = HeatTreatment()


class Diffraction(Section):
    """The diffractometer, the peaks and what counts as seen."""

    wavelength_angstrom: float = Field(1.54184, ge=0.1, le=5.0, description="Default: Cu K-alpha")
    two_theta_min_deg: float = Field(10.0, gt=0.0, lt=180.0)
    two_theta_max_deg: float = Field(80.0, gt=0.0, lt=180.0)
    instrument_fwhm_deg: float = Field(0.1, ge=0.01, le=2.0)
    scherrer_constant: float = Field(0.9, ge=0.5, le=1.5)
    lorentzian_fraction: float = Field(0.5, ge=0.0, le=1.0)
    background_fraction: float = Field(0.05, gt=0.0, le=1.0)
    detection_limit: float = Field(0.5, gt=0.0, le=1.0)
    cache: Path | None = Field(None, description="Default: work/line_cache.parquet in the folder of results")

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
