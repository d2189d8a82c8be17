"""No table makes anything but rows, reasons or one line."""

from __future__ import annotations

import datetime

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.core.errors import PhaseDataError, TielineError
from tieline.core.table_files import to_arrow
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource
from tieline.phases.table import PHASES
from tieline.phases.tables import read_energies

GOOD = "phase_id,formula,formation_energy_ev_per_atom,energy_level,volume_a3_per_atom\nsi,Si,0,x,20\nti,Ti,0,x,17\n"


def survives(path, n_rows=None):
    """Read a file; it may be refused, in one line, or every row is a phase or has a reason."""
    try:
        reading = read_file_source(FileSource(kind="file", path=path))
    except TielineError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert to_arrow(reading.phases, PHASES.columns, "phases").num_rows == len(reading.phases)
    assert not reading.rejected.map(lambda text: "\n" in text).to_numpy().any()
    reading.rejected.to_csv(path.with_suffix(".out"), encoding="utf-8")
    whole = (reading.rejected["action"] != "structure dropped").sum()
    assert n_rows is None or len(reading.phases) + whole == n_rows


@given(content=st.binary(max_size=300))
def test_any_bytes(tmp_path_factory, content):
    for name in ("x.csv", "x.parquet"):
        path = tmp_path_factory.mktemp("any") / name
        path.write_bytes(content)
        survives(path)


@given(
    start=st.integers(0, len(GOOD)),
    more=st.binary(max_size=12)
    | st.sampled_from([b'"', b"\n,", b"\r", b"\0", b",,,,,,,,,", b"\xef\xbb\xbf", b"1e999"]),
)
def test_a_good_csv_with_anything_in_it(tmp_path_factory, start, more):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    path.write_bytes(GOOD[:start].encode() + more + GOOD[start:].encode())
    survives(path)


CELLS = st.text(max_size=8).filter(lambda text: not set(text) & set('",\r\n'))
COLUMN_NAMES = ["phase_id", "formula", "formation_energy_ev_per_atom", "energy_level", "numbers", "cell_a", "other"]


@given(rows=st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=1, max_size=5))
def test_any_cells_of_a_csv(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("any") / "x.csv"
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in [COLUMN_NAMES, *rows])
    path.write_text(text, "utf-8")
    survives(path, len(rows))


ODD_COLUMNS = {
    "bytes": pa.array([b"\xff", b"Si"], pa.binary()),
    "dates": pa.array([datetime.date(2026, 1, 1), None], pa.date32()),
    "times": pa.array([datetime.datetime(2026, 1, 1), None], pa.timestamp("us", tz="UTC")),
    "spans": pa.array([datetime.timedelta(1), None], pa.duration("s")),
    "decimals": pa.array([None, "1.5"]).cast(pa.decimal128(5, 2)),
    "structs": pa.array([{"a": 1}, None]),
    "maps": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
    "lists of lists": pa.array([[["Si"]], None]),
    "ragged": pa.array([[[1.0], [2.0, 3.0]], [[]]]),
    "halves": pa.array([1.0, None], pa.float16()),
    "unsigned": pa.array([2**64 - 1, 0], pa.uint64()),
    "words": pa.array(["Si", "Ti"]).dictionary_encode(),
    "nothing": pa.nulls(2),
    "flags": pa.array([True, None]),
    "huge text": pa.array(["x" * 100_000, "\x1b[31m\n\t"], pa.large_string()),
}
READ = ["phase_id", "formula", "formation_energy_ev_per_atom", "energy_level", "numbers", "cell_a", "experimental"]


@pytest.mark.parametrize("odd", ODD_COLUMNS.values(), ids=ODD_COLUMNS)
@pytest.mark.parametrize("name", READ)
def test_parquet_of_odd_types(tmp_path, name, odd):
    columns = {
        "phase_id": pa.array(["a", "b"]),
        "formula": pa.array(["Si", "Ti"]),
        "formation_energy_ev_per_atom": pa.array([0.0, 0.0]),
        "energy_level": pa.array(["x", "x"]),
    }
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table(columns | {name: odd}), path)
    survives(path, 2)


def test_two_columns_of_one_name(tmp_path):
    path = tmp_path / "x.parquet"
    column = pa.array(["Si"])
    names = ["phase_id", "formula", "formula", "formation_energy_ev_per_atom", "energy_level"]
    pq.write_table(pa.table([column, column, column, pa.array([0.0]), column], names=names), path)
    with pytest.raises(PhaseDataError, match=r"x\.parquet: .*formula"):
        read_file_source(FileSource(kind="file", path=path))


def test_damaged_parquet(tmp_path):
    path = tmp_path / "x.parquet"
    pd.DataFrame({"phase_id": ["a"] * 1000, "formula": "Si", "formation_energy_ev_per_atom": 0.0}).to_parquet(path)
    content = bytearray(path.read_bytes())
    for position in range(0, len(content), 97):
        damaged = content.copy()
        damaged[position] ^= 0xFF
        path.write_bytes(damaged)
        survives(path)


def test_line_with_too_many_cells(tmp_path):
    """A comma too many in one line is that line's mistake."""
    path = tmp_path / "x.csv"
    path.write_text(GOOD + "a,TiSi2,-0.5,x,14,1,2,3\n", "utf-8")
    with pytest.raises(PhaseDataError, match=r"x\.csv: cannot be read \(.*line 4"):
        read_file_source(FileSource(kind="file", path=path))


def test_energies_that_contradict_each_other(tmp_path):
    path = tmp_path / "e.csv"
    path.write_text("phase_id,total_energy_ev\na,-1\nb,-1\na,-1\nb,-2\n", "utf-8")
    with pytest.raises(PhaseDataError, match=r"e\.csv: row 5: phase_id 'b' stands twice with different content"):
        read_energies(path)
