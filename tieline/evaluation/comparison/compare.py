"""How one set of phase data compares with another: energies, ground states, neighbours of the hosts."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pandas as pd

from tieline.core.formulas import composition_key
from tieline.crystal.settings import Crystal
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import spacegroup_number
from tieline.evaluation.experiment.neighbours import find_neighbours
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.settings import CompositeGrid

log = logging.getLogger(__name__)


def compare_phases(ours: pd.DataFrame, theirs: pd.DataFrame, crystal: Crystal) -> pd.DataFrame:
    """Compare formation energies and ground states of the compounds that two phase tables have in common.

    Parameters
    ----------
    ours, theirs : DataFrame
        Phase tables, formation energies against the same reference states.
    crystal
        Symmetry tolerances; structures are recognised at the loose one.

    Returns
    -------
    DataFrame
        One row per compound and space group both know, sorted by formula: ``formula, elements, spacegroup,
        formation_energy_ev_per_atom, formation_energy_other_ev_per_atom, difference_ev_per_atom, ground_state,
        ground_state_other``, the last two the space group of lowest energy of the formula in each table.
    """
    tables = []
    shared = set(ours["formula"].map(composition_key)) & set(theirs["formula"].map(composition_key))
    for table in (ours, theirs):
        keys = table["formula"].map(composition_key)
        compounds = table.assign(key=keys)[keys.isin(shared) & (table["n_elements"] > 1)]
        compounds["spacegroup"] = [_space_group(row, crystal) for _, row in compounds.iterrows()]
        compounds = compounds.dropna(subset="spacegroup").sort_values(
            ["key", "formation_energy_ev_per_atom", "phase_id"], kind="stable"
        )
        compounds["ground_state"] = compounds.groupby("key")["spacegroup"].transform("first")
        tables.append(compounds.drop_duplicates(["key", "spacegroup"]))
    columns = ["key", "spacegroup", "formation_energy_ev_per_atom", "ground_state"]
    both = tables[0][["formula", "elements", *columns]].merge(
        tables[1][columns].rename(
            columns={
                "formation_energy_ev_per_atom": "formation_energy_other_ev_per_atom",
                "ground_state": "ground_state_other",
            }
        ),
        on=["key", "spacegroup"],
    )
    both["difference_ev_per_atom"] = both["formation_energy_ev_per_atom"] - both["formation_energy_other_ev_per_atom"]
    integers = ["spacegroup", "ground_state", "ground_state_other"]
    both = both.astype(dict.fromkeys(integers, "int64")).drop(columns="key")
    order = [*both.columns.drop(["ground_state", "ground_state_other"]), "ground_state", "ground_state_other"]
    return both[order].sort_values(["formula", "spacegroup"], ignore_index=True)


def compare_neighbours(
    ours: pd.DataFrame,
    theirs: pd.DataFrame,
    systems: Sequence[HostSystem],
    *,
    phase_a: PhaseA,
    composition: CompositeGrid,
    working_ion: str,
) -> pd.DataFrame:
    """Compare which phase lies next to the host in each binary system, by two phase tables.

    Parameters
    ----------
    ours, theirs : DataFrame
        Phase tables, formation energies against the reference states.
    systems
        Host systems with one partner each.
    phase_a, composition
        Sections of the config; A is always the element here, and the tolerance is zero.
    working_ion
        Symbol of the working ion.

    Returns
    -------
    DataFrame
        ``system, neighbour, neighbour_other, same``; empty text where nothing coexists with the host. Systems of
        which either table lacks an element are left out.
    """
    found = []
    for phases in (ours, theirs):
        pairs, counts = find_neighbours(
            phases, systems, 0.0, phase_a=phase_a, composition=composition, working_ion=working_ion
        )
        formulas = pairs["phase_b_id"].map(phases.set_index("phase_id")["formula"])
        neighbours = formulas.groupby(pairs["system"]).first()
        found.append(neighbours.reindex(counts["system"]).fillna(""))
    table = pd.concat(found, axis=1, keys=["neighbour", "neighbour_other"], join="inner")
    table["same"] = [
        (composition_key(own) if own else "") == (composition_key(other) if other else "")
        for own, other in zip(table["neighbour"], table["neighbour_other"], strict=True)
    ]
    return table.rename_axis("system").reset_index()


def log_agreement(compounds: pd.DataFrame, neighbours: pd.DataFrame) -> None:
    """Say in three lines how far two phase tables agree."""
    difference = compounds["difference_ev_per_atom"]
    log.warning(
        "%d compounds in common: mean absolute difference %.4f eV/atom, mean %.4f, standard deviation %.4f",
        len(compounds),
        difference.abs().mean(),
        difference.mean(),
        difference.std(ddof=0),
    )
    formulas = compounds.drop_duplicates("formula")
    log.warning(
        "the structure of lowest energy has the same space group in %d of %d compositions",
        formulas["ground_state"].eq(formulas["ground_state_other"]).sum(),
        len(formulas),
    )
    log.warning("the host has the same neighbour in %d of %d binaries", neighbours["same"].sum(), len(neighbours))


def _space_group(row: pd.Series, crystal: Crystal) -> float | None:
    if row["numbers"] is not None:
        return spacegroup_number(unit_cell_of(row), crystal.symmetry_tolerance_loose_angstrom)
    return None if pd.isna(row["spacegroup_number_source"]) else float(row["spacegroup_number_source"])
