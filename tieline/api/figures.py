"""Figures for notebooks, as plotly objects: hulls, voltage curves, the trade-off of a screening."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from tieline.core.errors import ConfigError, PhaseDataError
from tieline.core.formulas import composition_key, subscripted
from tieline.core.palette import COLOURS, PLOTLY_MARKERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from plotly.graph_objects import Figure

    from tieline.api.hull import SystemHull

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3.0) / 2.0]])
"""Corners of the triangle of three elements."""

GREY = "#B0B0B0"
"""What is not stable, and tie-lines."""

NEEDED = ("host", "phase_a", "phase_b", "phase_b_volume_fraction", "capacity_expected_mah_per_g")
"""Columns that `plot_trade_off` draws."""


def new_figure(title: str, x: str = "", y: str = "") -> Figure:
    """Return an empty figure in the style of the package."""
    import plotly.graph_objects as go  # noqa: PLC0415  (a third of a second)

    axis = {"showgrid": True, "gridcolor": "#EEEEEE", "zeroline": False, "linecolor": "black", "ticks": "outside"}
    return go.Figure(
        layout={
            "template": "none",
            "title": {"text": title},
            "width": 640,
            "height": 440,
            "margin": {"l": 70, "r": 20, "t": 50, "b": 60},
            "colorway": COLOURS,
            "xaxis": axis | {"title": {"text": x}},
            "yaxis": axis | {"title": {"text": y}},
            "hovermode": "closest",
        }
    )


def plot_hull(hull: SystemHull) -> Figure:
    """Return the hull of two or three elements; see `SystemHull.plot`."""
    elements = tuple(hull.elements)
    if not 2 <= len(elements) <= 3:
        raise PhaseDataError(f"{'-'.join(elements)}: hulls of two or three elements can be drawn, not {len(elements)}")
    table = hull.energies_above_hull
    counts = [dict(composition_key(formula)) for formula in table["formula"]]
    fractions = np.array([[count.get(symbol, 0) for symbol in elements] for count in counts], dtype=np.float64)
    fractions /= fractions.sum(axis=1, keepdims=True)
    stable = table["phase_id"].isin(hull.stable["phase_id"]).to_numpy()
    place_of = dict(zip(table["phase_id"], range(len(table)), strict=True))
    lines = hull.tie_lines
    ends = [
        [place_of[first], place_of[second]] for first, second in zip(lines.iloc[:, 0], lines.iloc[:, 1], strict=True)
    ]
    if len(elements) == 2:
        figure = new_figure("-".join(elements), f"atomic fraction of {elements[1]}", "formation energy (eV/atom)")
        places = np.column_stack([fractions[:, 1], table["formation_energy_ev_per_atom"]])
    else:
        figure = new_figure("-".join(elements))
        places = fractions @ CORNERS
        figure.update_xaxes(visible=False)
        figure.update_yaxes(visible=False, scaleanchor="x")
    figure.add_scatter(**_segments(places, ends), mode="lines", line={"color": COLOURS[0]}, name="tie-line")
    label = [
        f"{formula}<br>{phase_id}<br>{energy:.3f} eV/atom, {above:.3f} above the hull"
        for phase_id, formula, energy, above in table.itertuples(index=False, name=None)
    ]
    for chosen, look in (
        (~stable, {"name": "above the hull", "mode": "markers", "marker": {"color": GREY, "symbol": "x", "size": 6}}),
        (stable, {"name": "stable", "mode": "markers+text", "marker": {"color": COLOURS[0], "size": 9}}),
    ):
        own = np.flatnonzero(chosen)
        figure.add_scatter(
            x=places[own, 0],
            y=places[own, 1],
            text=[subscripted(formula) for formula in table["formula"].iloc[own]],
            textposition="bottom center" if len(elements) == 2 else "top center",
            hovertext=[label[row] for row in own],
            hoverinfo="text",
            **look,
        )
    return figure


def plot_voltage(curves: Sequence[tuple[str, pd.DataFrame]], title: str, ion: str) -> Figure:
    """Return voltage curves as steps.

    Parameters
    ----------
    curves
        Names, and what `Composite.voltage_curve` returns.
    title
        Of the figure.
    ion
        The working ion.
    """
    figure = new_figure(title, "capacity (mAh per g of composite)", f"voltage against {ion} (V)")
    for number, (name, curve) in enumerate(curves):
        ends = curve["capacity_mah_per_g"].to_numpy(np.float64)
        figure.add_scatter(
            x=np.repeat(ends, 2)[1:-1],
            y=np.repeat(curve["voltage_v"].to_numpy(np.float64)[1:], 2),
            text=[subscripted(phases) for phases in np.repeat(curve["phases"].to_numpy(object), 2)[1:-1]],
            hovertemplate="%{x:.0f} mAh/g, %{y:.3f} V<br>%{text}",
            mode="lines",
            name=name,
            line={"color": COLOURS[number % len(COLOURS)], "dash": "solid" if number == 0 else "dash"},
        )
    figure.update_yaxes(rangemode="tozero")
    return figure


def plot_trade_off(table: pd.DataFrame, reference: str = "TiSi2") -> Figure:
    """Return the expected capacity of screened composites over the volume fraction of B, each at its design point.

    Parameters
    ----------
    table
        What `tieline.screen` returns, or rows of it.
    reference
        Formula of the phase B to mark.

    Raises
    ------
    ConfigError
        If the table lacks a column.

    Examples
    --------
    >>> import tieline
    >>> figure = tieline.plot_trade_off(tieline.screen(hosts=["Si"], partners=["Ti", "Fe"]))
    >>> [trace.name for trace in figure.data]
    ['Si + B', 'TiSi₂']
    """
    if missing := [name for name in NEEDED if name not in table]:
        raise ConfigError(f"no column {missing[0]!r}: plot_trade_off draws what tieline.screen returns")
    figure = new_figure("", "volume fraction of phase B", "expected capacity (mAh per g of composite)")
    is_reference = np.array([_same(phase_b, reference) for phase_b in table["phase_b"]], dtype=bool)
    for number, host in enumerate(table["host"].unique()):
        own = table[(table["host"] == host).to_numpy() & ~is_reference]
        marker = {"color": COLOURS[number % len(COLOURS)], "symbol": PLOTLY_MARKERS[number % len(PLOTLY_MARKERS)]}
        _add_composites(figure, own, f"{host} + B", marker | {"size": 9})
    if is_reference.any():
        _add_composites(
            figure, table[is_reference], subscripted(reference), {"color": "black", "symbol": "star", "size": 14}
        )
    figure.update_yaxes(rangemode="tozero")
    return figure


def _add_composites(figure: Figure, table: pd.DataFrame, name: str, marker: dict[str, Any]) -> None:
    figure.add_scatter(
        x=table["phase_b_volume_fraction"].to_numpy(np.float64),
        y=table["capacity_expected_mah_per_g"].to_numpy(np.float64),
        text=[
            subscripted(f"{phase_a} + {phase_b}")
            for phase_a, phase_b in zip(table["phase_a"], table["phase_b"], strict=True)
        ],
        hovertemplate="%{text}<br>%{y:.0f} mAh/g, %{x:.2f} B by volume",
        mode="markers",
        name=name,
        marker=marker,
    )


def _segments(places: NDArray[np.float64], ends: Sequence[Sequence[int]]) -> dict[str, list[float | None]]:
    """Return lines between pairs of places as one broken line."""
    return {
        axis: [value for pair in ends for value in (*places[list(pair), number].tolist(), None)]
        for number, axis in enumerate("xy")
    }


def _same(formula: str, other: str) -> bool:
    try:
        return composition_key(formula) == composition_key(other)
    except ValueError:
        return False
