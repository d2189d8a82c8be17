"""Structures and volumes beside measured ones: polymorphs, lattices of the elements, volumes of compounds."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import spglib

from tieline.core.formulas import composition_key
from tieline.crystal.settings import Crystal
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import spacegroup_number
from tieline.thermo.reported import ENANTIOMORPHS, Evidence, ReportedList

log = logging.getLogger(__name__)

SYMPREC_A = 0.01
"""Tolerance at which conventional cells of elements are found, in angstrom."""

SUPERGROUPS: dict[int, int] = {189: 191}
"""Space group of an ordered model -> that of the average structure: R3Si5 with its vacancies in order is P-62m."""


def polymorph_agreement(phases: pd.DataFrame, reported: ReportedList, crystal: Crystal) -> pd.DataFrame:
    """Compare the lowest structure of each compound with the one reported at 298 K.

    Parameters
    ----------
    phases : DataFrame
        Phase table.
    reported
        Reported compounds; those of assessed diagrams whose space group is noted are looked at.
    crystal
        Symmetry tolerances; space groups are found at the loose one.

    Returns
    -------
    DataFrame
        ``formula, reported_space_groups, space_group, lies_above_ev_per_atom, agrees``: the space group of the lowest
        structure, and by how much the lowest reported one lies above it (missing if the phases hold none).
    """
    rows = []
    compounds = phases[(phases["n_elements"] > 1) & phases["numbers"].notna()]
    for formula, forms in compounds.groupby("formula", sort=True):
        listed = reported.by_composition.get(composition_key(str(formula)))
        if listed is None or listed.evidence is not Evidence.ASSESSED or not listed.space_groups:
            continue
        numbers = [_space_group(row, crystal) for _, row in forms.iterrows()]
        energies = forms["formation_energy_ev_per_atom"].to_numpy()
        right = np.array([not listed.space_groups.isdisjoint({n, SUPERGROUPS.get(n, n)}) for n in numbers])
        lowest = int(energies.argmin())
        above = float(energies[right].min() - energies[lowest]) if right.any() else np.nan
        groups = "|".join(map(str, sorted(listed.space_groups)))
        rows.append((formula, groups, numbers[lowest], round(above, 6), bool(right[lowest])))
    columns = ["formula", "reported_space_groups", "space_group", "lies_above_ev_per_atom", "agrees"]
    table = pd.DataFrame(rows, columns=columns)
    log.warning("structure of lowest energy is the reported one: %d of %d compounds", table["agrees"].sum(), len(table))
    return table


def lattice_agreement(phases: pd.DataFrame, measured: pd.DataFrame) -> pd.DataFrame:
    """Compare volume and axial ratio of the elements with measured lattice parameters.

    Parameters
    ----------
    phases : DataFrame
        Phase table.
    measured : DataFrame
        ``element, space_group, a_angstrom, b_angstrom, c_angstrom, gamma_deg, atoms, known_error`` of conventional
        cells whose other angles are right.

    Returns
    -------
    DataFrame
        ``element, space_group, volume_a3_per_atom, volume_ratio, axial_ratio, axial_ratio_measured, known_error``: the
        ratio is computed over measured; ``axial_ratio`` is c/a, and 1 where the cell is cubic.
    """
    rows = []
    cells = measured[["a_angstrom", "b_angstrom", "c_angstrom", "gamma_deg", "atoms"]].to_numpy(np.float64)
    for (_, fact), (a, b, c, gamma, atoms) in zip(measured.iterrows(), cells.tolist(), strict=True):
        own = phases[(phases["elements"] == fact["element"]) & phases["numbers"].notna()]
        for _, phase in own.iterrows():
            dataset = spglib.get_symmetry_dataset(unit_cell_of(phase), symprec=SYMPREC_A)  # type: ignore[arg-type]
            if dataset is None or dataset.number != fact["space_group"]:
                continue
            ours = np.linalg.norm(dataset.std_lattice, axis=1)
            ratio = float(phase["volume_a3_per_atom"]) * atoms / (a * b * c * np.sin(np.deg2rad(gamma)))
            axial = round(float(ours[2] / ours[0]), 4), round(c / a, 4)
            name, number, error = fact[["element", "space_group", "known_error"]]
            rows.append((name, number, phase["volume_a3_per_atom"], round(ratio, 4), *axial, error))
            break
    columns = ["element", "space_group", "volume_a3_per_atom", "volume_ratio"]
    table = pd.DataFrame(rows, columns=[*columns, "axial_ratio", "axial_ratio_measured", "known_error"])
    _say_volumes("elements", table["volume_ratio"])
    return table


def volume_agreement(phases: pd.DataFrame, measured: pd.DataFrame, crystal: Crystal) -> pd.DataFrame:
    """Compare volumes of compounds with measured ones.

    Parameters
    ----------
    phases : DataFrame
        Phase table.
    measured : DataFrame
        ``formula, space_group, volume_a3_per_atom``.
    crystal
        Symmetry tolerances; space groups are found at the loose one.

    Returns
    -------
    DataFrame
        ``formula, space_group, volume_measured_a3_per_atom, volume_a3_per_atom, volume_ratio`` of the compounds that
        the phases hold in that space group.
    """
    keys = [composition_key(str(formula)) for formula in phases["formula"]]
    rows = []
    for _, fact in measured[["formula", "space_group", "volume_a3_per_atom"]].iterrows():
        # A key is a tuple, which pandas would compare item by item.
        wanted = composition_key(str(fact["formula"]))
        forms = phases[np.array([key == wanted for key in keys], dtype=np.bool_) & phases["numbers"].notna()]
        for _, phase in forms.iterrows():
            if _space_group(phase, crystal) == fact["space_group"]:
                ours = phase["volume_a3_per_atom"]
                rows.append((*fact, ours, round(ours / fact["volume_a3_per_atom"], 4)))
                break
    columns = ["formula", "space_group", "volume_measured_a3_per_atom", "volume_a3_per_atom", "volume_ratio"]
    table = pd.DataFrame(rows, columns=columns)
    _say_volumes("compounds", table["volume_ratio"])
    return table


def _space_group(phase: pd.Series, crystal: Crystal) -> int:
    """Return the space-group number, the smaller of two enantiomorphs; 0 where none is found."""
    number = spacegroup_number(unit_cell_of(phase), crystal.symmetry_tolerance_loose_angstrom) or 0
    return ENANTIOMORPHS.get(number, number)


def _say_volumes(what: str, ratios: pd.Series) -> None:
    if len(ratios):
        log.warning(
            "volumes of %d %s: mean error %+.1f %%, mean absolute error %.1f %%",
            len(ratios),
            what,
            100 * (ratios.mean() - 1),
            100 * (ratios - 1).abs().mean(),
        )
