"""Furnaces and prices that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.config import load_config
from tieline.core.errors import ConfigError


@pytest.mark.parametrize(
    ("process", "parts"),
    [
        (
            {"crucible_limit_k": 3000, "arc_furnace_limit_k": 2500},
            ["crucible_limit_k 3000.0 is above arc_furnace_limit_k 2500.0"],
        ),
        (
            {"closed_vessel_limit_bar": 0.5},
            ["process.closed_vessel_limit_bar = 0.5", "greater than or equal to 1.01325"],
        ),
        ({"crucible_limit_k": 20}, ["process.crucible_limit_k = 20", "greater than 300"]),
        ({"prices_usd_per_kg": {"ti": 10}}, ["'ti' is no chemical symbol", "did you mean 'Ti'?"]),
        ({"prices_usd_per_kg": {"Ti": 0}}, ["process.prices_usd_per_kg.Ti = 0"]),
    ],
)
def test_impossible_processes(process: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"process": process})
    assert all(part in str(caught.value) for part in parts), str(caught.value)
