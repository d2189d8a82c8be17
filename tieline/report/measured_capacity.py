"""Measured against expected capacities, as a figure."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from tieline.core.formulas import subscripted
from tieline.core.palette import COLOURS
from tieline.report.style import OTHERS, PAGE_IN, save, style

LIMITS = ("capacity_inert_b_mah_per_g", "capacity_equilibrium_mah_per_g")
EXPECTED = "capacity_expected_mah_per_g"


def draw_measured_capacities(table: pd.DataFrame, *paths: Path) -> None:
    """Draw measured and expected capacity of each material, and the limits of inert B and equilibrium.

    Parameters
    ----------
    table
        What `tieline.evaluation.measured.agreement.evaluate_capacities` returns: one row per material.
    paths
        SVG and PNG files; the same table gives the same bytes.
    """
    ordered = table.sort_values(["measured_mah_per_g", "name"], kind="stable", ignore_index=True)
    with style():
        figure = Figure(figsize=(PAGE_IN, 0.8 + 0.25 * len(ordered)))
        axes = figure.subplots()
        rows = ordered.index.to_numpy()
        low, high = (ordered[limit].to_numpy() for limit in LIMITS)
        axes.hlines(rows, low, high, color=OTHERS, linewidth=5, label="from inert B to equilibrium")
        axes.plot(
            ordered[EXPECTED], rows, "o", markersize=6, markerfacecolor="none", color=COLOURS[0], label="expected"
        )
        axes.plot(ordered["measured_mah_per_g"], rows, "X", markersize=5, color=COLOURS[5], label="measured")
        axes.set_yticks(rows, ordered["name"].map(subscripted))
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(axis="x", linewidth=0.4, color="0.9")
        axes.set(xlabel="capacity (mAh per g of material)", ylim=(-0.7, len(ordered) - 0.3))
        axes.margins(x=0.02)
        axes.legend(loc="lower right")
        for path in paths:
            save(figure, path)
