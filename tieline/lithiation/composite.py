"""Capacity, voltage and swelling of A+B composites, all weight fractions of a system at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy.constants import Avogadro

from tieline.lithiation.path import FARADAY_MAH_PER_MOL, VoltagePaths, voltage_paths
from tieline.thermo.hull import Hull
from tieline.thermo.systems import PhaseArrays, System, SystemHulls

CM3_PER_MOL_PER_A3 = Avogadro * 1e-24
"""Molar volume in cm3/mol of one cubic angstrom per atom."""

ABSENT = 1e-12
"""Relative amounts below this are rounding."""


@dataclass(frozen=True)
class LithiationTask:
    """What every composite of a run has in common."""

    phases: PhaseArrays
    """All phases in play."""

    weight_fractions_b: NDArray[np.float64]
    """Shape (n_weights,): the grid of weight fractions of B."""

    ion: str
    """Symbol of the working ion."""

    charge: int
    """Its charge in elementary charges."""

    cutoff_v: float
    """Voltage at which uptake ends."""


@dataclass(frozen=True)
class PairGroup:
    """Pairs of one chemical system."""

    elements: System
    """Elements of every pair, sorted."""

    row_a: NDArray[np.int64]
    """Shape (n_pairs,): row of A among the phases."""

    row_b: NDArray[np.int64]
    """Shape (n_pairs,): row of B among the phases."""


@dataclass(frozen=True)
class CompositeProperties:
    """Properties of composites, one entry per pair and weight fraction, the latter running fastest."""

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


def composite_properties(task: LithiationTask, groups: Sequence[PairGroup]) -> CompositeProperties:
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
    parts = [_group_properties(task, hulls, group) for group in groups]
    return CompositeProperties(
        **{f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(CompositeProperties)}
    )


def _group_properties(task: LithiationTask, hulls: SystemHulls, group: PairGroup) -> CompositeProperties:
    phases, w = task.phases, task.weight_fractions_b
    shape = (len(group.row_a), len(w))
    pure_a = _PurePhases(task, hulls, group.row_a)
    pure_b = _PurePhases(task, hulls, group.row_b)
    onset = pure_b.paths.first_voltage_v
    up_to_onset = pure_a.paths.uptake_above(np.where(np.isnan(onset), -np.inf, onset))

    system, hull = hulls.hull((*group.elements, task.ion))
    columns, ion = phases.columns(system), system.index(task.ion)
    atoms_a = phases.fractions[np.ix_(group.row_a, columns)] / phases.mass_g_per_mol[group.row_a, None]
    atoms_b = phases.fractions[np.ix_(group.row_b, columns)] / phases.mass_g_per_mol[group.row_b, None]
    hosts = (atoms_a[:, None, :] * (1.0 - w)[:, None] + atoms_b[:, None, :] * w[:, None]).reshape(-1, len(system))
    paths = voltage_paths(hull, hosts, ion, charge=task.charge, cutoff_v=task.cutoff_v)
    final_cm3 = _volume_cm3(phases, hull, hosts, ion, paths.total_uptake).reshape(shape)

    a_cm3 = pure_a.volume_cm3_per_g[:, None] * (1.0 - w)
    b_cm3 = pure_b.volume_cm3_per_g[:, None] * w
    volume = a_cm3 + b_cm3
    mah = task.charge * FARADAY_MAH_PER_MOL
    capacity = {
        "equilibrium": mah * paths.total_uptake.reshape(shape),
        "inert_b": mah * pure_a.paths.total_uptake[:, None] * (1.0 - w),
        "stable_b": mah * up_to_onset[:, None] * (1.0 - w),
    }
    per_pair = np.ones_like(w)
    values = {
        "phase_b_weight_fraction": np.broadcast_to(w, shape),
        "phase_b_volume_fraction": b_cm3 / volume,
        "density_g_per_cm3": 1.0 / volume,
        **{f"capacity_{kind}_mah_per_g": values for kind, values in capacity.items()},
        **{f"capacity_{kind}_mah_per_cm3": values / volume for kind, values in capacity.items()},
        "b_onset_v": onset[:, None] * per_pair,
        "first_voltage_v": paths.first_voltage_v,
        "average_voltage_v": paths.average_voltage_v,
        "average_voltage_inert_b_v": pure_a.paths.average_voltage_v[:, None] * per_pair,
        "volume_change_fraction": final_cm3 / volume - 1.0,
        "volume_change_inert_b_fraction": (pure_a.final_cm3_per_g[:, None] * (1.0 - w) + b_cm3) / volume - 1.0,
    }
    return CompositeProperties(**{name: np.ravel(value) for name, value in values.items()})


class _PurePhases:
    """Voltage paths and volumes of phases on their own, per gram."""

    def __init__(self, task: LithiationTask, hulls: SystemHulls, rows: NDArray[np.int64]) -> None:
        phases = task.phases
        self.volume_cm3_per_g = phases.volume_a3_per_atom[rows] * CM3_PER_MOL_PER_A3 / phases.mass_g_per_mol[rows]
        unique, place = np.unique(rows, return_inverse=True)
        voltages = np.full((len(unique), 0), np.nan)
        uptakes = np.zeros((len(unique), 0))
        final = np.full(len(unique), np.nan)
        patterns, pattern_of = np.unique(phases.fractions[unique] > 0.0, axis=0, return_inverse=True)
        for number, present in enumerate(patterns):
            members = np.flatnonzero(pattern_of == number)
            system, hull = hulls.hull((*(phases.symbols[i] for i in np.flatnonzero(present)), task.ion))
            ion = system.index(task.ion)
            columns = phases.columns(system)
            hosts = phases.fractions[np.ix_(unique[members], columns)] / phases.mass_g_per_mol[unique[members], None]
            paths = voltage_paths(hull, hosts, ion, charge=task.charge, cutoff_v=task.cutoff_v)
            final[members] = _volume_cm3(phases, hull, hosts, ion, paths.total_uptake)
            longer = max(paths.uptakes.shape[1] - uptakes.shape[1], 0)
            voltages = np.pad(voltages, ((0, 0), (0, longer)), constant_values=np.nan)
            uptakes = np.pad(uptakes, ((0, 0), (0, longer)))
            voltages[members, : paths.uptakes.shape[1]] = paths.voltages_v
            uptakes[members, : paths.uptakes.shape[1]] = paths.uptakes
        self.paths = VoltagePaths(voltages_v=voltages[place], uptakes=uptakes[place])
        self.final_cm3_per_g = final[place]


def _volume_cm3(
    phases: PhaseArrays, hull: Hull, hosts: NDArray[np.float64], ion: int, uptakes: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the volume of the phases that `hosts` with their uptake turn into, per unit of the hosts."""
    amounts = hosts.copy()
    amounts[:, ion] += uptakes
    vertices, corner_amounts = hull.corner_amounts(amounts)
    present = corner_amounts > ABSENT * amounts.sum(axis=1, keepdims=True)
    volumes = np.where(present, corner_amounts * phases.volume_a3_per_atom[vertices], 0.0)
    total: NDArray[np.float64] = volumes.sum(axis=1) * CM3_PER_MOL_PER_A3
    return total
