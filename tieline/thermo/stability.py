"""How firmly the phases of each composite coexist: against rivals of lower energy and against heat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.parallel import Resources, map_batches
from tieline.data.transitions import UNKNOWN, Transitions
from tieline.thermo.composites import CompositeGroup, grouped_composites
from tieline.thermo.margin import tie_line_margins_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Uncertainty
from tieline.thermo.temperature import ROOM_TEMPERATURE_K, CoexistenceLimits, coexistence_limits, first_liquids_k

SECONDS_PER_SYSTEM = 0.001
"""Typical time for the hulls of one system on one core."""

SECONDS_PER_PAIR = 0.002
"""Typical time for what each pair takes beside that."""

NO_FUSION_DATA = "no melting point or enthalpy of fusion of {}"

MAY_MELT_COLD = f"within the errors of the model A + B may melt below {ROOM_TEMPERATURE_K:g} K"

MAY_REACT_COLD = (
    f"within the errors of energies and entropies other solids may replace A + B below {ROOM_TEMPERATURE_K:g} K"
)


@dataclass(frozen=True)
class StabilityTask:
    """What every system of a run has in common."""

    phases: PhaseArrays
    """All phases of the run."""

    transitions: Transitions
    """Melting of the elements."""


def stability_of(task: StabilityTask, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return margin and `first_liquids_k`, shape (n_composites, 4), all groups in order."""
    margins = tie_line_margins_ev_per_atom(task.phases, groups)
    return np.column_stack([margins, first_liquids_k(task.phases, task.transitions, groups)])


def with_stability(
    composites: pd.DataFrame,
    phases: pd.DataFrame,
    transitions: Transitions,
    *,
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
    uncertainty
        Section of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        `composites` with the columns of `tieline.thermo.columns.STABILITY_COLUMNS`, those of one system together.
    """
    ordered, groups = grouped_composites(composites, phases)
    task = StabilityTask(PhaseArrays.from_table(phases), transitions)
    pairs_per_system = len(composites) / max(1, len(groups))
    seconds = SECONDS_PER_SYSTEM + pairs_per_system * SECONDS_PER_PAIR
    batches = map_batches(stability_of, task, groups, resources=resources, item_s=seconds)
    values = np.concatenate([np.zeros((0, 4)), *batches])
    margin = values[:, 0]
    limits = coexistence_limits(
        values[:, 1:],
        excess_ev_per_atom=ordered["tie_line_excess_ev_per_atom"].to_numpy(np.float64),
        margin_ev_per_atom=margin,
        error_ev_per_atom=uncertainty.sigma_ev_per_atom,
    )
    return ordered.reset_index(drop=True).assign(
        tie_line_margin_ev_per_atom=margin,
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
