"""The shell of B around A, and the grain size at which B's particles hold A's boundaries."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ZENER_PREFACTOR = 3.6
ZENER_EXPONENT = 1.0 / 3.0
"""Largest grain radius over particle radius is 3.6 f^(-1/3) where the particles' volume fraction f is above 0.1."""


def shell_thickness_nm(core_diameter_nm: float | Array, volume_fraction_b: Array) -> Array:
    """Return how thick the shell is that all of B makes around spherical cores of A.

    t = (d / 2) ((1 + V_B / V_A)^(1/3) - 1)

    Parameters
    ----------
    core_diameter_nm
        Diameter d of the cores.
    volume_fraction_b : ndarray, shape (n,)
        Volume of B per volume of the composite, below 1.
    """
    return core_diameter_nm * _thickness_per_diameter(volume_fraction_b)


def covered_above_nm(shell_nm: Array, volume_fraction_b: Array) -> Array:
    """Return the smallest core diameter whose shell is at least `shell_nm` thick: the inverse of `shell_thickness_nm`.

    Parameters
    ----------
    shell_nm : ndarray, shape (n,)
        The thickness asked for.
    volume_fraction_b : ndarray, shape (n,)
        Volume of B per volume of the composite, below 1.
    """
    return shell_nm / _thickness_per_diameter(volume_fraction_b)


def _thickness_per_diameter(volume_fraction_b: Array) -> Array:
    # 1 + V_B / V_A = 1 / (1 - v_B)
    return 0.5 * ((1.0 / (1.0 - volume_fraction_b)) ** (1.0 / 3.0) - 1.0)


def zener_limit_nm(size_b_nm: float, volume_fraction_b: Array) -> Array:
    """Return the grain diameter of A at which B's particles stop its growth.

    D = 3.6 d_B f^(-1/3), after Zener, with the exponent that holds above 1 % of particles (P. M. Hazzledine and
    R. D. J. Oldershaw, Phil. Mag. A 61 (1990) 579) and the prefactor for more than 10 % (M. Hillert, Acta Metall. 36
    (1988) 3177). Both are for particles scattered at random; B here is more than half of the composite and
    continuous, so this is an upper estimate.

    Parameters
    ----------
    size_b_nm
        Diameter d_B of B's crystallites.
    volume_fraction_b : ndarray, shape (n,)
        Their volume fraction f, above 0.
    """
    return ZENER_PREFACTOR * size_b_nm * volume_fraction_b**-ZENER_EXPONENT
