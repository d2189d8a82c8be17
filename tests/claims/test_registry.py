"""The list of claims holds together."""

from __future__ import annotations

from tieline.claims.registry import CLAIMS

# Who depends on whom, from the list of claims in the design: independent ones are 1, 3, 7 and 29.
PARENTS = {
    2: 1,
    4: 1,
    5: 1,
    6: 3,
    8: 7,
    9: 7,
    10: 9,
    11: 1,
    12: 3,
    13: 7,
    14: 1,
    15: 14,
    16: 15,
    17: 15,
    18: 3,
    19: 18,
    20: 19,
    21: 19,
    22: 7,
    23: 22,
    24: 23,
    25: 23,
    26: 1,
    27: 3,
    28: 7,
    30: 29,
}


def test_numbers_run_from_1_to_30():
    assert [claim.number for claim in CLAIMS] == list(range(1, 31))


def test_parents():
    assert {claim.number: claim.parent for claim in CLAIMS if claim.parent is not None} == PARENTS


def test_parents_come_first():
    assert all(claim.parent < claim.number for claim in CLAIMS if claim.parent is not None)


def test_every_claim_says_something_and_is_tested():
    assert all(claim.says and claim.criteria for claim in CLAIMS)
