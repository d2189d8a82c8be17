"""How firmly the phases of each composite coexist: against rivals of lower energy and against heat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.parallel import Resources, map_batches
from tieline.thermo.columns import STABILITY_COLUMNS
from tieline.thermo.composites import CompositeGroup, grouped_composites
from tieline.thermo.gibbs import GibbsModel, element_data
from tieline.thermo.margin import tie_line_margins_ev_per_atom
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Coexistence, CompositeGrid, Temperature
from tieline.thermo.temperature import TemperatureSearch, tie_lines_hold_to_k

SECONDS_PER_SYSTEM = 0.005
"""Typical time for the hulls of one system at all temperatures on one core."""

SECONDS_PER_PAIR = 0.0002
"""Typical time for what each pair takes beside that."""


@dataclass(frozen=True)
class StabilityTask:
    """What every system of a run has in common."""

    phases: PhaseArrays
    """All phases in play."""

    temperature: TemperatureSearch
    """Where to look for the end of a tie-line."""


def stability_of(task: StabilityTask, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return the columns of `STABILITY_COLUMNS`, shape (n_composites, n_columns), all groups in order."""
    margins = tie_line_margins_ev_per_atom(task.phases, groups)
    holds_to_k = tie_lines_hold_to_k(task.temperature, groups)
    return np.column_stack([margins, holds_to_k])


def with_stability(
    composites: pd.DataFrame,
    phases: pd.DataFrame,
    *,
    coexistence: Coexistence,
    temperature: Temperature,
    composition: CompositeGrid,
    resources: Resources,
) -> pd.DataFrame:
    """Return composites with how firmly their phases coexist.

    Parameters
    ----------
    composites : DataFrame
        What `find_pairs` and `find_mixtures` return, one below the other.
    phases : DataFrame
        Phase table, formation energies against the reference states.
    coexistence, temperature, composition
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        `composites` with the columns of `STABILITY_COLUMNS`, those of one system together.
    """
    arrays = PhaseArrays.from_table(phases)
    ordered, groups = grouped_composites(composites, phases)
    window = composition.phase_b_weight_fraction
    task = StabilityTask(
        phases=arrays,
        temperature=TemperatureSearch(
            phases=arrays,
            gibbs=GibbsModel.of(arrays, element_data(arrays.symbols)),
            grid_k=temperature.grid_k,
            weight_fraction_window=(window.min, window.max),
            tolerance_ev_per_atom=coexistence.tolerance_ev_per_atom,
        ),
    )
    pairs_per_system = len(composites) / max(1, len(groups))
    seconds = SECONDS_PER_SYSTEM + pairs_per_system * SECONDS_PER_PAIR
    batches = map_batches(stability_of, task, groups, resources=resources, item_s=seconds)
    names = [column.name for column in STABILITY_COLUMNS]
    values = np.concatenate([np.zeros((0, len(names))), *batches])
    return ordered.reset_index(drop=True).assign(**dict(zip(names, values.T, strict=True)))
