"""Pages on disk."""

from __future__ import annotations

import pytest

from tieline.core.errors import FetchError
from tieline.phases.materials_project.cache import Cache, Page, Pull
from tieline.phases.materials_project.queries import Query

SI, FLAGS = Query("thermo", "Si-*"), Query("experimental", "Si-*")


def fill(pull, query=SI, total=5, size=2):
    for skip in range(0, max(total, 1), size):
        documents = [{"material_id": f"mp-{i}"} for i in range(skip, min(skip + size, total))]
        pull.store(query, skip, Page(documents, total, "2026-11-01"))


@pytest.fixture
def pull(tmp_path):
    made = Pull(tmp_path / "pull")
    fill(made)
    return made


def page_file(pull, skip):
    (path,) = (pull.folder / SI.stem).glob(f"{skip:07d}*")
    return path


def test_what_was_stored_comes_back(pull):
    assert pull.page(SI, 2) == Page([{"material_id": "mp-2"}, {"material_id": "mp-3"}], 5, "2026-11-01")
    assert pull.page(SI, 3) is None
    assert pull.holds(SI)
    assert not pull.holds(FLAGS)


def test_what_comes_next(pull):
    assert [pull.next_after(SI, skip) for skip in (0, 1, 2, 4)] == [2, 2, 4, None]
    assert pull.next_after(FLAGS, 0) is None


def test_an_empty_series_is_held(tmp_path):
    pull = Pull(tmp_path)
    assert not pull.holds(SI)
    fill(pull, total=0)
    assert pull.holds(SI)


@pytest.mark.parametrize("skip", [0, 2, 4])
def test_a_missing_page_is_noticed(pull, skip):
    page_file(pull, skip).unlink()
    assert not pull.holds(SI)


@pytest.mark.parametrize("skip", [0, 2, 4])
@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:0], lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:]])
def test_a_damaged_page_counts_as_missing(pull, skip, damage):
    path = page_file(pull, skip)
    path.write_bytes(damage(path.read_bytes()))
    assert pull.page(SI, skip) is None
    assert not pull.holds(SI)


def test_what_a_killed_run_left_half_written_is_no_page(pull):
    path = page_file(pull, 2)
    path.rename(path.with_name(f".{path.name}.tmp"))
    assert pull.page(SI, 2) is None
    assert pull.next_after(SI, 0) == 4


def test_newest_full_version(tmp_path):
    cache = Cache(tmp_path, "127.0.0.1:80", "GGA_GGA+U")
    assert cache.newest_full([SI]) is None
    fill(cache.pull("2025.09.25"))
    fill(cache.pull("2026.02.01"))
    fill(cache.pull("2025.09.25"), FLAGS)
    assert cache.newest_full([SI]) == "2026.02.01"
    assert cache.newest_full([SI, FLAGS]) == "2025.09.25"
    assert Cache(tmp_path, "127.0.0.1:80", "R2SCAN").newest_full([SI]) is None
    assert Cache(tmp_path, "elsewhere", "GGA_GGA+U").newest_full([SI]) is None


@pytest.mark.parametrize("version", ["", "../../etc", "a/b", ".."])
def test_what_the_server_calls_its_version_is_not_trusted(tmp_path, version):
    with pytest.raises(FetchError, match="no database version"):
        Cache(tmp_path, "host", "GGA_GGA+U").pull(version)


def test_replacement(tmp_path):
    cache = Cache(tmp_path, "host", "GGA_GGA+U")
    fill(cache.pull("1"), total=5)
    fill(cache.pull("1").replacement(), total=7)
    assert cache.newest_full([SI]) == "1"
    assert cache.pull("1").page(SI, 0).total_doc == 5
    cache.pull("1").replace()
    assert cache.pull("1").page(SI, 0).total_doc == 7
    assert cache.pull("1").replacement().page(SI, 0) is None
