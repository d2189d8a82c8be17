"""Capacity, voltage and swelling of A+B composites, all weight fractions of a system at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.units import CM3_PER_MOL_PER_A3, FARADAY_MAH_PER_MOL
from tieline.lithiation.path import voltage_paths
from tieline.lithiation.settings import Lithiation
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.hull import Hull
from tieline.thermo.phase_arrays import PhaseArrays, System
from tieline.thermo.settings import CompositeGrid
from tieline.thermo.systems import SystemHulls

ABSENT = 1e-9
"""Relative amounts below this are rounding."""


@dataclass(frozen=True)
class LithiationTask:
    """What every composite of a run has in common."""

    phases: PhaseArrays
    """All phases of the run."""

    weight_fractions_b: NDArray[np.float64]
    """Shape (n_weights,): weight fractions of B, for composites that have none of their own."""

    ion: str
    """Symbol of the working ion."""

    charge: int
    """Its charge in elementary charges."""

    cutoff_v: float
    """Voltage at which uptake ends."""

    @classmethod
    def of(cls, phases: pd.DataFrame, composition: CompositeGrid, lithiation: Lithiation) -> LithiationTask:
        """Return the task of a phase table and two sections of the configuration."""
        return cls(
            phases=PhaseArrays.from_table(phases),
            weight_fractions_b=np.array(composition.phase_b_weight_fraction.grid),
            ion=lithiation.working_ion,
            charge=lithiation.charge,
            cutoff_v=lithiation.cutoff_v,
        )


@dataclass(frozen=True)
class Hosts:
    """Composites of one chemical system, whatever A and B are made of."""

    elements: System
    """Elements of every composite, sorted."""

    mol_per_g_a: NDArray[np.float64]
    """Shape (n_hosts, n_symbols): mol of each element of the phases in a gram of A."""

    mol_per_g_b: NDArray[np.float64]
    """Shape (n_hosts, n_symbols): the same of B, which may be a mixture."""

    cm3_per_g_a: NDArray[np.float64]
    """Shape (n_hosts,): volume of a gram of A; NaN where unknown."""

    cm3_per_g_b: NDArray[np.float64]
    """Shape (n_hosts,): the same of B."""

    weight_fractions_b: NDArray[np.float64]
    """Shape (n_hosts, n_weights): weight of B per weight of each composite; as many for each group of a call."""


@dataclass(frozen=True)
class CompositeProperties:
    """Properties of composites, one entry per A, B and weight fraction, the latter running fastest."""

    phase_b_weight_fraction: NDArray[np.float64]
    """Weight of B per weight of composite."""

    phase_b_volume_fraction: NDArray[np.float64]
    """Volume of B per volume of composite; NaN without volumes."""

    density_g_per_cm3: NDArray[np.float64]
    """Of the pore-free delithiated composite."""

    capacity_equilibrium_mah_per_g: NDArray[np.float64]
    """Both phases react; per gram of delithiated composite, as all capacities here."""

    capacity_inert_b_mah_per_g: NDArray[np.float64]
    """Only A reacts."""

    capacity_stable_b_mah_per_g: NDArray[np.float64]
    """A reacts at voltages above B's onset only: there B is a stable matrix (Huggins)."""

    capacity_equilibrium_mah_per_cm3: NDArray[np.float64]
    """Per volume of delithiated composite."""

    capacity_inert_b_mah_per_cm3: NDArray[np.float64]
    """Per volume of delithiated composite."""

    capacity_stable_b_mah_per_cm3: NDArray[np.float64]
    """Per volume of delithiated composite."""

    b_onset_v: NDArray[np.float64]
    """Voltage at which pure B first takes up ions; NaN if never above the cut-off."""

    first_voltage_v: NDArray[np.float64]
    """First step of the equilibrium path."""

    average_voltage_v: NDArray[np.float64]
    """Mean over the equilibrium path."""

    average_voltage_inert_b_v: NDArray[np.float64]
    """Mean over A's own path."""

    volume_change_fraction: NDArray[np.float64]
    """Relative growth in volume at full equilibrium uptake."""

    volume_change_inert_b_fraction: NDArray[np.float64]
    """Relative growth in volume when A alone is full."""


