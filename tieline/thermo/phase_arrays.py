"""Phases as arrays: compositions, energies and volumes without objects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import element_counts
from tieline.core.units import CM3_PER_MOL_PER_A3

System = tuple[str, ...]
"""The elements of a chemical system, sorted."""

PHASE_COLUMNS: tuple[str, ...] = ("phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom")
"""Columns of a phase table that it takes to compute with composites."""

SAME_COMPOSITION = 1e-9
"""Compositions that differ by less than this in every atomic fraction are one."""


def atomic_fractions(formula: str, symbols: System) -> NDArray[np.float64]:
    """Return the atomic fractions of `symbols`, which has every element of `formula`, shape (n_symbols,).

    Examples
    --------
    >>> atomic_fractions("TiSi3", ("Li", "Si", "Ti"))
    array([0.  , 0.75, 0.25])
    """
    counts = element_counts(formula)
    return np.array([counts.get(symbol, 0) for symbol in symbols]) / sum(counts.values())


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

    @cached_property
    def mol_per_g(self) -> NDArray[np.float64]:
        """Mol of each element in a gram of each phase, shape (n_phases, n_symbols)."""
        mol: NDArray[np.float64] = self.fractions / self.mass_g_per_mol[:, None]
        return mol

    @cached_property
    def cm3_per_g(self) -> NDArray[np.float64]:
        """Volume of a gram of each phase, shape (n_phases,); NaN where unknown."""
        volume: NDArray[np.float64] = self.volume_a3_per_atom * CM3_PER_MOL_PER_A3 / self.mass_g_per_mol
        return volume

    def columns(self, system: System) -> NDArray[np.int64]:
        """Return the columns of `fractions` that hold the elements of `system`, in its order."""
        return np.array([self._column_of[symbol] for symbol in system])

    @cached_property
    def _column_of(self) -> dict[str, int]:
        return {symbol: column for column, symbol in enumerate(self.symbols)}
