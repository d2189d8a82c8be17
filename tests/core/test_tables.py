"""A table's contract: what may be written, what is read, and what an error says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from tieline.core.columns import Column
from tieline.core.errors import TableError
from tieline.core.tables import Table

TABLE = Table(
    (
        Column("phase_id", "", required=True),
        Column("n_atoms", "", kind="integer", required=True),
        Column("spacegroup", "", kind="integer"),
        Column("energy_ev", "", "eV", kind="number"),
        Column("stable", "", kind="flag", required=True),
        Column("measured", "", kind="flag"),
        Column("comment", ""),
    )
)
"""Every kind that a CSV file can hold, with and without empty rows."""

FRAME = pd.DataFrame(
    {
        "phase_id": ["mp-1", "Si, the first", 'said "β-Sn"\nin two lines'],
        "n_atoms": [2, 9_007_199_254_740_993, 4],
        "spacegroup": pd.array([227, None, 141], dtype="Int64"),
        "energy_ev": [0.1, np.nan, -1e-300],
        "stable": [True, False, True],
        "measured": pd.array([None, True, False], dtype="boolean"),
        "comment": ["NA", None, "nan"],
    }
).astype({"phase_id": "str", "comment": "str"})


def kinds(frame: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(kind) for name, kind in frame.dtypes.items()}


@pytest.fixture(params=["parquet", "csv"])
def path(request, tmp_path):
    """A file of either format, in a folder that is not there yet."""
    return tmp_path / f"made/table.{request.param}"


def test_round_trip(path):
    """Also of integers beyond what a float holds, and of text that looks like a missing value."""
    TABLE.write(FRAME[FRAME.columns[::-1]], path)
    found = TABLE.read(path)
    pd.testing.assert_frame_equal(found, FRAME, check_exact=True)
    assert kinds(found) == {
        "phase_id": "str",
        "n_atoms": "int64",
        "spacegroup": "Int64",
        "energy_ev": "float64",
        "stable": "bool",
        "measured": "boolean",
        "comment": "str",
    }
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_same_bytes_again(path):
    TABLE.write(FRAME, path)
    first = path.read_bytes()
    TABLE.write(TABLE.read(path), path)
    assert path.read_bytes() == first


def test_no_rows(path):
    TABLE.write(FRAME.iloc[:0], path)
    found = TABLE.read(path)
    assert found.empty
    assert kinds(found) == kinds(TABLE.read(written(FRAME, path)))


def written(frame, path):
    TABLE.write(frame, path)
    return path


def test_no_rows_of_no_type(path):
    """What pandas makes of empty lists."""
    TABLE.write(pd.DataFrame({name: [] for name in TABLE.names}), path)
    assert TABLE.read(path).empty


def test_whole_numbers_beside_missing_ones_are_integers(path):
    """Without a nullable type pandas holds them as floats."""
    TABLE.write(FRAME.assign(spacegroup=[227.0, np.nan, 141.0], measured=[None, True, False]), path)
    pd.testing.assert_frame_equal(TABLE.read(path), FRAME, check_exact=True)


def test_columns_that_are_empty_altogether(path):
    TABLE.write(FRAME.assign(spacegroup=np.nan, measured=None, comment=np.nan, energy_ev=None), path)
    found = TABLE.read(path)
    assert found[["spacegroup", "measured", "comment", "energy_ev"]].isna().all(axis=None)
    assert kinds(found)["comment"] == "str"


def test_projection(path):
    TABLE.write(FRAME, path)
    found = TABLE.read(path, ["stable", "phase_id"])
    pd.testing.assert_frame_equal(found, FRAME[["stable", "phase_id"]])


def test_what_is_not_asked_for_is_not_looked_at(path):
    """A reader of two columns does not mind what became of the others."""
    one = Table((TABLE.columns[0],))
    one.write(FRAME[["phase_id"]], path)
    assert TABLE.read(path, ["phase_id"])["phase_id"].tolist() == FRAME["phase_id"].tolist()
    with pytest.raises(TableError, match="no column 'n_atoms'"):
        TABLE.read(path)


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (
            FRAME.rename(columns={"n_atoms": "n_atom"}),
            "column 'n_atom' is not declared (did you mean 'n_atoms'?)",
        ),
        (FRAME.drop(columns="energy_ev"), "no column 'energy_ev'"),
        (FRAME.assign(weight=1.0), "column 'weight' is not declared"),
        (FRAME.assign(n_atoms=[2, None, 4]), "column 'n_atoms' is empty in 1 of 3 rows"),
        (FRAME.assign(phase_id=[None, "x", None]), "column 'phase_id' is empty in 2 of 3 rows"),
        (FRAME.assign(stable=None), "column 'stable' is empty in 3 of 3 rows"),
    ],
    ids=["renamed", "missing", "extra", "empty row", "empty text", "all empty"],
)
def test_what_is_not_written(path, frame, message):
    TABLE.write(FRAME, path)
    before = path.read_bytes()
    with pytest.raises(TableError) as caught:
        TABLE.write(frame, path)
    assert str(caught.value) == f"{path}: {message}"
    assert path.read_bytes() == before


VALUES: dict[str, list[Any]] = {
    "text": ["a", "1"],
    "numerals": ["1", "2"],
    "integers": [1, 2],
    "fractions": [1.5, 2.0],
    "flags": [True, False],
    "lists of integers": [[1], [2, 3]],
    "lists of fractions": [[1.5], []],
}
TAKES = {
    "text": {"text", "numerals"},
    "integer": {"integers"},
    "number": {"integers", "fractions"},
    "flag": {"flags"},
    "integers": {"lists of integers"},
    "numbers": {"lists of integers", "lists of fractions"},
}


@pytest.mark.parametrize("values", VALUES)
@pytest.mark.parametrize("kind", TAKES)
def test_each_kind_takes_its_own_and_nothing_else(tmp_path, kind, values):
    """Nothing is cut to fit: no text is read as a number, no fraction becomes an integer or a flag."""
    table, path = Table((Column("x", "", kind=kind),)), tmp_path / "x.parquet"
    frame = pd.DataFrame({"x": VALUES[values]})
    if values in TAKES[kind]:
        table.write(frame, path)
        assert [np.asarray(x).tolist() for x in table.read(path)["x"]] == VALUES[values]
    else:
        with pytest.raises(
            TableError, match=r"x\.parquet: column 'x' does not hold (text|.*integers|.*numbers|flags)$"
        ):
            table.write(frame, path)
        assert not path.exists()


LISTS = Table((Column("x", "", kind="integers"), Column("y", "", kind="numbers")))


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([[1, 2], [], None], [[0.5], None, []]),
        ([[], []], [[], []]),
        ([None], [None]),
        ([], []),
    ],
    ids=["some", "all empty", "missing", "no rows"],
)
def test_lists_survive(tmp_path, x, y):
    LISTS.write(pd.DataFrame({"x": x, "y": y}), tmp_path / "lists.parquet")
    found = LISTS.read(tmp_path / "lists.parquet")
    assert [None if own is None else own.tolist() for own in found["x"]] == x
    assert [None if own is None else own.tolist() for own in found["y"]] == y


def test_names_are_in_order():
    assert TABLE.names == ("phase_id", "n_atoms", "spacegroup", "energy_ev", "stable", "measured", "comment")
    assert Column("x", "", decimals=2).kind == "number"
