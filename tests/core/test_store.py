"""Entries come back as they were or not at all, whoever else writes and whatever becomes of the disk."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from tieline.core.errors import StorageError
from tieline.core.store import Store

CONTENT = b'{"Si": 5.43, "TiSi2": [8.27, 4.80, 8.55]}'

WRITER = """
import random, sys
from pathlib import Path
from tieline.core.store import Store

store, seed = Store(Path(sys.argv[1]), ".x"), int(sys.argv[2])
draw = random.Random(seed)
for turn in range(120):
    key = f"{draw.randrange(12):02d}"
    content = store.read(key)
    # What a key holds is made of the key: whole, whoever wrote it.
    if content is not None and content != key.encode() * 20_000:
        sys.exit(f"{key}: {content[:20]!r}")
    if turn % 3 == 0:
        store.drop(key)
    else:
        store.write(key, key.encode() * 20_000)
store.write(f"own-{seed}", b"kept")
"""


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store", ".x")


def test_every_flipped_bit_is_noticed(store, caplog):
    """Or makes no difference: gzip's header holds a time and the name of a system."""
    store.write("a", CONTENT)
    sound = store.path("a").read_bytes()
    n_dropped = 0
    for bit in range(8 * len(sound)):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        store.path("a").write_bytes(damaged)
        with caplog.at_level(logging.WARNING, logger="tieline"):
            found = store.read("a")
        assert found in (CONTENT, None)
        assert (found is None) == (not store.path("a").exists()) == ("a.x is damaged and was dropped" in caplog.text)
        n_dropped += found is None
        caplog.clear()
    assert n_dropped > 8 * (len(sound) - 10)


@pytest.mark.parametrize("length", [0, 1, 15, 40, -1])
def test_cut_short(store, length):
    store.write("a", CONTENT)
    store.path("a").write_bytes(store.path("a").read_bytes()[:length])
    assert store.read("a") is None
    assert store.entries() == []


def test_entries(store):
    assert store.entries() == []
    for key in ("b", "a", "deep/down"):
        store.write(key, CONTENT)
    (store.folder / ".b.x.123.tmp").touch()
    assert store.entries() == ["a", "b"]
    assert store.read("deep/down") == CONTENT


def test_processes_share_a_folder(store):
    """Four that read, write and drop the same twelve keys at once: never half an entry, and no one is disturbed."""
    command = [sys.executable, "-c", WRITER, str(store.folder)]
    running = [subprocess.Popen([*command, str(seed)], stderr=subprocess.PIPE, text=True) for seed in range(4)]
    said = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 4, said
    assert "damaged" not in "".join(said)
    assert {f"own-{seed}" for seed in range(4)} <= {*store.entries()}
    assert {path.suffix for path in store.folder.iterdir()} == {".x"}


def test_what_is_no_folder_is_said(tmp_path):
    (tmp_path / "store").touch()
    store = Store(tmp_path / "store", ".x")
    assert store.entries() == []
    for act in (lambda: store.read("a"), lambda: store.write("a", CONTENT)):
        with pytest.raises(StorageError, match="a file is where a folder is needed"):
            act()
