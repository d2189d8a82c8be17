"""Formulas as tables hold them; what each means is plain to read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import Composition

from tieline.core.formula_text import in_mixed_case, plain_formula
from tieline.core.formulas import element_counts

MG2SI = {"Mg": 2, "Si": 1}
TISI2 = {"Ti": 1, "Si": 2}


@pytest.mark.parametrize(
    "text",
    [
        "Mg2Si",
        "Mg2 Si1",
        "Mg 2 Si",
        " Mg2\u00a0Si\u200b",
        "Mg₂Si",
        "\uff2d\uff47\uff12\uff33\uff49",
        "Mg$_2$Si",
        "Mg$_{2}$Si",
        r"$\mathrm{Mg_{2}Si}$",
        r"\ce{Mg2Si}",
        "Mg_2Si",
        "Mg~2~Si",
        "Mg<sub>2</sub>Si",
        'Mg<SUB class="x">2</SUB>Si',
        "Mg&lt;sub&gt;2&lt;/sub&gt;Si",
        "Mg2.0Si1.0",
    ],
)
def test_ways_to_write_mg2si(text):
    assert element_counts(plain_formula(text)) == MG2SI


@pytest.mark.parametrize("text", ["Ti(Si)2", "Ti[Si]2", "Ti(Si)2.0", "Ti1.0Si2.0", "Ti0.333Si0.667", "Ti0.33Si0.67"])
def test_ways_to_write_tisi2(text):
    assert element_counts(plain_formula(text)) == TISI2


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Ti0.5Si0.5", {"Ti": 1, "Si": 1}),
        ("Ti0,5Si0,5", {"Ti": 1, "Si": 1}),
        ("Li4.4Si", {"Li": 22, "Si": 5}),
        ("Li3.75Si1", {"Li": 15, "Si": 4}),
        ("Ti1.67Si", {"Ti": 5, "Si": 3}),
        ("Ti(Ni0.5Fe0.5)2Si", {"Ti": 1, "Ni": 1, "Fe": 1, "Si": 1}),
        ("C1 O1", {"C": 1, "O": 1}),
    ],
)
def test_fractions_and_blanks(text, counts):
    assert element_counts(plain_formula(text)) == counts


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.5", "it is a number"),
        ("Si1.5", "fraction of one element alone"),
        ("2Si", "starts with a number"),
        ("Li1 5Si4", "a blank between two numbers"),
        ("S i", "a blank within a symbol"),
        ("TiSi2 (C54)", "a blank before a bracket"),
        ("FeSi(B20)", "is the bracket a structure type"),
        ("TiSi2_C54", "markup"),
        ("Fe3+", "a charge"),
        ("Fe³⁺", "superscript"),
        ("\u03b1-Sn", "name of a form"),
        ("(Fe,Ni)Si", "more than one formula"),
        ("SiO2·H2O", "more than one formula"),
        ("\u0422i", "cyrillic capital letter te"),
        # 4 of 19 atoms are 0.2105, 3 of 14 are 0.2143, 5 of 24 are 0.2083.
        ("Li0.79Si0.21", "the fractions are those of Li11Si3 and Li15Si4 and Li19Si5; write whole numbers"),
        ("Ti0.01Si0.99", "no small formula"),
        ("Ti0Si1.0", "an amount is zero"),
        ("Ti1.0(Si", "bracket is not closed"),
        ("", "empty"),
    ],
)
def test_what_is_not_read(text, reason):
    with pytest.raises(ValueError, match=r"formula|fraction|superscript|amount|empty") as error:
        plain_formula(text)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("formula", "other"),
    [("CO", "Co"), ("SN", "Sn"), ("COSI2", "CoSi2"), ("SNO2", "SnO2"), ("YB6", "Yb6"), ("HFC", "HfC")],
)
def test_capitals_that_may_be_two_letters_of_a_symbol(formula, other):
    assert in_mixed_case(formula) == other


@pytest.mark.parametrize("formula", ["Co", "WC", "BN", "C1O1", "C O", "TiSi2", "VB2"])
def test_capitals_that_mean_one_thing(formula):
    assert in_mixed_case(formula) == ""


@given(st.text(max_size=30) | st.text("SiTn() 0123456789.,_$₂", max_size=12))
def test_any_text_is_a_plain_formula_or_a_value_error(text):
    try:
        counts = element_counts(plain_formula(text))
    except ValueError:
        return
    assert counts


@given(st.dictionaries(st.sampled_from(["Si", "Ti", "Li", "C", "O"]), st.integers(1, 9), min_size=2, max_size=3))
def test_fractions_are_read_as_pymatgen_writes_them(amounts):
    """Atomic fractions of 6 digits, from pymatgen."""
    composition = Composition(amounts)
    counts = element_counts(plain_formula(composition.fractional_composition.formula))
    assert Composition(counts).reduced_formula == composition.reduced_formula
