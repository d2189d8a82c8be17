"""When rejected rows stop a run."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.phases.merge import EXCLUDED_NAMES, Merged
from tieline.phases.rejections import require_acceptable, require_known_elements
from tieline.phases.rows import REJECTED_NAMES

ELEMENTS = frozenset({"Si", "Li", "Ti", "Cu"})


def rejected(*rows):
    """Rows of formula and, if it is not a rejected row, action."""
    parts = [("mine", "mine.csv", str(n), f"id{n}", f, *a, "wrong") for n, (f, *a) in enumerate(rows, 2)]
    return pd.DataFrame(parts, columns=REJECTED_NAMES)


ROW = "row rejected"


@pytest.mark.parametrize("formula", ["Si", "Li", "Cu4", "Ti"])
def test_an_element_of_the_hulls_stops(formula):
    expected = rf"^1 rejected phases of elements that hulls need: mine\.csv, row 3 \({formula}\): wrong; correct them"
    with pytest.raises(PhaseDataError, match=expected) as caught:
        require_acceptable(rejected(("TiSi2", ROW), (formula, ROW)), "stop_if_element", ELEMENTS)
    assert "phases.invalid_rows" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("formula", ["TiSi2", "O2", "Fe", "", "no formula"])
def test_other_rows_do_not(formula):
    require_acceptable(rejected((formula, ROW)), "stop_if_element", ELEMENTS)


@pytest.mark.parametrize("action", ["structure dropped", "row repeated"])
@pytest.mark.parametrize("invalid_rows", ["stop_if_element", "stop"])
def test_only_rejected_rows_count(action, invalid_rows):
    require_acceptable(rejected(("Si", action)), invalid_rows, ELEMENTS)


def test_stop_at_any_row_and_name_the_first():
    with pytest.raises(PhaseDataError, match=r"^5 rejected rows: mine\.csv, row 2 \(O2\): .* row 4 .*; \.\.\.;"):
        require_acceptable(rejected(*[("O2", ROW)] * 5), "stop", ELEMENTS)


def test_skip():
    require_acceptable(rejected(("Si", ROW)), "skip", ELEMENTS)


def merged(*without):
    aside = pd.DataFrame([("cu3si", "Cu3Si", "mine", "no elemental phase")], columns=EXCLUDED_NAMES)
    return Merged(pd.DataFrame(), aside, frozenset(without))


def test_a_row_that_may_have_been_the_missing_element():
    with pytest.raises(PhaseDataError, match=r"no elemental phase of Cu .* 1 rejected rows may have been it: mine"):
        require_known_elements(rejected(("", ROW)), "stop_if_element", merged("Cu"))


@pytest.mark.parametrize(
    ("rows", "invalid_rows", "without"),
    [
        ([("", ROW)], "skip", ["Cu"]),
        ([("", ROW)], "stop_if_element", []),
        ([("Cu3Si", ROW)], "stop_if_element", ["Cu"]),
        ([], "stop_if_element", ["Cu"]),
    ],
)
def test_otherwise_a_missing_element_only_sets_its_phases_aside(rows, invalid_rows, without):
    require_known_elements(rejected(*rows), invalid_rows, merged(*without))


def test_rows_of_another_source_cannot_have_been_it():
    rows = rejected(("", ROW)).assign(source="theirs")
    require_known_elements(rows, "stop_if_element", merged("Cu"))
