"""A composite by hand and against the workflow's own numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.constants import physical_constants

import tieline

MAH_PER_MOL = physical_constants["Faraday constant"][0] / 3.6
SI, LI = 28.085, 6.94


@pytest.fixture
def phases():
    """Si takes up Li in two steps, LiSi at 0.4 V and Li3Si at 0.1 V; B = MgSi takes up none."""
    rows = [
        ("si", "Si", 0.0, 20.0),
        ("li", "Li", 0.0, 20.0),
        ("mg", "Mg", 0.0, 20.0),
        ("lisi", "LiSi", -0.4 / 2, 18.0),
        ("li3si", "Li3Si", -(0.4 + 2 * 0.1) / 4, 16.0),
        ("mgsi", "MgSi", -1.5, 19.0),
    ]
    names = ["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"]
    return tieline.load_phases(pd.DataFrame(rows, columns=names), energy_level="hand", polymorphs={})


def test_voltage_curve_by_hand(phases):
    curve = tieline.Composite(phases, "Si", "MgSi", phase_b_weight_fraction=0.5).voltage_curve()
    per_si = 0.5 * MAH_PER_MOL / SI
    np.testing.assert_allclose(curve["capacity_mah_per_g"], [0.0, per_si, 3 * per_si])
    np.testing.assert_allclose(curve["voltage_v"], [np.nan, 0.4, 0.1])
    assert curve["phases"].tolist() == ["Si + MgSi", "LiSi + MgSi", "Li3Si + MgSi"]
    # Per gram: 0.5 g of Si are 0.5/28.085 mol, each atom of 20 A3; LiSi has 36 and Li3Si 64 A3 per Si.
    a, b = 0.5 / SI, 0.5 / (SI + 24.305)
    before = a * 20.0 + 2 * b * 19.0
    np.testing.assert_allclose(
        curve["volume_change_fraction"], [0.0, a * (36.0 - 20.0) / before, a * (64.0 - 20.0) / before], atol=1e-12
    )


def test_only_a_reacts(phases):
    composite = tieline.Composite(phases, "Si", "MgSi", phase_b_weight_fraction=0.5)
    # B takes up nothing, so both ways are one.
    pd.testing.assert_frame_equal(composite.voltage_curve("a"), composite.voltage_curve("both"))


def test_curve_and_properties_agree():
    composite = tieline.Composite(
        tieline.load_phases(), "Sn", {"FeSn2": 0.3, "Mg2Sn": 0.7}, phase_b_weight_fraction=0.7
    )
    for which, kind in (("both", "equilibrium"), ("a", "inert_b")):
        curve = composite.voltage_curve(which)
        steps = np.diff(curve["capacity_mah_per_g"])
        swelling = "volume_change_fraction" if which == "both" else "volume_change_inert_b_fraction"
        assert curve["capacity_mah_per_g"].iloc[-1] == pytest.approx(composite.properties[f"capacity_{kind}_mah_per_g"])
        assert curve["volume_change_fraction"].iloc[-1] == pytest.approx(composite.properties[swelling])
        average = "average_voltage_v" if which == "both" else "average_voltage_inert_b_v"
        assert steps @ curve["voltage_v"].iloc[1:] / steps.sum() == pytest.approx(composite.properties[average])


def test_cutoff_ends_the_uptake(phases):
    composite = tieline.Composite(phases, "Si", "MgSi", phase_b_weight_fraction=0.5, cutoff_v=0.2)
    assert composite.voltage_curve()["voltage_v"].dropna().tolist() == pytest.approx([0.4])


def test_excess_above_the_hull_by_hand(phases):
    assert tieline.Composite(phases, "Si", "MgSi").tie_line_excess_ev_per_atom == 0.0
    # Half the atoms of LiSi + Mg, by weight so chosen, turn into MgSi and Li: LiSi + Mg would gain 2 x 1.5 - 0.4 eV.
    weight = 24.305 / (24.305 + LI + SI)
    apart = tieline.Composite(phases, "LiSi", "Mg", phase_b_weight_fraction=weight)
    assert apart.tie_line_excess_ev_per_atom == pytest.approx((2 * 1.5 - 0.4) / 3)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"phase_b": "Mg3Si7"}, "no phase 'Mg3Si7' among the phase data"),
        (
            {"phase_b": {"MgSi": 0.5, "Mg": 0.6}},
            "phase_b = {'MgSi': 0.5, 'Mg': 0.6}: needs one phase, or two whose weight",
        ),
        ({"phase_b": "MgSi", "phase_b_weight_fraction": 60}, "phase_b_weight_fraction = 60: must be between 0 and 1"),
    ],
)
def test_mistakes_are_one_line(phases, given, message):
    with pytest.raises(tieline.TielineError) as error:
        tieline.Composite(phases, "Si", **given)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("reacting", ["b", "xyz", ""])
def test_what_reacts_is_both_or_a(reacting):
    composite = tieline.Composite(tieline.load_phases(), "Si", "TiSi2")
    with pytest.raises(tieline.TielineError, match="must be 'both' or 'a'"):
        composite.voltage_curve(reacting)


def test_a_weight_fraction_is_a_number():
    with pytest.raises(tieline.TielineError, match=r"'0\.6': must be between 0 and 1"):
        tieline.Composite(tieline.load_phases(), "Si", "TiSi2", phase_b_weight_fraction="0.6")
