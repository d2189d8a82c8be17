"""What composites do within the part of their capacity that a cell uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieline.lithiation.composite import (
    Hosts,
    LithiationTask,
    composite_hosts,
    hosts_of,
    mixture_volume_cm3,
)
from tieline.lithiation.path import voltage_paths
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.systems import SystemHulls


class ChargeWindow(NamedTuple):
    """A part of the uptake down to the cut-off."""

    start: float
    """Fraction of it that stays in the material when the cell is discharged."""

    end: float
    """Fraction of it that is in the material when the cell is charged; above `start`, at most 1."""


@dataclass(frozen=True)
class WindowTask:
    """What every composite of a run has in common."""

    lithiation: LithiationTask
    """Phases, weight fractions and ion."""

    windows: tuple[ChargeWindow, ...]
    """Windows to look at."""


@dataclass(frozen=True)
class WindowProperties:
    """Properties within each window; arrays of shape (n_windows, n_pairs, n_weights)."""

    average_voltage_v: NDArray[np.float64]
    """Charge-weighted mean on the equilibrium path within the window."""

    average_voltage_inert_b_v: NDArray[np.float64]
    """Mean on A's own path within the window."""

    volume_change_fraction: NDArray[np.float64]
    """Relative growth in volume at the window's end on the equilibrium path."""

    volume_change_inert_b_fraction: NDArray[np.float64]
    """The same when A alone swells."""


def window_properties(task: WindowTask, groups: Sequence[CompositeGroup]) -> WindowProperties:
    """Return the properties of all composites of `groups` within each window, pairs in order.

    Raises
    ------
    PhaseDataError
        If the ion has no elemental phase.

    Notes
    -----
    Volumes change along the path as the phases do, not in proportion to the uptake.
    """
    hulls = SystemHulls(task.lithiation.phases)
    hosts = hosts_of(task.lithiation, groups)
    parts = [_within(task, hulls, group) for group in hosts]
    voltage_v, final_cm3 = (np.concatenate(column, axis=1) for column in zip(*parts, strict=True))
    w = np.concatenate([group.weight_fractions_b for group in hosts])
    a_cm3 = np.concatenate([group.cm3_per_g_a for group in hosts])[:, None] * (1.0 - w)
    b_cm3 = np.concatenate([group.cm3_per_g_b for group in hosts])[:, None] * w
    volume = a_cm3 + b_cm3
    inert_b_cm3 = final_cm3[:, :, :1] * (1.0 - w) + b_cm3
    return WindowProperties(
        average_voltage_v=voltage_v[:, :, 1:],
        average_voltage_inert_b_v=np.broadcast_to(voltage_v[:, :, :1], inert_b_cm3.shape),
        volume_change_fraction=final_cm3[:, :, 1:] / volume - 1.0,
        volume_change_inert_b_fraction=inert_b_cm3 / volume - 1.0,
    )


def _within(task: WindowTask, hulls: SystemHulls, group: Hosts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return voltages and final volumes per gram, shape (n_windows, n_pairs, 1 + n_weights), pure A first."""
    own = task.lithiation
    w = np.concatenate([np.zeros((len(group.mol_per_g_a), 1)), group.weight_fractions_b], axis=1)
    hull, ion, hosts = composite_hosts(own, hulls, group, w)
    paths = voltage_paths(hull, hosts, ion, charge=own.charge, cutoff_v=own.cutoff_v)
    shape = (len(task.windows), *w.shape)
    voltage_v = np.stack([paths.mean_voltage_between_v(*window) for window in task.windows])
    final_cm3 = np.stack(
        [mixture_volume_cm3(own.phases, hull, hosts, ion, window.end * paths.total_uptake) for window in task.windows]
    )
    return voltage_v.reshape(shape), final_cm3.reshape(shape)
