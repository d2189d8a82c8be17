"""Up to which temperature two phases coexist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.composites import CompositeGroup
from tieline.thermo.gibbs import ELEMENTAL, GibbsModel
from tieline.thermo.hull import lower_hull
from tieline.thermo.mixtures import composite_excess_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays

RESOLUTION_K = 1.0
"""Where a tie-line breaks between two temperatures of the grid is found to this."""

NOT_EVEN_COLDEST_K = 0.0
"""What stands for a tie-line of the 0 K hull that the model breaks at its lowest temperature."""


@dataclass(frozen=True)
class TemperatureSearch:
    """What is needed to follow the tie-lines of any system."""

    phases: PhaseArrays
    """All phases in play."""

    gibbs: GibbsModel
    """Their Gibbs energies."""

    grid_k: tuple[float, ...]
    """Temperatures to look at, rising."""

    weight_fraction_window: tuple[float, float]
    """Smallest and largest weight fraction of B."""

    tolerance_ev_per_atom: float
    """Largest tie-line excess of a coexisting pair."""


def tie_lines_hold_to_k(search: TemperatureSearch, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return the temperature up to which each pair's tie-line holds, all groups in order.

    Returns
    -------
    ndarray, shape (n_pairs,)
        The highest temperature, in K, up to which the tie-line excess stays within the tolerance: the first crossing
        on the grid, refined by bisection to `RESOLUTION_K`, or the grid's last temperature where there is none. 0 for a
        pair above the tolerance at the grid's first temperature already. NaN where A or B is a compound without a
        volume, or a phase of the system has no Gibbs energy.

    Notes
    -----
    The excess is no monotone function of the temperature; a tie-line that breaks and heals within one step of the grid
    is not noticed.
    """
    return np.concatenate([np.zeros(0), *(_System(search, group).holds_to_k() for group in groups)])


class _System:
    """The hulls of one system at any temperature, over all its phases."""

    def __init__(self, search: TemperatureSearch, pairs: CompositeGroup) -> None:
        self.search, self.pairs = search, pairs
        phases = search.phases
        self.rows = phases.rows_within(pairs.elements)
        self.fractions = phases.fractions[self.rows[:, None], phases.columns(pairs.elements)]

    def holds_to_k(self) -> NDArray[np.float64]:
        grid = self.search.grid_k
        found = np.full(len(self.pairs.row_a), grid[-1])
        holding = np.arange(len(found))
        if np.isnan(self.search.gibbs.energies_ev_per_atom(self.rows, grid[0])).any():
            return np.full(len(found), np.nan)
        for number, temperature in enumerate(grid):
            broken = ~self._holds(temperature, holding)
            for pair in holding[broken]:
                found[pair] = self._crossing(pair, grid[number - 1], temperature) if number else NOT_EVEN_COLDEST_K
            holding = holding[~broken]
            if not holding.size:
                break
        found[self._unknown()] = np.nan
        return found

    def _crossing(self, pair: int, holds_k: float, breaks_k: float) -> float:
        while breaks_k - holds_k > RESOLUTION_K:
            middle = (holds_k + breaks_k) / 2.0
            if self._holds(middle, np.array([pair]))[0]:
                holds_k = middle
            else:
                breaks_k = middle
        return holds_k

    def _holds(self, temperature_k: float, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
        search = self.search
        energies = np.full(len(search.phases.fractions), np.nan)
        energies[self.rows] = search.gibbs.energies_ev_per_atom(self.rows, temperature_k)
        excess = composite_excess_ev_per_atom(
            search.phases,
            self.pairs[pairs],
            lower_hull(self.fractions, energies[self.rows]),
            energies,
            weight_fraction_window=search.weight_fraction_window,
        )
        holds: NDArray[np.bool_] = excess <= search.tolerance_ev_per_atom
        return holds

    def _unknown(self) -> NDArray[np.bool_]:
        """Return which pairs hold a compound without a volume of its own."""
        phases = self.search.phases
        elemental = (phases.fractions > ELEMENTAL).any(axis=1)
        unknown: NDArray[np.bool_] = np.isnan(phases.volume_a3_per_atom) & ~elemental
        return unknown[self.pairs.row_a] | unknown[self.pairs.rows_b].any(axis=1)
