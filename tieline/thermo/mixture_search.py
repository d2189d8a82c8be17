"""Matrices of two phases: which compounds hold a host element together, as TiSi2 and NiSi2 hold silicon."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.formulas import PLUS
from tieline.core.parallel import Resources, map_batches
from tieline.phases.space import HostSystem, uncovered
from tieline.thermo.composites import CompositeGroup, grouped_composites
from tieline.thermo.mixtures import composite_excess_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Coexistence, CompositeGrid, Mixtures
from tieline.thermo.systems import SystemHulls

SECONDS_PER_SYSTEM = 0.001
"""Typical time for the mixtures of one system on one core."""


@dataclass(frozen=True)
class MixtureSearch:
    """What the mixtures of every system have in common."""

    phases: PhaseArrays
    """All phases of the run."""

    weight_fraction_window: tuple[float, float]
    """Smallest and largest weight fraction of B."""


def mixture_excess_ev_per_atom(search: MixtureSearch, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return how far A with both phases of B lies above the hull, all groups in order; see `thermo.mixtures`."""
    hulls = SystemHulls(search.phases)
    parts = []
    for group in groups:
        _, hull = hulls.hull(group.elements)
        parts.append(
            composite_excess_ev_per_atom(
                search.phases,
                group,
                hull,
                search.phases.formation_energy_ev_per_atom,
                weight_fraction_window=search.weight_fraction_window,
            )
        )
    return np.concatenate([np.zeros(0), *parts])


def find_mixtures(
    pairs: pd.DataFrame,
    phases: pd.DataFrame,
    systems: Sequence[HostSystem],
    *,
    searched: Collection[str] | None,
    coexistence: Coexistence,
    mixtures: Mixtures,
    composition: CompositeGrid,
    resources: Resources,
) -> pd.DataFrame:
    """Return the composites of a host element and two compounds, in systems of two partners.

    Parameters
    ----------
    pairs : DataFrame
        What `tieline.thermo.coexistence.find_pairs` returns, with ``coexistence_probability``. The host coexists with
        two compounds only where it coexists with each, so these are the compounds to choose from: of each the most
        probable polymorph, of several the one of the smallest tie-line excess.
    phases : DataFrame
        Phase table.
    systems
        The search space.
    searched
        Chemical systems that the phase data cover; None if they do not say.
    coexistence, mixtures, composition
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `find_pairs`, with ``phase_b2_id``, for all mixtures within the tolerance, in the order of
        `systems`. ``phase_b_energy_above_hull_ev_per_atom`` is that of the less stable phase.
    """
    names = phases.set_index("phase_id")["formula"]
    triples = _triples(_compounds(pairs, names), _covered(systems, searched, mixtures))
    triples, groups = grouped_composites(triples, phases)
    window = composition.phase_b_weight_fraction
    search = MixtureSearch(PhaseArrays.from_table(phases), (window.min, window.max))
    batches = map_batches(mixture_excess_ev_per_atom, search, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    triples = triples.assign(tie_line_excess_ev_per_atom=np.concatenate([np.zeros(0), *batches]))
    found = triples[triples["tie_line_excess_ev_per_atom"] <= coexistence.tolerance_ev_per_atom]
    return found.reset_index(drop=True)


def best_mixtures(found: pd.DataFrame, mixtures: Mixtures) -> pd.DataFrame:
    """Return of each system at most `mixtures.max_per_system` mixtures, in their order.

    Parameters
    ----------
    found : DataFrame
        ``system, coexistence_probability, tie_line_excess_ev_per_atom``. The most probable are kept, of equally
        probable ones those of the smallest excess.
    mixtures
        Section of the config.
    """
    best_first = found.sort_values(
        ["coexistence_probability", "tie_line_excess_ev_per_atom"], ascending=[False, True], kind="stable"
    )
    return best_first[best_first.groupby("system").cumcount() < mixtures.max_per_system].sort_index()


def _covered(systems: Sequence[HostSystem], searched: Collection[str] | None, mixtures: Mixtures) -> list[HostSystem]:
    """Return the systems of two partners in which mixtures are looked for."""
    ternary = [system for system in systems if len(system.partners) == 2]
    if searched is None or mixtures.uncovered_systems:
        return ternary
    known = frozenset(searched)
    return [system for system in ternary if not uncovered(system.elements, known)]


def _compounds(pairs: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    """Return the pairs whose A is an element, one polymorph of each compound B, in the order of their formulas."""
    elemental = pairs[pairs["phase_a_id"].map(names.to_dict()).eq(pairs["system"].str.split("-").str[0])]
    named = elemental.assign(phase_b=elemental["phase_b_id"].map(names.to_dict()))
    best_first = named.sort_values(
        ["coexistence_probability", "tie_line_excess_ev_per_atom", "phase_b_id"],
        ascending=[False, True, True],
        kind="stable",
    )
    return best_first.drop_duplicates(["system", "phase_b"]).sort_values(["system", "phase_b"], kind="stable")


def _triples(compounds: pd.DataFrame, systems: Sequence[HostSystem]) -> pd.DataFrame:
    """Return A, B1 and B2 of every system, whose elements together are those of the system."""
    by_system = {str(name): np.asarray(own).tolist() for name, own in compounds.groupby("system").indices.items()}
    of_triple, first, second = [], [], []
    for system in systems:
        of_one, of_other = (by_system.get(f"{system.host}-{partner}", []) for partner in system.partners)
        of_both = by_system.get(system.name, [])
        matrices = [*product(of_one, of_other), *product(of_one + of_other, of_both), *combinations(of_both, 2)]
        of_triple += [system.name] * len(matrices)
        first += [b1 for b1, _ in matrices]
        second += [b2 for _, b2 in matrices]
    one, other = (compounds.iloc[rows].reset_index(drop=True) for rows in (first, second))
    above_hull = "phase_b_energy_above_hull_ev_per_atom"
    return pd.DataFrame(
        {
            "system": pd.array(of_triple, dtype="str"),
            "phase_a_id": one["phase_a_id"],
            "phase_b_id": one["phase_b_id"] + PLUS + other["phase_b_id"],
            "phase_b1_id": one["phase_b_id"],
            "phase_b2_id": other["phase_b_id"],
            above_hull: np.maximum(one[above_hull], other[above_hull]),
        }
    )
