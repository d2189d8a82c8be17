"""Names and units of the crystallite columns."""

from __future__ import annotations

import pytest

from tieline.core.columns import CANDIDATE_KEYS
from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.microstructure.columns import CRYSTALLITE_COLUMNS

UNITS = {"_nm": "nm", "_k": "K", "_deg": "deg", "_kj_per_mol": "kJ/mol", "_cells": "1"}


@pytest.mark.parametrize("column", CRYSTALLITE_COLUMNS, ids=lambda c: c.name)
def test_units_are_those_of_the_name(column):
    expected = next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
    assert column.unit == expected
    assert bool(column.unit) == (column.decimals is not None)
    assert column.meaning


def test_keys_are_the_candidates_and_the_rest_is_new():
    candidates = {column.name for column in CANDIDATE_COLUMNS}
    assert set(CANDIDATE_KEYS) <= candidates
    assert candidates.isdisjoint(column.name for column in CRYSTALLITE_COLUMNS)
