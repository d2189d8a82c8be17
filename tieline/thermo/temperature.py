"""Up to which temperature the phases of a composite coexist."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.core.units import KJ_PER_MOL_PER_EV
from tieline.data.transitions import Transitions
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.liquid import MIXING_SHARE, MIXING_SHARE_ERROR, Fusion, first_liquid_k
from tieline.thermo.phase_arrays import PhaseArrays

Array = NDArray[np.float64]

ROOM_TEMPERATURE_K = 300.0
"""A composite is taken to coexist here; an estimate that may lie below says nothing."""

REACTION_ENTROPY_ERROR_EV_PER_K = 2e-3 / KJ_PER_MOL_PER_EV
"""2 J/(mol K) of atoms: how far entropies of reaction among alloys are from zero. Assessed entropies of formation of
four Mg-Zn compounds are -1.0 to -3.7 J/(mol K) (P. Liang et al., Thermochim. Acta 314, 87 (1998)), and reactions among
compounds cancel a part of that."""

SHARES = (MIXING_SHARE, MIXING_SHARE + MIXING_SHARE_ERROR, MIXING_SHARE - MIXING_SHARE_ERROR)
"""Shares of mixing that a first liquid is computed with: the estimate, and one standard deviation to both sides."""


@dataclass(frozen=True)
class CoexistenceLimits:
    """Temperatures at which coexistence ends, in K; each array of shape (n_composites,), NaN without data."""

    estimate_k: Array
    """First liquid of A and the phases of B, at most an elemental A's melting point; NaN where `low_k` is below room
    temperature."""

    low_k: Array
    """Lowest value within the errors of the model, of the melt and of the solids; 0 or more."""

    high_k: Array
    """Highest value: the melting point of A, or where A is a compound, the highest first liquid within the errors."""

    solids_hold_to_k: Array
    """Up to where the error of entropies leaves the solids as they are; part of `low_k`."""


def first_liquids_k(phases: PhaseArrays, transitions: Transitions, groups: Sequence[CompositeGroup]) -> Array:
    """Return where composites begin to melt: estimate, lowest and highest value, all groups in order.

    Parameters
    ----------
    phases
        All phases of the run.
    transitions
        Melting of the elements.
    groups
        The composites.

    Returns
    -------
    ndarray, shape (n_composites, 3)
        In K; NaN where an element has no data. The highest value for an elemental A is its melting point, known even
        so, which the others do not exceed.
    """
    return np.concatenate([np.zeros((0, 3)), *(_of_group(phases, transitions, group) for group in groups)])


def coexistence_limits(
    first_liquids: Array,
    *,
    excess_ev_per_atom: Array,
    margin_ev_per_atom: Array,
    error_ev_per_atom: float,
) -> CoexistenceLimits:
    """Return the temperatures up to which composites coexist.

    Parameters
    ----------
    first_liquids : ndarray, shape (n_composites, 3)
        What `first_liquids_k` returns.
    excess_ev_per_atom, margin_ev_per_atom : ndarray, shape (n_composites,)
        Tie-line excess and margin at 0 K.
    error_ev_per_atom
        Error of the energies, which an excess may be due to.

    Notes
    -----
    Solids keep the entropy of their elements, so solids alone do not end coexistence, a melt does. Competing solids may
    end it where the error of a reaction's entropy, which grows with temperature, has used up the margin and what the
    excess leaves of the error of the energies.
    """
    estimate, low, high = first_liquids.T
    headroom = (error_ev_per_atom - excess_ev_per_atom).clip(min=0.0) + margin_ev_per_atom.clip(min=0.0)
    solids_hold_to = headroom / REACTION_ENTROPY_ERROR_EV_PER_K
    # np.minimum passes NaN on.
    low = np.minimum(low, solids_hold_to)
    return CoexistenceLimits(np.where(low < ROOM_TEMPERATURE_K, np.nan, estimate), low, high, solids_hold_to)


def _of_group(phases: PhaseArrays, transitions: Transitions, group: CompositeGroup) -> Array:
    fusion = Fusion.of(group.elements, transitions)
    rows = np.column_stack([group.row_a, group.rows_b])
    fractions = phases.fractions[rows[..., None], phases.columns(group.elements)]
    first = first_liquid_k(fusion, fractions, phases.formation_energy_ev_per_atom[rows], shares=SHARES)
    a = fractions[:, 0]
    melting_a = np.where(a.max(axis=1) == 1.0, fusion.melting_point_k[a.argmax(axis=1)], np.nan)
    high = np.where(np.isnan(melting_a), first.max(axis=0), melting_a)
    # More mixing lowers the first liquid where B's formation energy is negative, and raises it where it is positive.
    return np.column_stack([np.minimum(first[0], high), np.minimum(first.min(axis=0), high), high])
