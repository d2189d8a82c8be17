"""Which computed phases to believe where they contradict what is reported."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from tieline.core.formulas import composition_key
from tieline.data import DATA
from tieline.thermo.hull import lower_hull
from tieline.thermo.reported import ENANTIOMORPHS, Composition, reported_list

CONTRADICTION_EV_PER_ATOM = 0.1
"""An unreported structure that puts a reported compound this far above the hull is not believed."""


ON_HULL_EV_PER_ATOM = 1e-9
"""Heights below this are zero."""

WITHOUT_COMPOUNDS: tuple[str, ...] = ("without_compounds.csv", "systems_without_compounds.csv")
"""Tables of binaries of lithium, and of Si, Sn and Zn, whose assessed diagrams show no compound."""


@cache
def systems_without_compounds() -> frozenset[tuple[str, ...]]:
    """Return the chemical systems, sorted symbols each, in which assessed phase diagrams show no compound."""
    texts = [(DATA / "compounds" / name).read_text(encoding="utf-8") for name in WITHOUT_COMPOUNDS]
    return frozenset(
        tuple(sorted(row["elements"].split("-"))) for text in texts for row in csv.DictReader(text.splitlines())
    )


def overruled_polymorphs(
    formulas: Sequence[str],
    spacegroups: Sequence[int],
    energies_ev_per_atom: NDArray[np.float64],
    penalty_ev_per_atom: float,
) -> NDArray[np.bool_]:
    """Return which structures lie below the one that is measured at 298 K by less than potentials err.

    Parameters
    ----------
    formulas, spacegroups
        Formula and space-group number of each structure.
    energies_ev_per_atom : ndarray, shape (n_phases,)
        Formation energies.
    penalty_ev_per_atom
        How far a structure has to lie below the measured one to count.

    Returns
    -------
    ndarray of bool, shape (n_phases,)
        False throughout for compounds of which `tieline.thermo.reported` notes no space group, or none of the
        structures has it.
    """
    listed = reported_list().by_composition
    keys = [composition_key(formula) for formula in formulas]
    measured = np.array(
        [
            key in listed and ENANTIOMORPHS.get(number, number) in listed[key].space_groups
            for key, number in zip(keys, spacegroups, strict=True)
        ]
    )
    lowest: dict[Composition, float] = {}
    for row in np.flatnonzero(measured):
        lowest[keys[row]] = min(energies_ev_per_atom[row], lowest.get(keys[row], np.inf))
    below = np.array([lowest.get(key, -np.inf) for key in keys]) - energies_ev_per_atom
    overruled: NDArray[np.bool_] = ~measured & (below > 0) & (below < penalty_ev_per_atom)
    return overruled


def plausible_heights(
    systems: Sequence[tuple[str, ...]],
    elements: Sequence[str],
    fractions: NDArray[np.float64],
    formation_ev_per_atom: NDArray[np.float64],
    reported: NDArray[np.bool_],
    *,
    penalty_ev_per_atom: float,
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
    penalty_ev_per_atom
        Added to the energies of unreported structures before they are compared with the others; with 0 they are not
        compared.
    without_compounds
        Systems that have been assessed and hold no compound; structures that are not reported are not believed there.

    Returns
    -------
    ndarray, shape (n_phases,)
        In eV/atom; infinite for a phase that is not believed.

    Notes
    -----
    An unreported structure is believed where it is stable beside the reported compounds with its energy raised by the
    penalty; another structure of a reported compound has to lie that far below it. Potentials fitted to PBE err by some
    25 meV/atom on intermetallics, and of many structures tried the one with the largest error lies lowest.

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
        raised = energies + np.where(seen, 0.0, penalty_ev_per_atom)
        pool = seen | (system not in without_compounds)
        while True:
            left = pool
            if penalty_ev_per_atom > 0:
                left = seen | (pool & (_above(x, raised, pool, ground, ground_energies) < ON_HULL_EV_PER_ATOM))
            above = _above(x, energies, left, ground, ground_energies)
            contradicted = (seen & (above - np.maximum(without, 0.0) > CONTRADICTION_EV_PER_ATOM)).any()
            suspects = np.where(left & ~seen & (without < 0), without, np.inf)
            if not contradicted or not np.isfinite(suspects).any():
                break
            pool[suspects.argmin()] = False
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
