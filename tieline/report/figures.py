"""The trade-off between capacity and phase B, as a figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from tieline.core.files import atomic_write

N_NAMED = 8
"""Pairs of compounds drawn in colour in each panel: the first of the host's ranking, each in its best structure."""

X, Y = "phase_b_volume_fraction", "capacity_stable_b_mah_per_g"

NEEDED_COLUMNS = ("host", "phase_a_id", "phase_b_id", "phase_a", "phase_b", "phase_b_weight_fraction", X, Y)
"""What is needed of the ranked candidates."""


def draw_trade_off(ranked_by_host: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Draw capacity against the volume fraction of B, one panel per host and one line per pair, to an SVG file.

    Parameters
    ----------
    ranked_by_host
        Ranked candidates of each active element.
    path
        The SVG file; the same candidates give the same bytes.
    """
    with mpl.rc_context(
        {"svg.hashsalt": "tieline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(3.9 * len(ranked_by_host), 3.6), layout="constrained")
        panels = figure.subplots(1, len(ranked_by_host), squeeze=False)[0]
        for axes, (host, ranked) in zip(panels, ranked_by_host.items(), strict=True):
            known = ranked.dropna(subset=[X]).sort_values(["phase_b_weight_fraction"], kind="stable")
            lines = {pair: own[[X, Y]].to_numpy() for pair, own in known.groupby(["phase_a_id", "phase_b_id"])}
            axes.add_collection(LineCollection(list(lines.values()), colors="0.85", linewidths=0.5))
            named = ranked.dropna(subset=[X]).drop_duplicates(["phase_a", "phase_b"]).head(N_NAMED)
            for a, b, label in named[["phase_a_id", "phase_b_id", "phase_b"]].itertuples(index=False):
                axes.plot(*lines[a, b].T, marker="o", markersize=3, linewidth=1.2, label=label)
            if len(named):
                axes.legend(frameon=False, fontsize=8)
            axes.set(
                title=f"{host} + phase B",
                xlabel="volume fraction of B",
                ylabel="capacity with B a stable matrix (mAh/g)",
                xlim=(0, 1),
                ylim=(0, None),
            )
            axes.autoscale_view()
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None})
