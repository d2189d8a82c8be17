"""Formation energies beside measured enthalpies of formation."""

from __future__ import annotations

import logging

import pandas as pd

from tieline.core.formulas import composition_key
from tieline.core.units import KJ_PER_MOL_PER_EV

log = logging.getLogger(__name__)


def enthalpy_agreement(phases: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Compare formation energies with measured enthalpies of formation.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    measured : DataFrame
        ``formula, enthalpy_kj_per_mol_atoms, uncertainty_kj_per_mol_atoms, citation``.

    Returns
    -------
    DataFrame
        ``formula, measured_kj_per_mol_atoms, computed_kj_per_mol_atoms, difference_kj_per_mol_atoms, citation`` of the
        compounds that the phases hold, in kJ per mole of atoms; the lowest structure stands for the compound.

    Notes
    -----
    Energies at 0 K without zero-point motion stand for enthalpies at 298 K, as is usual for alloys: the difference is 1
    to 2 kJ per mole of atoms.
    """
    lowest = phases["formation_energy_ev_per_atom"].groupby(phases["formula"].map(composition_key)).min()
    keys = measured["formula"].map(composition_key)
    table = pd.DataFrame(
        {
            "formula": measured["formula"],
            "measured_kj_per_mol_atoms": measured["enthalpy_kj_per_mol_atoms"],
            "computed_kj_per_mol_atoms": (keys.map(lowest) * KJ_PER_MOL_PER_EV).round(2),
            "citation": measured["citation"],
        }
    ).dropna(subset="computed_kj_per_mol_atoms")
    difference = (table["computed_kj_per_mol_atoms"] - table["measured_kj_per_mol_atoms"]).round(2)
    table.insert(3, "difference_kj_per_mol_atoms", difference)
    if len(table):
        log.warning(
            "enthalpies of formation: %d compounds, mean absolute difference %.1f kJ/mol of atoms, mean %.1f",
            len(table),
            difference.abs().mean(),
            difference.mean(),
        )
    return table.reset_index(drop=True)
