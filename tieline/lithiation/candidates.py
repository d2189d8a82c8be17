"""The candidates: every A+B pair at every weight fraction, with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pandas as pd

from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import element_counts, listed_fractions
from tieline.core.parallel import Parallel, map_batches
from tieline.crystal.symmetry import CMCM, bravais_lattice
from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.lithiation.composite import CompositeProperties, LithiationTask, composite_properties
from tieline.lithiation.settings import Lithiation
from tieline.phases.space import HostSystem
from tieline.thermo.settings import Composition
from tieline.thermo.systems import PhaseArrays, grouped_pairs

SECONDS_PER_SYSTEM = 0.008
"""Typical time for the composites of one system on one core."""


def make_candidates(
    pairs: pd.DataFrame,
    phases: pd.DataFrame,
    systems: Sequence[HostSystem],
    *,
    composition: Composition,
    lithiation: Lithiation,
    parallel: Parallel,
    cores: int,
) -> pd.DataFrame:
    """Return the candidates of all coexisting pairs.

    Parameters
    ----------
    pairs : DataFrame
        What `tieline.thermo.coexistence.find_pairs` returns.
    phases : DataFrame
        Phase table with ``spacegroup_number`` and ``spacegroup_number_loose``.
    systems
        The host systems the pairs name.
    composition, lithiation, parallel, cores
        Sections of the config, and cores to use.

    Returns
    -------
    DataFrame
        The columns of `tieline.lithiation.columns.CANDIDATE_COLUMNS`, in the order of `pairs` (those of one system
        together), weight fraction running fastest. Left out are pairs whose phases share their space group at
        either tolerance (claim 7) and pairs whose A takes up no ions above the cut-off.
    """
    described = _with_symmetry(pairs, phases)
    described, groups = grouped_pairs(described[_space_groups_differ(described)], phases)
    grid = np.array(composition.phase_b_weight_fraction.grid)
    host_of = {system.name: system.host for system in systems}
    task = LithiationTask(
        phases=PhaseArrays.from_table(phases),
        weight_fractions_b=grid,
        ion=lithiation.working_ion,
        charge=lithiation.charge,
        cutoff_v=lithiation.cutoff_v,
    )
    batches = map_batches(composite_properties, task, groups, settings=parallel, cores=cores, item_s=SECONDS_PER_SYSTEM)
    frame = described.loc[described.index.repeat(len(grid))].reset_index(drop=True)
    for f in fields(CompositeProperties):
        values = [getattr(batch, f.name) for batch in batches]
        frame[f.name] = np.concatenate(values) if values else np.zeros(0)
    frame["host"] = frame["system"].map(host_of)
    frame = frame[frame["capacity_inert_b_mah_per_g"] > 0.0].reset_index(drop=True)
    frame["composition_wt"], frame["composition_at"] = _compositions(frame)
    return frame[[column.name for column in CANDIDATE_COLUMNS]]


def pairs_of_one_space_group(pairs: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Return the coexisting pairs that claim 7 leaves out, with both space groups of A and B.

    Parameters
    ----------
    pairs, phases : DataFrame
        As in `make_candidates`.
    """
    described = _with_symmetry(pairs, phases)
    same = described[~_space_groups_differ(described)]
    sides = [f"spacegroup_{side}{tolerance}" for tolerance in ("", "_loose") for side in ("a", "b")]
    return same[["system", "phase_a_id", "phase_b_id", "phase_a", "phase_b", *sides]]


def _with_symmetry(pairs: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    known = phases.set_index("phase_id")
    frame = pairs.copy()
    for side in ("a", "b"):
        own = known.loc[frame[f"phase_{side}_id"]]
        frame[f"phase_{side}"] = own["formula"].to_numpy()
        frame[f"spacegroup_{side}"] = own["spacegroup_number"].array
        frame[f"spacegroup_{side}_loose"] = own["spacegroup_number_loose"].array
    frame["experimental_b"] = known.loc[frame["phase_b_id"], "experimental"].array
    lattices = {number: bravais_lattice(int(number)) for number in frame["spacegroup_b"].dropna().unique()}
    described = [(None, None) if pd.isna(number) else lattices[number] for number in frame["spacegroup_b"]]
    frame["bravais_b"] = pd.array([bravais for bravais, _ in described], dtype="str")
    frame["centring_b"] = pd.array([letter for _, letter in described], dtype="str")
    frame["cmcm_b"] = frame["spacegroup_b"].eq(CMCM)
    return frame


def _space_groups_differ(frame: pd.DataFrame) -> pd.Series:
    same = frame["spacegroup_a"].eq(frame["spacegroup_b"]).fillna(False)
    same_loose = frame["spacegroup_a_loose"].eq(frame["spacegroup_b_loose"]).fillna(False)
    return ~(same | same_loose)


def _compositions(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Return weight and atomic fractions as text, elements in the order of the system's name."""
    by_weight, by_atom = [], []
    columns = (frame[name].tolist() for name in ("system", "phase_a", "phase_b", "phase_b_weight_fraction"))
    for system, phase_a, phase_b, share_b in zip(*columns, strict=True):
        symbols = system.split("-")
        masses = masses_g_per_mol(symbols)
        moles = np.zeros(len(symbols))
        for formula, share in ((phase_a, 1.0 - share_b), (phase_b, share_b)):
            counts = element_counts(formula)
            amounts = np.array([counts.get(symbol, 0) for symbol in symbols])
            moles += share * amounts / (amounts @ masses)
        by_weight.append(listed_fractions(symbols, moles * masses))
        by_atom.append(listed_fractions(symbols, moles / moles.sum()))
    return by_weight, by_atom
