"""The candidates: every composite of A and B at every weight fraction, with what is known of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import PLUS, listed_fractions
from tieline.core.parallel import Resources, map_batches
from tieline.crystal.symmetry import CMCM, bravais_lattice
from tieline.lithiation.columns import CANDIDATES
from tieline.lithiation.composite import CompositeProperties, LithiationTask, composite_properties
from tieline.lithiation.design import design_points
from tieline.lithiation.expected import ExpectedProperties, ExpectedTask, expected_composites
from tieline.lithiation.reactivity import reactivity
from tieline.lithiation.settings import Design, Lithiation, ReactivityRule
from tieline.phases.space import uncovered
from tieline.thermo.composites import WEIGHT, CompositeGroup, all_of_b, composite_parts, grouped_composites
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import CompositeGrid, Mixtures

SECONDS_PER_SYSTEM = 0.02
"""Typical time for the limits of the composites of one system on one core."""

SECONDS_PER_OUTCOME = 0.003
"""Typical time for the outcomes that are expected of them."""

INERT, ACTIVE = "inert matrix", "active matrix"
"""Roles of B: it buffers, or takes up ions itself."""

SHARE_DECIMALS = 4
"""Digits of a weight share in the identifier of a mixture."""


def make_candidates(
    coexistence: pd.DataFrame,
    phases: pd.DataFrame,
    space_groups: pd.DataFrame,
    *,
    searched: Collection[str] | None,
    mixtures: Mixtures,
    composition: CompositeGrid,
    lithiation: Lithiation,
    design: Design,
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
    searched
        Chemical systems that the phase data cover; None if they do not say.
    mixtures, composition, lithiation, design
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `CANDIDATES`, in the order of `coexistence` (those of one system together, mixtures last), weight
        fraction running fastest, then the share of the first phase of B: those of the grid, and the design point of
        each composite. Left out are composites whose A takes up no ions above the cut-off.
    """
    described = _described(_with_shares(coexistence, mixtures), phases, space_groups)
    described["system_searched"] = _searched(described["system"], searched)
    described["lithiation_searched"] = _searched(described["system"], searched, lithiation.working_ion)
    described, groups = grouped_composites(described, phases)
    task = LithiationTask.of(phases, composition, lithiation)
    grid = task.weight_fractions_b
    probability = reaction_probabilities(task, groups, lithiation.reactivity)
    described = described.assign(**_roles(described, probability, phases["phase_id"], lithiation.reactivity))
    expected = ExpectedTask(task, probability, lithiation.reactivity.reacts_from_probability)
    on_grid = _with_properties(described, groups, expected, len(grid), resources)
    shape = (len(described), len(grid))
    scale = 1.0 / on_grid["density_g_per_cm3"].to_numpy() if "volume" in design.quantity else np.ones(len(on_grid))
    chosen = design_points(design, grid, on_grid[design.quantity].to_numpy().reshape(shape), scale.reshape(shape))
    ends = np.cumsum([len(group.row_a) for group in groups])[:-1]
    own = zip(groups, np.split(chosen.weight_fraction_b[:, None], ends), strict=True) if groups else ()
    at_design = _with_properties(
        described, [replace(group, weight_fractions_b=weights) for group, weights in own], expected, 1, resources
    )
    frame = _one_table(on_grid, at_design.assign(design_note=chosen.note), len(grid))
    frame = frame[frame["capacity_inert_b_mah_per_g"] > 0.0].reset_index(drop=True)
    frame["composition_wt"], frame["composition_at"] = _compositions(frame, task.phases, phases["phase_id"])
    return frame[list(CANDIDATES.names)]


def _searched(systems: pd.Series, searched: Collection[str] | None, *ion: str) -> pd.Series:
    """Return whether the phase data cover all that is within each system, and `ion` if it is given."""
    covered = None if searched is None else frozenset(searched)
    known = {
        name: covered is None or not uncovered([*str(name).split("-"), *ion], covered) for name in systems.unique()
    }
    return systems.map(known).astype(bool)


