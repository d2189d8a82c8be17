"""How every candidate can be made, what is hazardous in it, and what its elements cost, in one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.elements import masses_g_per_mol
from tieline.core.formulas import PLUS, element_counts
from tieline.data.transitions import Transitions, element_transitions
from tieline.process.columns import PROCESS
from tieline.process.criticality import criticality
from tieline.process.hazards import hazards
from tieline.process.melting import melting
from tieline.process.settings import Process

NEEDED_COLUMNS = (
    *CANDIDATE_KEYS,
    "phase_a",
    "phase_b",
    "phase_b2_weight_share",
    "capacity_inert_b_mah_per_g",
)
"""What is needed of the candidates."""


class _PerGram(NamedTuple):
    """Sums over the elements of each formula, per gram of it."""

    atoms_mol: NDArray[np.float64]
    melting_k_mol: NDArray[np.float64]
    usd_per_kg: NDArray[np.float64]


def make_process(candidates: pd.DataFrame, prices: Mapping[str, float], process: Process) -> pd.DataFrame:
    """Return route, liquidus, hazards and cost of each candidate.

    Parameters
    ----------
    candidates : DataFrame
        `NEEDED_COLUMNS` of the candidates.
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
    The liquidus is estimated as the mean of the elements' melting points, weighted by atoms; the cost is that of the
    elements, weighted by mass.
    """
    frame = candidates[list(CANDIDATE_KEYS)].reset_index(drop=True)
    codes, systems = pd.factorize(candidates["system"])
    elements = [system.split("-") for system in systems]
    transitions = element_transitions(sorted({symbol for own in elements for symbol in own}))
    routes = [melting(own, transitions, process) for own in elements]
    table = pd.DataFrame(routes, columns=list(_ROUTE_COLUMNS))
    table["hazards"] = [hazards(own) for own in elements]
    table["criticality"] = [criticality(own) for own in elements]
    for name in table:
        frame[name] = table[name].array.take(codes)
    w = candidates["phase_b_weight_fraction"].to_numpy(np.float64)
    share = candidates["phase_b2_weight_share"].fillna(0.0).to_numpy(np.float64)
    of_b = candidates["phase_b"].str.split(PLUS, regex=False)
    a = _per_gram(candidates["phase_a"], transitions, prices)
    first, last = (_per_gram(of_b.str[place], transitions, prices) for place in (0, -1))
    b = _PerGram(*((1.0 - share) * one + share * other for one, other in zip(first, last, strict=True)))
    mixed = _PerGram(*((1.0 - w) * of_a + w * of_b for of_a, of_b in zip(a, b, strict=True)))
    frame["liquidus_estimate_k"] = mixed.melting_k_mol / mixed.atoms_mol
    frame["cost_usd_per_kg"] = mixed.usd_per_kg
    # mAh/g is Ah/kg.
    frame["cost_usd_per_ah"] = mixed.usd_per_kg / candidates["capacity_inert_b_mah_per_g"].to_numpy(np.float64)
    return frame[list(PROCESS.names)]


_ROUTE_COLUMNS = (
    "melting_route",
    "highest_melting_element",
    "highest_melting_point_k",
    "lowest_boiling_element",
    "lowest_boiling_point_k",
)


def _per_gram(formulas: pd.Series, transitions: Mapping[str, Transitions], prices: Mapping[str, float]) -> _PerGram:
    codes, unique = pd.factorize(formulas)
    sums = np.array([_sums(element_counts(formula), transitions, prices) for formula in unique]).reshape(-1, 3)
    return _PerGram(*sums[codes].T)


def _sums(
    counts: Mapping[str, int], transitions: Mapping[str, Transitions], prices: Mapping[str, float]
) -> tuple[float, float, float]:
    amounts = np.array(list(counts.values()), dtype=np.float64)
    grams = amounts * masses_g_per_mol(list(counts))
    total = grams.sum()
    melting_k = np.array([transitions[symbol].melting_point_k for symbol in counts])
    price = np.array([prices.get(symbol, np.nan) for symbol in counts])
    return float(amounts.sum() / total), float(amounts @ melting_k / total), float(grams @ price / total)
