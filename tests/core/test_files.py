"""A reader never sees half a file."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa
import pytest

from tieline.core.files import atomic_write, write_csv, write_json
from tieline.core.table_files import write_parquet

FRAME = pd.DataFrame({"name": ["Sn", "ß"], "value": [0.1, None]})


def test_makes_folders_and_replaces(tmp_path):
    path = tmp_path / "deep" / "down" / "x.txt"
    for text in ("old", "new"):
        with atomic_write(path) as temporary:
            temporary.write_text(text, "utf-8")
            assert not path.exists() or path.read_text("utf-8") == "old"
    assert path.read_text("utf-8") == "new"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_failing_writer_leaves_the_old_file_alone(tmp_path, error):
    path = tmp_path / "x.txt"
    path.write_text("old", "utf-8")

    def fail():
        with atomic_write(path) as temporary:
            temporary.write_text("half", "utf-8")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_writer_left_is_replaced(tmp_path):
    path = tmp_path / "x.txt"
    with atomic_write(path) as temporary:
        temporary.touch()
        left_behind = temporary.name
    (tmp_path / left_behind).write_text("half", "utf-8")
    with atomic_write(path) as temporary:
        temporary.write_text("whole", "utf-8")
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("write", "content", "bad"),
    [
        (write_json, {"a": 1}, {"a": object()}),
        (write_csv, FRAME, None),
        (write_parquet, pa.Table.from_pandas(FRAME), FRAME),
    ],
)
def test_writers_are_atomic_and_repeatable(tmp_path, write, content, bad):
    path = tmp_path / "file"
    write(content, path)
    first = path.read_bytes()
    write(content, path)
    assert path.read_bytes() == first
    with pytest.raises(Exception, match=r".+"):
        write(bad, path)
    assert path.read_bytes() == first
    assert list(tmp_path.iterdir()) == [path]


def test_json_is_sorted_and_ends_with_a_newline(tmp_path):
    write_json({"b": 1, "a": "Å"}, tmp_path / "x.json")
    text = (tmp_path / "x.json").read_text("utf-8")
    assert text.endswith("}\n")
    assert list(json.loads(text)) == ["a", "b"]
    assert "Å" in text


def test_csv_has_unix_line_ends_and_no_index(tmp_path):
    write_csv(FRAME, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes() == "name,value\nSn,0.1\nß,\n".encode()
