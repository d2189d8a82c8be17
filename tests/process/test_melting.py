"""Melting routes of known systems, and transition temperatures against the handbook."""

from __future__ import annotations

import math

import pytest

from tieline.data.transitions import element_transitions
from tieline.process.melting import Melting, melting
from tieline.process.settings import Process

# CRC Handbook of Chemistry and Physics, 97th ed.: melting and boiling point in degrees Celsius.
CRC_C = {
    "Si": (1414, 3265),
    "Sn": (231.93, 2602),
    "Zn": (419.53, 907),
    "Ti": (1668, 3287),
    "Ni": (1455, 2913),
    "Fe": (1538, 2861),
    "Cu": (1084.62, 2560),
    "Mg": (650, 1090),
    "Hg": (-38.829, 356.62),
    "Cd": (321.07, 767),
    "Mn": (1246, 2061),
    "W": (3422, 5555),
    "Al": (660.32, 2519),
    "Pr": (931, 3520),
}


def route(*symbols: str, **limits: float) -> Melting:
    return melting(symbols, element_transitions(symbols), Process(**limits))


@pytest.mark.parametrize("symbol", list(CRC_C))
def test_transitions_are_those_of_the_handbook(symbol: str) -> None:
    melts, boils = element_transitions([symbol])[symbol]
    assert melts == pytest.approx(CRC_C[symbol][0] + 273.15, abs=5.0)
    assert boils == pytest.approx(CRC_C[symbol][1] + 273.15, abs=5.0)


def test_silicon_and_titanium_melt_in_a_crucible() -> None:
    assert route("Si", "Ti") == ("melt", "Ti", 1941.0, "Si", 3538.0)


def test_silicon_and_zirconium_take_the_arc_furnace() -> None:
    """Zirconium melts at 1854 C, above the crucible's 2000 K."""
    assert route("Si", "Zr").route == "arc melt"
    assert route("Si", "Zr", crucible_limit_k=2200.0).route == "melt"


def test_zinc_boils_before_titanium_melts() -> None:
    found = route("Zn", "Ti")
    assert found.route == "mechanical alloying only"
    assert (found.highest_melting_element, found.lowest_boiling_element) == ("Ti", "Zn")


def test_magnesium_boils_before_silicon_melts_but_not_before_tin() -> None:
    assert route("Si", "Mg").route == "mechanical alloying only"
    assert route("Sn", "Mg").route == "melt"


def test_tungsten_melts_beyond_a_weak_arc() -> None:
    """Beside tin, which boils at 2875 K, it is out of reach anyway."""
    assert route("Sn", "W").route == "mechanical alloying only"
    assert route("Mo", "W").route == "arc melt"
    assert route("Mo", "W", arc_furnace_limit_k=3600.0).route == "mechanical alloying only"


def test_carbon_sublimes_before_it_melts() -> None:
    assert route("Si", "C").route == "mechanical alloying only"


def test_limits_are_inclusive_and_boiling_is_not() -> None:
    transitions = element_transitions(["Ti", "Zn"])
    at_the_limit = melting(["Ti"], transitions, Process(crucible_limit_k=1941.0))
    assert at_the_limit.route == "melt"
    tied = {"Ti": transitions["Ti"], "Zn": transitions["Zn"]._replace(boiling_point_k=1941.0)}
    assert melting(["Ti", "Zn"], tied, Process()).route == "mechanical alloying only"


def test_unknown_boiling_point_leaves_the_route_open() -> None:
    found = route("Si", "Bk")
    assert found.route is None
    assert math.isnan(found.lowest_boiling_point_k)
