"""Criteria of the process, each met, not met, at its boundary and undecided."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claim_facts import LIMITS, facts

from tieline.claims.process import heat_treatment, melted_together
from tieline.claims.verdicts import Verdict

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET


@pytest.mark.parametrize("name", ["a_stays_below_100_nm_to_k", "tie_line_holds_to_k"])
def test_heat_treatment(name):
    """From 373.0 K to the lower of 900 K and 1300 K; treatments at 400 and 773 K."""
    limits = replace(LIMITS, anneal_temperatures_k=(400.0, 773.0))
    found = heat_treatment(facts(*({name: x} for x in (800.0, 773.0, 772.0, 380.0, 373.0, 372.9, None))), limits)
    assert found.verdicts.tolist() == [MET, MET, WINDOW, WINDOW, WINDOW, NOT_MET, UNDECIDED]
    ranges = ["373-800", "373-773", "373-772", "373-380", "373-373", "none", None]
    assert found.evidence["heat_treatment_range_k"].to_pylist() == ranges
    assert found.evidence["heat_treatment_temperatures_k"].to_pylist()[0] == "400 773"


def test_melted_together():
    """An arc furnace melts too; one that boils too early cannot be melted with the rest."""
    routes = ("melt", "mechanical alloying only", "arc melt", None)
    found = melted_together(facts(*({"melting_route": route} for route in routes)), LIMITS)
    assert found.verdicts.tolist() == [MET, NOT_MET, MET, UNDECIDED]
    assert found.evidence["highest_melting_point_k"].to_pylist() == ["1941"] * 4
