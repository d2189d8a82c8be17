"""The shape and width of powder lines of small crystallites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GAUSS_FWHM_PER_SIGMA = 2.0 * np.sqrt(2.0 * np.log(2.0))
"""Full width at half maximum of a Gaussian of standard deviation 1."""


@dataclass(frozen=True)
class Profile:
    """A line as this instrument sees it.

    The profile is the mixture of a Lorentzian (share ``lorentzian_fraction``) and a Gaussian of unit area. Instrument
    and size broaden each as a convolution does: widths of the Lorentzians add, those of the Gaussians add in squares.
    """

    wavelength_angstrom: float
    """Wavelength of the X-rays."""

    instrument_fwhm_deg: float
    """Full width at half maximum that large crystals give."""

    scherrer_constant: float
    """K of the Scherrer equation."""

    lorentzian_fraction: float
    """Share of the Lorentzian, 0 to 1."""

    def size_fwhm_deg(self, two_theta_deg: Array, size_nm: Array) -> Array:
        """Return the width K lambda / (D cos theta) that crystallites of size D give a line.

        P. Scherrer, Nachr. Ges. Wiss. Goettingen (1918) 98; A. L. Patterson, Phys. Rev. 56 (1939) 978.
        """
        cos_theta = np.cos(np.radians(two_theta_deg) / 2.0)
        width: Array = np.degrees(self.scherrer_constant * self.wavelength_angstrom / (10.0 * size_nm * cos_theta))
        return width

    def height_per_deg(self, two_theta_deg: Array, line_deg: Array, size_nm: Array) -> Array:
        """Return the height at `two_theta_deg` of a line of unit area at `line_deg`; arguments broadcast."""
        lorentzian, gaussian = self._widths(line_deg, size_nm)
        return self._mixture(two_theta_deg - line_deg, lorentzian, gaussian)

    def highest_per_deg(self, two_theta_deg: Array, line_deg: Array, size_nm: Array) -> Array:
        """Return the largest of `height_per_deg` over all sizes up to `size_nm`, each part of the mixture on its own.

        Beside the line a profile first rises and then falls as it narrows: a Lorentzian of width w is highest at the
        distance w / 2, a Gaussian at its standard deviation. From there on the largest value is kept, so what this
        returns never falls as crystallites grow. At the line itself it is the height.
        """
        lorentzian, gaussian = self._widths(line_deg, size_nm)
        offset = np.abs(two_theta_deg - line_deg)
        return self._mixture(
            offset, np.maximum(lorentzian, 2.0 * offset), np.maximum(gaussian, GAUSS_FWHM_PER_SIGMA * offset)
        )

    def _widths(self, line_deg: Array, size_nm: Array) -> tuple[Array, Array]:
        size = self.size_fwhm_deg(line_deg, size_nm)
        return self.instrument_fwhm_deg + size, np.hypot(self.instrument_fwhm_deg, size)

    def _mixture(self, offset_deg: Array, lorentzian_fwhm: Array, gaussian_fwhm: Array) -> Array:
        share = self.lorentzian_fraction
        half = lorentzian_fwhm / 2.0
        sigma = gaussian_fwhm / GAUSS_FWHM_PER_SIGMA
        lorentzian = half / (np.pi * (offset_deg**2 + half**2))
        gaussian = np.exp(-0.5 * (offset_deg / sigma) ** 2) / (sigma * np.sqrt(2.0 * np.pi))
        mixture: Array = share * lorentzian + (1.0 - share) * gaussian
        return mixture
