"""Activity and capacity as expected against what was measured, on any phase data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import element_counts
from tieline.evaluation.measured.activity_fit import leave_one_out
from tieline.lithiation.composite import Hosts, LithiationTask, host_properties
from tieline.lithiation.expected import PartHosts, expected_properties
from tieline.lithiation.reactivity import ION, reactivity
from tieline.lithiation.settings import ReactivityRule
from tieline.thermo.phase_arrays import PhaseArrays, atomic_fractions

WITHIN_FRACTION = 0.25
"""Relative error up to which an expected capacity agrees with a measured one."""

COMPUTED = (
    "phase_b_reaction_probability",
    "capacity_inert_b_mah_per_g",
    "capacity_stable_b_mah_per_g",
    "capacity_equilibrium_mah_per_g",
    "capacity_expected_mah_per_g",
)
"""What is computed of a material whose capacity was measured."""


def evaluate_activity(
    phases: pd.DataFrame, measured: Path, settings: ReactivityRule, *, cutoff_v: float
) -> pd.DataFrame:
    """Compare which compounds take up lithium at room temperature with what the model says.

    Parameters
    ----------
    phases : DataFrame
        Phase table of a run: the phases that can form in a cell, energies against the reference states.
    measured
        CSV file: ``compound, host, measured_class`` (active, weak or inactive) and their sources.
    settings
        How it is decided which phases react.
    cutoff_v
        Voltage against lithium metal at which uptake ends.

    Returns
    -------
    DataFrame
        One row per compound whose elements the phase data hold: its row of the file, ``skeleton_fraction,
        homologous_temperature, reaction_energy_ev_per_atom, skeleton_load_per_ev``; ``probability, agrees`` from the
        parameters that ship with tieline; ``probability_leave_one_out, agrees_leave_one_out`` from parameters fitted
        to all other rows, empty where those are too few. Weak compounds count as inactive.

    Raises
    ------
    PhaseDataError
        If lithium has no elemental phase.
    """
    arrays = PhaseArrays.from_table(phases)
    table = pd.read_csv(measured, comment="#")
    is_covered = np.array([_covered(arrays, formula) for formula in table["compound"]], dtype=np.bool_)
    table = table[is_covered].reset_index(drop=True)
    fractions = np.array([atomic_fractions(formula, arrays.symbols) for formula in table["compound"]], dtype=np.float64)
    fractions = fractions.reshape(len(table), len(arrays.symbols))
    found = reactivity(
        arrays,
        fractions,
        ion=ION,
        charge=1,
        cutoff_v=cutoff_v,
        known_probabilities=settings.known_probabilities,
    )
    active = (table["measured_class"] == "active").to_numpy()
    without = leave_one_out(found.skeleton_load_per_ev, active)
    threshold = settings.reacts_from_probability
    return table.assign(
        **vars(found),
        agrees=(found.probability >= threshold) == active,
        probability_leave_one_out=without,
        agrees_leave_one_out=pd.Series((without >= threshold) == active, dtype="boolean").mask(np.isnan(without)),
    )


def evaluate_capacities(
    phases: pd.DataFrame, measured: Path, settings: ReactivityRule, *, cutoff_v: float
) -> pd.DataFrame:
    """Compare expected capacities with measured ones.

    Parameters
    ----------
    phases, settings, cutoff_v
        As for `evaluate_activity`.
    measured
        CSV file: ``name, phase_a`` (empty for a compound alone), ``phase_b, phase_b_weight_fraction,
        measured_mah_per_g`` and their sources.

    Returns
    -------
    DataFrame
        One row per material whose elements the phase data hold: its row of the file,
        ``phase_b_reaction_probability, capacity_inert_b_mah_per_g, capacity_stable_b_mah_per_g,
        capacity_equilibrium_mah_per_g, capacity_expected_mah_per_g, relative_error`` (expected over measured, less
        one) and ``agrees``.

    Raises
    ------
    PhaseDataError
        If lithium has no elemental phase.
    """
    arrays = PhaseArrays.from_table(phases)
    table = pd.read_csv(measured, comment="#")
    # A compound alone is a composite without A.
    formulas = table[["phase_a", "phase_b"]].assign(phase_a=table["phase_a"].fillna(table["phase_b"]))
    covered = [_covered(arrays, *pair) for pair in formulas.itertuples(index=False)]
    table, formulas = table[covered].reset_index(drop=True), formulas[covered]
    rows = [
        _capacities(arrays, (phase_a, phase_b), weight, settings, cutoff_v=cutoff_v)
        for phase_a, phase_b, weight in zip(
            formulas["phase_a"], formulas["phase_b"], table["phase_b_weight_fraction"], strict=True
        )
    ]
    table = table.join(pd.DataFrame(rows, columns=list(COMPUTED), dtype=np.float64))
    error = table["capacity_expected_mah_per_g"] / table["measured_mah_per_g"] - 1.0
    return table.assign(relative_error=error, agrees=error.abs() <= WITHIN_FRACTION)


def _capacities(
    arrays: PhaseArrays, pair: tuple[str, str], weight_b: float, settings: ReactivityRule, *, cutoff_v: float
) -> dict[str, float]:
    fractions = np.stack([atomic_fractions(formula, arrays.symbols) for formula in pair])
    probability = reactivity(
        arrays, fractions, ion=ION, charge=1, cutoff_v=cutoff_v, known_probabilities=settings.known_probabilities
    ).probability
    elements = tuple(sorted({symbol for formula in pair for symbol in element_counts(formula)}))
    mol_per_g = fractions / (fractions @ masses_g_per_mol(arrays.symbols))[:, None]
    unknown = np.full((1, 2), np.nan)
    mixture = PartHosts(elements, np.array([[1.0 - weight_b, weight_b]]), mol_per_g[None], unknown, probability[None])
    task = LithiationTask(arrays, np.array([weight_b]), ION, 1, cutoff_v)
    expected = expected_properties(task, [mixture], reacts_from_probability=settings.reacts_from_probability)
    limits = host_properties(
        task,
        [Hosts(elements, mol_per_g[:1], mol_per_g[1:], unknown[0, :1], unknown[0, 1:], np.array([[weight_b]]))],
    )
    return {
        "phase_b_reaction_probability": float(probability[1]),
        **{
            f"capacity_{kind}_mah_per_g": float(getattr(limits, f"capacity_{kind}_mah_per_g")[0])
            for kind in ("inert_b", "stable_b", "equilibrium")
        },
        "capacity_expected_mah_per_g": float(expected.capacity_expected_mah_per_g[0]),
    }


def _covered(arrays: PhaseArrays, *formulas: str) -> bool:
    return all((symbol,) in arrays.rows_of_system for formula in formulas for symbol in element_counts(formula))
