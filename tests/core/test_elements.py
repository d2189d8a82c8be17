"""The groups as the claims mean them."""

from __future__ import annotations

import pytest
from pymatgen.core import Element

from tieline.core.elements import (
    ACTINIDES,
    HOSTS,
    ION_CHARGE,
    LANTHANIDES,
    PARTNER_GROUPS,
    RADIOACTIVE,
    masses_g_per_mol,
)


def test_hosts():
    assert HOSTS == ("Si", "Sn", "Zn")


@pytest.mark.parametrize(("label", "column"), [("IIA", 2), ("IIB", 12), ("IIIB", 13), ("IVB", 14)])
def test_old_cas_columns_up_to_the_sixth_period(label, column):
    expected = {e.symbol for e in Element if e.group == column and e.row <= 6} | ({"Ra"} if column == 2 else set())
    assert set(PARTNER_GROUPS[label]) == expected


def test_transition_elements_are_groups_3_to_11_with_the_f_rows():
    d_block = {e.symbol for e in Element if 3 <= e.group <= 11 and 4 <= e.row <= 6}
    f_rows = {e.symbol for e in Element if 57 <= e.Z <= 71 or 89 <= e.Z <= 103}
    assert set(PARTNER_GROUPS["transition"]) == d_block | f_rows


def test_f_rows():
    assert [Element(symbol).Z for symbol in LANTHANIDES] == list(range(58, 72))
    assert [Element(symbol).Z for symbol in ACTINIDES] == list(range(89, 104))


def test_each_partner_is_in_one_group():
    everything = [symbol for group in PARTNER_GROUPS.values() for symbol in group]
    assert len(everything) == len(set(everything))


def test_radioactive():
    assert set(RADIOACTIVE) == {"Tc", "Pm", "Ra", *ACTINIDES}


@pytest.mark.parametrize(("symbol", "charge"), ION_CHARGE.items())
def test_charges_are_the_usual_oxidation_states(symbol, charge):
    assert Element(symbol).common_oxidation_states == (charge,)


def test_masses():
    assert masses_g_per_mol(["Li", "Si", "Ti"]) == pytest.approx([6.94, 28.085, 47.867])
