"""How evidence is written."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.claims.finding import as_text, numbers, span, texts


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (20.0, "20"),
        (0.1 + 0.2, "0.3"),
        (-1e-17, "0"),
        (1e-17, "0"),
        (1234.5678, "1234.6"),
        (0.004, "0.004"),
        (np.inf, "inf"),
        (np.nan, None),
    ],
)
def test_numbers(value, expected):
    assert numbers(value).as_py() == expected
    assert numbers([value, 7.0, value]).to_pylist() == [expected, "7", expected]


def test_ranges():
    assert span([5.0, 120.0, np.nan], 100.0).to_pylist() == ["5-100", "none", None]


def test_texts_of_any_kind():
    assert texts(pd.Series(["a", None], dtype="str")).to_pylist() == ["a", None]
    assert texts(pd.Series([63, None], dtype="Int64")).to_pylist() == ["63", None]
    in_chunks = pd.concat([pd.Series(["a"], dtype="str"), pd.Series(["b"], dtype="str")])
    assert as_text({"x": texts(in_chunks)}, 2).to_pylist() == ["x=a", "x=b"]
    assert texts(pd.Series(["a", "b"], dtype="category")).to_pylist() == ["a", "b"]


def test_evidence_of_one_and_of_all_together():
    evidence = {"size_nm": numbers(20.0), "limit_nm": numbers([6.0, np.nan])}
    assert as_text(evidence, 2).to_pylist() == ["size_nm=20; limit_nm=6", "size_nm=20; limit_nm=missing"]
    assert as_text({"size_nm": numbers(20.0)}, 2).to_pylist() == ["size_nm=20", "size_nm=20"]
    assert as_text({"limit_nm": numbers([])}, 0).to_pylist() == []


def test_empty_evidence_is_left_out():
    evidence = {"hazards": texts(pd.Series(["Be", "", None], dtype="str")), "route": texts(pd.Series(["a", "b", "c"]))}
    assert as_text(evidence, 3).to_pylist() == ["hazards=Be; route=a", "route=b", "hazards=missing; route=c"]
