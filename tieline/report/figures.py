"""The trade-off between capacity and phase B, as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from tieline.core.errors import TableError
from tieline.core.files import atomic_write

N_NAMED = 8
"""Composites drawn in colour in each panel: the first of the host's ranking, each compound once."""

X, Y = "phase_b_volume_fraction", "capacity_expected_mah_per_g"

NEEDED_COLUMNS = ("host", "phase_a_id", "phase_b_id", "phase_b_weight_fraction", X, Y)
"""What is needed of the candidates."""

NEEDED_RANKED = ("host", "phase_a_id", "phase_b_id", "phase_a", "phase_b", X, Y)
"""What is needed of the ranked composites."""


def draw_trade_off(candidates: pd.DataFrame, ranked: pd.DataFrame, hosts: Sequence[str], path: Path) -> None:
    """Draw expected capacity against the volume fraction of B to an SVG file.

    Parameters
    ----------
    candidates
        `NEEDED_COLUMNS` of the candidates at all weight fractions: a grey line for each composite.
    ranked
        `NEEDED_RANKED` of the ranked composites: the first of each host in colour, a dot at the design point.
    hosts
        Active elements, a panel each.
    path
        The SVG file; the same tables give the same bytes.
    """
    with mpl.rc_context(
        {"svg.hashsalt": "tieline", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False}
    ):
        figure = Figure(figsize=(3.9 * len(hosts), 3.6), layout="constrained")
        panels = figure.subplots(1, len(hosts), squeeze=False)[0]
        for axes, host in zip(panels, hosts, strict=True):
            known = candidates[candidates["host"] == host].dropna(subset=[X, Y])
            known = known.sort_values("phase_b_weight_fraction", kind="stable")
            lines = {pair: own[[X, Y]].to_numpy() for pair, own in known.groupby(["phase_a_id", "phase_b_id"])}
            axes.add_collection(LineCollection(list(lines.values()), colors="0.85", linewidths=0.5))
            best = ranked[ranked["host"] == host].dropna(subset=[X, Y]).drop_duplicates(["phase_a", "phase_b"])
            for row in best.head(N_NAMED).itertuples():
                if (row.phase_a_id, row.phase_b_id) not in lines:
                    raise TableError(
                        f"{row.phase_a} + {row.phase_b} is ranked, but not among the candidates: are both of one run?"
                    )
                (line,) = axes.plot(*lines[row.phase_a_id, row.phase_b_id].T, linewidth=1.2, label=row.phase_b)
                axes.plot(getattr(row, X), getattr(row, Y), marker="o", markersize=4, color=line.get_color())
            if len(best):
                axes.legend(frameon=False, fontsize=8)
            axes.set(
                title=f"{host} + phase B",
                xlabel="volume fraction of B",
                ylabel="expected capacity (mAh/g)",
                xlim=(0, 1),
                ylim=(0, None),
            )
            axes.autoscale_view()
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format="svg", metadata={"Date": None})
