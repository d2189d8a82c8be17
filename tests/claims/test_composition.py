"""Criteria of composition, each met, not met, at its boundary and undecided."""

from __future__ import annotations

from claim_facts import LIMITS, facts

from tieline.claims.composition import silicon_and_titanium, titanium_disilicide, two_phases, weight_shares
from tieline.claims.verdicts import Verdict

MET, UNDECIDED, NOT_MET = Verdict.MET, Verdict.UNDECIDED, Verdict.NOT_MET


def test_two_phases():
    found = two_phases(
        facts(
            {},
            {"phase_a": "Ge"},
            {"phase_b": "Ge2Ti"},
            {"phase_b": "Si2"},
            # The boundary: no partner but an element that the claims do not name, and one they do beside it.
            {"phase_b": "SiO2"},
            {"phase_b": "MgSiO3"},
            {"phase_a": None},
            {"phase_b": None},
            # What is known to fail, fails.
            {"phase_a": "Ge", "phase_b": None},
            # A mixture holds what its phases hold together; A may not be the only compound of B.
            {"phase_b": "NiSi2 + TiSi2"},
            {"phase_b": "TiNi + Si2"},
            {"phase_b": "Si2 + Si4"},
            {"phase_a": "TiSi2", "phase_b": "Ti2Si4 + TiSi2"},
        ),
        LIMITS,
    )
    assert found.verdicts.tolist() == [
        *(MET, NOT_MET, NOT_MET, NOT_MET),
        *(NOT_MET, MET),
        *(UNDECIDED, UNDECIDED, NOT_MET),
        *(MET, MET, NOT_MET, NOT_MET),
    ]
    assert found.evidence["partners_b"].to_pylist()[:2] == ["Ti", "Ti"]
    assert found.evidence["partners_b"].to_pylist()[9] == "Ni Ti"


def test_weight_shares_include_their_ends():
    found = weight_shares(
        facts(*({"phase_b_weight_fraction": x} for x in (0.8, 0.5999, 0.6, 0.95, 0.9501, 0.95 + 1e-12, None))), LIMITS
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, MET, MET, NOT_MET, MET, UNDECIDED]
    assert found.evidence["phase_b_weight_fraction"].to_pylist()[0] == "0.8"
    assert found.evidence["composition_at"].to_pylist()[0] == "Si 0.7453 Ti 0.2547"


def test_silicon_and_titanium():
    found = silicon_and_titanium(
        facts(
            {},
            {"phase_b": "NiSi2"},
            {"phase_a": "Sn", "phase_b": "Ti6Sn5", "host": "Sn"},
            # The boundary: the least there can be of each.
            {"phase_a": "Mg2Si", "phase_b": "Ni99TiSi"},
            {"phase_b": None},
            {"phase_a": None},
            # In a mixture it need not be one phase that holds both.
            {"phase_b": "NiSi2 + TiSi2"},
            {"phase_b": "NiSi2 + Mg2Si"},
        ),
        LIMITS,
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, NOT_MET, MET, UNDECIDED, UNDECIDED, MET, NOT_MET]


def test_titanium_disilicide():
    found = titanium_disilicide(
        facts({}, {"phase_b": "TiSi"}, {"phase_b": "Ti4Si8"}, {"phase_b": "Ti4Si7"}, {"phase_b": None}), LIMITS
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, MET, NOT_MET, UNDECIDED]


def test_titanium_disilicide_in_a_mixture():
    """B contains it, be it the first or second phase, the larger or the smaller part."""
    parts = {"TiSi2 + NiSi2": MET, "NiSi2 + TiSi2": MET, "NiSi2 + Ti2Si4": MET, "NiSi2 + TiSi": NOT_MET}
    shares = (0.05, 0.5, 0.95)
    frame = facts(*({"phase_b": b, "phase_b1_weight_share": share} for b in parts for share in shares))
    expected = [verdict for verdict in parts.values() for _ in shares]
    assert titanium_disilicide(frame, LIMITS).verdicts.tolist() == expected
