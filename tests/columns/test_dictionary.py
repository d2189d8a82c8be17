"""The column dictionary and the printing of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.columns.assemblages import ASSEMBLAGE_COLUMNS, SHARED_NAMES
from tieline.columns.candidates import CANDIDATE_COLUMNS
from tieline.columns.column import Column, as_text
from tieline.columns.dictionary import RANKABLE, column_dictionary
from tieline.columns.ranking import RANKING_COLUMNS
from tieline.columns.side_tables import SYSTEM_COLUMNS
from tieline.columns.stability import STABILITY_COLUMNS
from tieline.phases import merge, rows

UNITS = {
    "_mah_per_g": "mAh/g",
    "_mah_per_cm3": "mAh/cm3",
    "_ev_per_atom": "eV/atom",
    "_g_per_cm3": "g/cm3",
    "_v": "V",
    "_k": "K",
    "_fraction": "1",
    "_share": "1",
    "_probability": "1",
}


TABLES = (CANDIDATE_COLUMNS, RANKING_COLUMNS, SYSTEM_COLUMNS, STABILITY_COLUMNS, ASSEMBLAGE_COLUMNS)


@pytest.mark.parametrize("column", [column for table in TABLES for column in table], ids=lambda c: c.name)
def test_units_are_those_of_the_name(column):
    expected = next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
    assert column.unit == ("1" if column.name == "score" else expected)
    assert bool(column.unit) == (column.decimals is not None)
    assert column.meaning


def test_assemblages_share_columns_with_candidates():
    assert {*SHARED_NAMES} <= {c.name for c in CANDIDATE_COLUMNS} & {c.name for c in ASSEMBLAGE_COLUMNS}


def test_names_are_unique():
    names = [column.name for column in (*RANKING_COLUMNS, *CANDIDATE_COLUMNS)]
    assert len(names) == len(set(names))


def test_rankable_columns_are_floats_with_a_better_direction():
    assert set(RANKABLE) == {c.name for c in CANDIDATE_COLUMNS if c.better}
    assert all(column.decimals is not None for column in RANKABLE.values())
    assert RANKABLE["capacity_inert_b_mah_per_g"].better == "higher"
    assert RANKABLE["volume_change_fraction"].better == "lower"


def test_dictionary_covers_every_csv():
    described = column_dictionary()
    assert list(described) == ["file", "name", "meaning", "unit", "better"]
    by_file = described.groupby("file", sort=False)["name"].apply(list).to_dict()
    assert by_file["systems.csv"] == [c.name for c in SYSTEM_COLUMNS]
    assert by_file["set_aside.csv"] == list(merge.SET_ASIDE_NAMES)
    assert by_file["rejected.csv"] == list(rows.REJECTED_NAMES)
    assert by_file["assemblages.csv"] == [c.name for c in (*RANKING_COLUMNS, *ASSEMBLAGE_COLUMNS)]
    ranked = next(names for file, names in by_file.items() if "ranked.csv" in file)
    assert ranked == [c.name for c in (*RANKING_COLUMNS, *CANDIDATE_COLUMNS)]


def test_text_of_numbers():
    frame = pd.DataFrame({"x_v": [0.12345, -0.00001, np.nan, 2.0], "n": [1, 2, 3, 4], "dropped": 0})
    text = as_text(frame, (Column("n", "count"), Column("x_v", "voltage", "V", 4)))
    assert list(text) == ["n", "x_v"]
    assert text["x_v"].tolist()[:2] == ["0.1234", "0.0000"]
    assert pd.isna(text["x_v"][2])
    assert text["x_v"][3] == "2.0000"
    assert text["n"].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_text_of_nothing(values):
    text = as_text(pd.DataFrame({"x_v": np.array(values, dtype=float)}), (Column("x_v", "voltage", "V", 4),))
    assert text["x_v"].isna().all()
