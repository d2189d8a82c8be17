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
    """What counts is the structure of TiSi2, whatever the columns of B as a whole say."""
    forms = ("c49", "c54", "distorted", "unknown")
    frame = facts(
        *({"phase_b1_id": name} | groups(225, 225) for name in forms),
        {"phase_b": "NiSi2", "phase_b1_id": "nisi2"},
        {"phase_b": None},
    )
    found = c49(frame, LIMITS)
    assert found.verdicts.tolist() == [MET, NOT_MET, UNDECIDED, UNDECIDED, NOT_MET, UNDECIDED]
    assert found.evidence["spacegroup_tisi2"].to_pylist()[:5] == ["63", "70", "62", None, None]
    assert found.evidence["spacegroup_tisi2_loose"].to_pylist()[:3] == ["63", "70", "63"]
    assert found.evidence["c49_above_c54_ev_per_atom"].to_pylist()[:5] == ["0.01"] * 4 + [None]


def mixture(first, second, number):
    """TiSi2 of a form with NiSi2, in this order; B has the space group of its larger part."""
    formulas = {"c49": "TiSi2", "c54": "TiSi2", "nisi2": "NiSi2", "tisi": "TiSi"}
    bravais, letter = bravais_lattice(number)
    return {
        "phase_b_id": f"0.25 {first} + 0.75 {second}",
        "phase_b": f"{formulas[first]} + {formulas[second]}",
        "phase_b1_id": first,
        "phase_b2_id": second,
        "bravais_b": bravais,
        "centring_b": letter,
    } | groups(number, number)


@pytest.mark.parametrize(
    ("parts", "of_larger", "is_c49", "cmcm"),
    [
        # NiSi2 (CaF2 structure, Fm-3m) is the larger part: B is not Cmcm, and contains C49 all the same.
        (("c49", "nisi2"), 225, MET, NOT_MET),
        (("c54", "nisi2"), 225, NOT_MET, NOT_MET),
        # The other way round B is Cmcm.
        (("nisi2", "c49"), 63, MET, MET),
        # Pnma TiSi beside it takes nothing from C49, nor Cmcm by itself makes C49.
        (("c49", "tisi"), 62, MET, NOT_MET),
        (("tisi", "nisi2"), 63, NOT_MET, MET),
    ],
)
def test_mixtures(parts, of_larger, is_c49, cmcm):
    frame = facts(mixture(*parts, of_larger))
    assert c49(frame, LIMITS).verdicts.tolist() == [is_c49]
    assert cmcm_b(frame, LIMITS).verdicts.tolist() == [cmcm]
    assert centred_b(frame, LIMITS).verdicts.tolist() == [MET if LATTICES[of_larger] else NOT_MET]
    assert space_groups_differ(frame, LIMITS).verdicts.tolist() == [MET]
    assert space_groups_differ(frame.assign(spacegroup_a=of_larger), LIMITS).verdicts.tolist() == [NOT_MET]
