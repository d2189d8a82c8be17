"""The hulls of chemical systems, built from the smallest up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from tieline.core.errors import PhaseDataError
from tieline.thermo.hull import Hull, lower_hull, lower_simplices
from tieline.thermo.phase_arrays import PhaseArrays, System


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
