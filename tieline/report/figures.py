"""The trade-off between capacity and phase B, as a figure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from tieline.core.errors import TableError
from tieline.core.formulas import subscripted
from tieline.ranking.alternatives import is_the_reference
from tieline.ranking.settings import Reference
from tieline.report.style import COLUMN_IN, OTHERS, PAGE_IN, REFERENCE, save, series, style

N_NAMED = 6
"""Composites drawn in colour in each panel: the first of the host's ranking, each compound once."""

X, Y = "phase_b_volume_fraction", "capacity_expected_mah_per_g"

NEEDED_COLUMNS = ("host", "phase_a_id", "phase_b_id", "phase_b_weight_fraction", X, Y)
"""What is needed of the candidates."""

NEEDED_RANKED = ("host", "phase_a_id", "phase_b_id", "phase_a", "phase_b", X, Y)
"""What is needed of the ranked composites."""


def draw_trade_off(
    candidates: pd.DataFrame, ranked: pd.DataFrame, hosts: Sequence[str], reference: Reference, *paths: Path
) -> None:
    """Draw expected capacity against the volume fraction of B.

    Parameters
    ----------
    candidates
        `NEEDED_COLUMNS` of the candidates at all weight fractions: a grey line for each composite.
    ranked
        `NEEDED_RANKED` of the ranked composites: the first of each host in colour, a mark at the design point.
    hosts
        Active elements, a panel each.
    reference
        The composite to compare with, in black wherever it ranks.
    paths
        SVG and PNG files; the same tables give the same bytes.
    """
    with style():
        figure = Figure(figsize=(max(PAGE_IN, 2.4 * len(hosts)) if len(hosts) > 1 else COLUMN_IN, 3.0))
        panels = figure.subplots(1, len(hosts), squeeze=False)[0]
        for axes, host in zip(panels, hosts, strict=True):
            _draw_host(axes, candidates[candidates["host"] == host], ranked[ranked["host"] == host], reference)
            axes.set(title=f"{host} + phase B", xlabel="volume fraction of phase B")
        panels[0].set_ylabel("expected capacity (mAh per g of composite)")
        for path in paths:
            save(figure, path)


def named(ranked: pd.DataFrame, reference: Reference, most: int = N_NAMED) -> list[tuple[pd.Series, dict[str, Any]]]:
    """Return the composites to name, each compound once, and how to draw them: the first, then the reference.

    Parameters
    ----------
    ranked
        Ranked composites of one host, in order; at least ``phase_a`` and ``phase_b``.
    reference
        Drawn in black wherever it ranks.
    most
        How many are named besides.
    """
    once = ranked.drop_duplicates(["phase_a", "phase_b"])
    is_reference = is_the_reference(once, reference)
    first = once[~is_reference].head(most)
    chosen = [(row, series(number)) for number, (_, row) in enumerate(first.iterrows())]
    return chosen + [(row, REFERENCE) for _, row in once[is_reference].head(1).iterrows()]


def _draw_host(axes: Axes, candidates: pd.DataFrame, ranked: pd.DataFrame, reference: Reference) -> None:
    known = candidates.dropna(subset=[X, Y]).sort_values("phase_b_weight_fraction", kind="stable")
    lines = {pair: own[[X, Y]].to_numpy() for pair, own in known.groupby(["phase_a_id", "phase_b_id"])}
    axes.add_collection(LineCollection(list(lines.values()), colors=OTHERS, linewidths=0.5))
    for row, look in named(ranked.dropna(subset=[X, Y]), reference):
        if (row["phase_a_id"], row["phase_b_id"]) not in lines:
            raise TableError(
                f"{row['phase_a']} + {row['phase_b']} is ranked, but not among the candidates: are both of one run?"
            )
        axes.plot(*lines[row["phase_a_id"], row["phase_b_id"]].T, color=look["color"], linewidth=1.2)
        size = 11 if look == REFERENCE else 6.5
        axes.plot(row[X], row[Y], **look, markersize=size, markeredgecolor="white", label=subscripted(row["phase_b"]))
    axes.autoscale_view()
    axes.margins(0.03)
    axes.set_ylim(0, None)
    if axes.get_legend_handles_labels()[0]:
        axes.legend()
