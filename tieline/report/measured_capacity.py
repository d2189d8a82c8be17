"""Measured against expected capacities, as a figure."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from tieline.core.files import atomic_write

LIMITS = ("capacity_inert_b_mah_per_g", "capacity_equilibrium_mah_per_g")
EXPECTED = "capacity_expected_mah_per_g"


def draw_measured_capacities(table: pd.DataFrame, path: Path) -> None:
    """Draw measured and expected capacity of each material, and the limits of inert B and equilibrium, to an SVG file.

    Parameters
    ----------
    table
        What `tieline.evaluation.measured.agreement.evaluate_capacities` returns: one row per material.
    path
        The SVG file; the same table gives the same bytes.
    """
    ordered = table.sort_values(["measured_mah_per_g", "name"], kind="stable", ignore_index=True)
    with mpl.rc_context(
        {"svg.hashsalt": "tieline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(6.5, 0.8 + 0.28 * len(ordered)), layout="constrained")
        axes = figure.subplots()
        rows = ordered.index.to_numpy()
        low, high = (ordered[limit].to_numpy() for limit in LIMITS)
        axes.hlines(rows, low, high, color="0.8", linewidth=5, label="inert B to equilibrium")
        axes.plot(ordered[EXPECTED], rows, "o", markersize=6, markerfacecolor="none", color="C0", label="expected")
        axes.plot(ordered["measured_mah_per_g"], rows, "x", markersize=5, color="C3", label="measured")
        axes.set_yticks(rows, ordered["name"])
        axes.set(xlabel="capacity (mAh/g)", xlim=(-50, None), ylim=(-0.7, len(ordered) - 0.3))
        axes.legend(frameon=False, fontsize=8, loc="lower right")
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None})
