"""The voltage curves of the best composites and of the reference, as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tieline.core.columns import COMPOSITE_KEYS
from tieline.core.errors import TableError
from tieline.core.formulas import subscripted
from tieline.lithiation.candidates import ACTIVE
from tieline.ranking.settings import Reference
from tieline.report.figures import named
from tieline.report.style import COLUMN_IN, PAGE_IN, REFERENCE, save, style

N_NAMED = 4
"""Composites of each host beside the reference."""

NEEDED = (*COMPOSITE_KEYS, "host", "phase_a", "phase_b", "phase_b_role")
"""What is needed of the ranked composites."""

SINGLY_CHARGED = frozenset({"Li", "Na", "K"})
"""Ions whose charge goes without a number."""


def draw_voltage_curves(
    curves: pd.DataFrame, ranked: pd.DataFrame, hosts: Sequence[str], reference: Reference, ion: str, *paths: Path
) -> None:
    """Draw the voltage curves of the best composites of each host, at their design point.

    Parameters
    ----------
    curves
        The columns of `tieline.lithiation.columns.VOLTAGE_CURVES`.
    ranked
        `NEEDED` of the ranked composites, in order.
    hosts
        Active elements, a panel each.
    reference
        The composite to compare with, in black.
    ion
        The working ion.
    paths
        SVG and PNG files; the same tables give the same bytes.

    Notes
    -----
    Where B is an active matrix, the curve is that of the composite. Where it is inert, the curve of A is drawn through,
    and dashed that of the composite, should B react after all.
    """
    with style():
        figure = Figure(figsize=(max(PAGE_IN, 2.4 * len(hosts)) if len(hosts) > 1 else COLUMN_IN, 2.9))
        panels = figure.subplots(1, len(hosts), squeeze=False)[0]
        for axes, host in zip(panels, hosts, strict=True):
            _draw(axes, curves, named(ranked[ranked["host"] == host], reference, N_NAMED))
            axes.set(title=f"{host} + phase B", xlabel="capacity (mAh per g of composite)")
        panels[0].set_ylabel(
            f"voltage against {ion}/{ion}⁺ (V)" if ion in SINGLY_CHARGED else f"voltage against {ion} (V)"
        )
        for path in paths:
            save(figure, path)


def steps(curve: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the corners of one curve: capacities and voltages, plateau by plateau.

    Parameters
    ----------
    curve
        ``capacity_from_mah_per_g, capacity_to_mah_per_g, voltage_v`` of its plateaus, in order.
    """
    charge = curve[["capacity_from_mah_per_g", "capacity_to_mah_per_g"]].to_numpy(np.float64).ravel()
    return charge, np.repeat(curve["voltage_v"].to_numpy(np.float64), 2)


def _draw(axes: Axes, curves: pd.DataFrame, best: Sequence[tuple[pd.Series, dict[str, Any]]]) -> None:
    dashed = False
    by_composite = dict(iter(curves.groupby([*COMPOSITE_KEYS, "part"], sort=False)))
    for row, look in best:
        key = tuple(row[name] for name in COMPOSITE_KEYS)
        expected, otherwise = ("composite", None) if row["phase_b_role"] == ACTIVE else ("phase_a", "composite")
        if (*key, otherwise) in by_composite:
            dashed = True
            axes.plot(*steps(by_composite[*key, otherwise]), "--", color=look["color"], linewidth=0.7)
        if (*key, expected) not in by_composite:
            raise TableError(
                f"{row['phase_a']} + {row['phase_b']} is ranked, but has no voltage curve: are both of one run?"
            )
        charge, voltage = steps(by_composite[*key, expected])
        size, label = 10 if look == REFERENCE else 6.5, subscripted(row["phase_b"])
        axes.plot(charge, voltage, color=look["color"])
        axes.plot(charge[-1], voltage[-1], **look, markersize=size, markeredgecolor="white", clip_on=False, label=label)
    axes.margins(0.03)
    axes.set(xlim=(0, None), ylim=(0, None))
    if dashed:
        axes.plot([], [], "--", color="0.4", linewidth=0.7, label="should B react")
    if best:
        axes.legend()
