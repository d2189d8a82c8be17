"""Columns of the process: units, names, and which way is better."""

from __future__ import annotations

import pytest

from tieline.core.columns import Column
from tieline.process.columns import PROCESS_COLUMNS

UNITS = {"_usd_per_kg": "USD/kg", "_usd_per_ah": "USD/Ah", "_k": "K", "_fraction": "1", "_bar": "bar"}


@pytest.mark.parametrize("column", PROCESS_COLUMNS, ids=lambda column: column.name)
def test_units_are_those_of_the_name(column: Column) -> None:
    assert column.unit == next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
    assert bool(column.unit) == (column.decimals is not None)


def test_cost_is_better_lower() -> None:
    better = {column.name: column.better for column in PROCESS_COLUMNS if column.better}
    assert better == {"cost_usd_per_kg": "lower", "cost_usd_per_ah": "lower"}
