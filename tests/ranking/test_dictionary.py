"""The column dictionary and the printing of numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.claims.columns import CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS, PROPERTY_COLUMNS
from tieline.core.columns import Column
from tieline.core.table_files import as_text
from tieline.lithiation.columns import CANDIDATE_COLUMNS, SYSTEM_COLUMNS, VOLTAGE_CURVE_COLUMNS
from tieline.phases import merge, rows
from tieline.ranking.columns import CHANGE_COLUMNS, LISTED_COLUMNS, RANKED_COLUMNS
from tieline.ranking.dictionary import column_dictionary, rankable

UNITS = {
    "_mah_per_g": "mAh/g",
    "_mah_per_cm3": "mAh/cm3",
    "_ev_per_atom": "eV/atom",
    "_g_per_cm3": "g/cm3",
    "_kj_per_mol": "kJ/mol",
    "_usd_per_kg": "USD/kg",
    "_usd_per_ah": "USD/Ah",
    "_wh_per_kg": "Wh/kg",
    "_wh_per_l": "Wh/L",
    "_nm": "nm",
    "_um": "um",
    "_deg": "deg",
    "_unit_cells": "1",
    "_v": "V",
    "_k": "K",
    "_bar": "bar",
    "_fraction": "1",
    "_share": "1",
    "_probability": "1",
    "_probability_energies": "1",
}


TABLES = (RANKED_COLUMNS, PROPERTY_COLUMNS, CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS, SYSTEM_COLUMNS, VOLTAGE_CURVE_COLUMNS)


@pytest.mark.parametrize("column", dict.fromkeys(column for table in TABLES for column in table), ids=lambda c: c.name)
def test_units_are_those_of_the_name(column):
    expected = next((unit for ending, unit in UNITS.items() if column.name.endswith(ending)), "")
    assert column.unit == ("1" if column.name == "score" else expected)
    assert bool(column.unit) == (column.decimals is not None)
    assert column.meaning


def test_names_are_unique():
    for table in (*TABLES, LISTED_COLUMNS):
        names = [column.name for column in table]
        assert len(names) == len(set(names))


def test_rankable_columns_are_numbers_with_a_better_direction():
    columns = rankable()
    assert set(columns) == {c.name for c in LISTED_COLUMNS if c.better}
    assert {name for name, column in columns.items() if column.decimals is None} == {"n_claims_met"}
    assert columns["capacity_inert_b_mah_per_g"].better == "higher"
    assert columns["volume_change_fraction"].better == "lower"


def test_dictionary_covers_every_csv():
    described = column_dictionary()
    assert list(described) == ["file", "name", "meaning", "unit", "better"]
    by_file = described.groupby("file", sort=False)["name"].apply(list).to_dict()
    assert by_file["systems.csv"] == [c.name for c in SYSTEM_COLUMNS]
    assert by_file["excluded.csv"] == list(merge.EXCLUDED_NAMES)
    assert by_file["rejected.csv"] == list(rows.REJECTED_NAMES)
    assert by_file["changes.csv"] == [c.name for c in CHANGE_COLUMNS]
    assert by_file["voltage_curves.parquet"] == [c.name for c in VOLTAGE_CURVE_COLUMNS]
    assert by_file["properties.parquet"] == [c.name for c in PROPERTY_COLUMNS]
    parts = {"phase_b1_id", "phase_b1_weight_share", "phase_b2_id", "phase_b2_weight_share"}
    assert parts <= {c.name for c in CANDIDATE_COLUMNS} & {*by_file["properties.parquet"]}
    ranked = next(names for file, names in by_file.items() if "ranked.csv" in file)
    assert ranked == [c.name for c in RANKED_COLUMNS]
    assert parts < {*ranked}
    assert {"coexistence_probability", "cost_usd_per_ah", "n_claims_met"} <= {*ranked}
    assert by_file["claims.csv"] == [c.name for c in CHART_COLUMNS]
    assert by_file["claims_summary.csv"] == [c.name for c in CLAIM_SUMMARY_COLUMNS]
    assert "not legal advice" in described.loc[described["file"] == "claims.csv", "meaning"].iloc[0]


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
