"""How firmly the phases of each composite coexist: against errors in the energies and against heat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.parallel import Resources, map_batches
from tieline.data.transitions import UNKNOWN, Transitions
from tieline.thermo.certainty import CertaintyTask, EnergyErrors, certainty_of
from tieline.thermo.composites import CompositeGroup, grouped_composites
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Coexistence, Uncertainty
from tieline.thermo.temperature import ROOM_TEMPERATURE_K, CoexistenceLimits, coexistence_limits, first_liquids_k

SECONDS_PER_SYSTEM = 0.001
"""Typical time for the hulls of one system on one core."""

SECONDS_PER_PAIR = 0.002
"""Typical time for what each pair takes beside that."""

SECONDS_PER_DRAW = 1e-7
"""Typical time for one draw of the energies for one pair."""

NO_FUSION_DATA = "no melting point or enthalpy of fusion of {}"

MAY_MELT_COLD = f"within the errors of the model A + B may melt below {ROOM_TEMPERATURE_K:g} K"

MAY_REACT_COLD = (
    f"within the errors of energies and entropies other solids may replace A + B below {ROOM_TEMPERATURE_K:g} K"
)


@dataclass(frozen=True)
class StabilityTask:
    """What every system of a run has in common."""

    certainty: CertaintyTask
    """The phases, and how wrong their energies may be."""

    transitions: Transitions
    """Melting of the elements."""


def stability_of(task: StabilityTask, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return margin, probability and `first_liquids_k`, shape (n_composites, 5), all groups in order."""
    certainty = certainty_of(task.certainty, groups)
    first_liquids = first_liquids_k(task.certainty.phases, task.transitions, groups)
    return np.column_stack([certainty.margin_ev_per_atom, certainty.probability, first_liquids])


def with_stability(
    composites: pd.DataFrame,
    phases: pd.DataFrame,
    transitions: Transitions,
    *,
    coexistence: Coexistence,
    uncertainty: Uncertainty,
    resources: Resources,
) -> pd.DataFrame:
    """Return composites with how firmly their phases coexist.

    Parameters
    ----------
    composites : DataFrame
        What `find_pairs` and `find_mixtures` return, one below the other.
    phases : DataFrame
        Phase table, formation energies against the reference states.
    transitions
        Melting of the elements.
    coexistence, uncertainty
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        `composites` with the columns of `tieline.thermo.columns.STABILITY_COLUMNS`, those of one system together.
    """
    ordered, groups = grouped_composites(composites, phases)
    errors = EnergyErrors(**uncertainty.model_dump())
    task = StabilityTask(CertaintyTask(PhaseArrays.from_table(phases), errors), transitions)
    pairs_per_system = len(composites) / max(1, len(groups))
    seconds = SECONDS_PER_SYSTEM + pairs_per_system * (SECONDS_PER_PAIR + uncertainty.draws * SECONDS_PER_DRAW)
    batches = map_batches(stability_of, task, groups, resources=resources, item_s=seconds)
    values = np.concatenate([np.zeros((0, 5)), *batches])
    margin, probability = values[:, :2].T
    limits = coexistence_limits(
        values[:, 2:],
        excess_ev_per_atom=ordered["tie_line_excess_ev_per_atom"].to_numpy(np.float64),
        margin_ev_per_atom=margin,
        tolerance_ev_per_atom=coexistence.tolerance_ev_per_atom,
    )
    return ordered.reset_index(drop=True).assign(
        tie_line_margin_ev_per_atom=margin,
        coexistence_probability=probability,
        max_coexistence_temperature_k=limits.estimate_k,
        max_coexistence_temperature_low_k=limits.low_k,
        max_coexistence_temperature_high_k=limits.high_k,
        max_coexistence_temperature_undecided=_undecided(limits, ordered["system"], transitions),
    )


def _undecided(
    limits: CoexistenceLimits, systems: pd.Series, transitions: Transitions
) -> pd.api.extensions.ExtensionArray:
    """Return why there is no estimate; empty where there is one."""
    cold = np.where(limits.solids_hold_to_k < ROOM_TEMPERATURE_K, MAY_REACT_COLD, MAY_MELT_COLD)
    reasons = np.where(np.isnan(limits.estimate_k), cold, "").astype(object)
    for place in np.flatnonzero(np.isnan(limits.low_k)):
        known = {symbol: transitions.get(symbol, UNKNOWN) for symbol in systems.iloc[place].split("-")}
        lacking = [symbol for symbol, element in known.items() if np.isnan(element.fusion_entropy_kj_per_mol_k)]
        reasons[place] = NO_FUSION_DATA.format(" and ".join(lacking))
    return pd.array(reasons, dtype="str")
