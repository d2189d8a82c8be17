"""Reading, comparing and writing formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition

from tieline.core.formulas import composition_key, element_counts, listed_fractions, reduced_formula


@pytest.mark.parametrize(
    ("formula", "counts"),
    [
        ("TiSi2", {"Ti": 1, "Si": 2}),
        ("Mg(Si2)3", {"Mg": 1, "Si": 6}),
        ("SiSi", {"Si": 2}),
        ("Li34Si8", {"Li": 34, "Si": 8}),
    ],
)
def test_counts(formula, counts):
    assert element_counts(formula) == counts


@pytest.mark.parametrize(
    "formula",
    ["", "()", "Si0", "Sn0Ti", "ti", "Xx2", "X", "Si1.5", "Si-1", "Si2+", "Si+Ti", "Ti Si2", "((", "Si)", "2Si", "é"],
)
def test_what_is_no_formula(formula):
    with pytest.raises(ValueError, match=r"formula|symbol|amounts"):
        element_counts(formula)


@pytest.mark.parametrize(
    "formula", ["(" * 2000 + "Si" + ")" * 2000, "(" * 140 + "Si" + ")" * 140 + "2" * 15, "Si" * 200]
)
def test_nested_or_long_formulas(formula):
    """The parser calls itself for each bracket."""
    with pytest.raises(ValueError, match=r"is longer than 300 characters|is no chemical formula|amounts must be"):
        element_counts(formula)


@given(st.text(max_size=30) | st.text("SiTn()0123456789", max_size=12))
def test_any_text_is_a_formula_or_a_value_error(text):
    try:
        counts = element_counts(text)
    except ValueError:
        return
    assert counts == Composition(text).as_dict()


@pytest.mark.parametrize("formula", ["Li17Si4", "Si4Li17", "Li34Si8", "Si2Li8Si2Li9"])
def test_key_ignores_order_and_multiple(formula):
    assert composition_key(formula) == (("Li", 17), ("Si", 4))


@pytest.mark.parametrize(
    ("counts", "formula"),
    [
        ({"Si": 4, "Ti": 2}, "TiSi2"),
        ({"Zn": 26, "Fe": 2}, "FeZn13"),
        ({"Si": 1, "C": 1}, "SiC"),
        ({"Mg": 2, "Si": 1}, "Mg2Si"),
        ({"Sn": 4}, "Sn"),
        ({"Sn": 2, "Zn": 1}, "Sn2Zn"),
        ({"Zn": 1, "Sn": 2}, "ZnSn2"),
        ({"Si": 1, "Sn": 1, "Ti": 2}, "Ti2SiSn"),
    ],
)
def test_reduced_formula(counts, formula):
    assert reduced_formula(counts) == formula
    assert reduced_formula(element_counts(formula)) == formula


def test_fractions_are_listed_with_four_digits():
    assert listed_fractions(["Si", "Ti"], [2 / 3, 1 / 3]) == "Si 0.6667 Ti 0.3333"
