"""Criterion 29: which vessel the alloy takes at both ends of the estimated liquidus."""

from __future__ import annotations

import pandas as pd
import pytest
from claim_facts import LIMITS

from tieline.claims.process import melted_together
from tieline.claims.verdicts import Verdict

MET, WINDOW, UNDECIDED, NOT_MET = Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED, Verdict.NOT_MET

NO_MELT = "mechanical alloying only"


def facts(coldest: str | None, route: str | None, hottest: str | None) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "melting_route_low": coldest,
                "melting_route": route,
                "melting_route_high": hottest,
                "liquidus_estimate_k": 1850.0,
                "liquidus_low_k": 1480.0,
                "liquidus_high_k": 2220.0,
                "vapour_pressure_at_liquidus_bar": 0.5,
                "lowest_boiling_point_k": 2000.0,
                "b_amorphisation_enthalpy_kj_per_mol": -35.0,
                "hazards": "",
            }
        ]
    )


@pytest.mark.parametrize(
    ("coldest", "hottest", "expected"),
    [
        ("melt", "melt", MET),
        ("melt", "arc melt", MET),
        ("melt", "closed vessel", WINDOW),
        ("closed vessel", "closed vessel", WINDOW),
        ("melt", NO_MELT, UNDECIDED),
        ("closed vessel", NO_MELT, UNDECIDED),
        (NO_MELT, NO_MELT, NOT_MET),
    ],
)
def test_the_highest_liquidus_decides_and_a_closed_vessel_is_a_window(
    coldest: str, hottest: str, expected: Verdict
) -> None:
    found = melted_together(facts(coldest, coldest, hottest), LIMITS)
    assert found.verdicts.tolist() == [expected]
    assert found.evidence["liquidus_range_k"].to_pylist() == ["1480-2220"]
    assert found.evidence["melting_route_high"].to_pylist() == [hottest]


def test_without_data_it_is_undecided() -> None:
    both = pd.concat([facts(None, None, None), facts("melt", "melt", "melt")], ignore_index=True)
    assert melted_together(both, LIMITS).verdicts.tolist() == [UNDECIDED, MET]
