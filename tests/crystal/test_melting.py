"""Melting points against the CRC Handbook."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.crystal.melting import melting_points_k


def test_handbook_values():
    found = melting_points_k(["Si", "Sn", "Zn", "Ti", "W", "Hg"])
    celsius = {"Si": 1414.0, "Sn": 231.93, "Zn": 419.53, "Ti": 1668.0, "W": 3422.0, "Hg": -38.83}
    assert {symbol: value - 273.15 for symbol, value in found.items()} == pytest.approx(celsius, abs=3.0)


def test_unknown_is_nan():
    assert np.isnan(melting_points_k(["Og"])["Og"])
