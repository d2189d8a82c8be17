"""How every candidate can be made, what is hazardous in it, and what its elements cost, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.elements import masses_g_per_mol
from tieline.data.transitions import UNKNOWN, Transitions
from tieline.process.columns import PROCESS
from tieline.process.criticality import criticality
from tieline.process.hazards import hazards
from tieline.process.melting import LIQUIDUS_ERROR_FRACTION, Extremes, extremes, melting_routes, vapour_pressure_bar
from tieline.process.settings import Process
from tieline.thermo.composites import composite_parts
from tieline.thermo.liquid import Fusion, interaction_ev, liquidus_k, pair_interactions
from tieline.thermo.phase_arrays import PhaseArrays

Array = NDArray[np.float64]

NEEDED_COLUMNS = (
    *CANDIDATE_KEYS,
    "phase_b1_id",
    "phase_b2_id",
    "phase_b2_weight_share",
    "capacity_inert_b_mah_per_g",
)
"""What is needed of the candidates."""

AT_LIQUIDUS: Mapping[str, float] = MappingProxyType(
    {"": 1.0, "_low": 1.0 - LIQUIDUS_ERROR_FRACTION, "_high": 1.0 + LIQUIDUS_ERROR_FRACTION}
)
"""What the ending of a column's name makes of the estimated liquidus."""


def make_process(
    candidates: pd.DataFrame,
    phases: pd.DataFrame,
    transitions: Transitions,
    prices: Mapping[str, float],
    process: Process,
) -> pd.DataFrame:
    """Return route, liquidus, hazards and cost of each candidate.

    Parameters
    ----------
    candidates : DataFrame
        `NEEDED_COLUMNS` of the candidates.
    phases : DataFrame
        `tieline.thermo.phase_arrays.PHASE_COLUMNS` of at least their phases.
    transitions
        Melting and boiling of the elements.
    prices
        US dollars per kilogram of each element; an element may be missing.
    process
        Section of the config.

    Returns
    -------
    DataFrame
        The columns of `PROCESS`, a row per candidate in the same order.

    Notes
    -----
    The liquidus is that of a regular solution against A, the phases of B and the elements (`tieline.thermo.liquid`);
    the cost is that of the elements, weighted by mass.
    """
    frame = candidates[list(CANDIDATE_KEYS)].reset_index(drop=True)
    codes, systems = pd.factorize(frame["system"])
    elements = [tuple(system.split("-")) for system in systems]
    table = pd.DataFrame([extremes(own, transitions) for own in elements], columns=list(Extremes._fields))
    table["hazards"] = [hazards(own) for own in elements]
    table["criticality"] = [criticality(own) for own in elements]
    for name in table:
        frame[name] = table[name].array.take(codes)

    arrays = PhaseArrays.from_table(phases)
    parts = composite_parts(candidates, phases["phase_id"])
    rows = np.column_stack([parts.row_a, parts.rows_b])
    w = candidates["phase_b_weight_fraction"].to_numpy(np.float64)
    weights = np.column_stack([1.0 - w, w[:, None] * parts.weight_shares_b])
    frame["cost_usd_per_kg"] = (weights * _prices_usd_per_kg(arrays, prices)[rows]).sum(axis=1)
    # mAh/g is Ah/kg.
    frame["cost_usd_per_ah"] = frame["cost_usd_per_kg"] / candidates["capacity_inert_b_mah_per_g"].to_numpy(np.float64)

    melts = np.full((len(frame), 1 + len(AT_LIQUIDUS)), np.nan)
    for code, own in enumerate(elements):
        here = codes == code
        melts[here] = _melts(arrays, own, rows[here], weights[here], transitions)
    frame["vapour_pressure_at_liquidus_bar"] = melts[:, 1]
    for (ending, factor), pressure in zip(AT_LIQUIDUS.items(), melts[:, 1:].T, strict=True):
        frame[f"liquidus{ending or '_estimate'}_k"] = melts[:, 0] * factor
        frame[f"melting_route{ending}"] = melting_routes(melts[:, 0] * factor, pressure, process)
    return frame[list(PROCESS.names)]


def _melts(
    phases: PhaseArrays, elements: tuple[str, ...], rows: NDArray[np.int64], weights: Array, transitions: Transitions
) -> Array:
    """Return the liquidus and the vapour pressures at the temperatures of `AT_LIQUIDUS` of one system's candidates.

    `rows` and `weights`, of shape (n_candidates, 3), say what A and the two phases of B are and what they weigh.
    """
    fractions = phases.fractions[rows[..., None], phases.columns(elements)]
    energies = phases.formation_energy_ev_per_atom[rows]
    atoms = weights / phases.mass_g_per_mol[rows]
    x = (atoms[..., None] * fractions).sum(axis=1) / atoms.sum(axis=1)[:, None]
    pure = np.broadcast_to(np.eye(len(elements)), (len(x), len(elements), len(elements)))
    found = liquidus_k(
        Fusion.of(elements, transitions),
        x,
        pair_interactions(fractions, interaction_ev(fractions, energies), atoms[:, None, :])[:, 0],
        np.concatenate([pure, fractions], axis=1),
        np.column_stack([np.zeros_like(x), energies]),
    )
    boiling = [transitions.get(symbol, UNKNOWN) for symbol in elements]
    pressures = [vapour_pressure_bar(x, boiling, found * factor) for factor in AT_LIQUIDUS.values()]
    return np.column_stack([found, *pressures])


def _prices_usd_per_kg(phases: PhaseArrays, prices: Mapping[str, float]) -> Array:
    """Return the cost of each phase's elements, NaN where one has no price."""
    mass_fractions = phases.mol_per_g * masses_g_per_mol(phases.symbols)
    of_elements = np.array([prices.get(symbol, np.nan) for symbol in phases.symbols])
    cost: Array = np.where(mass_fractions > 0.0, mass_fractions * of_elements, 0.0).sum(axis=1)
    return cost
