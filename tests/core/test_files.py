"""A reader never sees half a file."""

from __future__ import annotations

import errno
import fcntl
import json
import logging
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from small_disk import remounted

from tieline.core.errors import StorageError, TableError
from tieline.core.files import atomic_write, locked, read_json, require_writable, write_csv, write_json
from tieline.core.table_files import write_parquet
from tieline.phases.export.formats import write_ase_database
from tieline.phases.inputs import EMBEDDED_SET

HALF = """
import sys, time
from pathlib import Path
from tieline.core.files import atomic_write

with atomic_write(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    print("half", flush=True)
    time.sleep(600)
"""

LOCKED = """
import sys, time
from pathlib import Path
from tieline.core.files import locked

with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(600)
"""

MANY = """
import resource, sys
from pathlib import Path
from tieline.core.errors import StorageError
from tieline.core.files import write_text

resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
held = []
while True:
    try:
        held.append(open("/dev/null"))
    except OSError:
        break
try:
    write_text("x", Path(sys.argv[1]))
except StorageError as error:
    held.clear()
    print(error)
"""

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


def test_what_a_killed_writer_left_is_taken_away_and_a_running_one_left_alone(tmp_path):
    path = tmp_path / "x.txt"
    with subprocess.Popen([sys.executable, "-c", HALF, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"half\n"
        with atomic_write(path) as temporary:
            temporary.write_text("whole", "utf-8")
        half = {*tmp_path.iterdir()} - {path}
        assert [left.read_text("utf-8") for left in half] == ["half"]
        process.kill()
    assert half <= {*tmp_path.iterdir()}
    with atomic_write(path) as temporary:
        temporary.write_text("whole", "utf-8")
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_of_one_file_share_nothing(tmp_path):
    path = tmp_path / "x.txt"
    with atomic_write(path) as one, atomic_write(path) as other:
        one.write_text("one", "utf-8")
        other.write_text("other", "utf-8")
    assert path.read_text("utf-8") == "one"
    assert list(tmp_path.iterdir()) == [path]


def test_the_longest_name(tmp_path):
    path = tmp_path / ("ß" * 125 + ".csv")
    write_csv(FRAME, path)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("x" * 300, "file name too long; choose a shorter name"),
        ("file/x.csv", "a file is where a folder is needed"),
        ("folder", "is a directory; a folder is where a file is needed"),
    ],
)
def test_what_the_system_refuses_is_one_line_with_the_path(tmp_path, name, says):
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(StorageError) as caught:
        write_csv(FRAME, tmp_path / name)
    assert str(caught.value).startswith(f"{tmp_path / name.partition('/')[0]}: ")
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert {path.name for path in tmp_path.iterdir()} == {"file", "folder"}


@pytest.mark.parametrize(
    "write",
    [
        lambda path: write_json(["TiSi2"] * 100_000, path),
        lambda path: write_csv(pd.DataFrame({"x": np.arange(100_000)}), path),
        lambda path: write_parquet(pa.table({"x": np.random.default_rng(1).random(100_000)}), path),
        lambda path: write_ase_database(pd.read_parquet(EMBEDDED_SET).head(400), path),
    ],
    ids=["json", "csv", "parquet", "database"],
)
def test_full_disk(small_disk, write):
    path = small_disk(100) / "x"
    path.write_text("old", "utf-8")
    with pytest.raises(StorageError) as caught:
        write(path)
    assert str(caught.value) == f"{path}: no space left on device; make room there and run again"
    assert path.read_text("utf-8") == "old"
    assert list(path.parent.iterdir()) == [path]


def test_folder_that_is_read_only(small_disk):
    folder = small_disk(100)
    with remounted(folder, "ro"), pytest.raises(StorageError, match="read-only file system; choose a folder"):
        write_csv(FRAME, folder / "x.csv")
    write_csv(FRAME, folder / "x.csv")


def test_too_many_open_files(tmp_path):
    done = subprocess.run([sys.executable, "-c", MANY, str(tmp_path / "x")], capture_output=True, text=True, check=True)
    advice = "raise the limit (ulimit -n) or use fewer workers, and run again"
    assert done.stdout == f"{tmp_path}/x: too many open files; {advice}\n"
    assert list(tmp_path.iterdir()) == []


def test_locks_are_let_go_by_a_killed_process(tmp_path):
    path = tmp_path / "x.lock"
    with subprocess.Popen([sys.executable, "-c", LOCKED, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"locked\n"
        with path.open() as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        process.kill()
    with locked(path):
        pass


def test_file_system_without_locks(tmp_path, monkeypatch, caplog):
    def refuse(*_):
        raise OSError(errno.ENOLCK, "")

    monkeypatch.setattr("fcntl.flock", refuse)
    with caplog.at_level(logging.WARNING, logger="tieline"), locked(tmp_path / "x.lock"):
        assert "x.lock: no locks on this file system" in caplog.text


@pytest.mark.parametrize(("text", "says"), [("{", "cannot be read"), ("[1]", "no 'searched'"), ("{}", "no 'searched'")])
def test_json_of_an_earlier_stage_that_is_damaged(tmp_path, text, says):
    (tmp_path / "x.json").write_text(text, "utf-8")
    with pytest.raises(TableError, match=says) as caught:
        read_json(tmp_path / "x.json", "searched")
    assert str(caught.value).startswith(f"{tmp_path}/x.json: ")
    assert str(caught.value).endswith("delete it and run again, and it is made anew")


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


def test_whether_a_folder_can_be_written(small_disk):
    folder = small_disk(100)
    require_writable(folder / "results")
    assert list((folder / "results").iterdir()) == []
    with remounted(folder, "ro"), pytest.raises(StorageError, match=f"^{folder}/results: read-only file system; "):
        require_writable(folder / "results")
