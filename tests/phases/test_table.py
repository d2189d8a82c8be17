"""The phase schema and its file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tieline.core.errors import PhaseDataError
from tieline.crystal.structures import cell_of
from tieline.phases.table import SCHEMA, SORT_KEYS, read_phases, to_arrow, write_phases


@pytest.fixture
def frame():
    rows = [
        ("b", "TiSi2", "Si-Ti", 2, -0.5, 14.1, None, None),
        ("a", "Si", "Si", 1, 0.0, 20.0, 227, True),
        ("c", "Si", "Si", 1, 0.1, None, None, False),
    ]
    names = ["phase_id", "formula", "elements", "n_elements", "formation_energy_ev_per_atom", "volume_a3_per_atom"]
    table = pd.DataFrame(rows, columns=[*names, "spacegroup_number_source", "experimental"])
    structure = {"numbers": [14], "cell_a": list(range(9)), "scaled_positions": [0.0, 0.5, 0.25]}
    for name, value in structure.items():
        table[name] = [None, value, None]
    return table.assign(energy_level="x", source="s", source_version="", retrieved_at="", extra=1)


def test_round_trip_sorts_and_keeps_types(frame, tmp_path):
    write_phases(frame, tmp_path / "p.parquet")
    back = read_phases(tmp_path / "p.parquet")
    assert list(back) == SCHEMA.names
    assert back["phase_id"].tolist() == ["a", "c", "b"]
    assert pq.read_schema(tmp_path / "p.parquet").equals(SCHEMA)
    assert back["spacegroup_number_source"].tolist()[0] == 227
    assert back["experimental"].tolist()[:2] == [True, False]
    assert back["numbers"].notna().tolist() == [True, False, False]


def test_bytes_do_not_depend_on_the_order_of_rows(frame, tmp_path):
    write_phases(frame, tmp_path / "p")
    write_phases(frame.iloc[::-1], tmp_path / "q")
    assert (tmp_path / "p").read_bytes() == (tmp_path / "q").read_bytes()


def test_reads_only_the_columns_asked_for(frame, tmp_path):
    write_phases(frame, tmp_path / "p.parquet")
    assert list(read_phases(tmp_path / "p.parquet", ["phase_id"])) == ["phase_id"]


def test_structure_of_a_row(frame):
    lattice, positions, numbers = cell_of(frame.iloc[1])
    assert np.array_equal(lattice, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    assert np.array_equal(positions, [[0.0, 0.5, 0.25]])
    assert np.array_equal(numbers, [14])


def test_missing_columns_are_named(frame):
    with pytest.raises(PhaseDataError, match=r"^phase table: missing columns formula, source$"):
        to_arrow(frame.drop(columns=["source", "formula"]))


@pytest.mark.parametrize(("column", "value"), [("n_elements", "two"), ("phase_id", None), ("numbers", "14")])
def test_wrong_types_are_one_line(frame, column, value):
    frame[column] = [value] * len(frame)
    with pytest.raises(PhaseDataError, match=r"^phase table: .+") as caught:
        to_arrow(frame)
    assert "\n" not in str(caught.value)


def test_not_parquet(tmp_path):
    (tmp_path / "p.parquet").write_text("phase_id,formula\n", "utf-8")
    with pytest.raises(PhaseDataError, match=r"p\.parquet: not a readable Parquet file"):
        read_phases(tmp_path / "p.parquet")
    with pytest.raises(PhaseDataError, match=r"none\.parquet: "):
        read_phases(tmp_path / "none.parquet")


def test_another_table(tmp_path):
    pd.DataFrame({"phase_id": ["a"]}).to_parquet(tmp_path / "p.parquet")
    with pytest.raises(PhaseDataError, match="not a phase table, no column 'formula'"):
        read_phases(tmp_path / "p.parquet")


def test_empty_table(frame, tmp_path):
    write_phases(frame.iloc[:0], tmp_path / "p.parquet")
    assert read_phases(tmp_path / "p.parquet").empty
    assert set(SORT_KEYS) <= set(SCHEMA.names)
