"""The full cell of every candidate: its voltages, energies and thicknesses in one table."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.parallel import Resources, map_batches
from tieline.full_cell.charge_window import WindowProperties, WindowTask, window_properties
from tieline.full_cell.columns import CELLS
from tieline.full_cell.settings import Cell
from tieline.full_cell.stack import StackEnergy, charge_window, stack_energy
from tieline.lithiation.composite import LithiationTask
from tieline.lithiation.settings import Lithiation
from tieline.thermo.composites import WEIGHT, grouped_composites
from tieline.thermo.phase_arrays import PhaseArrays

SECONDS_PER_SYSTEM = 0.001
"""Typical time for the charge windows of one system on one core."""

PART_NAMES = ("phase_b1_id", "phase_b2_id", "phase_b1_weight_share")

NEEDED_COLUMNS = (
    *CANDIDATE_KEYS,
    *PART_NAMES,
    "capacity_equilibrium_mah_per_g",
    "capacity_inert_b_mah_per_g",
    "density_g_per_cm3",
)
"""What is needed of the candidates."""

log = logging.getLogger(__name__)


def make_cells(
    candidates: pd.DataFrame,
    phases: pd.DataFrame,
    *,
    cell: Cell,
    lithiation: Lithiation,
    resources: Resources,
) -> pd.DataFrame:
    """Return the full cell of each candidate.

    Parameters
    ----------
    candidates : DataFrame
        `NEEDED_COLUMNS` of the candidates.
    phases : DataFrame
        `tieline.thermo.phase_arrays.PHASE_COLUMNS` of the phases.
    cell, lithiation
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `CELLS`, a row per candidate in the same order. Numbers are missing where a
        volume is unknown, and everywhere if the cell works with another ion than the run.
    """
    frame = candidates[list(CANDIDATE_KEYS)].reset_index(drop=True)
    frame["cell_positive_electrode"] = pd.array([cell.positive_electrode] * len(frame), dtype="str")
    frame["cell_electrolyte"] = pd.array([cell.electrolyte] * len(frame), dtype="str")
    if cell.working_ion == lithiation.working_ion:
        within = _windows(candidates, phases, cell=cell, lithiation=lithiation, resources=resources)
        for path in ("", "_inert_b"):
            kind = path.removeprefix("_") or "equilibrium"
            for place, loss in enumerate(("", "_after_loss")):
                energy = stack_energy(
                    cell,
                    capacity_mah_per_g=candidates[f"capacity_{kind}_mah_per_g"].to_numpy(np.float64),
                    density_g_per_cm3=candidates["density_g_per_cm3"].to_numpy(np.float64),
                    negative_voltage_v=within[f"average_voltage{path}_v"][place],
                    volume_change_fraction=within[f"volume_change{path}_fraction"][place],
                    with_loss=bool(loss),
                )
                for name, values in _named(energy, loss, path).items():
                    frame[name] = values
    else:
        log.warning(
            "the cell works with %s, the run with %s: no full cell is computed",
            cell.working_ion,
            lithiation.working_ion,
        )
    return frame.reindex(columns=list(CELLS.names))


def _named(energy: StackEnergy, loss: str, path: str) -> dict[str, NDArray[np.float64]]:
    """Return the columns of one path with or without loss; the negative coating as assembled is the same in both."""
    named = {
        f"cell_average_voltage{loss}{path}_v": energy.average_voltage_v,
        f"cell_energy{loss}{path}_wh_per_kg": energy.wh_per_kg,
        f"cell_energy{loss}{path}_wh_per_l": energy.wh_per_l,
        f"cell_energy{loss}_charged{path}_wh_per_l": energy.charged_wh_per_l,
        f"cell_swelling{loss}{path}_fraction": energy.swelling_fraction,
    }
    return named if loss else named | {f"cell_negative_thickness{path}_um": energy.negative_thickness_um}


def _windows(
    candidates: pd.DataFrame,
    phases: pd.DataFrame,
    *,
    cell: Cell,
    lithiation: Lithiation,
    resources: Resources,
) -> dict[str, NDArray[np.float64]]:
    """Return the composites' voltages and growth without and with loss, each of shape (2, n_candidates)."""
    rows = candidates[["system", "phase_a_id", *PART_NAMES, WEIGHT]].reset_index(drop=True)
    ordered, groups = grouped_composites(rows, phases)
    task = WindowTask(
        LithiationTask(
            phases=PhaseArrays.from_table(phases),
            weight_fractions_b=np.zeros(0),
            ion=lithiation.working_ion,
            charge=lithiation.charge,
            cutoff_v=lithiation.cutoff_v,
        ),
        windows=tuple(charge_window(cell, with_loss=with_loss) for with_loss in (False, True)),
    )
    batches = map_batches(window_properties, task, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    if not batches:
        return {name: np.zeros((2, 0)) for name in WindowProperties.__dataclass_fields__}
    # Back into the order of the candidates.
    place = np.argsort(ordered.index.to_numpy())
    return {
        name: np.concatenate([getattr(batch, name) for batch in batches], axis=1)[:, place, 0]
        for name in WindowProperties.__dataclass_fields__
    }
