"""Files that others made or changed, and how numbers stand in CSV files."""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tieline.core.columns import Column
from tieline.core.errors import TableError
from tieline.core.table_cells import as_shown
from tieline.core.table_files import as_text, read_table, write_table
from tieline.core.tables import Table

TABLE = Table(
    (
        Column("phase_id", "", required=True),
        Column("n_atoms", "", kind="integer", required=True),
        Column("energy_ev", "", "eV", kind="number"),
        Column("stable", "", kind="flag"),
    )
)
GOOD = {"phase_id": ["a", "b"], "n_atoms": [1, 2], "energy_ev": [0.5, None], "stable": [True, None]}


def as_parquet(columns, path):
    pq.write_table(pa.table(columns), path)


def as_csv(columns, path):
    pd.DataFrame(columns, dtype=object).to_csv(path, index=False)


def wrong(path, write, changed):
    """Return what is said of a file with changed columns; None as new name leaves one out."""
    columns = dict(GOOD)
    for name, (new_name, values) in changed.items():
        del columns[name]
        if new_name is not None:
            columns[new_name] = values
    write(columns, path)
    with pytest.raises(TableError) as caught:
        TABLE.read(path)
    assert "\n" not in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


@pytest.mark.parametrize(("ending", "write"), [("parquet", as_parquet), ("csv", as_csv)])
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_atoms": ("n_atom", [1, 2])}, "no column 'n_atoms' (did you mean 'n_atom'?)"),
        ({"energy_ev": ("ENERGY_EV", [0.5, 1.0])}, "no column 'energy_ev' (did you mean 'ENERGY_EV'?)"),
        ({"phase_id": (None, None)}, "no column 'phase_id'"),
        ({"n_atoms": ("n_atoms", [1, None])}, "column 'n_atoms' is empty in 1 of 2 rows"),
        (
            {"phase_id": ("phase_id", [None, None])},
            ("column 'phase_id' ", "is empty in 2 of 2", "holds null, not text"),
        ),
    ],
    ids=["renamed", "another case", "missing", "empty row", "all empty"],
)
def test_what_is_wrong_with_a_file(tmp_path, ending, write, changed, message):
    found = wrong(tmp_path / f"x.{ending}", write, changed)
    if isinstance(message, str):
        assert found == message
    else:
        start, *either = message
        assert found.startswith(start)
        assert any(part in found for part in either)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_atoms": ("n_atoms", [1.5, 2.0])}, "column 'n_atoms' holds double, not integers"),
        ({"n_atoms": ("n_atoms", ["1", "2"])}, "column 'n_atoms' holds string, not integers"),
        ({"energy_ev": ("energy_ev", ["low", "high"])}, "column 'energy_ev' holds string, not numbers"),
        ({"stable": ("stable", [1, 0])}, "column 'stable' holds int64, not flags"),
        ({"phase_id": ("phase_id", [1, 2])}, "column 'phase_id' holds int64, not text"),
        ({"phase_id": ("phase_id", [["a"], ["b"]])}, "column 'phase_id' holds list<item: string>, not text"),
    ],
)
def test_wrong_types_in_parquet(tmp_path, changed, message):
    assert wrong(tmp_path / "x.parquet", as_parquet, changed).replace("element: ", "item: ") == message


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"n_atoms": ("n_atoms", [1, 1.5])}, "column 'n_atoms' does not hold integers"),
        ({"n_atoms": ("n_atoms", [1, "many"])}, "column 'n_atoms' does not hold integers"),
        ({"energy_ev": ("energy_ev", [0.5, "low"])}, "column 'energy_ev' does not hold numbers"),
        ({"stable": ("stable", ["perhaps", True])}, "column 'stable' does not hold flags"),
    ],
)
def test_wrong_values_in_csv(tmp_path, changed, message):
    assert wrong(tmp_path / "x.csv", as_csv, changed) == message


def test_wrong_value_is_named_whatever_the_order_of_the_columns(tmp_path):
    (tmp_path / "x.csv").write_text("other,stable,energy_ev,phase_id,n_atoms\n1,True,low,a,1\n", "utf-8")
    with pytest.raises(TableError, match=r"x\.csv: column 'energy_ev' does not hold numbers"):
        TABLE.read(tmp_path / "x.csv")


