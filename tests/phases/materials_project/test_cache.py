"""Pages on disk."""

from __future__ import annotations

import logging

import pytest

from tieline.errors import FetchError
from tieline.phases.materials_project.cache import Cache, Pull
from tieline.phases.materials_project.queries import Query

SI, FLAGS = Query("thermo", "Si-*"), Query("experimental", "Si-*")


def fill(pull, query=SI, total=5, size=2):
    for skip in range(0, total, size):
        documents = [{"material_id": f"mp-{i}"} for i in range(skip, min(skip + size, total))]
        pull.store(query, skip, documents, total_doc=total, retrieved_at="2026-11-01")


@pytest.fixture
def pull(tmp_path):
    made = Pull(tmp_path / "pull")
    fill(made)
    return made


def test_what_was_stored_comes_back(pull):
    pages = pull.pages(SI)
    assert sorted(pages) == [0, 2, 4]
    assert [(page.n_documents, page.total_doc) for page in pages.values()] == [(2, 5), (2, 5), (1, 5)]
    assert pages[2].content() == ([{"material_id": "mp-2"}, {"material_id": "mp-3"}], "2026-11-01")
    assert pull.holds(SI)
    assert not pull.holds(FLAGS)


def test_one_content_is_one_file(pull, tmp_path):
    again = Pull(tmp_path / "again")
    fill(again)
    for one, other in zip(pull.pages(SI).values(), again.pages(SI).values(), strict=True):
        assert (one.path.name, one.path.read_bytes()) == (other.path.name, other.path.read_bytes())


def test_an_empty_series_is_held(tmp_path):
    pull = Pull(tmp_path)
    assert not pull.holds(SI)
    pull.store(SI, 0, [], total_doc=0, retrieved_at="2026-11-01")
    assert pull.holds(SI)


@pytest.mark.parametrize("skip", [0, 2, 4])
def test_a_missing_page_is_noticed(pull, skip):
    pull.pages(SI)[skip].path.unlink()
    assert not pull.holds(SI)


@pytest.mark.parametrize("damage", [lambda b: b[:-1], lambda b: b[:0], lambda b: b[:20] + bytes([b[20] ^ 1]) + b[21:]])
def test_a_damaged_page_counts_as_missing(pull, damage, caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("tieline"), "propagate", True)
    path = pull.pages(SI)[2].path
    path.write_bytes(damage(path.read_bytes()))
    assert sorted(pull.pages(SI)) == [0, 4]
    assert f"{path} is damaged" in caplog.text
    assert not path.exists()


def test_what_a_killed_run_left_half_written_is_no_page(pull):
    (pull.folder / SI.stem / ".0000002.2of5.tmp").write_bytes(b"half")
    (pull.folder / SI.stem / f".{pull.pages(SI)[2].path.name}.tmp").write_bytes(b"half")
    assert sorted(pull.pages(SI)) == [0, 2, 4]


def test_a_series_can_be_dropped(pull):
    fill(pull, FLAGS)
    pull.drop(SI)
    assert pull.pages(SI) == {}
    assert pull.holds(FLAGS)


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
    fill(cache.replacement("1"), total=7)
    assert cache.newest_full([SI]) == "1"
    assert len(cache.pull("1").pages(SI)) == 3
    assert len(cache.replace("1").pages(SI)) == 4
    assert cache.replacement("1").pages(SI) == {}


def test_killed_amid_a_replacement(tmp_path):
    cache = Cache(tmp_path, "host", "GGA_GGA+U")
    fill(cache.replacement("1"), total=7)
    (cache.replacement("1").folder / "finished").touch()
    assert len(cache.pull("1").pages(SI)) == 4
