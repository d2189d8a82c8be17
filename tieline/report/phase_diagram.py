"""Where A and B lie on the phase diagram: the hull of their elements, and the triangle with the working ion."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from tieline.core.formulas import subscripted
from tieline.core.palette import COLOURS
from tieline.report.style import PAGE_IN, save, style
from tieline.thermo.composites import rows_of
from tieline.thermo.hull import Hull
from tieline.thermo.phase_arrays import PHASE_COLUMNS, PhaseArrays
from tieline.thermo.systems import SystemHulls

CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3.0) / 2.0]])
"""Corners of the triangle."""

ABOVE_EV_PER_ATOM = 0.2
"""Phases further above the hull, or above the elements, are not drawn."""

PLAIN: dict[str, Any] = {"boxstyle": "square,pad=0.05", "facecolor": "white", "edgecolor": "none", "alpha": 0.8}
"""What is behind a name within the triangle."""

TIE_LINE: dict[str, Any] = {"color": COLOURS[5], "linewidth": 2.2, "zorder": 3}
"""How the tie-lines of the composite are drawn."""

EN_DASH = "\u2013"
"""What joins the elements of a system in print."""

NAME_WIDTH = 0.12
"""Least distance between names below the hull of two elements, as atomic fraction."""

SPACING = (0.17, 0.07, 0.07)
"""Least distance between names along the bottom, the right and the left side of the triangle, whose sides are 1."""

NEEDED = PHASE_COLUMNS
"""What is needed of the phases."""


def draw_phase_diagram(phases: pd.DataFrame, composite: pd.Series, ion: str, *paths: Path) -> None:
    """Draw the phase diagrams of a composite: of its elements, and with the working ion where that is a triangle.

    Parameters
    ----------
    phases
        `NEEDED` of the phases of the run.
    composite
        ``system, phase_a, phase_b, phase_a_id, phase_b1_id, phase_b2_id``, the last empty where B is one phase; its
        system of two or three elements.
    ion
        The working ion.
    paths
        SVG and PNG files; the same tables give the same bytes.
    """
    ids = composite[["phase_a_id", "phase_b1_id", "phase_b2_id"]].dropna()
    parts = rows_of(ids, phases["phase_id"]).tolist()
    hulls = SystemHulls(PhaseArrays.from_table(phases))
    elements = str(composite["system"]).split("-")
    formulas = phases["formula"].to_numpy(object)
    with style():
        binary = len(elements) == 2
        figure = Figure(figsize=(PAGE_IN, 3.1) if binary else (3.6, 3.3))
        panels = figure.subplots(1, 2, width_ratios=(1.05, 1.0)) if binary else [figure.subplots()]
        if binary:
            _draw_binary(panels[0], hulls, elements, parts, formulas)
        _draw_triangle(panels[-1], hulls, [*elements, ion] if binary else elements, parts, formulas)
        for path in paths:
            save(figure, path)


def _draw_binary(
    axes: Axes,
    hulls: SystemHulls,
    elements: Sequence[str],
    parts: Sequence[int],
    formulas: NDArray[np.object_],
) -> None:
    """Draw formation energies over the atomic fraction of the partner."""
    arrays = hulls.phases
    system, hull = hulls.hull(elements)
    rows = arrays.rows_within(system)
    x = arrays.fractions[rows, arrays.columns(tuple(elements))[1]]
    energy = arrays.formation_energy_ev_per_atom[rows]
    fractions = arrays.fractions[rows[:, None], arrays.columns(system)]
    above = energy - hull.energies_ev(fractions)
    stable = np.isin(rows, hull.vertices)
    axes.axhline(0.0, color="0.7", linewidth=0.6, zorder=0)
    near = ~stable & (above < ABOVE_EV_PER_ATOM) & (energy < 0.0)
    axes.plot(x[near], energy[near], "x", color="0.6", markersize=3.5, label="above the hull")
    order = np.argsort(x[stable])
    axes.plot(x[stable][order], energy[stable][order], "-o", color=COLOURS[0], markersize=4, label="stable")
    ends = [np.flatnonzero(rows == part)[0] for part in parts]
    axes.plot(x[ends], energy[ends], "o-", **TIE_LINE, markersize=5, label="A + B")
    named = np.flatnonzero((stable | np.isin(rows, parts)) & (x > 0.0) & (x < 1.0))
    named = named[np.argsort(x[named], kind="stable")]
    for place, at in zip(named, spread(x[named], NAME_WIDTH).clip(0.07, 0.93), strict=True):
        axes.annotate(
            subscripted(formulas[rows[place]]),
            (at, energy[place]),
            xytext=(0, -5),
            textcoords="offset points",
            ha="center",
            va="top",
            fontsize=6.5,
            fontweight="bold" if rows[place] in parts else "normal",
        )
    axes.set(xlabel=f"atomic fraction of {elements[1]}", ylabel="formation energy (eV per atom)", xlim=(-0.02, 1.02))
    axes.margins(y=0.12)
    axes.legend(loc="best")
    axes.set_title(EN_DASH.join(elements))


def _draw_triangle(
    axes: Axes,
    hulls: SystemHulls,
    elements: Sequence[str],
    parts: Sequence[int],
    formulas: NDArray[np.object_],
) -> None:
    """Draw stable phases and tie-lines on a triangle of three elements, the first at the lower left."""
    arrays = hulls.phases
    _, hull = hulls.hull(elements)
    columns = arrays.columns(tuple(elements))
    place = arrays.fractions[:, columns] @ CORNERS
    for first, second in sorted(_edges(hull)):
        axes.plot(*place[[first, second]].T, color="0.65", linewidth=0.7, zorder=1)
    stable = np.unique(hull.vertices)
    axes.plot(*place[stable].T, "o", color=COLOURS[0], markersize=4, zorder=2)
    for first, second in combinations(parts, 2):
        axes.plot(*place[[first, second]].T, "-o", **TIE_LINE, markersize=5)
    named = np.array(sorted({*stable.tolist(), *parts}))
    _name_phases(axes, arrays.fractions[named][:, columns], formulas[named], np.isin(named, parts))
    axes.set(xlim=(-0.16, 1.16), ylim=(-0.1, 0.98), aspect="equal", anchor="N")
    axes.axis("off")
    axes.set_title(EN_DASH.join(elements))


def _name_phases(
    axes: Axes, fractions: NDArray[np.float64], formulas: NDArray[np.object_], is_part: NDArray[np.bool_]
) -> None:
    """Name phases on a triangle: those on a side beside it, at a distance from each other, the others above them."""
    place = fractions @ CORNERS
    weights = np.where(is_part, "bold", "normal")
    n_elements = (fractions > 0.0).sum(axis=1)
    for corner, (dx, dy, align) in enumerate(((-0.03, 0.0, "right"), (0.03, 0.0, "left"), (0.0, 0.05, "center"))):
        for i in np.flatnonzero((n_elements == 1) & (fractions[:, corner] > 0.0)):
            x, y = place[i] + (dx, dy)
            axes.text(x, y, formulas[i], ha=align, va="center", fontsize=8, fontweight=weights[i])
    # Bottom, right and left side: the corner at which each begins, that at which it ends, and what its phases lack.
    for (start, end, lacks), gap, outward, (ha, va) in zip(
        ((0, 1, 2), (1, 2, 0), (0, 2, 1)),
        SPACING,
        ((0.0, -0.045), (0.05, 0.03), (-0.05, 0.03)),
        (("center", "top"), ("left", "center"), ("right", "center")),
        strict=True,
    ):
        own = np.flatnonzero((n_elements == 2) & (fractions[:, lacks] == 0.0))
        own = own[np.argsort(fractions[own, end], kind="stable")]
        along = spread(fractions[own, end], gap)
        for i, t in zip(own, along, strict=True):
            at = CORNERS[start] * (1.0 - t) + CORNERS[end] * t + outward
            axes.plot(*np.array([place[i], at]).T, color="0.75", linewidth=0.5, zorder=0)
            axes.text(at[0], at[1], subscripted(formulas[i]), ha=ha, va=va, fontsize=6.5, fontweight=weights[i])
    for i in np.flatnonzero(n_elements == 3):
        x, y = place[i] + (0.0, 0.035)
        axes.text(
            x, y, subscripted(formulas[i]), ha="center", fontsize=6.5, fontweight=weights[i], zorder=4, bbox=PLAIN
        )


def spread(places: NDArray[np.float64], gap: float) -> NDArray[np.float64]:
    """Return rising places moved apart to a least distance, as little as that takes in the sum of squares.

    Examples
    --------
    >>> spread(np.array([0.2, 0.5, 0.5, 0.9]), 0.1)
    array([0.2 , 0.45, 0.55, 0.9 ])
    """
    # With the distances taken off, the nearest rising numbers are those of isotonic regression.
    offsets = gap * np.arange(len(places))
    if not len(places):
        return places
    moved: NDArray[np.float64] = isotonic_regression(places - offsets).x + offsets
    return moved


def _edges(hull: Hull) -> Iterable[tuple[int, int]]:
    return {edge for facet in hull.vertices.tolist() for edge in combinations(sorted(facet), 2)}
