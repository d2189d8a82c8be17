"""How the powder patterns are taken that A is looked for in."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator

from tieline.config.base import Section, plain_path


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
