"""What a composite is expected to store: each of its phases either reacts or does not.

A phase that starts to react with lithium goes on to the end; one that does not start stores nothing. So the capacity
of a cell is that of one outcome, a choice of the phases that react, and not a mean over outcomes, which no cell shows
and which has no voltage. Phases react independently of each other, each with its own probability
(`tieline.lithiation.reactivity`), so the most probable outcome is that in which every phase does what is more probable
for it. Expected capacity, voltage and volume change are those of that outcome:

- the phases that react go to equilibrium with lithium together, as one host;
- the others keep their mass and volume.

Inert B, B as a stable matrix and full equilibrium are limits of models; the expected outcome is one of the cases
between. The same rule holds for A + B, for a matrix of several phases, for a compound as phase A, and for a compound
alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import LithiationTask, mixture_volume_cm3, weight_fractions_of
from tieline.lithiation.path import voltage_paths
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.phase_arrays import System
from tieline.thermo.systems import SystemHulls


@dataclass(frozen=True)
class PartHosts:
    """Composites of one chemical system as the phases they are made of; a composite with fewer has weights of zero."""

    elements: System
    """Elements of every composite, sorted."""

    weight_fractions: NDArray[np.float64]
    """Shape (n_mixtures, n_parts): weight of each phase per weight of composite; rows sum to one."""

    mol_per_g: NDArray[np.float64]
    """Shape (n_mixtures, n_parts, n_symbols): mol of each element of the phases in a gram of each part."""

    cm3_per_g: NDArray[np.float64]
    """Shape (n_mixtures, n_parts): volume of a gram of each part; NaN where unknown."""

    probability: NDArray[np.float64]
    """Shape (n_mixtures, n_parts): that each part reacts; NaN where unknown."""


@dataclass(frozen=True)
class ExpectedProperties:
    """Properties of the most probable outcome, shape (n_mixtures,); NaN where a probability is unknown."""

    outcome_probability: NDArray[np.float64]
    """That all parts do what is expected of them."""

    capacity_expected_mah_per_g: NDArray[np.float64]
    """Per gram of delithiated composite."""

    capacity_expected_mah_per_cm3: NDArray[np.float64]
    """Per volume of delithiated composite; NaN without volumes."""

    average_voltage_expected_v: NDArray[np.float64]
    """Charge-weighted mean; NaN where nothing reacts."""

    volume_change_expected_fraction: NDArray[np.float64]
    """Relative growth in volume at the expected capacity; NaN without volumes."""


def expected_properties(
    task: LithiationTask, groups: Sequence[PartHosts], *, reacts_from_probability: float = 0.5
) -> ExpectedProperties:
    """Return the properties of all composites of `groups`, in order.

    Parameters
    ----------
    task
        Phases that can form, the ion and the cut-off; its weight fractions are not used.
    groups
        The composites, system by system; at least one group.
    reacts_from_probability
        Probability from which on a part reacts.

    Raises
    ------
    PhaseDataError
        If the ion or an element has no elemental phase.
    """
    hulls = SystemHulls(task.phases)
    parts = [_outcome(task, hulls, group, reacts_from_probability) for group in groups]
    return ExpectedProperties(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _outcome(
    task: LithiationTask, hulls: SystemHulls, group: PartHosts, reacts_from_probability: float
) -> tuple[NDArray[np.float64], ...]:
    present = group.weight_fractions > 0.0
    reacts = present & (group.probability >= reacts_from_probability)
    of_part = np.where(reacts, group.probability, 1.0 - group.probability)
    probability = np.where(present, of_part, 1.0).prod(axis=1)
    cm3 = np.where(present, group.weight_fractions * group.cm3_per_g, 0.0)
    before = cm3.sum(axis=1)
    after = np.where(reacts, 0.0, cm3).sum(axis=1)
    capacity = np.zeros(len(before))
    voltage_v = np.full(len(before), np.nan)

    system, hull = hulls.hull((*group.elements, task.ion))
    column = system.index(task.ion)
    active = np.flatnonzero(reacts.any(axis=1))
    weights = np.where(reacts, group.weight_fractions, 0.0)[active]
    hosts = np.einsum("mp,mps->ms", weights, group.mol_per_g[active])[:, task.phases.columns(system)]
    if len(active):
        paths = voltage_paths(hull, hosts, column, charge=task.charge, cutoff_v=task.cutoff_v)
        capacity[active] = task.charge * FARADAY_MAH_PER_MOL * paths.total_uptake
        voltage_v[active] = paths.average_voltage_v
        after[active] += mixture_volume_cm3(task.phases, hull, hosts, column, paths.total_uptake)

    unknown = np.isnan(probability)
    values = capacity, capacity / before, voltage_v, after / before - 1.0
    return probability, *(np.where(unknown, np.nan, value) for value in values)


@dataclass(frozen=True)
class ExpectedTask:
    """What every composite of a run has in common."""

    lithiation: LithiationTask
    """Phases, weight fractions and ion."""

    probability: NDArray[np.float64]
    """Shape (n_phases,): that each phase reacts; NaN where unknown."""

    reacts_from_probability: float
    """Probability from which on a phase reacts."""


def expected_composites(task: ExpectedTask, groups: Sequence[CompositeGroup]) -> ExpectedProperties:
    """Return what is expected of all composites of `groups`, in order, the weight fraction of B running fastest."""
    hosts = [_part_hosts(task, group) for group in groups]
    return expected_properties(task.lithiation, hosts, reacts_from_probability=task.reacts_from_probability)


def _part_hosts(task: ExpectedTask, group: CompositeGroup) -> PartHosts:
    phases, w = task.lithiation.phases, weight_fractions_of(task.lithiation, group)
    rows = np.repeat(np.column_stack([group.row_a, group.rows_b]), w.shape[1], axis=0)
    shares = np.repeat(group.weight_shares_b, w.shape[1], axis=0)
    of_b = w.reshape(-1, 1)
    return PartHosts(
        group.elements,
        weight_fractions=np.concatenate([1.0 - of_b, of_b * shares], axis=1),
        mol_per_g=phases.mol_per_g[rows],
        cm3_per_g=phases.cm3_per_g[rows],
        probability=task.probability[rows],
    )
