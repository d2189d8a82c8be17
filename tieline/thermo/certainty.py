"""How sure is a tie-line? Its margin, and the probability that it holds though the energies are uncertain.

A tie-line joins A and B where some chemical potentials mu, one per element, satisfy

    mu . a = E_A,    mu . b = E_B,    mu . c_i <= E_i  for every other compound i,

with a, b, c_i the compositions and E the formation energies per atom: a plane through A and B that no phase lies below.
Where B is a mixture, the plane goes through each of its phases. In n elements n - 2 numbers are left free for one phase
B, one fewer for each further phase, so for a binary system the plane is fixed and for a ternary one each compound
bounds a single number from above or below. That is solved for all draws of the energies at once, without any hull.

Polymorphs of one compound are taken to be wrong by the same amount: what density functionals get wrong is the bonding
of unlike atoms more than the order of polymorphs. So the uncertainty belongs to a composition, and of each composition
only the lowest phase can break a tie-line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.composites import CompositeGroup
from tieline.thermo.hull import TIE_EV_PER_ATOM, lower_hull
from tieline.thermo.phase_arrays import PhaseArrays, System

SAME_COMPOSITION = 1e-9
"""Compositions that differ by less than this in every atomic fraction are one."""

PARALLEL = 1e-10
"""Coefficients below this are zero: the compound does not bound that number."""


@dataclass(frozen=True)
class EnergyErrors:
    """How wrong energies may be."""

    sigma_ev_per_atom: float
    """Standard deviation of a compound's formation energy."""

    shared_within_system: float
    """Share of the variance that all compounds of exactly the same elements have in common."""

    draws: int
    """How many sets of errors."""

    seed: int
    """Where the random numbers start."""

    def of_compositions(self, elements: System, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the errors of the energies of some compositions.

        Parameters
        ----------
        elements
            Symbols, sorted.
        fractions : ndarray, shape (n_compositions, n_elements)
            Atomic fractions; rows sum to one.

        Returns
        -------
        ndarray, shape (n_compositions, draws)
            In eV/atom; zero for the elements, which formation energies refer to.

        Notes
        -----
        The numbers depend on the seed and the composition and on nothing else, so that every system and every worker
        sees the same errors.
        """
        errors = np.zeros((len(fractions), self.draws))
        shared = self.shared_within_system
        common: dict[System, NDArray[np.float64]] = {}
        for row, shares in enumerate(fractions):
            present = tuple(symbol for symbol, share in zip(elements, shares, strict=True) if share > 0.0)
            if len(present) == 1:
                continue
            if present not in common:
                common[present] = self._normal("-".join(present))
            own = self._normal(" ".join(f"{s} {x:.9f}" for s, x in zip(present, shares[shares > 0.0], strict=True)))
            errors[row] = np.sqrt(shared) * common[present] + np.sqrt(1.0 - shared) * own
        return errors * self.sigma_ev_per_atom

    def _normal(self, name: str) -> NDArray[np.float64]:
        key = int.from_bytes(blake2b(f"{self.seed} {name}".encode(), digest_size=16).digest(), "big")
        return np.random.Generator(np.random.Philox(key=key)).standard_normal(self.draws)


@dataclass(frozen=True)
class CertaintyTask:
    """What is needed to say how sure the tie-lines of any system are."""

    phases: PhaseArrays
    """All phases in play."""

    errors: EnergyErrors
    """How wrong their energies may be."""


@dataclass(frozen=True)
class Certainty:
    """How sure tie-lines are."""

    margin_ev_per_atom: NDArray[np.float64]
    """Shape (n_pairs,): see `_Compounds.margin_ev_per_atom`."""

    probability: NDArray[np.float64]
    """Shape (n_pairs,): see `_Compounds.probability`."""


def certainty_of(task: CertaintyTask, groups: Sequence[CompositeGroup]) -> Certainty:
    """Return margin and probability of every composite, all groups in order."""
    margins, probabilities = [], []
    for group in groups:
        compounds = _Compounds(task, group.elements)
        for row in np.column_stack([group.row_a, group.rows_b]).tolist():
            margins.append(compounds.margin_ev_per_atom(row))
            probabilities.append(compounds.probability(row))
    return Certainty(np.array(margins, dtype=np.float64), np.array(probabilities, dtype=np.float64))


class _Compounds:
    """The compositions of one chemical system, each with its lowest phase and its errors."""

    def __init__(self, task: CertaintyTask, elements: System) -> None:
        phases = task.phases
        rows = phases.rows_within(elements)
        rows = rows[np.argsort(phases.formation_energy_ev_per_atom[rows], kind="stable")]
        fractions = phases.fractions[rows[:, None], phases.columns(elements)]
        # Rows rise in energy, so the first of each composition is its lowest phase.
        _, first, self._place = np.unique(
            np.round(fractions / SAME_COMPOSITION), axis=0, return_index=True, return_inverse=True
        )
        self._rows = rows
        self._energy_of_row = phases.formation_energy_ev_per_atom[rows]
        self._fractions, self._lowest = fractions[first], self._energy_of_row[first]
        self._elemental = (self._fractions > 0.0).sum(axis=1) == 1
        self._errors = task.errors.of_compositions(elements, self._fractions)
        self._planes: dict[int, NDArray[np.float64]] = {}

    def margin_ev_per_atom(self, rows: Sequence[int]) -> float:
        """Return by how much a compound may rise before its phases cease to coexist, in eV per atom of that compound.

        With X the compound, Y the other phases and the hull of all compositions but X's: the energy at X of the planes
        of those facets that touch Y, the highest of them, less the energy of X. This is the decomposition energy of X
        in contact with as much Y as it wants; equally, the competing phases may sink by as much for each atom of X that
        they would replace. Of several compounds the smallest margin counts; elements do not move. Several phases Y are
        touched where their equal mixture is. Polymorphs above X do not break its tie-line; X above another polymorph
        has to sink at least that far. The margin is negative exactly where the phases do not coexist: by how much the
        compound would have to sink.
        """
        found = [self._find(row) for row in rows]
        rooms = [
            self._room(x, energy, [y for y, _ in (*found[:n], *found[n + 1 :])])
            for n, (x, energy) in enumerate(found)
            if not self._elemental[x]
        ]
        return min(rooms)

    def _room(self, x: int, energy: float, others: Sequence[int]) -> float:
        planes = self._planes_without(x)
        at_others = planes @ self._fractions[others].mean(axis=0)
        touching = at_others >= at_others.max() - TIE_EV_PER_ATOM
        below_polymorphs = self._lowest[x] - energy
        room = float((planes[touching] @ self._fractions[x]).max() - energy)
        return min(room, below_polymorphs) if below_polymorphs < -TIE_EV_PER_ATOM else room

    def _planes_without(self, x: int) -> NDArray[np.float64]:
        """Return the facets of the hull of all compositions but one, made once for each: pairs share compounds."""
        if x not in self._planes:
            others = np.arange(len(self._lowest)) != x
            self._planes[x] = lower_hull(self._fractions[others], self._lowest[others]).chemical_potentials_ev
        return self._planes[x]

    def probability(self, rows: Sequence[int]) -> float:
        """Return the share of draws in which no mixture of other compositions lies below the phases together.

        Energies of elements are without error, as formation energies refer to them. Other polymorphs of the phases do
        not count.
        """
        found = [self._find(row) for row in rows]
        own = [place for place, _ in found]
        ends = self._fractions[own]
        energies = np.array([[energy] for _, energy in found]) + self._errors[own]
        others = np.setdiff1d(np.arange(len(self._lowest)), own)
        fractions = self._fractions[others]
        # Planes through the phases: one of them, and the directions in which it may turn.
        through = np.linalg.pinv(ends)
        free = np.linalg.svd(ends, full_matrices=True).Vh[len(own) :].T
        room = self._lowest[others, None] + self._errors[others] - fractions @ through @ energies
        return float(solvable(fractions @ free, room + TIE_EV_PER_ATOM).mean())

    def _find(self, row: int) -> tuple[int, float]:
        """Return which composition a phase has, and its own energy."""
        place = int(np.flatnonzero(self._rows == row)[0])
        return int(self._place[place]), float(self._energy_of_row[place])


def solvable(coefficients: NDArray[np.float64], bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return for which right-hand sides a set of linear inequalities has a solution.

    Parameters
    ----------
    coefficients : ndarray, shape (n_inequalities, n_unknowns)
        C in ``C x <= bounds``.
    bounds : ndarray, shape (n_inequalities, n_draws)
        One right-hand side per column.

    Returns
    -------
    ndarray of bool, shape (n_draws,)

    Notes
    -----
    Fourier-Motzkin elimination: an unknown that n inequalities bound from above and m from below gives way to n m
    inequalities without it. Exact, and fast for the few unknowns here: none in binary systems, one in ternary ones.
    """
    if coefficients.shape[1] == 0:
        return _all_above_zero(bounds)
    rest, last = coefficients[:, :-1], coefficients[:, -1]
    free, above, below = np.abs(last) < PARALLEL, last >= PARALLEL, last <= -PARALLEL
    upper, lower = (bounds[side] / last[side, None] for side in (above, below))
    if coefficients.shape[1] == 1:
        nothing = np.full((1, bounds.shape[1]), np.inf)
        smallest = np.concatenate([upper, nothing]).min(axis=0)
        largest = np.concatenate([lower, -nothing]).max(axis=0)
        solved: NDArray[np.bool_] = _all_above_zero(bounds[free]) & (largest <= smallest)
        return solved
    i, j = (grid.ravel() for grid in np.meshgrid(np.arange(len(upper)), np.arange(len(lower)), indexing="ij"))
    of_upper, of_lower = (rest[side] / last[side, None] for side in (above, below))
    return solvable(
        np.concatenate([rest[free], of_upper[i] - of_lower[j]]), np.concatenate([bounds[free], upper[i] - lower[j]])
    )


def _all_above_zero(bounds: NDArray[np.float64]) -> NDArray[np.bool_]:
    above: NDArray[np.bool_] = bounds.min(axis=0, initial=np.inf) >= 0.0
    return above
