"""The best composite of a host with each partner, as a map on the periodic table."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from pymatgen.core.periodic_table import Element

from tieline.core.formulas import subscripted
from tieline.report.style import PAGE_IN, save, style

VALUE = "capacity_expected_mah_per_g"
"""What the colour means: at the design point, where all composites swell the same if they can."""

NEEDED = ("host", "partners", "phase_b", VALUE)
"""What is needed of the ranked composites."""

NEEDED_SYSTEMS = ("host", "partners", "status")
"""What is needed of the chemical systems."""

NOT_COVERED = ("no data", "not covered")
"""How a status begins that says nothing of the partner, for want of data."""

LAST = 86
"""Atomic number up to which elements are drawn, partners or not."""

LIGHT = 0.5
"""Luminance above which text is dark."""


def draw_partner_map(ranked: pd.DataFrame, systems: pd.DataFrame, host: str, *paths: Path) -> None:
    """Draw the highest expected capacity that a host reaches with each partner alone.

    Parameters
    ----------
    ranked
        `NEEDED` of the ranked composites, each at its design point.
    systems
        `NEEDED_SYSTEMS` of the chemical systems.
    host
        The host.
    paths
        SVG and PNG files; the same tables give the same bytes.
    """
    own = ranked[ranked["host"].eq(host) & ranked["partners"].isin(_symbols())].dropna(subset=[VALUE])
    best = own.sort_values(VALUE, ascending=False, kind="stable").drop_duplicates("partners")
    values, names = (dict(zip(best["partners"], best[column], strict=True)) for column in (VALUE, "phase_b"))
    alone = systems[systems["host"].eq(host) & systems["partners"].isin(_symbols())]
    unknown = set(alone.loc[alone["status"].str.startswith(NOT_COVERED), "partners"])
    without = set(alone["partners"]) - unknown - set(values)
    with style():
        figure = Figure(figsize=(PAGE_IN, 3.15))
        axes = figure.subplots()
        low, high = min(values.values(), default=0.0), max(values.values(), default=1.0)
        scale = Normalize(low, high if high > low else low + 1.0)
        colours = colormaps["cividis"]
        drawn = [symbol for symbol in _symbols() if Element(symbol).Z <= LAST or symbol in set(alone["partners"])]
        for symbol in drawn:
            x, y = _place(symbol)
            if symbol in values:
                colour = colours(scale(values[symbol]))
                luminance = 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
                ink = "black" if luminance > LIGHT else "white"
                axes.add_patch(_square(x, y, facecolor=colour))
                axes.text(x, y - 0.17, symbol, color=ink, ha="center", va="center", fontsize=7.5, fontweight="bold")
                name = subscripted(names[symbol])
                size = 4.6 if len(name) < 7 else 3.7
                axes.text(x, y + 0.25, name, color=ink, ha="center", va="center", fontsize=size)
                continue
            look = _look(symbol, host, without, unknown)
            axes.add_patch(_square(x, y, **look))
            ink = "white" if symbol == host else "0.35" if symbol in without | unknown else "0.75"
            axes.text(x, y, symbol, color=ink, ha="center", va="center", fontsize=7)
        axes.set(xlim=(0.4, 18.6), ylim=(max(_place(symbol)[1] for symbol in drawn) + 0.6, 0.4), aspect="equal")
        axes.axis("off")
        axes.set_title(f"Highest expected capacity of {host} with each partner")
        bar = figure.colorbar(
            ScalarMappable(scale, colours),
            cax=axes.inset_axes((3.0, 1.2, 6.4, 0.35), transform=axes.transData),
            orientation="horizontal",
        )
        bar.set_label("highest expected capacity (mAh/g)", fontsize=6.5)
        bar.ax.tick_params(labelsize=6)
        bar.outline.set_linewidth(0.5)
        axes.legend(
            frameon=False,
            handles=[
                Patch(label="no phase B is ranked", **_look("", host, {""}, set())),
                Patch(label="not in the phase data", **_look("", host, set(), {""})),
                Patch(label="no partner", **_look("", host, set(), set())),
            ],
            loc="upper left",
            bbox_to_anchor=(10.0, 0.55),
            bbox_transform=axes.transData,
            fontsize=6,
            handlelength=1.0,
            handleheight=1.0,
        )
        for path in paths:
            save(figure, path)


def _symbols() -> list[str]:
    return [Element.from_Z(z).symbol for z in range(1, 104)]


def _place(symbol: str) -> tuple[float, float]:
    """Return column and row of an element; f elements stand below the others."""
    element = Element(symbol)
    if element.is_lanthanoid or element.is_actinoid:
        first = 57 if element.is_lanthanoid else 89
        return element.Z - first + 3.0, 7.3 if element.is_lanthanoid else 8.3
    return float(element.group), float(element.row)


def _look(symbol: str, host: str, without: Collection[str], unknown: Collection[str]) -> dict[str, Any]:
    if symbol == host:
        return {"facecolor": "black"}
    if symbol in without:
        return {"facecolor": "0.88"}
    if symbol in unknown:
        return {"facecolor": "white", "edgecolor": "0.6", "hatch": "/////"}
    return {"facecolor": "white", "edgecolor": "0.85"}


def _square(x: float, y: float, **look: Any) -> Rectangle:
    whole: dict[str, Any] = {"edgecolor": "none", "linewidth": 0.5} | look
    return Rectangle((x - 0.46, y - 0.46), 0.92, 0.92, **whole)
