"""Random chemical systems, and the judges of their hulls: pymatgen and linear programming."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.core import Composition, Element
from pymatgen.entries.computed_entries import ComputedEntry
from scipy.optimize import linprog

from tieline.thermo.hull import lower_hull

SYMBOLS = ("Al", "Cu", "Li", "Si", "Ti")

COARSE = st.integers(-5, 1).map(lambda n: n / 10)
"""Energies in eV/atom of which many are equal, zero, or on one plane."""

FINE = st.floats(-1.0, 0.2).map(lambda x: round(x, 5))
"""Energies in eV/atom of which hardly any tie."""


STABLE = st.floats(-1.0, -0.2).map(lambda x: round(x, 5))
"""Energies of compounds of which many coexist."""


@dataclass(frozen=True)
class Phases:
    """Phases of one chemical system; the elements at zero energy come first."""

    counts: NDArray[np.int64]
    energies: NDArray[np.float64]

    @property
    def fractions(self) -> NDArray[np.float64]:
        return self.counts / self.counts.sum(axis=1, keepdims=True)

    @property
    def symbols(self) -> tuple[str, ...]:
        return SYMBOLS[: self.counts.shape[1]]

    @property
    def formulas(self) -> list[str]:
        return ["".join(f"{s}{n}" for s, n in zip(self.symbols, row, strict=True) if n) for row in self.counts.tolist()]

    def with_elements(self) -> Phases:
        """Return these phases behind one elemental phase of each element."""
        n = self.counts.shape[1]
        return Phases(np.vstack([np.eye(n, dtype=int), self.counts]), np.append(np.zeros(n), self.energies))


def random_phases(
    energies: st.SearchStrategy[float], *, n_elements: tuple[int, int] = (2, 5), max_size: int = 14
) -> st.SearchStrategy[Phases]:
    """Draw systems of the elements and up to `max_size` phases; no elemental phase is below the elements."""

    def of(n: int) -> st.SearchStrategy[Phases]:
        counts = st.lists(st.integers(0, 4), min_size=n, max_size=n).filter(any)
        return st.lists(st.tuples(counts, energies), max_size=max_size).map(lambda drawn: made(n, drawn))

    def made(n: int, drawn: list[tuple[list[int], float]]) -> Phases:
        values = [abs(energy) if np.count_nonzero(row) == 1 else energy for row, energy in drawn]
        return Phases(np.array([row for row, _ in drawn], dtype=int).reshape(-1, n), np.array(values)).with_elements()

    return st.integers(*n_elements).flatmap(of)


def phase_diagram(phases: Phases) -> PhaseDiagram:
    """Return pymatgen's phase diagram; entry ids are rows of `phases`."""
    entries = [
        ComputedEntry(Composition(formula), energy * atoms, entry_id=row)
        for row, (formula, energy, atoms) in enumerate(
            zip(phases.formulas, phases.energies, phases.counts.sum(axis=1), strict=True)
        )
    ]
    return PhaseDiagram(entries, [Element(symbol) for symbol in phases.symbols])


def composition(phases: Phases, fractions: NDArray[np.float64]) -> Composition:
    """Return `fractions` as pymatgen's composition."""
    return Composition({s: x for s, x in zip(phases.symbols, fractions, strict=True) if x > 0.0})


def lowest_energy(phases: Phases, amounts: NDArray[np.float64]) -> float:
    """Return the energy of the stable mixture at `amounts` by linear programming: the definition of the hull."""
    result = linprog(phases.energies, A_eq=phases.fractions.T, b_eq=amounts)
    return float(result.fun)


def mixtures_on_facets(phases: Phases) -> list[list[int]]:
    """Return the rows of an element and two compounds for every such choice on one facet of the hull."""
    n_elements = len(phases.symbols)
    facets = lower_hull(phases.fractions, phases.energies).vertices.tolist()
    return [
        [a, b1, b2]
        for facet in facets
        for a in facet
        for b1, b2 in combinations(sorted(facet), 2)
        if a < n_elements <= b1 and (phases.counts[[b1, b2]] > 0).sum(axis=1).min() > 1
    ]
