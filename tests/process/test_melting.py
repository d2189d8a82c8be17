"""Vapour pressures against measured ones, and the routes they leave."""

from __future__ import annotations

import math

import numpy as np
import pytest
from reference_melting import TRANSITIONS

from tieline.process.melting import Extremes, extremes, melting_routes, vapour_pressure_bar
from tieline.process.settings import Process

# C. B. Alcock, V. P. Itkin and M. K. Horrigan, Can. Metall. Q. 23, 309 (1984): A and B of log10(p / atm) = A + B / T
# over the liquid, and a temperature of the fitted range.
ALCOCK = {
    "Li": (5.055, -8023.0, 1000.0),
    "Zn": (5.378, -6286.0, 750.0),
    "Cd": (5.242, -5392.0, 650.0),
    "Hg": (5.116, -3190.0, 400.0),
    "Pb": (4.911, -9701.0, 1200.0),
    "Sn": (5.262, -15332.0, 1850.0),
    "Ag": (5.752, -13827.0, 1600.0),
    "Tl": (5.259, -9037.0, 1100.0),
}


@pytest.mark.parametrize("symbol", list(ALCOCK))
def test_vapour_pressure_is_the_measured_one_to_a_third(symbol: str) -> None:
    a, b, temperature_k = ALCOCK[symbol]
    measured = 1.01325 * 10.0 ** (a + b / temperature_k)
    found = vapour_pressure_bar(np.ones((1, 1)), [TRANSITIONS[symbol]], np.array([temperature_k]))
    assert found == pytest.approx([measured], rel=0.35)


def test_pure_elements_boil_at_one_atmosphere_and_mixtures_follow_raoult() -> None:
    """At zinc's boiling point, 1180.15 K, half of it gives half an atmosphere, and iron next to nothing."""
    elements = [TRANSITIONS["Zn"], TRANSITIONS["Fe"]]
    found = vapour_pressure_bar(np.array([[1.0, 0.0], [0.5, 0.5]]), elements, np.full(2, 1180.15))
    assert found == pytest.approx([1.01325, 0.506625], rel=1e-6)


def test_extremes_of_magnesium_and_silicon() -> None:
    assert extremes(["Si", "Mg"], TRANSITIONS) == ("Si", 1687.15, "Mg", 1363.15)


def test_extremes_without_data_are_missing() -> None:
    found = extremes(["Si", "Bk"], TRANSITIONS)
    assert found == Extremes(None, found.highest_melting_point_k, None, found.lowest_boiling_point_k)
    assert math.isnan(found.highest_melting_point_k)
    assert math.isnan(found.lowest_boiling_point_k)


@pytest.mark.parametrize(
    ("liquidus_k", "pressure_bar", "expected"),
    [
        (1500.0, 0.5, "melt"),
        (2000.0, 1.0, "melt"),
        (2000.1, 1.0, "arc melt"),
        (3773.0, 1.0, "arc melt"),
        (3773.1, 1.0, "mechanical alloying only"),
        (1500.0, 1.01325, "closed vessel"),
        (2000.0, 100.0, "closed vessel"),
        (2000.0, 100.1, "mechanical alloying only"),
        (2000.1, 2.0, "mechanical alloying only"),
    ],
)
def test_routes_at_their_limits(liquidus_k: float, pressure_bar: float, expected: str) -> None:
    assert melting_routes(np.array([liquidus_k]), np.array([pressure_bar]), Process()).tolist() == [expected]


def test_limits_are_configured() -> None:
    liquidus, pressure = np.array([2200.0, 1500.0]), np.array([0.1, 2.0])
    found = melting_routes(liquidus, pressure, Process(crucible_limit_k=2500.0, closed_vessel_limit_bar=1.5))
    assert found.tolist() == ["melt", "mechanical alloying only"]


def test_unknown_liquidus_or_pressure_leaves_the_route_open() -> None:
    found = melting_routes(np.array([np.nan, 1500.0]), np.array([0.1, np.nan]), Process())
    assert found.isna().all()
