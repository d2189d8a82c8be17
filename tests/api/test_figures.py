"""Figures for notebooks hold the numbers of what they draw."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hand_worked import TABLE

import tieline
from tieline.api.figures import CORNERS, NEEDED
from tieline.core.elements import masses_g_per_mol
from tieline.core.units import FARADAY_MAH_PER_MOL


@pytest.fixture(scope="module")
def phases():
    table = TABLE.assign(phase_id=TABLE["formula"].str.lower())
    return tieline.load_phases(table, energy_level="by hand", suppressed=[])


def traces(figure):
    return {trace.name: trace for trace in figure.data}


def test_hull_of_two_elements(phases):
    found = traces(phases.hull("Si-Ti").plot())
    stable = dict(zip(found["stable"].text, zip(found["stable"].x, found["stable"].y, strict=True), strict=True))
    assert stable["TiSi₂"] == pytest.approx((1 / 3, -0.5))
    assert stable["TiSi"] == pytest.approx((0.5, -0.7))
    assert stable["Ti"] == pytest.approx((1.0, 0.0))
    # Si - TiSi2 - TiSi - Ti, each line of two ends and a gap.
    assert len(found["tie-line"].x) == 9


def test_hull_of_three_elements(phases):
    found = traces(phases.hull("Li-Si-Ti").plot())["stable"]
    places = dict(zip(found.text, zip(found.x, found.y, strict=True), strict=True))
    for name, corner in zip(("Li", "Si", "Ti"), CORNERS, strict=True):
        assert places[name] == pytest.approx(tuple(corner))
    assert places["LiSi"] == pytest.approx((0.5, 0.0))
    assert places["TiSi"] == pytest.approx((0.75, np.sqrt(3) / 4))


@pytest.mark.parametrize("system", ["Si", "Li-Si-Ti-Ni"])
def test_other_hulls_are_refused(system):
    with pytest.raises(tieline.PhaseDataError, match=r"hulls of two or three elements can be drawn, not [14]"):
        tieline.load_phases().hull(system).plot()


def test_voltage_curves(phases):
    """By hand: Si + Li -> LiSi at 0.5 V, then 2.75 Li at 0.45 / 2.75 V."""
    figure = tieline.Composite(phases, "Si", "TiSi2", phase_b_weight_fraction=0.6).plot_voltage()
    a = 0.4 * FARADAY_MAH_PER_MOL / masses_g_per_mol(["Si"])[0]
    alone = traces(figure)["A reacts, B is inert"]
    assert list(alone.x) == pytest.approx([0.0, a, a, 3.75 * a])
    assert list(alone.y) == pytest.approx([0.5, 0.5, 0.45 / 2.75, 0.45 / 2.75])
    assert list(traces(figure)["A and B react"].y[::2]) == pytest.approx([0.5, 0.4, 0.45 / 2.75])
    assert figure.layout.title.text == "Si + TiSi₂, 0.6 B by weight"


SCREENED = pd.DataFrame(
    [("Si", "Si", "TiSi2", 0.6, 900.0), ("Si", "Si", "FeSi2", 0.7, 800.0), ("Sn", "Sn", "FeSn2", 0.8, 700.0)],
    columns=list(NEEDED),
)


def test_trade_off():
    found = traces(tieline.plot_trade_off(SCREENED, reference="Si2Ti"))
    assert list(found) == ["Si + B", "Sn + B", "Si₂Ti"]
    assert (list(found["Si + B"].x), list(found["Si + B"].y)) == ([0.7], [800.0])
    assert found["Si + B"].text == ("Si + FeSi₂",)
    assert (list(found["Si₂Ti"].x), list(found["Si₂Ti"].y)) == ([0.6], [900.0])
    assert found["Si + B"].marker.symbol != found["Sn + B"].marker.symbol


def test_a_table_without_the_numbers_is_refused():
    with pytest.raises(tieline.ConfigError, match="no column 'phase_b_volume_fraction'"):
        tieline.plot_trade_off(SCREENED.drop(columns="phase_b_volume_fraction"))


def test_plotly_is_imported_when_it_is_needed():
    code = "import sys, tieline; tieline.Composite, tieline.plot_trade_off; print('plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
