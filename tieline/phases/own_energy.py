"""The energy that comes with a structure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from numbers import Real
from typing import Any

from ase import Atoms
from ase.calculators.calculator import PropertyNotImplementedError

SAME_ENERGY_EV_PER_ATOM = 1e-4
"""Energies under several names that differ by less are the same one, rounded."""

SMEARING_EV_PER_ATOM = 0.02
"""How far a free energy may be from the energy extrapolated to zero smearing."""

TOTAL_ENERGY = re.compile(
    r"(?:(?:ref|dft|total|potential|free|vasp|qm|scf|mace|pbe|r2scan|lda)_)*energy", re.IGNORECASE
)
"""Names of total energies of the cell in use beside ASE's ``energy``."""


def own_energy(atoms: Atoms) -> Any:
    """Return the energy of the cell that came with a structure, as the file has it; None if it has none."""
    if atoms.calc is None:
        return None
    try:
        return atoms.get_potential_energy()
    except (PropertyNotImplementedError, RuntimeError):
        return None


def energy_fault(atoms: Atoms, keys: Mapping[str, Any]) -> str:
    """Return why it is not clear which energy of a structure counts; empty if it is.

    Parameters
    ----------
    atoms
        The structure with the energies that ASE read.
    keys
        What else stands beside it.
    """
    energy = own_energy(atoms)
    others = {name: value for name, value in keys.items() if TOTAL_ENERGY.fullmatch(name)}
    others |= {name: value for name, value in _calculated(atoms).items() if name == "free_energy"}
    if not isinstance(energy, Real) or not len(atoms):
        return ""
    for name, value in sorted(others.items()):
        tolerance = SMEARING_EV_PER_ATOM if name.lower() == "free_energy" else SAME_ENERGY_EV_PER_ATOM
        if isinstance(value, Real) and abs(float(value) - float(energy)) > tolerance * len(atoms):
            return (
                f"two energies: energy {float(energy):.6g}, {name} {float(value):.6g} eV; map the one that counts to "
                "total_energy_ev, in columns"
            )
    return ""


def _calculated(atoms: Atoms) -> Mapping[str, Any]:
    results: Mapping[str, Any] = getattr(atoms.calc, "results", None) or {}
    return results
