"""Criteria 4-6 and 30 where A and B cease to coexist: beyond the range of that limit, within it, and without data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import claim_facts
import pandas as pd
import pytest

from tieline.claims.finding import Finding
from tieline.claims.limits import Limits
from tieline.claims.microstructure import stays_low_crystalline, stays_within_sizes
from tieline.claims.process import heat_treatment
from tieline.claims.verdicts import Verdict

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET

LIMITS = replace(claim_facts.LIMITS, anneal_temperatures_k=(400.0, 773.0))


def facts(**changed: object) -> pd.DataFrame:
    """Return a candidate that A's growth leaves as it is up to 900 K."""
    row = {
        "max_coexistence_temperature_k": 1500.0,
        "max_coexistence_temperature_low_k": 1300.0,
        "max_coexistence_temperature_high_k": 1687.0,
        "max_coexistence_temperature_undecided": "",
        "a_stays_low_crystalline_to_k": 900.0,
        "a_stays_below_100_nm_to_k": 900.0,
        "a_crystallisation_onset_k": 800.0,
        "zener_limit_nm": 40.0,
        "a_size_after_lowest_anneal_nm": 20.0,
        "a_size_after_highest_anneal_nm": 45.0,
        "microstructure_missing_reason": "",
    }
    return pd.DataFrame([row | changed])


def ends(low: float | None, high: float | None) -> dict[str, float | None]:
    return {"max_coexistence_temperature_low_k": low, "max_coexistence_temperature_high_k": high}


@pytest.mark.parametrize("criterion", [stays_low_crystalline, stays_within_sizes])
@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (373.0, 505.0, MET),
        (372.9, 505.0, UNDECIDED),
        (0.0, 505.0, UNDECIDED),
        (250.0, 372.9, NOT_MET),
        (None, 505.0, UNDECIDED),
        (None, None, UNDECIDED),
    ],
)
def test_coexistence_at_100_c(
    criterion: Callable[[pd.DataFrame, Limits], Finding], low: float | None, high: float | None, expected: Verdict
) -> None:
    """100 C is 373 K."""
    assert criterion(facts(**ends(low, high)), LIMITS).verdicts.tolist() == [expected]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (773.0, 1687.0, MET),
        (772.0, 1687.0, WINDOW),
        (400.0, 505.0, WINDOW),
        (372.0, 505.0, UNDECIDED),
        (0.0, 1687.0, UNDECIDED),
        (250.0, 372.0, NOT_MET),
        (None, None, UNDECIDED),
    ],
)
def test_heat_treatment_ends_with_coexistence(low: float | None, high: float | None, expected: Verdict) -> None:
    """Treatments at 400 and 773 K."""
    assert heat_treatment(facts(**ends(low, high)), LIMITS).verdicts.tolist() == [expected]


@pytest.mark.parametrize("criterion", [stays_low_crystalline, stays_within_sizes, heat_treatment])
def test_evidence_says_how_far_and_why_not(criterion: Callable[[pd.DataFrame, Limits], Finding]) -> None:
    reason = "within the errors of the model A + B may melt below 300 K"
    undecided = {"max_coexistence_temperature_k": None, "max_coexistence_temperature_undecided": reason}
    evidence = criterion(facts(**undecided), LIMITS).evidence
    assert evidence["max_coexistence_temperature_k"].to_pylist() == [None]
    assert evidence["max_coexistence_temperature_range_k"].to_pylist() == ["1300-1687"]
    assert evidence["coexistence_undecided"].to_pylist() == [reason]
