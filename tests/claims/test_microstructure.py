"""Criteria of microstructure, each met, not met, at its boundary and undecided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claim_facts import LIMITS, facts

from tieline.claims.microstructure import (
    amorphous_share_b,
    coexistence,
    coverage,
    covered_size,
    invisible,
    low_crystalline,
    partly_crystalline_b,
    stays_low_crystalline,
    stays_within_sizes,
)
from tieline.claims.verdicts import Verdict

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET


def verdicts_of(criterion, name, *values, limits=LIMITS):
    return criterion(facts(*({name: value} for value in values)), limits).verdicts.tolist()


def test_coexistence():
    """25 meV/atom are tolerated, and a probability of 0.5 is asked for."""
    values = (0.0, 0.0251, 0.025, None)
    assert verdicts_of(coexistence, "tie_line_excess_ev_per_atom", *values) == [MET, NOT_MET, MET, UNDECIDED]
    values = (1.0, 0.499, 0.5, None)
    assert verdicts_of(coexistence, "coexistence_probability", *values) == [MET, NOT_MET, MET, UNDECIDED]


def test_coverage():
    """Three unit cells are asked for."""
    values = (5.0, 2.99, 3.0, None)
    assert verdicts_of(coverage, "shell_unit_cells", *values) == [MET, NOT_MET, MET, UNDECIDED]


@pytest.mark.parametrize(("size", "expected"), [(20.0, MET), (50.1, NOT_MET), (50.0, MET)])
def test_low_crystalline(size, expected):
    """Both numbers are the configuration's, so it is never undecided."""
    assert low_crystalline(facts({}, {}), replace(LIMITS, design_size_nm=size)).verdicts.tolist() == [expected] * 2


def test_invisible():
    """The design size is 20 nm."""
    values = (25.0, 19.9, 20.0, None)
    assert verdicts_of(invisible, "a_xrd_detection_size_nm", *values) == [MET, NOT_MET, MET, UNDECIDED]


def test_what_is_seen_at_the_smallest_size_is_seen_at_that_design_size():
    """The search starts at 1 nm: A that must be amorphous has 1."""
    limits = replace(LIMITS, design_size_nm=1.0)
    assert verdicts_of(invisible, "a_xrd_detection_size_nm", 1.0, 1.01, 1000.0, limits=limits) == [NOT_MET, MET, MET]


def test_covered_size():
    """Of 5-100 nm with a design size of 20 nm: covered from 12 nm up; from 20; from 30; from 100; never; unknown."""
    found = covered_size(
        facts(*({"a_covered_above_nm": value} for value in (12.0, 20.0, 30.0, 100.0, 100.1, None, 2.0))), LIMITS
    )
    assert found.verdicts.tolist() == [MET, MET, WINDOW, WINDOW, NOT_MET, UNDECIDED, MET]
    ranges = ["12-100", "20-100", "30-100", "100-100", "none", None, "5-100"]
    assert found.evidence["a_size_range_nm"].to_pylist() == ranges


def test_design_size_outside_the_size_window():
    wide = covered_size(facts({}), replace(LIMITS, design_size_nm=120.0))
    assert wide.verdicts.tolist() == [WINDOW]


def test_stays_low_crystalline():
    """100 C is 373 K."""
    values = (780.0, 372.9, 373.0, None)
    assert verdicts_of(stays_low_crystalline, "a_stays_low_crystalline_to_k", *values) == [MET, NOT_MET, MET, UNDECIDED]


def test_stays_within_sizes_up_to_a_temperature():
    values = (900.0, 372.9, 373.0, None)
    assert verdicts_of(stays_within_sizes, "a_stays_below_100_nm_to_k", *values) == [MET, NOT_MET, MET, UNDECIDED]


@pytest.mark.parametrize(
    ("after_lowest", "after_highest", "expected"),
    [
        (20.0, 45.0, MET),
        (5.0, 45.0, MET),
        (4.9, 45.0, WINDOW),
        (4.9, 5.0, WINDOW),
        (4.8, 4.9, NOT_MET),
        (None, 45.0, UNDECIDED),
        (4.9, None, UNDECIDED),
        (20.0, None, MET),
    ],
)
def test_size_after_heat_treatment(after_lowest, after_highest, expected):
    found = stays_within_sizes(
        facts(a_size_after_lowest_anneal_nm=after_lowest, a_size_after_highest_anneal_nm=after_highest), LIMITS
    )
    assert found.verdicts.tolist() == [expected]
    assert {"a_size_after_373_k_nm", "a_size_after_773_k_nm"} <= found.evidence.keys()


def enthalpies(*values):
    return facts(*({"b_amorphisation_enthalpy_kj_per_mol": value} for value in values))


def test_crystalline_share_of_b_is_a_window():
    """Whatever the sign of the enthalpy; nothing but a missing one changes that."""
    found = partly_crystalline_b(enthalpies(-35.0, 0.0, 3.0, None), LIMITS)
    assert found.verdicts.tolist() == [WINDOW, WINDOW, WINDOW, UNDECIDED]
    assert found.evidence["crystalline_share_b"].to_pylist() == ["0.6-0.95"] * 4


def test_amorphous_share_of_b_needs_a_driving_force():
    found = amorphous_share_b(enthalpies(-35.0, 3.0, 0.0, -0.01, None), LIMITS)
    assert found.verdicts.tolist() == [WINDOW, NOT_MET, NOT_MET, WINDOW, UNDECIDED]
    assert found.evidence["amorphous_share_b"].to_pylist() == ["0.05-0.4"] * 5
    assert found.evidence["b_amorphisation_enthalpy_kj_per_mol"].to_pylist()[:3] == ["-35", "3", "0"]


# The criteria that need a number of crystallites.parquet, and one of the numbers.
NEEDED = {
    coverage: "shell_unit_cells",
    covered_size: "a_covered_above_nm",
    invisible: "a_xrd_detection_size_nm",
    stays_low_crystalline: "a_stays_low_crystalline_to_k",
    stays_within_sizes: "a_size_after_lowest_anneal_nm",
    partly_crystalline_b: "b_amorphisation_enthalpy_kj_per_mol",
    amorphous_share_b: "b_amorphisation_enthalpy_kj_per_mol",
}


@pytest.mark.parametrize(("criterion", "name"), NEEDED.items())
def test_reason_is_told_only_where_something_is_missing(criterion, name):
    why = "no growth data of Ge; no volume of A or B"
    found = criterion(
        facts({name: None}, {}, {name: None, "microstructure_missing_reason": None}, microstructure_missing_reason=why),
        LIMITS,
    )
    assert found.evidence["because"].to_pylist() == ["no growth data of Ge | no volume of A or B", "", ""]
