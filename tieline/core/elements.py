"""Element groups as the claims mean them (old CAS labels), and masses.

The printed claims name "Group IIA elements, transition elements, Group IIB elements, Group IIIB elements and
Group IVB elements" in the CAS labels of before 1986: IIB is zinc's column, IIIB boron's and IVB carbon's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from ase.data import atomic_masses, atomic_numbers, chemical_symbols
from numpy.typing import NDArray

HOSTS: tuple[str, ...] = ("Si", "Sn", "Zn")
"""The active elements of phase A."""

LANTHANIDES: tuple[str, ...] = ("Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
ACTINIDES: tuple[str, ...] = ("Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No", "Lr")

PARTNER_GROUPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "IIA": ("Be", "Mg", "Ca", "Sr", "Ba", "Ra"),
        "transition": (
            "Sc",
            "Ti",
            "V",
            "Cr",
            "Mn",
            "Fe",
            "Co",
            "Ni",
            "Cu",
            "Y",
            "Zr",
            "Nb",
            "Mo",
            "Tc",
            "Ru",
            "Rh",
            "Pd",
            "Ag",
            "La",
            "Hf",
            "Ta",
            "W",
            "Re",
            "Os",
            "Ir",
            "Pt",
            "Au",
            *LANTHANIDES,
            *ACTINIDES,
        ),
        "IIB": ("Zn", "Cd", "Hg"),
        "IIIB": ("B", "Al", "Ga", "In", "Tl"),
        "IVB": ("C", "Si", "Ge", "Sn", "Pb"),
    }
)
"""Partner elements of phase B by old CAS group; transition means groups 3-11 with both f rows."""

GROUP_OF: Mapping[str, str] = MappingProxyType(
    {element: group for group, elements in PARTNER_GROUPS.items() for element in elements}
)
"""The group of each partner element."""

RADIOACTIVE: frozenset[str] = frozenset({"Tc", "Pm", "Ra", *ACTINIDES})
"""Elements without a stable (or nearly stable) isotope that the claims' groups contain."""

SYMBOLS: tuple[str, ...] = tuple(chemical_symbols[1:])
"""Every chemical symbol, by atomic number from 1."""

ION_CHARGE: Mapping[str, int] = MappingProxyType(
    {"Li": 1, "Na": 1, "K": 1, "Rb": 1, "Cs": 1, "Mg": 2, "Ca": 2, "Sr": 2, "Ba": 2, "Zn": 2, "Al": 3}
)
"""Charge of the working ions whose charge is beyond doubt, in elementary charges."""


def masses_g_per_mol(symbols: tuple[str, ...] | list[str]) -> NDArray[np.float64]:
    """Return the standard atomic masses of `symbols`.

    Parameters
    ----------
    symbols
        Chemical symbols.

    Returns
    -------
    ndarray, shape (len(symbols),)
        Masses in g/mol (IUPAC 2016, from ase.data).
    """
    return np.array([atomic_masses[atomic_numbers[symbol]] for symbol in symbols], dtype=np.float64)
