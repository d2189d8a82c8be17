"""The reliability diagram: stated probabilities of coexistence against how often pairs coexist."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from tieline.report.style import COLUMN_IN, save, series, style


def draw_reliability(tables: Mapping[str, pd.DataFrame], *paths: Path) -> None:
    """Draw reliability diagrams into one figure.

    Parameters
    ----------
    tables
        What `tieline.evaluation.coexistence.scores.reliability` returns, by the name of each level of knowledge.
    paths
        SVG and PNG files; the same tables give the same bytes.
    """
    with style():
        figure = Figure(figsize=(COLUMN_IN + 0.4, COLUMN_IN + 0.2))
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color="0.7", linewidth=0.8, linestyle="--", zorder=0)
        for number, (name, table) in enumerate(tables.items()):
            axes.plot(
                table["mean_probability"],
                table["observed_frequency"],
                **series(number),
                markeredgecolor="white",
                label=name,
            )
        axes.set(xlabel="stated probability of coexistence", ylabel="share of pairs that coexist")
        axes.set(xlim=(0, 1.02), ylim=(0, 1.04), aspect="equal")
        axes.legend(loc="upper left")
        for path in paths:
            save(figure, path)
