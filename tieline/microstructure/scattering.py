"""How strongly an atom scatters X-rays."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from tieline.core.elements import SYMBOLS

MOTT_BETHE = 41.78214
"""Factor of the Mott-Bethe relation between scattering of X-rays and of electrons, in angstrom."""


def scattering_coefficients() -> NDArray[np.float64]:
    """Return the coefficients a, b of every element's scattering factor, read from pymatgen's data.

    They are those of M. De Graef and M. E. McHenry, *Structure of Materials* (2nd ed., 2012), table 12.1. Only the
    data file is read: no module of pymatgen with weight is imported.

    Returns
    -------
    ndarray, shape (len(SYMBOLS) + 1, 4, 2)
        By atomic number; NaN for elements without.
    """
    text = (files("pymatgen.analysis.diffraction") / "atomic_scattering_params.json").read_text("utf-8")
    known = json.loads(text)
    table = np.full((len(SYMBOLS) + 1, 4, 2), np.nan)
    for number, symbol in enumerate(SYMBOLS, start=1):
        if symbol in known:
            table[number] = known[symbol]
    return table


def scattering_factor(
    number: int, coefficients: NDArray[np.float64], s_squared: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the scattering factor of one element, in electrons.

    f(s) = Z - 41.78214 s^2 sum_i a_i exp(-b_i s^2) with s = sin(theta) / lambda; thermal motion and anomalous
    dispersion are left out.

    Parameters
    ----------
    number
        Atomic number Z.
    coefficients : ndarray, shape (4, 2)
        a (angstrom) and b (square angstrom).
    s_squared : ndarray, shape (n,)
        s^2 in inverse square angstrom.
    """
    a, b = coefficients.T
    factor: NDArray[np.float64] = number - MOTT_BETHE * s_squared * (np.exp(-s_squared[:, None] * b) @ a)
    return factor
