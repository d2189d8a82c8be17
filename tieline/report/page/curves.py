"""Voltage curves of composites at their design point, and of A and B alone, as plateaus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tieline.core.formulas import PLUS
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import ABSENT, LithiationTask, composite_hosts, hosts_of
from tieline.lithiation.path import VOLTAGE_TIE_V, voltage_paths
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.systems import SystemHulls

PARTS = ("composite", "phase_a", "phase_b")
"""What curves are of: the composite with both phases reacting, and A and B alone, in the amount that it holds."""


def voltage_curves(
    task: LithiationTask, hulls: SystemHulls, group: CompositeGroup, formulas: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the curves of the composites of a group, which have one weight fraction of B each, for JSON.

    Parameters
    ----------
    task
        The phases, the working ion and the cut-off.
    hulls
        Hulls of the phases.
    group
        The composites.
    formulas
        Formulas of the phases, by row.

    Returns
    -------
    list of dict
        For each composite its curves by the names in `PARTS`: plateaus in the order in which they are passed, each
        with the charge taken up before it and by its end in mAh per gram of delithiated composite, its voltage in V,
        and the formulas of the phases that are present.
    """
    (hosts,) = hosts_of(task, [group])
    w = hosts.weight_fractions_b
    hull, ion, amounts = composite_hosts(
        task, hulls, hosts, np.column_stack([w, np.zeros_like(w), np.ones_like(w)])
    )
    mah = task.charge * FARADAY_MAH_PER_MOL * np.column_stack([np.ones_like(w), 1.0 - w, w]).ravel()
    paths = voltage_paths(hull, amounts, ion, charge=task.charge, cutoff_v=task.cutoff_v)
    curves = []
    for host, uptakes in enumerate(paths.uptakes):
        taken = np.flatnonzero(uptakes)
        voltages, ends = paths.voltages_v[taken], uptakes[taken].cumsum()
        # Steps of one voltage are one plateau.
        last = np.append(-np.diff(voltages) > VOLTAGE_TIE_V, True)[: len(taken)]
        ends, voltages = ends[last], voltages[last]
        starts = np.concatenate([[0.0], ends])[: len(ends)]
        halfway = np.repeat(amounts[host : host + 1], len(ends), axis=0)
        halfway[:, ion] += (starts + ends) / 2.0
        rows, there = hull.corner_amounts(halfway)
        present = there > ABSENT * halfway.sum(axis=1, keepdims=True)
        curves.append(
            [
                {
                    "from": round(float(start * mah[host]), 1),
                    "to": round(float(end * mah[host]), 1),
                    "voltage": round(float(voltage), 4),
                    "phases": PLUS.join(formulas[row] for row in sorted(own[is_there])),
                }
                for start, end, voltage, own, is_there in zip(starts, ends, voltages, rows, present, strict=True)
            ]
        )
    return [dict(zip(PARTS, curves[first : first + 3], strict=True)) for first in range(0, len(curves), 3)]
