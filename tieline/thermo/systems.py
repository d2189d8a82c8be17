"""Phases as arrays, and the hulls of their chemical systems built from the smallest up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.elements import masses_g_per_mol
from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts
from tieline.thermo.hull import Hull, lower_hull, lower_simplices

System = tuple[str, ...]
"""The elements of a chemical system, sorted."""


PHASE_COLUMNS: tuple[str, ...] = ("phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom")
"""Columns of a phase table that `PhaseArrays` and `grouped_pairs` need."""


@dataclass(frozen=True)
class PhaseArrays:
    """What the thermodynamics need of a phase table, without objects."""

    symbols: System
    """Every element that occurs, sorted; the columns of `fractions`."""

    fractions: NDArray[np.float64]
    """Shape (n_phases, n_symbols): atomic fractions, rows sum to one."""

    formation_energy_ev_per_atom: NDArray[np.float64]
    """Shape (n_phases,)."""

    volume_a3_per_atom: NDArray[np.float64]
    """Shape (n_phases,); NaN where unknown."""

    @classmethod
    def from_table(cls, phases: pd.DataFrame) -> PhaseArrays:
        """Make the arrays of the rows of a phase table, in their order."""
        counts = {formula: element_counts(formula) for formula in phases["formula"].unique()}
        symbols = tuple(sorted({symbol for count in counts.values() for symbol in count}))
        column = {symbol: i for i, symbol in enumerate(symbols)}
        fractions = np.zeros((len(phases), len(symbols)))
        for row, formula in enumerate(phases["formula"]):
            for symbol, amount in counts[formula].items():
                fractions[row, column[symbol]] = amount
        fractions /= fractions.sum(axis=1, keepdims=True)
        return cls(
            symbols=symbols,
            fractions=fractions,
            formation_energy_ev_per_atom=phases["formation_energy_ev_per_atom"].to_numpy(np.float64),
            volume_a3_per_atom=phases["volume_a3_per_atom"].to_numpy(np.float64),
        )

    @cached_property
    def rows_of_system(self) -> dict[System, NDArray[np.int64]]:
        """Rows of the phases made of exactly the elements of each chemical system."""
        groups: dict[System, list[int]] = {}
        for row, present in enumerate(self.fractions > 0.0):
            groups.setdefault(tuple(s for s, p in zip(self.symbols, present, strict=True) if p), []).append(row)
        return {system: np.array(rows) for system, rows in groups.items()}

    def rows_within(self, system: System) -> NDArray[np.int64]:
        """Return the rows of all phases made of elements of `system`, in the order of the table."""
        sizes = range(1, len(system) + 1)
        parts = [self.rows_of_system.get(part) for size in sizes for part in combinations(sorted(system), size)]
        return np.sort(np.concatenate([np.zeros(0, dtype=np.int64), *(part for part in parts if part is not None)]))

    @cached_property
    def mass_g_per_mol(self) -> NDArray[np.float64]:
        """Mean mass of an atom of each phase, shape (n_phases,)."""
        masses: NDArray[np.float64] = self.fractions @ masses_g_per_mol(self.symbols)
        return masses

    def columns(self, system: System) -> NDArray[np.int64]:
        """Return the columns of `fractions` that hold the elements of `system`, in its order."""
        return np.array([self._column_of[symbol] for symbol in system])

    @cached_property
    def _column_of(self) -> dict[str, int]:
        return {symbol: column for column, symbol in enumerate(self.symbols)}


@dataclass(frozen=True)
class PairGroup:
    """Pairs of one chemical system."""

    elements: System
    """Elements of every pair, sorted."""

    row_a: NDArray[np.int64]
    """Shape (n_pairs,): row of A among the phases."""

    row_b: NDArray[np.int64]
    """Shape (n_pairs,): row of B among the phases."""


def grouped_pairs(pairs: pd.DataFrame, phases: pd.DataFrame) -> tuple[pd.DataFrame, list[PairGroup]]:
    """Return pairs system by system, as a table and as rows of the phases.

    Parameters
    ----------
    pairs : DataFrame
        ``system, phase_a_id, phase_b_id`` and whatever else.
    phases : DataFrame
        ``phase_id``, once each.

    Returns
    -------
    pairs : DataFrame
        The same rows, those of one system together, systems and their pairs in the order in which they first stood.
    groups
        One for each system, pairs in the order of that table.
    """
    rows = pd.Series(np.arange(len(phases)), index=phases["phase_id"])
    places = pairs.groupby("system", sort=False).indices
    ordered = pairs.iloc[np.concatenate([np.zeros(0, dtype=np.int64), *places.values()])]
    row_a, row_b = (rows[ordered[f"phase_{side}_id"]].to_numpy() for side in ("a", "b"))
    ends = np.cumsum([len(own) for own in places.values()], dtype=np.int64)[:-1]
    parts = zip(places, np.split(row_a, ends), np.split(row_b, ends), strict=True) if places else ()
    return ordered, [PairGroup(tuple(sorted(str(name).split("-"))), a, b) for name, a, b in parts]


class SystemHulls:
    """Hulls of chemical systems, each built from its subsystems' stable phases and its own.

    A phase above the hull of its own elements is above the hull of every larger system, so a larger hull needs
    only the stable phases of its subsystems. The stable phases of each system are found once and remembered.

    Parameters
    ----------
    phases
        The phases to choose from.
    """

    def __init__(self, phases: PhaseArrays) -> None:
        self.phases = phases
        self._stable: dict[System, set[int]] = {}

    def hull(self, elements: Iterable[str]) -> tuple[System, Hull]:
        """Return the sorted elements and the hull whose columns they are; its vertices are phase rows.

        Raises
        ------
        PhaseDataError
            If an element has no elemental phase.
        """
        system = tuple(sorted(elements))
        rows, fractions, energies = self._candidates(system)
        hull = lower_hull(fractions, energies)
        return system, replace(hull, vertices=rows[hull.vertices])

    def _candidates(self, system: System) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return rows, fractions and energies of the phases that may be on the hull of `system`."""
        own = self.phases.rows_of_system.get(system)
        if own is None and len(system) == 1:
            raise PhaseDataError(f"no elemental phase of {system[0]} among the phase data")
        candidates = set() if own is None else set(own.tolist())
        if len(system) > 1:
            candidates.update(*(self._stable_rows(smaller) for smaller in combinations(system, len(system) - 1)))
        rows = np.array(sorted(candidates))
        fractions = self.phases.fractions[rows[:, None], self.phases.columns(system)]
        return rows, fractions, self.phases.formation_energy_ev_per_atom[rows]

    def _stable_rows(self, system: System) -> set[int]:
        if system not in self._stable:
            if len(system) > 1 and system not in self.phases.rows_of_system:
                # Without phases of its own a system's stable phases are those of its subsystems.
                parts = (self._stable_rows(smaller) for smaller in combinations(system, len(system) - 1))
                self._stable[system] = set().union(*parts)
            else:
                rows, fractions, energies = self._candidates(system)
                self._stable[system] = set(rows[lower_simplices(fractions, energies)].ravel().tolist())
        return self._stable[system]
