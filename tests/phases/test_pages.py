"""Pages come back as they were, or not at all."""

from __future__ import annotations

import gzip
import logging
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

import pytest

from tieline.phases.pages import PageCache

REFRESHING = """
import sys
from pathlib import Path
from tieline.phases.pages import PageCache

name = sys.argv[2]
for turn in range(15):
    cache = PageCache(Path(sys.argv[1]))
    newer = cache.replacement()
    for key in ("Si/0001", "Si/0002", f"{name}/0001"):
        if newer.read(key) is not None:
            sys.exit(f"{key} of another run")
        newer.write(key, [name, turn] * 2000)
    cache.replace()
"""

READING = """
import sys
from pathlib import Path
from tieline.phases.pages import PageCache

for turn in range(400):
    cache = PageCache(Path(sys.argv[1]))
    page = cache.read("Si/0001")
    if page is None:
        cache.write("Si/0001", ["mine", turn] * 2000)
    elif page != page[:2] * 2000:
        sys.exit(repr(page[:4]))
"""

PAGE = {"data": [{"id": "mp-149", "formula": "Si", "Å": 5.43, "null": None}], "next": "http://127.0.0.1/2"}


@pytest.fixture
def cache(tmp_path):
    return PageCache(tmp_path / "pages")


def test_a_page_comes_back(cache):
    cache.write("Si-Li/0003", PAGE)
    assert cache.read("Si-Li/0003") == PAGE
    assert cache.read("Si-Li/0004") is None
    assert [path.name for path in cache.folder.rglob("*") if path.is_file()] == ["0003.json.gz"]


def test_the_same_page_is_the_same_bytes(cache):
    cache.write("a", PAGE)
    cache.write("b", PAGE)
    assert cache.path("a").read_bytes() == cache.path("b").read_bytes()


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-20],
        lambda _: b"",
        lambda _: b"no gzip at all",
        lambda content: content[:40] + bytes([content[40] ^ 1]) + content[41:],
        lambda content: gzip.compress(gzip.decompress(content).replace(b"149", b"150")),
    ],
    ids=["cut", "empty", "foreign", "bit", "edited"],
)
def test_a_damaged_page_is_no_page(cache, damage, caplog):
    cache.write("a", PAGE)
    cache.path("a").write_bytes(damage(cache.path("a").read_bytes()))
    with caplog.at_level(logging.WARNING, logger="tieline"):
        assert cache.read("a") is None
    assert "a.json.gz is damaged and was dropped" in caplog.text
    cache.write("a", PAGE)
    assert cache.read("a") == PAGE


def test_clear(cache):
    cache.clear()
    cache.write("a", PAGE)
    cache.clear()
    assert cache.read("a") is None


def test_a_series_can_be_dropped(cache):
    cache.write("Si/0001", PAGE)
    cache.write("Sn/0001", PAGE)
    cache.drop("Si")
    cache.drop("Zn")
    assert cache.read("Si/0001") is None
    assert cache.read("Sn/0001") == PAGE


@pytest.fixture
def refreshed(cache):
    """Old pages of two series, and new ones of one of them and of a third."""
    for key in ("Si/0001", "Si/0002", "Sn/0001"):
        cache.write(key, "old")
    newer = cache.replacement()
    newer.write("Si/0001", "new")
    newer.write("Zn/0001", "new")
    return newer


def found(cache):
    return {key: cache.read(key) for key in ("Si/0001", "Si/0002", "Sn/0001", "Zn/0001")}


REPLACED = {"Si/0001": "new", "Si/0002": None, "Sn/0001": "old", "Zn/0001": "new"}


def test_newer_pages_take_the_place_of_older_ones(cache, refreshed):
    assert found(PageCache(cache.folder))["Si/0001"] == "old"
    cache.replace()
    assert found(cache) == REPLACED
    assert not refreshed.folder.exists()


@pytest.mark.parametrize("at", ["begin", "removal", "move", "end"])
def test_killed_amid_a_replacement(cache, refreshed, monkeypatch, at):
    """The next run goes on, whether a series is there in its old form, half removed, removed or new."""

    def die(*_):
        raise KeyboardInterrupt

    def removed(folder, **_):
        if at == "removal":
            (folder / "0001.json.gz").unlink()
        if at == "removal" or folder == refreshed.folder:
            die()
        rmtree(folder, ignore_errors=True)

    monkeypatch.setattr("shutil.rmtree", removed)
    if at == "begin":
        monkeypatch.setattr(Path, "iterdir", die)
    if at == "move":
        monkeypatch.setattr(Path, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        cache.replace()
    monkeypatch.undo()
    assert found(PageCache(cache.folder)) == REPLACED
    assert not refreshed.folder.exists()


def test_runs_that_refresh_and_read_one_cache_at_once(cache):
    """Those that fetch anew wait for one another; one that reads, and fetches what it misses, disturbs none."""
    programs = [(REFRESHING, "a"), (REFRESHING, "b"), (READING, "")]
    running = [
        subprocess.Popen([sys.executable, "-c", text, str(cache.folder), name], stderr=subprocess.PIPE, text=True)
        for text, name in programs
    ]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert "damaged" not in "".join(said)
    last = PageCache(cache.folder)
    assert last.read("a/0001") == ["a", 14] * 2000
    assert last.read("b/0001") == ["b", 14] * 2000
    # Both pages of the run that was the last to refresh, or the reader's own while it did.
    assert last.read("Si/0002") in (["a", 14] * 2000, ["b", 14] * 2000)
    assert not list(cache.folder.rglob("*.tmp"))
