from __future__ import annotations

import csv
from itertools import permutations

import pytest
from ase.formula import Formula

from tieline.core.elements import SYMBOLS
from tieline.data import DATA
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


def rows() -> list[dict[str, str]]:
    text = (DATA / "compounds/known_compounds.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["prototype"])
def test_every_listed_compound_has_the_composition_of_its_type(row: dict[str, str]) -> None:
    prototype = TYPES[row["prototype"]]
    sites = Formula.from_dict(dict(zip(prototype.elements, prototype.counts, strict=True))).reduce()[0].count()
    for compound in row["compounds"].split():
        counts = Formula(compound).count()
        assert set(counts) <= set(SYMBOLS), compound
        assert sorted(Formula(compound).reduce()[0].count().values()) == sorted(sites.values()), compound
        assert tuple(Formula(compound)) in known_compounds()[row["prototype"]], f"{compound} has a common divisor"


def test_the_list_is_sorted_and_names_nothing_twice() -> None:
    labels = [row["prototype"] for row in rows()]
    assert labels == sorted(set(labels))
    for row in rows():
        compounds = row["compounds"].split()
        assert compounds == sorted(set(compounds)), row["prototype"]
        written = [tuple(sorted(Formula(compound).count().items())) for compound in compounds]
        assert len(set(written)) == len(written), f"{row['prototype']}: one compound in two spellings"


def test_likenesses_and_alloys_are_no_compounds() -> None:
    assert ("Sn",) not in known_compounds()["A_f"]
    assert ("Ca", "Zn", "Zn", "Zn", "Zn") in known_compounds()["D1_3"]
