"""Voltage curves: the plateaus of composites at their design point, and of A and B alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.formulas import PLUS
from tieline.core.parallel import Resources, map_batches
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.columns import CURVE_PARTS, VOLTAGE_CURVES
from tieline.lithiation.composite import ABSENT, LithiationTask, composite_hosts, hosts_of
from tieline.lithiation.path import VOLTAGE_TIE_V, VoltagePaths, voltage_paths
from tieline.thermo.composites import CompositeGroup, grouped_composites
from tieline.thermo.systems import SystemHulls

NAMES = VOLTAGE_CURVES.names[: VOLTAGE_CURVES.names.index("part")]
"""What the curves tell of a candidate."""

SECONDS_PER_SYSTEM = 0.01
"""Typical time for the curves of the composites of one system on one core."""


@dataclass(frozen=True)
class Plateaus:
    """Plateaus of several hosts, those of one host together and in the order in which they are passed."""

    host: NDArray[np.int64]
    """Shape (n_plateaus,): the host that passes it."""

    start: NDArray[np.float64]
    """Shape (n_plateaus,): ions taken up before it, in the unit of the hosts."""

    end: NDArray[np.float64]
    """Shape (n_plateaus,): ions taken up by its end."""

    voltage_v: NDArray[np.float64]
    """Shape (n_plateaus,): against the ion's metal; falls from one plateau of a host to the next."""


def plateaus(paths: VoltagePaths) -> Plateaus:
    """Return the steps that the hosts of `paths` take, consecutive ones of equal voltage as one plateau.

    Examples
    --------
    >>> found = plateaus(VoltagePaths(np.array([0.5, 0.2, 0.2]), np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 4.0]])))
    >>> found.host, found.start, found.end
    (array([0, 0, 1]), array([0., 1., 0.]), array([1., 6., 4.]))
    """
    host, column = np.nonzero(paths.uptakes)
    reached = paths.uptakes.cumsum(axis=1)[host, column]
    voltage = paths.voltages_v[column]
    goes_on = np.zeros(len(host) + 1, dtype=bool)
    goes_on[1:-1] = (host[1:] == host[:-1]) & (voltage[:-1] - voltage[1:] <= VOLTAGE_TIE_V)
    first, last = np.flatnonzero(~goes_on[:-1]), np.flatnonzero(~goes_on[1:])
    own, end = host[first], reached[last]
    before = np.concatenate([[0.0], end])[:-1]
    is_first = np.concatenate([[True], own[1:] != own[:-1]])[: len(own)]
    return Plateaus(own, np.where(is_first, 0.0, before), end, voltage[first])


class GroupCurves(NamedTuple):
    """Plateaus of the composites of one group and of their A and B, per gram of delithiated composite."""

    composite: NDArray[np.int64]
    """Shape (n_plateaus,): number of the composite in the group."""

    part: NDArray[np.int64]
    """Shape (n_plateaus,): place in `CURVE_PARTS`."""

    start_mah: NDArray[np.float64]
    """Shape (n_plateaus,): charge taken up before the plateau."""

    end_mah: NDArray[np.float64]
    """Shape (n_plateaus,): charge taken up by its end."""

    voltage_v: NDArray[np.float64]
    """Shape (n_plateaus,)."""

    phases: list[tuple[int, ...]]
    """Rows of the phases that are present on each plateau."""


def voltage_curves(
    candidates: pd.DataFrame, phases: pd.DataFrame, task: LithiationTask, resources: Resources
) -> pd.DataFrame:
    """Return the voltage curves of the candidates at their design point.

    Parameters
    ----------
    candidates : DataFrame
        Columns of `tieline.lithiation.columns.CANDIDATES`: keys, formulas, parts of B, and ``design_point``; rows that
        are not at the design point are left out.
    phases : DataFrame
        ``phase_id`` and ``formula`` of the phases of `task`.
    task
        The working ion and the cut-off.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `VOLTAGE_CURVES`, in the order of the candidates, then of `CURVE_PARTS`, then step by step. What
        takes up no ions above the cut-off has no rows.

    Notes
    -----
    The integral of the voltage over the charge of a curve is the energy of the reaction with its sign reversed. The
    phases of a plateau are those present at its middle: what reacts, what it turns into, and what stays as it is.
    """
    ordered, groups = grouped_composites(candidates[candidates["design_point"]], phases)
    batches = map_batches(group_curves, task, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    curves = [own for batch in batches for own in batch]
    first = np.cumsum([0, *(len(group.row_a) for group in groups)])
    row = np.concatenate([np.zeros(0, np.int64), *(n + own.composite for n, own in zip(first, curves, strict=False))])
    part = np.concatenate([np.zeros(0, np.int64), *(own.part for own in curves)])
    frame = ordered.iloc[row][list(NAMES)].reset_index(drop=True)
    step = frame.groupby([row, part], sort=False).cumcount() + 1
    present = [rows for own in curves for rows in own.phases]
    names = {rows: _names(rows, phases) for rows in set(present)}
    return frame.assign(
        part=np.array(CURVE_PARTS)[part],
        step=step,
        capacity_from_mah_per_g=np.concatenate([np.zeros(0), *(own.start_mah for own in curves)]),
        capacity_to_mah_per_g=np.concatenate([np.zeros(0), *(own.end_mah for own in curves)]),
        voltage_v=np.concatenate([np.zeros(0), *(own.voltage_v for own in curves)]),
        phases=pd.Series([names[rows][0] for rows in present], dtype="str"),
        phase_ids=pd.Series([names[rows][1] for rows in present], dtype="str"),
    )[list(VOLTAGE_CURVES.names)]


def _names(rows: tuple[int, ...], phases: pd.DataFrame) -> tuple[str, str]:
    own = phases.iloc[list(rows)]
    return PLUS.join(own["formula"]), PLUS.join(own["phase_id"])


def group_curves(task: LithiationTask, groups: Sequence[CompositeGroup]) -> list[GroupCurves]:
    """Return the curves of each group, whose composites have one weight fraction of B each.

    Raises
    ------
    PhaseDataError
        If the ion has no elemental phase.
    """
    hulls = SystemHulls(task.phases)
    return [_curves(task, hulls, group) for group in groups]


def _curves(task: LithiationTask, hulls: SystemHulls, group: CompositeGroup) -> GroupCurves:
    (hosts,) = hosts_of(task, [group])
    w = hosts.weight_fractions_b
    # Composite, pure A, pure B; the pure ones do on the hull of the whole system as on that of their own elements.
    fractions = np.column_stack([w, np.zeros_like(w), np.ones_like(w)])
    share = np.column_stack([np.ones_like(w), 1.0 - w, w]).ravel()
    hull, ion, amounts = composite_hosts(task, hulls, hosts, fractions)
    found = plateaus(voltage_paths(hull, amounts, ion, charge=task.charge, cutoff_v=task.cutoff_v))
    halfway = amounts[found.host]
    halfway[:, ion] += (found.start + found.end) / 2.0
    rows, there = hull.corner_amounts(halfway)
    present = there > ABSENT * halfway.sum(axis=1, keepdims=True)
    mah = task.charge * FARADAY_MAH_PER_MOL * share[found.host]
    composite, part = np.divmod(found.host, len(CURVE_PARTS))
    return GroupCurves(
        composite,
        part,
        found.start * mah,
        found.end * mah,
        found.voltage_v,
        [tuple(sorted(own[is_there].tolist())) for own, is_there in zip(rows, present, strict=True)],
    )
