"""The candidates: every composite of A and B at every weight fraction, with what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import PLUS, listed_fractions
from tieline.core.parallel import Resources, map_batches
from tieline.crystal.symmetry import CMCM, bravais_lattice
from tieline.lithiation.columns import CANDIDATES
from tieline.lithiation.composite import CompositeProperties, LithiationTask, composite_properties
from tieline.lithiation.settings import Lithiation
from tieline.thermo.composites import composite_parts, grouped_composites
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import CompositeGrid, Mixtures

SECONDS_PER_SYSTEM = 0.008
"""Typical time for the composites of one system on one core."""

SHARE_DECIMALS = 4
"""Digits of a weight share in the identifier of a mixture."""


def make_candidates(
    coexistence: pd.DataFrame,
    phases: pd.DataFrame,
    space_groups: pd.DataFrame,
    *,
    mixtures: Mixtures,
    composition: CompositeGrid,
    lithiation: Lithiation,
    resources: Resources,
) -> pd.DataFrame:
    """Return the candidates of all composites whose phases coexist.

    Parameters
    ----------
    coexistence : DataFrame
        The columns of `tieline.thermo.columns.COEXISTENCE`.
    phases : DataFrame
        Phase table.
    space_groups : DataFrame
        The columns of `tieline.crystal.symmetry.SPACE_GROUPS`, for every phase of the composites.
    mixtures, composition, lithiation
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `CANDIDATES`, in the order of `coexistence` (those of one system together, mixtures last), weight
        fraction running fastest, then the share of the first phase of B. Left out are composites whose A takes up no
        ions above the cut-off.
    """
    described = _described(_with_shares(coexistence, mixtures), phases, space_groups)
    described, groups = grouped_composites(described, phases)
    arrays = PhaseArrays.from_table(phases)
    grid = np.array(composition.phase_b_weight_fraction.grid)
    task = LithiationTask(
        phases=arrays,
        weight_fractions_b=grid,
        ion=lithiation.working_ion,
        charge=lithiation.charge,
        cutoff_v=lithiation.cutoff_v,
    )
    batches = map_batches(composite_properties, task, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    frame = described.loc[described.index.repeat(len(grid))].reset_index(drop=True)
    for f in fields(CompositeProperties):
        frame[f.name] = np.concatenate([np.zeros(0), *(getattr(batch, f.name) for batch in batches)])
    frame = frame[frame["capacity_inert_b_mah_per_g"] > 0.0].reset_index(drop=True)
    frame["composition_wt"], frame["composition_at"] = _compositions(frame, arrays, phases["phase_id"])
    return frame[list(CANDIDATES.names)]


def _with_shares(coexistence: pd.DataFrame, mixtures: Mixtures) -> pd.DataFrame:
    """Return the composites with the weight shares of the phases in B, mixtures once for each share of the grid."""
    single = coexistence["phase_b2_id"].isna()
    shares = np.array(mixtures.phase_b1_weight_share.grid)
    mixed = coexistence[~single]
    mixed = mixed.loc[mixed.index.repeat(len(shares))].assign(
        phase_b1_weight_share=np.tile(shares, int((~single).sum()))
    )
    frame = pd.concat([coexistence[single].assign(phase_b1_weight_share=1.0), mixed]).sort_index(kind="stable")
    is_mixed = frame["phase_b2_id"].notna()
    frame["phase_b2_weight_share"] = (1.0 - frame["phase_b1_weight_share"]).where(is_mixed)
    frame.loc[is_mixed, "phase_b_id"] = [
        f"{round(share, SHARE_DECIMALS):g} {b1}{PLUS}{round(1.0 - share, SHARE_DECIMALS):g} {b2}"
        for share, b1, b2 in frame.loc[is_mixed, ["phase_b1_weight_share", "phase_b1_id", "phase_b2_id"]].itertuples(
            index=False, name=None
        )
    ]
    return frame.reset_index(drop=True)


def _described(frame: pd.DataFrame, phases: pd.DataFrame, space_groups: pd.DataFrame) -> pd.DataFrame:
    """Return the composites with formulas, space groups and flags; those of a mixture are of its larger part."""
    known = phases.set_index("phase_id")
    groups = space_groups.set_index("phase_id")
    frame = frame.copy()
    frame["host"] = frame["system"].str.split("-").str[0]
    is_mixed = frame["phase_b2_id"].notna()
    frame["phase_a"] = known.loc[frame["phase_a_id"], "formula"].to_numpy()
    parts = [frame[f"phase_b{n}_id"].map(known["formula"].to_dict()) for n in (1, 2)]
    frame["phase_b"] = parts[0].where(~is_mixed, parts[0] + PLUS + parts[1].fillna(""))
    second_is_larger = frame["phase_b2_weight_share"].gt(frame["phase_b1_weight_share"])
    main = frame["phase_b1_id"].where(~second_is_larger, frame["phase_b2_id"])
    for side, ids in (("a", frame["phase_a_id"]), ("b", main)):
        own = groups.loc[ids]
        frame[f"spacegroup_{side}"] = own["spacegroup_number"].array
        frame[f"spacegroup_{side}_loose"] = own["spacegroup_number_loose"].array
    frame["experimental_b"] = _all_known(frame, known["experimental"])
    lattices = {number: bravais_lattice(int(number)) for number in frame["spacegroup_b"].dropna().unique()}
    described = [(None, None) if pd.isna(number) else lattices[number] for number in frame["spacegroup_b"]]
    frame["bravais_b"] = pd.array([bravais for bravais, _ in described], dtype="str")
    frame["centring_b"] = pd.array([letter for _, letter in described], dtype="str")
    frame["cmcm_b"] = frame["spacegroup_b"].eq(CMCM)
    return frame


def _all_known(frame: pd.DataFrame, experimental: pd.Series) -> pd.Series:
    """Return whether every phase of B is known from experiment; empty where the source does not say."""
    first, second = (frame[f"phase_b{n}_id"].map(experimental.to_dict()).astype("boolean") for n in (1, 2))
    return first.where(frame["phase_b2_id"].isna(), first & second)


def _compositions(frame: pd.DataFrame, phases: PhaseArrays, ids: pd.Series) -> tuple[list[str], list[str]]:
    """Return weight and atomic fractions as text, elements in the order of the system's name."""
    parts = composite_parts(frame, ids)
    w = frame["phase_b_weight_fraction"].to_numpy(np.float64)[:, None]
    mol_b = np.einsum("np,npe->ne", parts.weight_shares_b, phases.mol_per_g[parts.rows_b])
    mol = phases.mol_per_g[parts.row_a] * (1.0 - w) + mol_b * w
    systems = {name: str(name).split("-") for name in frame["system"].unique()}
    places = {name: phases.columns(tuple(symbols)) for name, symbols in systems.items()}
    mol_of_systems = [mol[row, places[name]] for row, name in enumerate(frame["system"])]

    def as_text(amounts: Sequence[NDArray[np.float64]]) -> list[str]:
        named = zip(frame["system"], amounts, strict=True)
        return [listed_fractions(systems[name], (own / own.sum()).tolist()) for name, own in named]

    masses = {name: masses_g_per_mol(symbols) for name, symbols in systems.items()}
    by_weight = [own * masses[name] for name, own in zip(frame["system"], mol_of_systems, strict=True)]
    return as_text(by_weight), as_text(mol_of_systems)
