"""The reliability diagram: stated probabilities of coexistence against how often pairs coexist."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure

from tieline.core.files import atomic_write


def draw_reliability(tables: Mapping[str, pd.DataFrame], path: Path) -> None:
    """Draw reliability diagrams into one SVG file.

    Parameters
    ----------
    tables
        What `tieline.evaluation.coexistence.scores.reliability` returns, by the name of each level of knowledge.
    path
        The SVG file; the same tables give the same bytes.
    """
    with mpl.rc_context(
        {"svg.hashsalt": "tieline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(4.2, 4.0), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="0.8", linewidth=1, zorder=0)
        for name, table in tables.items():
            axes.plot(table["mean_probability"], table["observed_frequency"], marker="o", markersize=4, label=name)
        axes.set(xlabel="probability of coexistence", ylabel="share of pairs that coexist", xlim=(0, 1), ylim=(0, 1.02))
        axes.legend(frameon=False)
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None})
