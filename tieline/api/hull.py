"""The convex hull of one chemical system."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tieline.core.elements import SYMBOLS
from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.thermo.hull import Hull
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

PRESENT = 1e-9
"""Energies above the hull up to this are rounding."""

SHOWN = ["phase_id", "formula", "formation_energy_ev_per_atom"]


@dataclass(frozen=True)
class SystemHull:
    """Which phases of a chemical system are stable, and which of them coexist.

    Parameters
    ----------
    table : DataFrame
        Phase table.
    elements
        Chemical symbols.

    Raises
    ------
    PhaseDataError
        If a symbol is none, or an element has no elemental phase.
    """

    table: pd.DataFrame = field(repr=False)
    """Phase table."""

    elements: Iterable[str]
    """Its elements; sorted once the hull is made."""

    _arrays: PhaseArrays = field(init=False, repr=False)
    _hull: Hull = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Build the hull."""
        for symbol in self.elements:
            if symbol not in SYMBOLS:
                raise PhaseDataError(f"{symbol!r} is not a chemical symbol{did_you_mean(symbol, SYMBOLS)}")
        arrays = PhaseArrays.from_table(self.table)
        elements, hull = SystemHulls(arrays).hull(set(self.elements))
        for name, value in (("elements", elements), ("_arrays", arrays), ("_hull", hull)):
            object.__setattr__(self, name, value)

    @property
    def stable(self) -> pd.DataFrame:
        """The phases on the hull: ``phase_id, formula, formation_energy_ev_per_atom``."""
        return self.table.iloc[np.unique(self._hull.vertices)][SHOWN].reset_index(drop=True)

    @property
    def energies_above_hull(self) -> pd.DataFrame:
        """All phases of the system with ``energy_above_hull_ev_per_atom``, in the order of the phase table."""
        rows = self._arrays.rows_within(tuple(self.elements))
        fractions = self._arrays.fractions[rows[:, None], self._arrays.columns(tuple(self.elements))]
        above = self._arrays.formation_energy_ev_per_atom[rows] - self._hull.energies_ev(fractions)
        table = self.table.iloc[rows][SHOWN].reset_index(drop=True)
        return table.assign(energy_above_hull_ev_per_atom=np.where(above > PRESENT, above, 0.0))

    @property
    def tie_lines(self) -> pd.DataFrame:
        """The pairs of stable phases that coexist: ``phase_1_id, phase_2_id, phase_1, phase_2``.

        Examples
        --------
        >>> import tieline
        >>> lines = tieline.load_phases().hull("Si-Ti").tie_lines
        >>> (lines["phase_1"] + " - " + lines["phase_2"]).tolist()
        ['Si - TiSi2', 'Ti - Ti5Si3', 'Ti5Si3 - Ti5Si4', 'Ti5Si4 - TiSi', 'TiSi - TiSi2']
        """
        edges = {edge for facet in self._hull.vertices.tolist() for edge in combinations(sorted(facet), 2)}
        first, second = (self.table.iloc[[edge[end] for edge in sorted(edges)]] for end in (0, 1))
        return pd.DataFrame(
            {
                "phase_1_id": first["phase_id"].to_numpy(),
                "phase_2_id": second["phase_id"].to_numpy(),
                "phase_1": first["formula"].to_numpy(),
                "phase_2": second["formula"].to_numpy(),
            }
        )

    def plot(self) -> Figure:
        """Return the hull as a plotly figure: energies over the composition, or the triangle of three elements.

        Raises
        ------
        PhaseDataError
            If it has more than three elements, or one.

        Examples
        --------
        >>> import tieline
        >>> figure = tieline.load_phases().hull("Si-Ti").plot()
        >>> [trace.name for trace in figure.data]
        ['tie-line', 'above the hull', 'stable']
        """
        from tieline.api.figures import plot_hull  # noqa: PLC0415

        return plot_hull(self)
