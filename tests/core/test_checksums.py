"""What a rule wrote and what became of it before another one reads it."""

from __future__ import annotations

import pytest

from tieline.core import checksums
from tieline.core.errors import TableError

TEXT = "system,capacity_mah_per_g\nSi-Ti,3579.1\nSi-Mg,2200.5\n"


@pytest.fixture
def written(tmp_path):
    """A table that the rule `candidates` has written."""
    (tmp_path / "logs").mkdir()
    path = tmp_path / "systems.csv"
    path.write_text(TEXT, "utf-8")
    checksums.remember(tmp_path / "logs/candidates.log", [path])
    return path


def require_sound(path):
    checksums.require_sound(path.parent / "logs/ranking.log", [path])


def test_sound(written):
    require_sound(written)
    assert written.read_text("utf-8") == TEXT


@pytest.mark.parametrize(
    "damaged",
    ["", TEXT[:-14], TEXT.replace("3579.1", "3579.5"), TEXT.replace("capacity", "capacitY"), "\0" * len(TEXT)],
    ids=["empty", "a row less", "a digit", "a column", "zeros"],
)
def test_damage_is_named_and_put_aside(written, damaged):
    written.write_text(damaged, "utf-8")
    with pytest.raises(TableError) as caught:
        require_sound(written)
    assert str(caught.value) == (
        f"{written} is damaged: it is not what the rule candidates wrote; moved to systems.csv.damaged; "
        f"run again, and it is made anew"
    )
    assert not written.exists()
    assert written.with_name("systems.csv.damaged").read_text("utf-8") == damaged


def test_files_of_the_users_are_not_looked_at(written, tmp_path):
    mine = tmp_path / "mine.csv"
    for text in ("a", "b"):
        mine.write_text(text, "utf-8")
        require_sound(mine)
    checksums.forget(tmp_path / "logs/candidates.log")
    written.write_text("edited", "utf-8")
    require_sound(written)


@pytest.mark.parametrize("content", ["", "[]", "{", "{}"])
def test_damaged_checksums_stop_nothing(written, content):
    (record,) = (written.parent / "work/checksums").iterdir()
    record.write_text(content, "utf-8")
    require_sound(written)
