"""The phase table and its file."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieline.core.errors import PhaseDataError, TableError
from tieline.crystal.structures import unit_cell_of
from tieline.phases.table import PHASES, SORT_KEYS, write_phases


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
    back = PHASES.read(tmp_path / "p.parquet")
    assert list(back) == list(PHASES.names)
    assert back["phase_id"].tolist() == ["a", "c", "b"]
    assert back["n_elements"].dtype == np.int64
    assert back["spacegroup_number_source"].tolist()[0] == 227
    assert back["spacegroup_number_source"].isna().tolist() == [False, True, True]
    assert back["experimental"].tolist()[:2] == [True, False]
    assert back["experimental"].isna().tolist() == [False, False, True]
    assert back["numbers"].notna().tolist() == [True, False, False]


def test_types_in_the_file(frame, tmp_path):
    """As other programs read them: in this order, empty rows only where there may be some."""
    write_phases(frame, tmp_path / "p.parquet")
    number, numbers, text = pa.float64(), pa.list_(pa.float64()), pa.string()
    expected = [
        ("phase_id", text, False),
        ("formula", text, False),
        ("elements", text, False),
        ("n_elements", pa.int64(), False),
        ("formation_energy_ev_per_atom", number, False),
        ("energy_level", text, False),
        ("volume_a3_per_atom", number, True),
        ("numbers", pa.list_(pa.int64()), True),
        ("cell_a", numbers, True),
        ("scaled_positions", numbers, True),
        ("spacegroup_number_source", pa.int64(), True),
        ("experimental", pa.bool_(), True),
        ("source", text, False),
        ("source_version", text, False),
        ("retrieved_at", text, False),
    ]
    written = pq.read_schema(tmp_path / "p.parquet")
    assert [(field.name, field.type, field.nullable) for field in written] == expected


def test_bytes_do_not_depend_on_the_order_of_rows(frame, tmp_path):
    write_phases(frame, tmp_path / "p.parquet")
    write_phases(frame.iloc[::-1], tmp_path / "q.parquet")
    assert (tmp_path / "p.parquet").read_bytes() == (tmp_path / "q.parquet").read_bytes()


def test_reads_only_the_columns_asked_for(frame, tmp_path):
    write_phases(frame, tmp_path / "p.parquet")
    assert list(PHASES.read(tmp_path / "p.parquet", ["phase_id"])) == ["phase_id"]


def test_structure_of_a_row(frame):
    lattice, positions, numbers = unit_cell_of(frame.iloc[1])
    assert np.array_equal(lattice, [[0, 1, 2], [3, 4, 5], [6, 7, 8]])
    assert np.array_equal(positions, [[0.0, 0.5, 0.25]])
    assert np.array_equal(numbers, [14])


@pytest.mark.parametrize("name", PHASES.names)
def test_a_missing_column_is_named(frame, tmp_path, name):
    with pytest.raises(TableError, match=rf"p\.parquet: no column '{name}'"):
        write_phases(frame.drop(columns=name), tmp_path / "p.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("n_elements", "two", "does not hold integers"),
        ("phase_id", None, "is empty in 3 of 3 rows"),
        ("numbers", "14", "does not hold lists of integers"),
    ],
)
def test_wrong_types_are_one_line(frame, tmp_path, column, value, reason):
    frame[column] = [value] * len(frame)
    with pytest.raises(TableError, match=rf"p\.parquet: column '{column}' {reason}$") as caught:
        write_phases(frame, tmp_path / "p.parquet")
    assert "\n" not in str(caught.value)


def test_not_parquet(tmp_path):
    (tmp_path / "p.parquet").write_text("phase_id,formula\n", "utf-8")
    with pytest.raises(PhaseDataError, match=r"p\.parquet: cannot be read"):
        PHASES.read(tmp_path / "p.parquet")
    with pytest.raises(PhaseDataError, match=r"none\.parquet: cannot be read"):
        PHASES.read(tmp_path / "none.parquet")


def test_another_table(tmp_path):
    pd.DataFrame({"phase_id": ["a"]}).to_parquet(tmp_path / "p.parquet")
    with pytest.raises(PhaseDataError, match=r"p\.parquet: no column 'formula'"):
        PHASES.read(tmp_path / "p.parquet")


def test_empty_table(frame, tmp_path):
    write_phases(frame.iloc[:0], tmp_path / "p.parquet")
    assert PHASES.read(tmp_path / "p.parquet").empty
    assert set(SORT_KEYS) <= set(PHASES.names)
