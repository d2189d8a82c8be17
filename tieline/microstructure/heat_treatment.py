"""What heat does to crystallites of an elemental A: crystallisation, and growth up to the limit that B sets.

Both scale with the homologous temperature T / T_m. Their onsets are those measured for a treatment of one hour; other
durations follow by the measured activation energy. The growth law is that of normal grain growth,

    D(t)^2 = D(0)^2 + (100 nm)^2 (t / 1 h) exp(-E/k (1/T - 1/T_onset))

up to Zener's limit. It holds between room temperature and the melting point, for A of ordinary purity: solutes slow
growth down, and metals dissolved in amorphous silicon, nickel above all, crystallise it some 150 K earlier (NiSi2: 450
C; C. Hayzelden and J. L. Batstone, J. Appl. Phys. 73 (1993) 8279).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tieline.core.units import BOLTZMANN_EV_PER_K

Array = NDArray[np.float64]


ONSET_GROWTH_NM = 100.0
"""What an unpinned crystallite grows by in one hour at the onset of growth."""

UNSEEN_GROWTH_NM = 0.01
"""Growth that crystallites already of the largest size may show: the last digit that sizes are written with."""


@dataclass(frozen=True)
class Mobility:
    """Onsets of an element for one hour, as fractions of its melting point, and activation energies."""

    growth_onset_homologous: float
    """Where crystallites grow by `ONSET_GROWTH_NM`."""

    growth_activation_ev: float
    """Activation energy of growth."""

    crystallisation_onset_homologous: float
    """Where the amorphous element crystallises."""

    crystallisation_activation_ev: float
    """Activation energy of crystallisation."""


MOBILITIES: Mapping[str, Mobility] = MappingProxyType(
    {
        # Growth: undoped polycrystalline layers are stable up to about 900 C, and recrystallise from there to 1150 C;
        # self-diffusion along their boundaries has 2.2 eV (abstract of "Thermal stability of undoped polycrystalline
        # silicon layers on antimony and boron-doped substrates"). Crystallisation: milled silicon at 660 C when heated
        # at 40 K/min, 268 kJ/mol (T. D. Shen et al., J. Mater. Res. 10 (1995) 139); by Kissinger's relation the rate
        # is then 0.0247/s, and 1/h at 826 K.
        "Si": Mobility(1173.0 / 1687.0, 2.2, 826.0 / 1687.0, 2.78),
        # Recrystallisation at -4 C (W. D. Callister, Materials Science and Engineering, table 7.2), grain growth in
        # zone-refined tin with 1 eV (A. Fawzy et al., Cryst. Res. Technol. 29 (1994) 343). No amorphous tin or zinc is
        # known near room temperature: recrystallisation bounds its crystallisation from above.
        "Sn": Mobility(269.0 / 505.0, 1.0, 269.0 / 505.0, 1.0),
        # Recrystallisation at 10 C (Callister); self-diffusion along boundaries, 60.5 kJ/mol (H. J. Frost and
        # M. F. Ashby, Deformation-Mechanism Maps (1982), table 6.1).
        "Zn": Mobility(283.0 / 692.7, 0.63, 283.0 / 692.7, 0.63),
    }
)
"""The hosts."""


def crystallisation_onset_k(mobility: Mobility, melting_point_k: float, duration_h: float) -> float:
    """Return the temperature at which amorphous A crystallises within `duration_h`."""
    inverse = 1.0 / (mobility.crystallisation_onset_homologous * melting_point_k)
    inverse += BOLTZMANN_EV_PER_K / mobility.crystallisation_activation_ev * np.log(duration_h)
    return float(1.0 / inverse)


def size_after_nm(
    mobility: Mobility,
    melting_point_k: float,
    temperature_k: float,
    duration_h: float,
    *,
    start_nm: float,
    limit_nm: Array,
) -> Array:
    """Return the size of A's crystallites after a heat treatment; NaN where A melts.

    Parameters
    ----------
    mobility, melting_point_k
        Of A.
    temperature_k, duration_h
        The treatment.
    start_nm
        Size before it.
    limit_nm : ndarray, shape (n,)
        Zener's limit of each composite; crystallites above it stay as they are.
    """
    if temperature_k >= melting_point_k:
        return np.full(len(limit_nm), np.nan)
    rate = np.exp(
        -mobility.growth_activation_ev
        / BOLTZMANN_EV_PER_K
        * (1.0 / temperature_k - 1.0 / (mobility.growth_onset_homologous * melting_point_k))
    )
    free = np.sqrt(start_nm**2 + ONSET_GROWTH_NM**2 * duration_h * rate)
    sizes: Array = np.minimum(free, np.maximum(limit_nm, start_nm))
    return sizes


def stays_below_to_k(
    mobility: Mobility,
    melting_point_k: float,
    size_nm: float,
    duration_h: float,
    *,
    start_nm: float,
    limit_nm: Array,
) -> Array:
    """Return the highest temperature at which A's crystallites stay within `size_nm` for `duration_h`.

    It is the melting point where Zener's limit is within `size_nm`, and NaN where they are larger to begin with or
    where only the limit, itself NaN, could hold them. Other parameters are those of `size_after_nm`.
    """
    if start_nm > size_nm:
        return np.full(len(limit_nm), np.nan)
    onset_k = mobility.growth_onset_homologous * melting_point_k
    growth = max(size_nm**2 - start_nm**2, 2.0 * size_nm * UNSEEN_GROWTH_NM) / (ONSET_GROWTH_NM**2 * duration_h)
    inverse = 1.0 / onset_k - BOLTZMANN_EV_PER_K / mobility.growth_activation_ev * np.log(growth)
    free_k = min(1.0 / inverse, melting_point_k) if inverse > 0.0 else melting_point_k
    may_be_held = np.isnan(limit_nm) & (free_k < melting_point_k)
    return np.where(may_be_held, np.nan, np.where(limit_nm <= size_nm, melting_point_k, free_k))
