"""By which route the elements of a composite can be brought into one melt, if by any."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.units import ATMOSPHERE_BAR, GAS_CONSTANT_KJ_PER_MOL_K
from tieline.data.transitions import UNKNOWN, Transition, Transitions
from tieline.process.settings import Process

Array = NDArray[np.float64]

MeltingRoute = Literal["melt", "arc melt", "closed vessel", "mechanical alloying only"]

LIQUIDUS_ERROR_FRACTION = 0.2
"""Root mean square of the relative error of the estimated liquidus of compounds that melt congruently."""


class Extremes(NamedTuple):
    """Which element of a set melts last and which boils first."""

    highest_melting_element: str | None
    """None, and all else missing, where a transition temperature is unknown."""

    highest_melting_point_k: float
    lowest_boiling_element: str | None
    lowest_boiling_point_k: float


def extremes(elements: Iterable[str], transitions: Transitions) -> Extremes:
    """Return the highest melting and the lowest boiling point among `elements`."""
    known = {symbol: transitions.get(symbol, UNKNOWN) for symbol in sorted(elements)}
    if any(np.isnan([element.melting_point_k, element.boiling_point_k]).any() for element in known.values()):
        return Extremes(None, np.nan, None, np.nan)
    last = max(known, key=lambda symbol: known[symbol].melting_point_k)
    first = min(known, key=lambda symbol: known[symbol].boiling_point_k)
    return Extremes(last, known[last].melting_point_k, first, known[first].boiling_point_k)


def vapour_pressure_bar(fractions: Array, elements: Iterable[Transition], temperature_k: Array) -> Array:
    """Return the pressure of the vapour over some melts, of all elements together.

    Parameters
    ----------
    fractions : ndarray, shape (n_melts, n_elements)
        Atomic fractions.
    elements
        Boiling of the elements, in the order of the columns.
    temperature_k : ndarray, shape (n_melts,)
        Temperatures of the melts.

    Returns
    -------
    ndarray, shape (n_melts,)
        In bar; NaN where an element lacks its boiling point or enthalpy of vaporisation.

    Notes
    -----
    Raoult's law with that of Clausius and Clapeyron, p_i = x_i (1 atm) exp(L_i / R (1 / T_b,i - 1 / T)). Compounds form
    because elements attract each other, so that the true pressure over their melts is lower.
    """
    boiling = list(elements)
    points = np.array([element.boiling_point_k for element in boiling])
    enthalpies = np.array([element.vaporisation_enthalpy_kj_per_mol for element in boiling])
    with np.errstate(divide="ignore"):
        exponents = enthalpies / GAS_CONSTANT_KJ_PER_MOL_K * (1.0 / points - 1.0 / temperature_k[:, None])
    pressure: Array = ATMOSPHERE_BAR * (fractions * np.exp(exponents)).sum(axis=1)
    return pressure


def melting_routes(liquidus_k: Array, pressure_bar: Array, process: Process) -> pd.Series:
    """Return the route by which each alloy can be melted, missing where liquidus or vapour pressure is unknown.

    ``melt`` in an open crucible, or ``arc melt`` above the crucible's limit, if the melt does not boil at its
    liquidus; ``closed vessel`` if it does, within the limits of pressure and of the crucible; else
    ``mechanical alloying only``.

    Parameters
    ----------
    liquidus_k, pressure_bar : ndarray, shape (n_alloys,)
        Temperature at which the alloy is all liquid, and the vapour pressure over it there.
    process
        Limits of crucible, arc furnace and closed vessel.
    """
    boils, crucible = pressure_bar >= ATMOSPHERE_BAR, liquidus_k <= process.crucible_limit_k
    routes: list[tuple[NDArray[np.bool_], MeltingRoute]] = [
        (~boils & crucible, "melt"),
        (~boils & (liquidus_k <= process.arc_furnace_limit_k), "arc melt"),
        (boils & crucible & (pressure_bar <= process.closed_vessel_limit_bar), "closed vessel"),
    ]
    found = np.select([met for met, _ in routes], [name for _, name in routes], "mechanical alloying only")
    return pd.Series(found, dtype="str").mask(np.isnan(liquidus_k) | np.isnan(pressure_bar))
