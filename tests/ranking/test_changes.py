"""What a run changed, on rankings that can be read at a glance."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.core.store import Store
from tieline.ranking.changes import (
    KEPT,
    changes_since,
    compare_rankings,
    composites_of,
    earlier_ranking,
    read_pairs,
    remember,
)
from tieline.ranking.columns import CHANGE_COLUMNS


def pairs(letters):
    """Pairs of silicon and the phases named, best first."""
    frame = pd.DataFrame([("Si-X", "si", b, "Si", b.upper(), "0.6000", "1", "0.5000") for b in letters], columns=KEPT)
    return frame.assign(pair_rank=(frame.index + 1).astype(str))


def rows(changes):
    return [
        (row["change"], row["phase_b_id"], row["pair_rank"], row["pair_rank_previous"], row["places_moved"])
        for row in changes.astype(object).where(changes.notna(), None).to_dict("records")
    ]


def test_each_pair_once_where_it_ranks_highest(tmp_path):
    text = "rank,pareto_rank,score,system,phase_a_id,phase_b_id,phase_a,phase_b,phase_b_weight_fraction,more\n"
    text += "1,1,0.9,Si-Ti,si,007,Si,TiSi2,0.6000,x\n2,1,0.8,Si-Mg,si,m,Si,Mg2Si,0.6000,x\n"
    text += "3,1,0.7,Si-Ti,si,007,Si,TiSi2,0.6500,x\n"
    (tmp_path / "ranked.csv").write_text(text, "utf-8")
    found = read_pairs(tmp_path / "ranked.csv")
    assert found[["phase_b_id", "phase_b_weight_fraction", "pair_rank"]].to_numpy().tolist() == [
        ["007", "0.6000", "1"],
        ["m", "0.6000", "2"],
    ]


@pytest.mark.parametrize(
    ("text", "reason"), [("", r" \(No columns"), ("a,b\n1,2\n", ", no column 'system'"), ("\0\xff", "")]
)
def test_another_file_is_no_ranking(tmp_path, text, reason):
    (tmp_path / "x.csv").write_text(text, "latin-1")
    with pytest.raises(PhaseDataError, match=rf"x\.csv: not a ranked\.csv{reason}"):
        read_pairs(tmp_path / "x.csv")


def test_appeared_vanished_moved():
    """Before c a b x d, now a b c d e. Of a b c d alone: c falls from 1 to 3, a and b rise by one, d stays."""
    changes = compare_rankings(pairs("abcde"), pairs("cabxd"))
    assert list(changes) == [column.name for column in CHANGE_COLUMNS]
    assert rows(changes) == [
        ("appeared", "e", "5", None, None),
        ("vanished", "x", None, "4", None),
        ("moved", "c", "3", "1", -2),
        ("moved", "a", "1", "2", 1),
        ("moved", "b", "2", "3", 1),
    ]
    assert changes["phase_b"].tolist() == ["E", "X", "C", "A", "B"]


def test_a_new_pair_at_the_top_moves_no_other():
    assert rows(compare_rankings(pairs("xabc"), pairs("abc"))) == [("appeared", "x", "1", None, None)]


def test_best_first():
    assert [row[1] for row in rows(compare_rankings(pairs("xaybz"), pairs("ab")))] == ["x", "y", "z"]
    assert [row[1] for row in rows(compare_rankings(pairs("ab"), pairs("xaybz")))] == ["x", "y", "z"]


def write_ranked(letters, path):
    """Write the pairs named as a ranked.csv."""
    columns = ["rank", "pareto_rank", "score", *(name for name in KEPT if name not in ("pareto_rank", "score"))]
    pairs(letters).assign(rank=range(1, len(letters) + 1))[columns].to_csv(path, index=False)


@pytest.mark.parametrize(("now", "then"), [("abc", "abc"), ("", "")])
def test_nothing_changed(tmp_path, now, then):
    assert compare_rankings(pairs(now), pairs(then)).empty
    write_ranked(then, tmp_path / "x.csv")
    changes, line = changes_since(tmp_path / "history", pairs(now), tmp_path / "x.csv")
    assert changes.empty
    assert line == f"pairs against {tmp_path}/x.csv: the same in the same order\n"


def test_everything_new_or_gone():
    assert [row[0] for row in rows(compare_rankings(pairs("ab"), pairs("")))] == ["appeared"] * 2
    assert [row[0] for row in rows(compare_rankings(pairs(""), pairs("ab")))] == ["vanished"] * 2


def test_history_of_runs(tmp_path):
    """Each run is held against the last one with another ranking, however often it is repeated."""
    history = tmp_path / "history"
    assert earlier_ranking(history, pairs("ab")) is None
    remember(history, pairs("ab"))
    assert earlier_ranking(history, pairs("ab")) is None
    for _ in range(3):
        pd.testing.assert_frame_equal(earlier_ranking(history, pairs("abc")), pairs("ab"))
        remember(history, pairs("abc"))
    remember(history, pairs("c"))
    pd.testing.assert_frame_equal(earlier_ranking(history, pairs("c")), pairs("abc"))
    pd.testing.assert_frame_equal(earlier_ranking(history, pairs("d")), pairs("c"))


def test_ids_outlive_the_file(tmp_path):
    odd = pairs(["007", "NA", "1e5", "a,b"])
    remember(tmp_path, odd)
    pd.testing.assert_frame_equal(earlier_ranking(tmp_path, pairs("a")), odd)


def test_history_of_another_version_is_none(tmp_path):
    Store(tmp_path, ".csv.gz").write("latest", b"system,other\n1,2\n")
    assert earlier_ranking(tmp_path, pairs("a")) is None


@pytest.mark.parametrize("name", ["latest", "before"])
@pytest.mark.parametrize("damage", [lambda good: good[:-9], lambda _: b"", lambda _: b"\0" * 99, lambda _: b"a,b\n1,2"])
def test_damaged_history_is_named_and_begun_anew(tmp_path, name, damage, caplog):
    for known in "ab":
        remember(tmp_path, pairs(known))
    path = tmp_path / f"{name}.csv.gz"
    path.write_bytes(damage(path.read_bytes()))
    with caplog.at_level(logging.WARNING, logger="tieline"):
        earlier = earlier_ranking(tmp_path, pairs("c"))
    assert f"{path} is damaged and was dropped" in caplog.text
    assert (earlier is None) == (name == "latest")
    remember(tmp_path, pairs("c"))
    pd.testing.assert_frame_equal(earlier_ranking(tmp_path, pairs("d")), pairs("c"))


def test_killed_between_the_two_files(tmp_path):
    """The older ranking was written, the newer not yet: the same comparison comes out."""
    remember(tmp_path, pairs("a"))
    remember(tmp_path, pairs("b"))
    (tmp_path / "before.csv.gz").write_bytes((tmp_path / "latest.csv.gz").read_bytes())
    pd.testing.assert_frame_equal(earlier_ranking(tmp_path, pairs("c")), pairs("b"))


def test_against_another_ranking(tmp_path):
    """A ranking that is named wins over the history, which is not touched."""
    remember(tmp_path / "history", pairs("ab"))
    write_ranked("cabxd", tmp_path / "old.csv")
    changes, line = changes_since(tmp_path / "history", pairs("abcde"), tmp_path / "old.csv")
    assert rows(changes) == rows(compare_rankings(pairs("abcde"), pairs("cabxd")))
    assert line == (
        f"pairs against {tmp_path}/old.csv: 1 appeared, 1 vanished, 3 moved among the others (changes.csv)\n"
    )
    pd.testing.assert_frame_equal(earlier_ranking(tmp_path / "history", pairs("c")), pairs("ab"))


def test_against_the_ranking_before(tmp_path):
    changes, line = changes_since(tmp_path, pairs("ab"), None)
    assert changes.empty
    assert list(changes) == [column.name for column in CHANGE_COLUMNS]
    assert line == "no earlier ranking to compare with\n"
    remember(tmp_path, pairs("ab"))
    changes, line = changes_since(tmp_path, pairs("bac"), None)
    assert rows(changes) == [
        ("appeared", "c", "3", None, None),
        ("moved", "b", "1", "2", 1),
        ("moved", "a", "2", "1", -1),
    ]
    assert line == "pairs against the ranking before: 1 appeared, 0 vanished, 2 moved among the others (changes.csv)\n"


def test_a_mixture_is_a_pair_of_its_own_for_each_share(tmp_path):
    """A quarter and three quarters of TiSi2 in B: two materials, each kept at the weight fraction where it is best."""
    names = ["0.25 c49 + 0.75 nisi2", "0.75 c49 + 0.25 nisi2", "0.25 c49 + 0.75 nisi2"]
    frame = pd.DataFrame(
        {
            "system": "Si-Ni-Ti",
            "phase_a_id": "si",
            "phase_b_id": names,
            "phase_a": "Si",
            "phase_b": "TiSi2 + NiSi2",
            "phase_b_weight_fraction": ["0.6000", "0.6000", "0.7000"],
            "pareto_rank": 1,
            "score": ["0.9", "0.8", "0.7"],
        }
    )
    found = composites_of(frame)
    assert found[["phase_b_id", "phase_b_weight_fraction", "pair_rank"]].to_numpy().tolist() == [
        [names[0], "0.6000", "1"],
        [names[1], "0.6000", "2"],
    ]
    remember(tmp_path, found)
    pd.testing.assert_frame_equal(earlier_ranking(tmp_path, found.iloc[:1]), found)
    assert rows(compare_rankings(found.iloc[:1], found)) == [("vanished", names[1], None, "2", None)]
