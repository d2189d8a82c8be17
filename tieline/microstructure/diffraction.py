"""Powder diffraction lines of a crystal, on a scale on which phases can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.core.elements import SYMBOLS
from tieline.crystal.symmetry import Cell
from tieline.microstructure.scattering import scattering_factor

SAME_LINE_DEG = 1e-3
"""Reflections closer than this are one line: equivalent ones, apart by the rounding of relaxed cells."""

WEAKEST = 1e-5
"""Lines weaker than this share of the strongest are extinct but for rounding."""


@dataclass(frozen=True)
class Radiation:
    """What the lines depend on, beside the structure."""

    wavelength_angstrom: float
    """Wavelength of the X-rays."""

    two_theta_min_deg: float
    """Start of the pattern."""

    two_theta_max_deg: float
    """End of the pattern."""

    coefficients: NDArray[np.float64]
    """Shape (n_elements + 1, 4, 2): what `tieline.microstructure.scattering.scattering_coefficients` returns."""

    def unknown(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return the elements, of atomic `numbers`, without a scattering factor."""
        distinct = np.unique(numbers)
        return [SYMBOLS[number - 1] for number in distinct[np.isnan(self.coefficients[distinct, 0, 0])]]


@dataclass(frozen=True)
class Lines:
    """The lines of one phase, by rising angle."""

    two_theta_deg: NDArray[np.float64]
    """Shape (n,): where they stand."""

    intensity: NDArray[np.float64]
    """Shape (n,): integrated intensity per volume of the phase, in e^2/angstrom^6; see `powder_lines`."""


def mixed_lines(parts: Sequence[Lines], volume_shares: Sequence[float]) -> Lines:
    """Return the lines of a mixture of phases, per volume of the mixture.

    Parameters
    ----------
    parts
        Lines of each phase.
    volume_shares
        Volume of each per volume of the mixture.
    """
    angles = np.concatenate([lines.two_theta_deg for lines in parts])
    intensities = np.concatenate([s * lines.intensity for s, lines in zip(volume_shares, parts, strict=True)])
    order = np.argsort(angles, kind="stable")
    return Lines(angles[order], intensities[order])


def powder_lines(radiation: Radiation, cell: Cell) -> Lines:
    """Return the powder lines of one structure.

    Kinematic diffraction of an untextured powder, per volume of the phase and on one scale for all phases,

        I = 1/V^2  sum over hkl of  |F_hkl|^2 (1 + cos^2 2 theta) / (sin^2 theta cos theta)

    with the volume V of the cell F is taken over (B. E. Warren, *X-ray Diffraction* (1969), ch. 4; absorption is the
    same for all phases of a fine mixture and drops out). The multiplicity of a line comes out by summing over all
    equivalent reciprocal points, so any cell of the lattice gives the same lines.

    Parameters
    ----------
    radiation
        Wavelength, range and scattering factors.
    cell
        The structure.

    Returns
    -------
    Lines
        Those of at least `WEAKEST` times the strongest; none if no reflection falls into the range.
    """
    lattice, positions, numbers = cell
    half_wavelength = radiation.wavelength_angstrom / 2.0
    g_min, g_max = np.sin(np.radians([radiation.two_theta_min_deg / 2, radiation.two_theta_max_deg / 2])) / (
        half_wavelength
    )
    # |h| = |g . a| <= g_max |a|; one half of reciprocal space stands for both (Friedel).
    h_max, k_max, l_max = np.floor(g_max * np.linalg.norm(lattice, axis=1) + 1e-9).astype(int)
    h, k, l = np.arange(h_max + 1), np.arange(-k_max, k_max + 1), np.arange(-l_max, l_max + 1)  # noqa: E741
    reciprocal = np.linalg.inv(lattice).T
    in_plane = h[:, None, None] * reciprocal[0] + k[:, None] * reciprocal[1]
    g = np.sqrt(((in_plane[:, :, None] + l[:, None] * reciprocal[2]) ** 2).sum(axis=-1))
    inside = (g >= max(g_min, 1e-9)) & (g <= g_max)
    g_inside = g[inside]
    s_squared = (g_inside / 2.0) ** 2

    phase = 2j * np.pi * positions
    waves_h, waves_k, waves_l = (np.exp(phase[:, i, None] * n) for i, n in enumerate((h, k, l)))
    amplitude = np.zeros(len(g_inside), dtype=np.complex128)
    for number in np.unique(numbers):
        own = numbers == number
        in_plane_waves = waves_h[own, :, None] * waves_k[own, None, :]
        # Sum over the atoms of one element of exp(2 pi i (hx + ky + lz)), for the whole box at once.
        sums = (in_plane_waves.reshape(own.sum(), -1).T @ waves_l[own]).reshape(g.shape)
        amplitude += scattering_factor(int(number), radiation.coefficients[number], s_squared) * sums[inside]

    sin_theta = half_wavelength * g_inside
    theta = np.arcsin(sin_theta)
    lorentz_polarisation = (1.0 + np.cos(2.0 * theta) ** 2) / (sin_theta**2 * np.cos(theta))
    volume = abs(np.linalg.det(lattice))
    both_halves = np.where(np.nonzero(inside)[0] == 0, 1.0, 2.0)
    intensity = both_halves * np.abs(amplitude) ** 2 * lorentz_polarisation / volume**2
    return _merged(np.degrees(2.0 * theta), intensity)


def _merged(two_theta_deg: NDArray[np.float64], intensity: NDArray[np.float64]) -> Lines:
    if not len(two_theta_deg):
        return Lines(two_theta_deg, intensity)
    order = np.argsort(two_theta_deg, kind="stable")
    angles, weights = two_theta_deg[order], intensity[order]
    first = np.concatenate(([0], np.flatnonzero(np.diff(angles) > SAME_LINE_DEG) + 1))
    total = np.add.reduceat(weights, first)
    kept = total > WEAKEST * total.max()
    centre = np.add.reduceat(angles * weights, first)[kept] / total[kept]
    return Lines(centre, total[kept])
