"""Three-phase mixtures A + B1 + B2: a host element held by two compounds, as TiSi2 and NiSi2 hold silicon."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import PAIR_KEYS
from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import listed_fractions
from tieline.core.parallel import Parallel, map_batches
from tieline.lithiation.assemblage_columns import ASSEMBLAGE_COLUMNS
from tieline.lithiation.composite import CompositeProperties, Hosts, LithiationTask, host_properties, per_gram
from tieline.lithiation.settings import Lithiation
from tieline.phases.space import HostSystem
from tieline.thermo.mixtures import triangle_excess_ev_per_atom
from tieline.thermo.settings import Assemblages, Coexistence, Composition
from tieline.thermo.systems import PhaseArrays, System, SystemHulls

TIE_BREAKERS = (
    "system",
    "phase_a_id",
    "phase_b1_id",
    "phase_b2_id",
    "phase_b_weight_fraction",
    "phase_b1_weight_share",
)
"""Columns that name an assemblage."""

SECONDS_PER_SYSTEM = 0.002
"""Typical time for the assemblages of one system on one core."""

ON_ONE_LINE = 1e-9
"""Triangles of less area (a determinant of atomic fractions) have their corners on one line."""


@dataclass(frozen=True)
class AssemblageTask:
    """What every assemblage of a run has in common."""

    lithiation: LithiationTask
    """Phases, ion and the grid of weight fractions of B."""

    weight_shares_b1: NDArray[np.float64]
    """Shape (n_shares,): the grid of weight shares of B1 in B."""

    weight_fraction_window: tuple[float, float]
    """Smallest and largest weight fraction of B."""

    tolerance_ev_per_atom: float
    """Largest energy above the hull of phases that coexist."""


@dataclass(frozen=True)
class TripleGroup:
    """Triples of one chemical system."""

    elements: System
    """Elements of every triple, sorted."""

    rows: NDArray[np.int64]
    """Shape (n_triples, 3): rows of A, B1 and B2 among the phases."""


@dataclass(frozen=True)
class FoundAssemblages:
    """Coexisting triples of a batch of systems and what they do in lithiation."""

    coexist: NDArray[np.bool_]
    """Shape (n_triples,): which do, all groups in order."""

    excess_ev_per_atom: NDArray[np.float64]
    """Shape (n_coexisting,)."""

    properties: CompositeProperties | None
    """One entry per coexisting triple, share of B1 and weight fraction, the latter running fastest; None if there is
    no triple."""


def find_assemblages(task: AssemblageTask, groups: Sequence[TripleGroup]) -> FoundAssemblages:
    """Return which triples coexist, and the properties of their mixtures."""
    mol_per_g, cm3_per_g = per_gram(task.lithiation.phases)
    hulls = SystemHulls(task.lithiation.phases)
    share = task.weight_shares_b1
    excesses, hosts = [np.zeros(0)], []
    for group in groups:
        excess = _excess(task, hulls, group)
        excesses.append(excess)
        kept = group.rows[excess <= task.tolerance_ev_per_atom]
        if not len(kept):
            continue
        a, b1, b2 = np.repeat(kept, len(share), axis=0).T
        of_b1 = np.tile(share, len(kept))
        hosts.append(
            Hosts(
                group.elements,
                mol_per_g_a=mol_per_g[a],
                mol_per_g_b=mol_per_g[b1] * of_b1[:, None] + mol_per_g[b2] * (1.0 - of_b1)[:, None],
                cm3_per_g_a=cm3_per_g[a],
                cm3_per_g_b=cm3_per_g[b1] * of_b1 + cm3_per_g[b2] * (1.0 - of_b1),
            )
        )
    excess = np.concatenate(excesses)
    coexist = excess <= task.tolerance_ev_per_atom
    return FoundAssemblages(coexist, excess[coexist], host_properties(task.lithiation, hosts) if hosts else None)


def _excess(task: AssemblageTask, hulls: SystemHulls, group: TripleGroup) -> NDArray[np.float64]:
    """Return how far mixtures of each triple lie above the hull; infinite where A, B1 and B2 are on one line."""
    phases = task.lithiation.phases
    elements, hull = hulls.hull(group.elements)
    fractions = phases.fractions[group.rows][:, :, phases.columns(elements)]
    excess = np.full(len(group.rows), np.inf)
    plane = np.abs(np.linalg.det(fractions)) > ON_ONE_LINE
    rows = group.rows[plane]
    excess[plane] = triangle_excess_ev_per_atom(
        hull,
        fractions[plane],
        phases.formation_energy_ev_per_atom[rows],
        phases.mass_g_per_mol[rows],
        weight_fraction_window=task.weight_fraction_window,
    )
    return excess


def make_assemblages(
    candidates: pd.DataFrame,
    phases: pd.DataFrame,
    systems: Sequence[HostSystem],
    *,
    coexistence: Coexistence,
    assemblages: Assemblages,
    composition: Composition,
    lithiation: Lithiation,
    parallel: Parallel,
    cores: int,
) -> pd.DataFrame:
    """Return the three-phase mixtures of all systems of a host and two partners.

    Parameters
    ----------
    candidates : DataFrame
        The columns of candidates.parquet. A mixture of A with B1 and B2 coexists only where A coexists with each of
        them, so its compounds are the B of the candidates whose A is the element: of each compound the polymorph with
        the smallest tie-line excess.
    phases : DataFrame
        Phase table.
    systems
        The search space.
    coexistence, assemblages, composition, lithiation, parallel, cores
        Sections of the config, and cores to use.

    Returns
    -------
    DataFrame
        The columns of `ASSEMBLAGE_COLUMNS`, in the order of `systems`; the weight fraction of B running fastest, then
        the share of B1.
    """
    arrays = PhaseArrays.from_table(phases)
    rows = pd.Series(np.arange(len(phases)), index=phases["phase_id"])
    triples = _triples(_building_blocks(candidates), systems)
    row_of = np.column_stack([rows[triples[name]].to_numpy() for name in ("phase_a_id", "phase_b1_id", "phase_b2_id")])
    places = triples.groupby("system", sort=False).indices
    groups = [TripleGroup(tuple(sorted(str(name).split("-"))), row_of[own]) for name, own in places.items()]
    shares = np.array(assemblages.phase_b1_weight_share.grid)
    weights = np.array(composition.phase_b_weight_fraction.grid)
    window = composition.phase_b_weight_fraction
    task = AssemblageTask(
        lithiation=LithiationTask(arrays, weights, lithiation.working_ion, lithiation.charge, lithiation.cutoff_v),
        weight_shares_b1=shares,
        weight_fraction_window=(window.min, window.max),
        tolerance_ev_per_atom=coexistence.tolerance_ev_per_atom,
    )
    batches = map_batches(find_assemblages, task, groups, settings=parallel, cores=cores, item_s=SECONDS_PER_SYSTEM)
    coexist = np.concatenate([np.zeros(0, dtype=bool), *(batch.coexist for batch in batches)])
    kept = triples[coexist].reset_index(drop=True)
    kept["tie_line_excess_ev_per_atom"] = np.concatenate([np.zeros(0), *(b.excess_ev_per_atom for b in batches)])
    frame = kept.loc[kept.index.repeat(len(shares) * len(weights))].reset_index(drop=True)
    frame["phase_b1_weight_share"] = np.tile(np.repeat(shares, len(weights)), len(kept))
    found = [batch.properties for batch in batches if batch.properties is not None]
    for f in fields(CompositeProperties):
        frame[f.name] = np.concatenate([np.zeros(0), *(getattr(properties, f.name) for properties in found)])
    frame["composition_wt"], frame["composition_at"] = _compositions(frame, arrays, rows)
    return frame[[column.name for column in ASSEMBLAGE_COLUMNS]]


def _building_blocks(candidates: pd.DataFrame) -> pd.DataFrame:
    pairs = candidates[candidates["phase_a"] == candidates["host"]].drop_duplicates(list(PAIR_KEYS))
    best_first = pairs.sort_values(["tie_line_excess_ev_per_atom", "phase_b_id"], kind="stable")
    one_polymorph = best_first.drop_duplicates(["system", "phase_b"])
    return one_polymorph.sort_values(["system", "phase_b"], kind="stable")


def _triples(blocks: pd.DataFrame, systems: Sequence[HostSystem]) -> pd.DataFrame:
    """Return A, B1 and B2 of every system of two partners, whose elements together are those of the system."""
    by_system = {str(name): np.asarray(own).tolist() for name, own in blocks.groupby("system").indices.items()}
    names, first, second = [], [], []
    for system in (system for system in systems if len(system.partners) == 2):
        of_one, of_other = (by_system.get(f"{system.host}-{partner}", []) for partner in system.partners)
        of_both = by_system.get(system.name, [])
        pairs = [*product(of_one, of_other), *product(of_one + of_other, of_both), *combinations(of_both, 2)]
        names += [system.name] * len(pairs)
        first += [b1 for b1, _ in pairs]
        second += [b2 for _, b2 in pairs]
    b1, b2 = (blocks.iloc[places].reset_index(drop=True) for places in (first, second))
    of_a = ["host", "phase_a_id", "phase_a", "spacegroup_a"]
    of_b = {"phase_b_id": "phase_b{}_id", "phase_b": "phase_b{}", "spacegroup_b": "spacegroup_b{}"}
    parts = [
        b[list(of_b)].rename(columns={old: new.format(n) for old, new in of_b.items()}) for n, b in ((1, b1), (2, b2))
    ]
    return pd.concat([pd.Series(names, name="system", dtype="str"), b1[of_a], *parts], axis=1)


def _compositions(frame: pd.DataFrame, phases: PhaseArrays, rows: pd.Series) -> tuple[list[str], list[str]]:
    """Return weight and atomic fractions as text, elements in the order of the system's name."""
    mol_per_g, _ = per_gram(phases)
    share_b, share_b1 = (frame[name].to_numpy() for name in ("phase_b_weight_fraction", "phase_b1_weight_share"))
    parts = {
        "phase_a_id": 1.0 - share_b,
        "phase_b1_id": share_b * share_b1,
        "phase_b2_id": share_b * (1.0 - share_b1),
    }
    symbols = {name: name.split("-") for name in frame["system"].unique()}
    columns = {name: phases.columns(tuple(own)) for name, own in symbols.items()}
    column = np.array([columns[name] for name in frame["system"]], dtype=np.int64).reshape(-1, 3)
    mol = sum(
        mol_per_g[rows[frame[name]].to_numpy()[:, None], column] * weight[:, None] for name, weight in parts.items()
    )
    by_weight = mol * masses_g_per_mol(phases.symbols)[column]
    by_atom = mol / mol.sum(axis=1, keepdims=True)
    texts = (
        [listed_fractions(symbols[name], own) for name, own in zip(frame["system"], fractions, strict=True)]
        for fractions in (by_weight.tolist(), by_atom.tolist())
    )
    wt, at = texts
    return wt, at
