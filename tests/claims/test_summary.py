"""The summary of the chart, and the chart as text."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest
from claim_facts import LIMITS, facts

from tieline.claims.chart import judge, write_chart
from tieline.claims.columns import CHART_COLUMNS, CLAIM_SUMMARY_COLUMNS, CLAIMS_PARQUET
from tieline.claims.registry import CLAIMS, DISCLAIMER
from tieline.claims.summary import chart_of_the_best, read_verdicts, summarise_claims
from tieline.claims.verdicts import Verdict
from tieline.core.errors import TableError

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET

FRAME = facts(
    {"phase_b_weight_fraction": 0.6},
    {"phase_b_weight_fraction": 0.8},
    {"phase_b_weight_fraction": 0.9, "shell_unit_cells": None},
)


@pytest.fixture
def chart_file(tmp_path):
    write_chart(FRAME, LIMITS, tmp_path / "claims.parquet")
    return tmp_path / "claims.parquet"


def test_verdicts_come_back_from_the_file(chart_file):
    expected = np.stack([judgement.verdicts for judgement in judge(FRAME, LIMITS)], axis=1)
    np.testing.assert_array_equal(read_verdicts(chart_file), expected)


def test_summary_counts_and_best_examples():
    """Candidates ranked 3, 1, 2. The third claim is met by none, but within a window by the first and the third."""
    verdicts = np.array(
        [[MET, NOT_MET, WINDOW], [UNDECIDED, NOT_MET, NOT_MET], [MET, UNDECIDED, WINDOW]], dtype=np.int8
    )
    summary = summarise_claims(verdicts, FRAME, np.array([3, 1, 2]), CLAIMS[:3]).set_index("claim")
    assert list(summary.reset_index()) == [column.name for column in CLAIM_SUMMARY_COLUMNS]
    assert summary[["n_met", "n_window", "n_undecided", "n_not_met"]].to_numpy().tolist() == [
        [2, 0, 1, 0],
        [0, 0, 1, 2],
        [0, 2, 0, 1],
    ]
    assert summary["best_rank"].fillna(0).tolist() == [2, 0, 2]
    assert summary["best_phase_b_weight_fraction"].tolist()[::2] == [0.9, 0.9]
    assert summary["best_verdict"].tolist()[::2] == ["met", "window"]
    assert summary["best_phase_b"].isna().tolist() == [False, True, False]
    assert summary["depends_on"].fillna(0).tolist() == [0, 1, 0]
    assert set(summary["note"]) == {DISCLAIMER}
    assert "not legal advice" in DISCLAIMER


@pytest.mark.parametrize(("most", "expected"), [(None, [1, 2, 3]), (2, [1, 2]), (10, [1, 2, 3])])
def test_text_holds_the_best_in_the_order_of_the_ranking(chart_file, most, expected):
    shown = chart_of_the_best(chart_file, np.array([3, 1, 2]), most)
    assert list(shown) == [column.name for column in CHART_COLUMNS]
    assert shown["rank"].tolist() == [rank for rank in expected for _ in range(30)]
    assert shown["claim"].tolist() == list(range(1, 31)) * len(expected)
    assert shown["phase_b_weight_fraction"].tolist()[:30] == [0.8] * 30
    first = {j.claim.number: Verdict(j.verdicts[1]).label for j in judge(FRAME, LIMITS)}
    assert dict(zip(shown["claim"].tolist(), shown["verdict"].tolist()[:30], strict=False)) == first


@pytest.mark.parametrize(("most", "expected"), [(None, [1, 2]), (1, [1]), (10, [1, 2])])
def test_candidates_without_a_rank_are_left_out(chart_file, most, expected):
    shown = chart_of_the_best(chart_file, np.array([np.nan, 2.0, 1.0]), most)
    assert shown["rank"].unique().tolist() == expected


def test_no_candidates(tmp_path):
    write_chart(FRAME.iloc[:0], LIMITS, tmp_path / "claims.parquet")
    nobody = np.zeros(0, dtype=np.int64)
    assert chart_of_the_best(tmp_path / "claims.parquet", nobody, None).empty
    summary = summarise_claims(read_verdicts(tmp_path / "claims.parquet"), FRAME.iloc[:0], nobody)
    assert len(summary) == 30
    assert summary["best_rank"].isna().all()
    assert summary["n_met"].sum() == 0


@pytest.mark.parametrize("name", CLAIMS_PARQUET.names)
def test_a_lost_column_is_named(chart_file, name):
    table = pq.read_table(chart_file)
    pq.write_table(table.drop_columns([name]), chart_file)
    with pytest.raises(TableError, match=rf"claims\.parquet: no column '{name}'"):
        chart_of_the_best(chart_file, np.array([3, 1, 2]), None)


@pytest.mark.parametrize("content", [b"", b"claim,verdict", None])
def test_another_file_is_one_line(tmp_path, content):
    if content is not None:
        (tmp_path / "claims.parquet").write_bytes(content)
    for read in (read_verdicts, lambda path: chart_of_the_best(path, np.zeros(0, dtype=np.int64), None)):
        with pytest.raises(TableError, match=r"claims\.parquet: cannot be read") as caught:
            read(tmp_path / "claims.parquet")
        assert "\n" not in str(caught.value)
