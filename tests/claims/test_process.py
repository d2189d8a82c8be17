"""Criteria of the process, each met, not met, at its boundary and undecided."""

from __future__ import annotations

from dataclasses import replace

from claim_facts import LIMITS, facts

from tieline.claims.process import heat_treatment
from tieline.claims.verdicts import Verdict

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET


def test_heat_treatment():
    """From 373 K to the lower of A's 900 K and the 1300 K of coexistence; treatments at 400 and 773 K."""
    limits = replace(LIMITS, anneal_temperatures_k=(400.0, 773.0))
    sizes = (800.0, 773.0, 772.0, 380.0, 373.0, 372.9, None)
    found = heat_treatment(facts(*({"a_stays_below_100_nm_to_k": size} for size in sizes)), limits)
    assert found.verdicts.tolist() == [MET, MET, WINDOW, WINDOW, WINDOW, NOT_MET, UNDECIDED]
    ranges = ["373-800", "373-773", "373-772", "373-380", "373-373", "none", None]
    assert found.evidence["heat_treatment_range_k"].to_pylist() == ranges
    assert found.evidence["heat_treatment_temperatures_k"].to_pylist()[0] == "400 773"
