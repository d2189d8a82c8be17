"""Verdicts from numbers, and the table of how they combine."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from tieline.claims.verdicts import Verdict, above, all_of, at_least, at_most, where, where_true, within

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET

# Rows: the parent's verdict; columns: the claim's own, in the order met, window, undecided, not met.
DEPENDENT = {
    MET: [MET, WINDOW, UNDECIDED, NOT_MET],
    WINDOW: [WINDOW, WINDOW, UNDECIDED, NOT_MET],
    UNDECIDED: [UNDECIDED, UNDECIDED, UNDECIDED, NOT_MET],
    NOT_MET: [NOT_MET, NOT_MET, NOT_MET, NOT_MET],
}


def codes(*verdicts):
    return np.array(verdicts, dtype=np.int8)


@pytest.mark.parametrize("parent", DEPENDENT)
def test_table_of_dependent_claims(parent):
    own = codes(MET, WINDOW, UNDECIDED, NOT_MET)
    assert all_of(np.full(4, parent, dtype=np.int8), own).tolist() == DEPENDENT[parent]


def test_order_of_verdicts_does_not_matter():
    for three in itertools.product(Verdict, repeat=3):
        expected = (
            NOT_MET if NOT_MET in three else UNDECIDED if UNDECIDED in three else WINDOW if WINDOW in three else MET
        )
        assert all_of(*(codes(verdict) for verdict in three)).tolist() == [expected]


def test_labels():
    assert [verdict.label for verdict in Verdict] == ["not met", "undecided", "window", "met"]


def test_thresholds_are_part_of_the_range():
    values = [1.0, 2.0, 3.0, np.nan]
    assert at_least(values, 2.0).tolist() == [NOT_MET, MET, MET, UNDECIDED]
    assert at_most(values, 2.0).tolist() == [MET, MET, NOT_MET, UNDECIDED]
    assert above(values, 2.0).tolist() == [NOT_MET, NOT_MET, MET, UNDECIDED]
    assert at_least([np.inf], np.nan).tolist() == [UNDECIDED]


def test_flags():
    assert where_true(pd.Series([True, False, None], dtype="boolean")).tolist() == [MET, NOT_MET, UNDECIDED]
    assert where([True, False, True], [True, True, False]).tolist() == [MET, NOT_MET, UNDECIDED]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (5.0, 100.0, MET),
        (20.0, 100.0, MET),
        (5.0, 20.0, MET),
        (20.1, 100.0, WINDOW),
        (5.0, 19.9, WINDOW),
        (101.0, 100.0, NOT_MET),
        (np.nan, 100.0, UNDECIDED),
        (5.0, np.nan, UNDECIDED),
    ],
)
def test_design_value_in_a_range(low, high, expected):
    assert within(20.0, np.array([low]), high).tolist() == [expected]