def composite_properties(task: LithiationTask, groups: Sequence[CompositeGroup]) -> CompositeProperties:
    """Return the properties of all composites of `groups`, in order; see `host_properties`."""
    return host_properties(task, hosts_of(task, groups))


def hosts_of(task: LithiationTask, groups: Sequence[CompositeGroup]) -> list[Hosts]:
    """Return what A and B of each group hold, per gram."""
    phases = task.phases
    return [
        Hosts(
            group.elements,
            mol_per_g_a=phases.mol_per_g[group.row_a],
            mol_per_g_b=np.einsum("np,npe->ne", group.weight_shares_b, phases.mol_per_g[group.rows_b]),
            cm3_per_g_a=phases.cm3_per_g[group.row_a],
            cm3_per_g_b=np.einsum("np,np->n", group.weight_shares_b, phases.cm3_per_g[group.rows_b]),
            weight_fractions_b=weight_fractions_of(task, group),
        )
        for group in groups
    ]


def weight_fractions_of(task: LithiationTask, group: CompositeGroup) -> NDArray[np.float64]:
    """Return the weight fractions of B of every composite, its own or the task's, shape (n_composites, n_weights)."""
    if group.weight_fractions_b is not None:
        return group.weight_fractions_b
    return np.tile(task.weight_fractions_b, (len(group.row_a), 1))


