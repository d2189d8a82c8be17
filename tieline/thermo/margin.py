"""How far a compound may rise in energy before its tie-line breaks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tieline.thermo.composites import CompositeGroup
from tieline.thermo.hull import TIE_EV_PER_ATOM, lower_hull
from tieline.thermo.phase_arrays import SAME_COMPOSITION, PhaseArrays, System


def tie_line_margins_ev_per_atom(phases: PhaseArrays, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return by how much a compound of each composite may rise before its phases cease to coexist.

    Parameters
    ----------
    phases
        All phases of the run.
    groups
        Composites by chemical system.

    Returns
    -------
    ndarray, shape (n_composites,)
        In eV per atom of that compound, all groups in order; of several compounds the smallest margin counts. Negative
        exactly where the phases do not coexist: by how much the compound would have to sink.

    Notes
    -----
    With X the compound, Y the other phases and the hull of all compositions but X's: the energy at X of the planes of
    those facets that touch Y, the highest of them, less the energy of X. This is the decomposition energy of X in
    contact with as much Y as it wants; equally, the competing phases may sink by as much for each atom of X that they
    would replace. Elements do not move. Several phases Y are touched where their equal mixture is. Polymorphs above X
    do not break its tie-line; X above another polymorph has to sink at least that far.
    """
    margins: list[float] = []
    for group in groups:
        compounds = _Compounds(phases, group.elements)
        margins += [compounds.margin_ev_per_atom(row) for row in np.column_stack([group.row_a, group.rows_b]).tolist()]
    return np.array(margins, dtype=np.float64)


class _Compounds:
    """The compositions of one chemical system, each with its lowest phase."""

    def __init__(self, phases: PhaseArrays, elements: System) -> None:
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
        self._planes: dict[int, NDArray[np.float64]] = {}

    def margin_ev_per_atom(self, rows: Sequence[int]) -> float:
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

    def _find(self, row: int) -> tuple[int, float]:
        """Return which composition a phase has, and its own energy."""
        place = int(np.flatnonzero(self._rows == row)[0])
        return int(self._place[place]), float(self._energy_of_row[place])
