"""Columns of the full cell: units, names, and which way is better."""

from __future__ import annotations

import pytest

from tieline.core.columns import Column
from tieline.full_cell.columns import CELL_COLUMNS

UNITS = {"_wh_per_kg": "Wh/kg", "_wh_per_l": "Wh/L", "_v": "V", "_um": "um", "_fraction": "1"}


@pytest.mark.parametrize("column", CELL_COLUMNS, ids=lambda column: column.name)
def test_units_are_those_of_the_name(column: Column) -> None:
    assert column.unit == next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
    assert bool(column.unit) == (column.decimals is not None)


def test_names_are_unique_and_every_energy_has_a_direction() -> None:
    names = [column.name for column in CELL_COLUMNS]
    assert len(names) == len(set(names))
    assert {"cell_energy_inert_b_wh_per_kg", "cell_energy_after_loss_inert_b_wh_per_l"} <= set(names)
    assert all(column.better == "higher" for column in CELL_COLUMNS if "_wh_per_" in column.name)
