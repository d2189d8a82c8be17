"""Which computed phases to believe where they contradict what is reported."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tieline.data import DATA
from tieline.thermo.hull import lower_hull

CONTRADICTION_EV_PER_ATOM = 0.1
"""An unreported structure that puts a reported compound this far above the hull is not believed."""


@cache
def systems_without_compounds() -> frozenset[tuple[str, ...]]:
    """Return the chemical systems, sorted symbols each, in which assessed phase diagrams show no compound."""
    text = (DATA / "compounds/without_compounds.csv").read_text(encoding="utf-8")
    return frozenset(tuple(row["elements"].split("-")) for row in csv.DictReader(text.splitlines()))


def plausible_heights(
    systems: Sequence[tuple[str, ...]],
    elements: Sequence[str],
    fractions: NDArray[np.float64],
    formation_ev_per_atom: NDArray[np.float64],
    reported: NDArray[np.bool_],
    *,
    without_compounds: Collection[tuple[str, ...]] = (),
) -> NDArray[np.float64]:
    """Return each phase's energy above the hull of its chemical system, made of believed phases only.

    Parameters
    ----------
    systems
        Sorted symbols of each phase.
    elements
        Symbols of the columns of `fractions`.
    fractions : ndarray, shape (n_phases, n_elements)
        Atomic fractions.
    formation_ev_per_atom : ndarray, shape (n_phases,)
        Formation energies, against the lowest structure of each element among the phases.
    reported : ndarray, shape (n_phases,)
        Whether the phase is a reported compound.
    without_compounds
        Systems that have been assessed and hold no compound; structures that are not reported are not believed there.

    Returns
    -------
    ndarray, shape (n_phases,)
        In eV/atom; infinite for a phase that is not believed.

    Notes
    -----
    A structure nobody has seen, with an energy that would make a reported compound of the same elements unstable by
    more than `CONTRADICTION_EV_PER_ATOM`, is more likely an error of the potential than a discovery. Such structures
    are dropped one by one, the one furthest below the hull of the reported compounds first, until no reported
    compound is that much higher with the rest than without.
    """
    heights = np.full(len(systems), np.inf)
    for system in sorted(set(systems), key=lambda symbols: (len(symbols), symbols)):
        own = np.array([row for row, other in enumerate(systems) if other == system])
        below = [row for row, other in enumerate(systems) if set(other) < set(system) and np.isfinite(heights[row])]
        columns = [elements.index(symbol) for symbol in system]
        x, energies, seen = fractions[own][:, columns], formation_ev_per_atom[own], reported[own]
        ground = np.vstack([np.eye(len(system)), fractions[below][:, columns]])
        ground_energies = np.concatenate([np.zeros(len(system)), formation_ev_per_atom[below]])
        without = _above(x, energies, seen, ground, ground_energies)
        left = seen | (system not in without_compounds)
        while True:
            above = _above(x, energies, left, ground, ground_energies)
            contradicted = (seen & (above - np.maximum(without, 0.0) > CONTRADICTION_EV_PER_ATOM)).any()
            suspects = np.where(left & ~seen & (without < 0), without, np.inf)
            if not contradicted or not np.isfinite(suspects).any():
                break
            left[suspects.argmin()] = False
        heights[own[left]] = above[left]
    return heights


def _above(
    fractions: NDArray[np.float64],
    energies: NDArray[np.float64],
    members: NDArray[np.bool_],
    ground: NDArray[np.float64],
    ground_energies: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return all phases' energies above the hull of the `members` among them and of the `ground` phases."""
    hull = lower_hull(np.vstack([ground, fractions[members]]), np.concatenate([ground_energies, energies[members]]))
    above: NDArray[np.float64] = energies - hull.energies_ev(fractions)
    return above
