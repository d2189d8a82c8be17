"""What the user sees at the end."""

from __future__ import annotations

import logging
from pathlib import Path

import pandas as pd
import pytest

from tieline.summary import SHOWN, log_summary


@pytest.fixture
def heard(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger("tieline"), "propagate", True)
    caplog.set_level(logging.WARNING, "tieline")
    return caplog


def ranked(n_pairs, **columns):
    rows = [
        {name: f"{name}-{number}" for name in SHOWN} | {"phase_a_id": "a", "phase_b_id": f"b{number}"}
        for number in range(n_pairs)
        for _ in range(2)
    ]
    return pd.DataFrame(rows).assign(**columns)


def test_nothing_found_points_to_the_systems(heard):
    log_summary(pd.DataFrame(), Path("out"))
    assert "no candidate was found; out/systems.csv" in heard.text


def test_each_pair_once_and_ten_at_most(heard):
    log_summary(ranked(12), Path("out"))
    (record,) = heard.records
    text = record.getMessage()
    assert "24 candidates in out/ranked.csv; the best 10 pairs" in text
    assert text.count("phase_b-9") == 1
    assert "phase_b-10" not in text


@pytest.mark.parametrize("dtype", ["Int64", "float64", "object", "str"])
def test_missing_values_are_dashes(heard, dtype):
    log_summary(ranked(2, spacegroup_b=pd.Series([None] * 4, dtype=dtype)), Path("out"))
    assert " - " in heard.records[0].getMessage()
