"""Every A+B pair of the search space that lies near enough to the hull to coexist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.parallel import Resources, map_batches
from tieline.phases.merge import reference_phase_ids
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.mixtures import composite_excess_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Coexistence, CompositeGrid
from tieline.thermo.systems import SystemHulls

SECONDS_PER_SYSTEM = 0.0006
"""Typical time for one host system on one core."""


@dataclass(frozen=True)
class PairSearch:
    """What is needed to find the pairs of a host system."""

    phases: PhaseArrays
    """All phases of the run."""

    elemental_a: Mapping[str, int]
    """Row of each host's reference state."""

    kinds: frozenset[str]
    """Whether A may be the ``element``, a ``compound``, or both."""

    weight_fraction_window: tuple[float, float]
    """Smallest and largest weight fraction of B."""

    tolerance_ev_per_atom: float
    """Largest tie-line excess of a coexisting pair."""


@dataclass(frozen=True)
class Pairs:
    """Coexisting pairs of a batch of host systems."""

    n_tested: NDArray[np.int64]
    """Shape (n_systems,): pairs tested in each system."""

    system: NDArray[np.int64]
    """Shape (n_pairs,): which system of the batch."""

    row_a: NDArray[np.int64]
    """Shape (n_pairs,): row of A among the phases."""

    row_b: NDArray[np.int64]
    """Shape (n_pairs,): row of B among the phases."""

    excess_ev_per_atom: NDArray[np.float64]
    """Shape (n_pairs,): tie-line excess."""

    above_hull_b_ev_per_atom: NDArray[np.float64]
    """Shape (n_pairs,): energy of B above the hull."""


def coexisting_pairs(search: PairSearch, systems: Sequence[HostSystem]) -> Pairs:
    """Return the pairs whose elements together are exactly those of each host system, and that coexist.

    A holds the host; B holds the host and at least one partner and differs from A in composition.
    """
    hulls = SystemHulls(search.phases)
    found = []
    n_tested = np.zeros(len(systems), dtype=np.int64)
    for number, system in enumerate(systems):
        row_a, row_b = _pairs_of(search, system)
        n_tested[number] = len(row_a)
        if len(row_a):
            excess, above_hull = _excess(search, hulls, system, row_a, row_b)
            kept = excess <= search.tolerance_ev_per_atom
            found.append((np.full(kept.sum(), number), row_a[kept], row_b[kept], excess[kept], above_hull[kept]))
    columns = zip(*found, strict=True) if found else [()] * 5
    return Pairs(n_tested, *(_joined(list(column)) for column in columns))


def _pairs_of(search: PairSearch, system: HostSystem) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows_of = search.phases.rows_of_system
    all_elements = system.elements
    row_a: list[NDArray[np.int64]] = []
    row_b: list[NDArray[np.int64]] = []
    if "element" in search.kinds:
        whole = rows_of.get(all_elements, np.zeros(0, dtype=np.int64))
        row_a.append(np.full(len(whole), search.elemental_a[system.host]))
        row_b.append(whole)
    if "compound" in search.kinds:
        parts = [part for part in _compound_systems(all_elements, system.host) if part in rows_of]
        for part_a in parts:
            for part_b in parts:
                if set(part_a) | set(part_b) == set(all_elements):
                    a, b = np.meshgrid(rows_of[part_a], rows_of[part_b], indexing="ij")
                    row_a.append(a.ravel())
                    row_b.append(b.ravel())
    a, b = _joined(row_a), _joined(row_b)
    differ = np.abs(search.phases.fractions[a] - search.phases.fractions[b]).max(axis=1, initial=0.0) > 1e-9
    return a[differ], b[differ]


def _compound_systems(elements: tuple[str, ...], host: str) -> list[tuple[str, ...]]:
    sizes = range(2, len(elements) + 1)
    return sorted(part for size in sizes for part in combinations(elements, size) if host in part)


def _excess(
    search: PairSearch,
    hulls: SystemHulls,
    system: HostSystem,
    row_a: NDArray[np.int64],
    row_b: NDArray[np.int64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the tie-line excess of each pair, and how far its B lies above the hull."""
    phases = search.phases
    elements, hull = hulls.hull(system.elements)
    energies = phases.formation_energy_ev_per_atom
    excess = composite_excess_ev_per_atom(
        phases,
        CompositeGroup(elements, row_a, row_b[:, None], np.ones((len(row_b), 1))),
        hull,
        energies,
        weight_fraction_window=search.weight_fraction_window,
    )
    fractions_b = phases.fractions[np.ix_(row_b, phases.columns(elements))]
    return excess, (energies[row_b] - hull.energies_ev(fractions_b)).clip(min=0.0)


def find_pairs(
    phases: pd.DataFrame,
    systems: Sequence[HostSystem],
    *,
    phase_a: PhaseA,
    coexistence: Coexistence,
    composition: CompositeGrid,
    working_ion: str,
    resources: Resources,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the coexisting pairs of all systems, on Dask workers where that pays.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    systems
        Host systems; those that lack an elemental phase or hold the working ion are not searched.
    phase_a, coexistence, composition
        Sections of the config.
    resources
        Cores and workers.
    working_ion
        Symbol of the working ion.

    Returns
    -------
    pairs : DataFrame
        ``system, phase_a_id, phase_b_id, phase_b1_id, phase_b2_id`` (empty), ``tie_line_excess_ev_per_atom`` and
        ``phase_b_energy_above_hull_ev_per_atom``, one row per pair, in the order of `systems`.
    counts : DataFrame
        ``system, n_tested``, one row per system searched.
    """
    arrays = PhaseArrays.from_table(phases)
    known = {system[0] for system in arrays.rows_of_system if len(system) == 1} - {working_ion}
    searched = [system for system in systems if known.issuperset(system.elements)]
    row_of = {phase_id: row for row, phase_id in enumerate(phases["phase_id"])}
    references = reference_phase_ids(phases)
    window = composition.phase_b_weight_fraction
    search = PairSearch(
        phases=arrays,
        elemental_a={host: row_of[references[host]] for host in {system.host for system in searched}},
        kinds=frozenset(phase_a.kinds),
        weight_fraction_window=(window.min, window.max),
        tolerance_ev_per_atom=coexistence.tolerance_ev_per_atom,
    )
    batches = map_batches(coexisting_pairs, search, searched, resources=resources, item_s=SECONDS_PER_SYSTEM)
    first = np.cumsum([0, *(len(batch.n_tested) for batch in batches)])
    numbers = _joined([batch.system + start for batch, start in zip(batches, first, strict=False)])
    names = np.array([system.name for system in searched], dtype=object)
    ids = phases["phase_id"].to_numpy()
    pairs = pd.DataFrame(
        {
            "system": names[numbers],
            "phase_a_id": ids[_joined([batch.row_a for batch in batches])],
            "phase_b_id": (id_b := ids[_joined([batch.row_b for batch in batches])]),
            "phase_b1_id": id_b,
            "phase_b2_id": pd.array([None] * len(numbers), dtype="str"),
            "tie_line_excess_ev_per_atom": _joined([batch.excess_ev_per_atom for batch in batches]).astype(np.float64),
            "phase_b_energy_above_hull_ev_per_atom": _joined(
                [batch.above_hull_b_ev_per_atom for batch in batches]
            ).astype(np.float64),
        }
    )
    counts = pd.DataFrame(
        {
            "system": names,
            "n_tested": _joined([batch.n_tested for batch in batches]),
        }
    )
    return pairs, counts


def _joined(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
