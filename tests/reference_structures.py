"""Structures from the literature."""

from __future__ import annotations

import ase.build
import numpy as np
from ase import Atoms
from ase.spacegroup import crystal

AMU_PER_A3_IN_G_PER_CM3 = 1.66053907

# Lattice parameters from Pearson's Handbook.
TEXTBOOK: dict[str, tuple[Atoms, int, str]] = {
    "diamond Si": (ase.build.bulk("Si", a=5.431), 227, "cF"),
    "beta-Sn": (
        crystal("Sn", [(0, 0, 0)], spacegroup=141, setting=1, cellpar=[5.832, 5.832, 3.182, 90, 90, 90]),
        141,
        "tI",
    ),
    "hcp Zn": (ase.build.bulk("Zn", "hcp", a=2.665, c=4.947), 194, "hP"),
    "bcc Li": (ase.build.bulk("Li", "bcc", a=3.51, cubic=True), 229, "cI"),
    "C1 Mg2Si": (
        crystal(("Mg", "Si"), [(0.25, 0.25, 0.25), (0, 0, 0)], spacegroup=225, cellpar=[6.35] * 3 + [90] * 3),
        225,
        "cF",
    ),
    "C49 ZrSi2": (
        crystal(
            ("Zr", "Si", "Si"),
            [(0, 0.1022, 0.25), (0, 0.7523, 0.25), (0, 0.4461, 0.25)],
            spacegroup=63,
            cellpar=[3.721, 14.68, 3.683, 90, 90, 90],
        ),
        63,
        "oC",
    ),
    "C54 TiSi2": (
        crystal(
            ("Ti", "Si"),
            [(0.125, 0.125, 0.125), (0.4615, 0.125, 0.125)],
            spacegroup=70,
            setting=2,
            cellpar=[8.267, 4.800, 8.551, 90, 90, 90],
        ),
        70,
        "oF",
    ),
}
"""Structure, space group and Bravais lattice."""

STANDARDS: dict[str, Atoms] = {
    # Lattice parameters of the intensity standards (SRM 674): International Tables C, table 5.2.11.1. Positions:
    # N. Ishizawa et al., Acta Cryst. B36 (1980) 228 (corundum); S. C. Abrahams and J. L. Bernstein, J. Chem. Phys. 55
    # (1971) 3206 (rutile).
    "Al2O3": crystal(
        ("Al", "O"),
        [(0, 0, 0.35216), (0.30624, 0, 0.25)],
        spacegroup=167,
        cellpar=[4.75893, 4.75893, 12.9917, 90, 90, 120],
    ),
    "TiO2": crystal(
        ("Ti", "O"), [(0, 0, 0), (0.3053, 0.3053, 0)], spacegroup=136, cellpar=[4.59365, 4.59365, 2.95874, 90, 90, 90]
    ),
    # SRM 640.
    "Si": ase.build.bulk("Si", a=5.43102),
    "NaCl": ase.build.bulk("NaCl", "rocksalt", a=5.6402),
    "Cu": ase.build.bulk("Cu", a=3.615),
}
"""Powders whose intensities are known."""


def cell(atoms: Atoms):
    """Return what spglib takes."""
    return np.asarray(atoms.cell), atoms.get_scaled_positions(), atoms.numbers.astype(np.int64)


def density_g_per_cm3(atoms: Atoms) -> float:
    """Return the density of the crystal."""
    return float(atoms.get_masses().sum() / atoms.get_volume() * AMU_PER_A3_IN_G_PER_CM3)