@pytest.mark.parametrize("ending", ["parquet", "csv"])
def test_files_that_are_none(tmp_path, ending):
    path = tmp_path / f"x.{ending}"
    says = rf"^{path}: cannot be read \(.+\); delete it and run again, and it is made anew$"
    with pytest.raises(TableError, match=says):
        TABLE.read(path)
    path.write_bytes(b"")
    with pytest.raises(TableError, match=rf"^{path}: "):
        TABLE.read(path)


def test_a_row_that_is_cut_off(tmp_path):
    (tmp_path / "x.csv").write_text("phase_id,n_atoms,energy_ev,stable\na,1,0.5,True\nb,2\n", "utf-8")
    with pytest.raises(TableError, match=r"x\.csv: cannot be read \(.*4 columns, got 2"):
        TABLE.read(tmp_path / "x.csv")


def test_other_columns_widths_and_encodings_do_not_matter(tmp_path):
    columns = {
        "more": [[1], [2]],
        "stable": GOOD["stable"],
        "energy_ev": pa.array(GOOD["energy_ev"], pa.float32()),
        "n_atoms": pa.array(GOOD["n_atoms"], pa.uint8()),
        "phase_id": pa.array(GOOD["phase_id"]).dictionary_encode(),
    }
    as_parquet(columns, tmp_path / "x.parquet")
    found = TABLE.read(tmp_path / "x.parquet")
    assert list(found) == list(TABLE.names)
    as_parquet({name: pa.array(GOOD[name]) for name in TABLE.names}, tmp_path / "y.parquet")
    pd.testing.assert_frame_equal(found, TABLE.read(tmp_path / "y.parquet"))


PRINTED = Table(
    (
        Column("name", ""),
        Column("voltage_v", "", "V", 4),
        Column("capacity_mah_per_g", "", "mAh/g", 1),
        Column("temperature_k", "", "K", 0),
        Column("n", "", kind="integer"),
        Column("raw", "", kind="number"),
        Column("stable", "", kind="flag"),
    )
)


def test_numbers_stand_with_their_decimals(tmp_path):
    """Ties are cut to the even digit; what rounds to zero has no sign."""
    frame = pd.DataFrame(
        {
            "name": ["a", None, "c"],
            "voltage_v": [0.16363636, -0.00001, np.nan],
            "capacity_mah_per_g": [1431.44, 1e6, 0.25],
            "temperature_k": [1300, 12.5, np.nan],
            "n": [1, np.nan, 3],
            "raw": [0.1, 1e-20, np.nan],
            "stable": [True, None, False],
        }
    )
    PRINTED.write(frame, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text("utf-8").splitlines() == [
        "name,voltage_v,capacity_mah_per_g,temperature_k,n,raw,stable",
        "a,0.1636,1431.4,1300,1,0.1,True",
        ",0.0000,1000000.0,12,,1e-20,",
        "c,,0.2,,3,,False",
    ]


def test_numbers_of_parquet_are_not_rounded(tmp_path):
    table = Table((PRINTED.columns[1],))
    table.write(pd.DataFrame({"voltage_v": [1 / 3]}), tmp_path / "x.parquet")
    assert table.read(tmp_path / "x.parquet")["voltage_v"].tolist() == [1 / 3]


def test_text_keeps_the_index_and_leaves_other_columns_out():
    frame = pd.DataFrame({"voltage_v": [0.12345, 2.0], "other": 1}, index=[7, 3])
    found = as_text(frame, [PRINTED.columns[1]])
    assert found["voltage_v"].to_dict() == {7: "0.1234", 3: "2.0000"}
    assert list(found) == ["voltage_v"]


TEXTS = ["=1+1", "+x", "-x", "@x", "\t=1", "'=1", "''=1", "'quoted'", "a=1", "-", "TiSi2", "-0.5", "+3", "-inf"]


def test_texts_that_a_spreadsheet_would_compute(tmp_path):
    """They are guarded in the file, numbers are not, and all come back as they were."""
    columns = (Column("id", "An identifier"), Column("energy", "An energy", "eV", 3, kind="number"))
    frame = pd.DataFrame({"id": TEXTS, "energy": [-0.5] * len(TEXTS)})
    path = tmp_path / "x.csv"
    write_table(frame, columns, path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [cell for cell, _ in rows] == [
        *("'=1+1", "'+x", "'-x", "'@x", "'\t=1", "''=1", "'''=1"),
        *("'quoted'", "a=1", "'-", "TiSi2", "-0.5", "+3", "-inf"),
    ]
    assert {energy for _, energy in rows} == {"-0.500"}
    assert read_table(path, columns)["id"].tolist() == TEXTS
    assert as_shown("\r=1") == "'\r=1"