def host_properties(task: LithiationTask, groups: Sequence[Hosts]) -> CompositeProperties:
    """Return the properties of all composites of `groups`, in order.

    Raises
    ------
    PhaseDataError
        If the ion has no elemental phase.

    Notes
    -----
    Everything is per gram of delithiated composite: hosts go into the hull as mol of each element per gram, so
    uptakes come out as mol of ions per gram and volumes as cm3 per gram.
    """
    hulls = SystemHulls(task.phases)
    parts = [_reaction(task, hulls, group) for group in groups]
    reaction = _Reaction(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    w = np.concatenate([group.weight_fractions_b for group in groups])
    a_cm3_per_g = np.concatenate([group.cm3_per_g_a for group in groups])
    b_cm3 = np.concatenate([group.cm3_per_g_b for group in groups])[:, None] * w
    volume = a_cm3_per_g[:, None] * (1.0 - w) + b_cm3
    inert_b_final_cm3 = reaction.final_cm3[:, :1] * (1.0 - w) + b_cm3
    mah = task.charge * FARADAY_MAH_PER_MOL
    capacity = {
        "equilibrium": mah * reaction.uptake[:, 2:],
        "inert_b": mah * reaction.uptake[:, :1] * (1.0 - w),
        "stable_b": mah * reaction.uptake_above_onset_b[:, None] * (1.0 - w),
    }
    values = {
        "phase_b_weight_fraction": w,
        "phase_b_volume_fraction": b_cm3 / volume,
        "density_g_per_cm3": 1.0 / volume,
        **{f"capacity_{kind}_mah_per_g": values for kind, values in capacity.items()},
        **{f"capacity_{kind}_mah_per_cm3": values / volume for kind, values in capacity.items()},
        "b_onset_v": reaction.first_voltage_v[:, 1:2],
        "first_voltage_v": reaction.first_voltage_v[:, 2:],
        "average_voltage_v": reaction.average_voltage_v[:, 2:],
        "average_voltage_inert_b_v": reaction.average_voltage_v[:, :1],
        "volume_change_fraction": reaction.final_cm3[:, 2:] / volume - 1.0,
        "volume_change_inert_b_fraction": inert_b_final_cm3 / volume - 1.0,
    }
    return CompositeProperties(**{name: np.broadcast_to(value, volume.shape).ravel() for name, value in values.items()})


class _Reaction(NamedTuple):
    """What pairs do in lithiation, per gram; columns are pure A, pure B, then every weight fraction of B."""

    uptake: NDArray[np.float64]
    uptake_above_onset_b: NDArray[np.float64]
    first_voltage_v: NDArray[np.float64]
    average_voltage_v: NDArray[np.float64]
    final_cm3: NDArray[np.float64]


class CompositeHosts(NamedTuple):
    """Composites of one group as amounts of the elements, on the hull of their system with the ion."""

    hull: Hull
    """Hull of the group's elements and the ion."""

    ion: int
    """Column of the ion."""

    amounts: NDArray[np.float64]
    """Shape (n_hosts * n_fractions, n_elements), mol per gram of composite; the fraction of B runs fastest."""


def composite_hosts(
    task: LithiationTask, hulls: SystemHulls, group: Hosts, weight_fractions_b: NDArray[np.float64]
) -> CompositeHosts:
    """Return the composites of `group` at `weight_fractions_b`, shape (n_hosts, n_fractions)."""
    w = weight_fractions_b[:, :, None]
    system, hull = hulls.hull((*group.elements, task.ion))
    columns = task.phases.columns(system)
    mol_a, mol_b = group.mol_per_g_a[:, None, columns], group.mol_per_g_b[:, None, columns]
    amounts = mol_a * (1.0 - w) + mol_b * w
    return CompositeHosts(hull, system.index(task.ion), amounts.reshape(-1, len(system)))


def _reaction(task: LithiationTask, hulls: SystemHulls, group: Hosts) -> _Reaction:
    # On the hull of the whole system pure phases do as on that of their own elements.
    ends = np.tile([0.0, 1.0], (len(group.mol_per_g_a), 1))
    w = np.concatenate([ends, group.weight_fractions_b], axis=1)
    shape = w.shape
    hull, ion, hosts = composite_hosts(task, hulls, group, w)
    paths = voltage_paths(hull, hosts, ion, charge=task.charge, cutoff_v=task.cutoff_v)
    uptake = paths.total_uptake
    first_voltage_v = paths.first_voltage_v.reshape(shape)
    onset_b = np.where(np.isnan(first_voltage_v[:, 1]), -np.inf, first_voltage_v[:, 1])
    return _Reaction(
        uptake=uptake.reshape(shape),
        uptake_above_onset_b=paths[:: shape[1]].uptake_above(onset_b),
        first_voltage_v=first_voltage_v,
        average_voltage_v=paths.average_voltage_v.reshape(shape),
        final_cm3=mixture_volume_cm3(task.phases, hull, hosts, ion, uptake).reshape(shape),
    )


def mixture_volume_cm3(
    phases: PhaseArrays, hull: Hull, hosts: NDArray[np.float64], ion: int, uptakes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the volume of the phases that `hosts` with their uptake turn into, per unit of the hosts.

    Parameters
    ----------
    phases
        The phases that `hull` was made from.
    hull : Hull
        Hull of the host elements and the ion.
    hosts : ndarray, shape (n_hosts, n_elements)
        Amounts of the elements in each host, none of the ion, in mol per any unit.
    ion
        Column of the ion.
    uptakes : ndarray, shape (n_hosts,)
        Ions taken up, in the same unit.

    Returns
    -------
    ndarray, shape (n_hosts,)
        In cm3 per that unit; NaN where a phase has no volume.
    """
    amounts = hosts.copy()
    amounts[:, ion] += uptakes
    vertices, corner_amounts = hull.corner_amounts(amounts)
    present = corner_amounts > ABSENT * amounts.sum(axis=1, keepdims=True)
    volumes = np.where(present, corner_amounts * phases.volume_a3_per_atom[vertices], 0.0)
    total: NDArray[np.float64] = volumes.sum(axis=1) * CM3_PER_MOL_PER_A3
    return total
