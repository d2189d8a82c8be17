from __future__ import annotations

from itertools import permutations

import pytest
from ase.formula import Formula

from tieline.prototypes.library import library
from tieline.relaxation.known import is_known, known_compounds

TYPES = {prototype.label: prototype for prototype in library()}


@pytest.mark.parametrize(
    ("label", "formula"),
    [
        ("C49", "ZrSi2"),
        ("C54", "TiSi2"),
        ("C1", "Mg2Si"),
        ("A4", "Sn"),
        ("A5", "Sn"),
        ("D0_19", "Ti3Sn"),
        ("D8_6", "Li15Si4"),
        ("C1_b", "TiNiSn"),
    ],
)
def test_compounds_are_known_in_their_types(label: str, formula: str) -> None:
    prototype = TYPES[label]
    counts = Formula(formula).count()
    right = [
        symbols
        for symbols in permutations(counts)
        if Formula.from_dict(dict(zip(symbols, prototype.counts, strict=True))).reduce()[0].count() == counts
    ]
    assert all(is_known(prototype, symbols) for symbols in right)
    wrong = set(permutations(counts)) - set(right)
    assert not any(is_known(prototype, symbols) for symbols in wrong)


def test_the_order_of_the_formula_tells_the_slots_of_an_equiatomic_binary() -> None:
    assert is_known(TYPES["B27"], ("Ti", "Si"))
    assert not is_known(TYPES["B27"], ("Si", "Ti"))
    assert not is_known(TYPES["B32"], ("Al", "Li"))
    assert is_known(TYPES["B32"], ("Al", "Li"), slots_differ=False)


def test_every_entry_names_a_type_of_the_library() -> None:
    assert set(known_compounds()) <= set(TYPES)


def test_likenesses_and_alloys_are_no_compounds() -> None:
    assert ("Sn",) not in known_compounds()["A_f"]
    assert ("Ca", "Zn", "Zn", "Zn", "Zn") in known_compounds()["D1_3"]
