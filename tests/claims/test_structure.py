"""Criteria of crystal structure, each met, not met, at its boundary and undecided."""

from __future__ import annotations

import pytest
from claim_facts import LIMITS, facts

from tieline.claims.structure import c49, centred_b, cmcm_b, space_groups_differ
from tieline.claims.verdicts import Verdict
from tieline.crystal.symmetry import bravais_lattice

MET, UNDECIDED, NOT_MET = Verdict.MET, Verdict.UNDECIDED, Verdict.NOT_MET


def groups(tight, loose, side="b"):
    return {f"spacegroup_{side}": tight, f"spacegroup_{side}_loose": loose}


def test_space_groups_differ():
    found = space_groups_differ(
        facts(
            {},
            groups(227, 227),
            # The boundary: the same at one tolerance only.
            groups(225, 227),
            groups(227, 225),
            groups(None, None),
            groups(63, None),
            groups(None, 227),
        ),
        LIMITS,
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, NOT_MET, NOT_MET, UNDECIDED, UNDECIDED, NOT_MET]
    assert found.evidence["spacegroup_b"].to_pylist()[:2] == ["63", "227"]


# Space group and whether its lattice is base- or face-centred, from the International Tables' symbols.
LATTICES = {12: True, 38: True, 62: False, 63: True, 70: True, 71: False, 139: False, 166: False, 194: False, 225: True}
"""C2/m, Amm2, Pnma, Cmcm, Fddd, Immm, I4/mmm, R-3m, P6_3/mmc, Fm-3m."""


@pytest.mark.parametrize(("number", "expected"), LATTICES.items())
def test_centred_b(number, expected):
    bravais, letter = bravais_lattice(number)
    found = centred_b(facts(groups(number, number), bravais_b=bravais, centring_b=letter), LIMITS)
    assert found.verdicts.tolist() == [MET if expected else NOT_MET]
    assert found.evidence["centring_b"].to_pylist() == [letter]


def test_literal_letter_of_an_a_centred_group_is_evidence():
    found = centred_b(facts(groups(38, 38), bravais_b="oC", centring_b="A"), LIMITS)
    assert found.evidence["centring_b"].to_pylist() == ["A"]
    assert found.verdicts.tolist() == [MET]


def test_centring_at_two_tolerances():
    """Primitive at the tight tolerance and centred at the loose one: the structure does not say."""
    found = centred_b(
        facts(groups(62, 63) | {"bravais_b": "oP"}, groups(63, 194), groups(None, None) | {"bravais_b": None}), LIMITS
    )
    assert found.verdicts.tolist() == [UNDECIDED, UNDECIDED, UNDECIDED]
    assert found.evidence["bravais_b_loose"].to_pylist() == ["oC", "hP", None]
    assert found.evidence["because"].to_pylist() == ["the symmetry tolerances disagree"] * 2 + [""]


def test_cmcm_b():
    found = cmcm_b(
        facts({}, groups(70, 70), groups(62, 63), groups(63, 194), groups(None, None), groups(63, None)), LIMITS
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, UNDECIDED, UNDECIDED, UNDECIDED, UNDECIDED]


def test_c49():
    found = c49(
        facts({}, groups(70, 70), {"phase_b": "NiSi2"}, groups(62, 63), groups(None, None), {"phase_b": None}), LIMITS
    )
    assert found.verdicts.tolist() == [MET, NOT_MET, NOT_MET, UNDECIDED, UNDECIDED, UNDECIDED]
    assert found.evidence["c49_above_c54_ev_per_atom"].to_pylist()[:3] == ["0.01", "0.01", None]