def _with_properties(
    described: pd.DataFrame,
    groups: Sequence[CompositeGroup],
    expected: ExpectedTask,
    n_weights: int,
    resources: Resources,
) -> pd.DataFrame:
    """Return a row for each composite and weight fraction, with the limits of models and what is expected."""
    task = expected.lithiation
    limits = map_batches(composite_properties, task, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    outcomes = map_batches(expected_composites, expected, groups, resources=resources, item_s=SECONDS_PER_OUTCOME)
    frame = described.loc[described.index.repeat(n_weights)].reset_index(drop=True)
    return frame.assign(**_joined(limits, CompositeProperties), **_joined(outcomes, ExpectedProperties))


def _one_table(on_grid: pd.DataFrame, at_design: pd.DataFrame, n_weights: int) -> pd.DataFrame:
    """Return the rows of both by composite and rising weight fraction; a design point on the grid stands once."""
    composite = np.concatenate([np.repeat(np.arange(len(at_design)), n_weights), np.arange(len(at_design))])
    frame = pd.concat([on_grid.assign(design_point=False), at_design.assign(design_point=True)], ignore_index=True)
    frame = frame.assign(composite=composite).sort_values(["composite", WEIGHT, "design_point"], kind="stable")
    repeated = frame.duplicated(["composite", WEIGHT], keep="last")
    frame["design_note"] = frame.groupby("composite")["design_note"].transform("last")
    return frame[~repeated].drop(columns="composite").reset_index(drop=True)


def _joined(batches: Sequence[object], kind: type) -> dict[str, NDArray[np.float64]]:
    """Return the fields of results of several batches, one after the other."""
    return {f.name: np.concatenate([np.zeros(0), *(getattr(batch, f.name) for batch in batches)]) for f in fields(kind)}


def reaction_probabilities(
    task: LithiationTask, groups: Sequence[CompositeGroup], rule: ReactivityRule
) -> NDArray[np.float64]:
    """Return the probability that each phase reacts, shape (n_phases,); NaN for phases of no composite."""
    rows = np.unique(
        np.concatenate([np.zeros(0, np.int64), *(g.row_a for g in groups), *(g.rows_b.ravel() for g in groups)])
    )
    probability = np.full(len(task.phases.fractions), np.nan)
    probability[rows] = reactivity(
        task.phases,
        task.phases.fractions[rows],
        ion=task.ion,
        charge=task.charge,
        cutoff_v=task.cutoff_v,
        known_probabilities=rule.known_probabilities,
    ).probability
    return probability


def _roles(
    frame: pd.DataFrame, probability: NDArray[np.float64], ids: pd.Series, rule: ReactivityRule
) -> dict[str, NDArray[np.float64] | pd.Series]:
    """Return the probability that any phase of B reacts, and which role that gives B."""
    parts = composite_parts(frame, ids)
    stays = np.where(parts.weight_shares_b > 0.0, 1.0 - probability[parts.rows_b], 1.0)
    reacts = probability[parts.rows_b] >= rule.reacts_from_probability
    role = np.where(reacts.any(axis=1), ACTIVE, INERT).astype(object)
    role[np.isnan(stays).any(axis=1)] = None
    return {"phase_b_reaction_probability": 1.0 - stays.prod(axis=1), "phase_b_role": pd.Series(role, dtype="str")}


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
    elements = {name: str(name).split("-") for name in frame["system"].unique()}
    frame["host"] = frame["system"].map({name: own[0] for name, own in elements.items()})
    frame["partners"] = frame["system"].map({name: " ".join(own[1:]) for name, own in elements.items()})
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
    frame["experimental_b"] = all_of_b(frame, known["experimental"])
    lattices = {number: bravais_lattice(int(number)) for number in frame["spacegroup_b"].dropna().unique()}
    described = [(None, None) if pd.isna(number) else lattices[number] for number in frame["spacegroup_b"]]
    frame["bravais_b"] = pd.array([bravais for bravais, _ in described], dtype="str")
    frame["centring_b"] = pd.array([letter for _, letter in described], dtype="str")
    frame["cmcm_b"] = frame["spacegroup_b"].eq(CMCM)
    return frame


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
