"""Parts of the voltage path and of the swelling, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from composite_groups import mixture_group, pair_group
from hand_worked import TABLE

from tieline.core.elements import masses_g_per_mol
from tieline.full_cell.charge_window import ChargeWindow, WindowProperties, WindowTask, window_properties
from tieline.lithiation.composite import LithiationTask, composite_properties
from tieline.thermo.phase_arrays import PhaseArrays

SI, TI = masses_g_per_mol(["Si", "Ti"])
TI_SI2 = TI + 2 * SI

LOW_V = 0.45 / 2.75
W = 0.6
TASK = LithiationTask(PhaseArrays.from_table(TABLE), np.array([W]), "Li", 1, 0.0)
GROUPS = [pair_group(("Si", "Ti"), [0], [1])]

# 1.875 Li per Si, half of all: 0.875 of the 2.75 Li from LiSi to Li15Si4.
HALF_A3 = 31.0 + 0.875 / 2.75 * 40.25


def within(*windows: ChargeWindow) -> WindowProperties:
    return window_properties(WindowTask(TASK, windows), GROUPS)


def test_inert_b_by_hand() -> None:
    found = within(ChargeWindow(0.0, 0.5), ChargeWindow(0.1, 0.5))
    assert found.average_voltage_inert_b_v[0, 0, 0] == pytest.approx((0.5 + 0.875 * LOW_V) / 1.875)
    # A tenth is 0.375 Li.
    assert found.average_voltage_inert_b_v[1, 0, 0] == pytest.approx((0.625 * 0.5 + 0.875 * LOW_V) / 1.5)
    a, b = (1 - W) / SI, W / TI_SI2
    growth = (HALF_A3 * a + 39 * b) / (20 * a + 39 * b) - 1
    np.testing.assert_allclose(found.volume_change_inert_b_fraction[:, 0, 0], growth)


def test_equilibrium_by_hand() -> None:
    """At half uptake all of A is past LiSi, all of B past TiSi, and the low plateau is under way."""
    found = within(ChargeWindow(0.0, 0.5))
    a, b = (1 - W) / SI, W / TI_SI2
    voltage = (0.5 * a + 0.4 * b + 0.875 * LOW_V * (a + b)) / (1.875 * (a + b))
    assert found.average_voltage_v[0, 0, 0] == pytest.approx(voltage)
    growth = (HALF_A3 * (a + b) + 28 * b) / (20 * a + 39 * b) - 1
    assert found.volume_change_fraction[0, 0, 0] == pytest.approx(growth)


def test_mixture_by_hand() -> None:
    """A quarter of B is TiSi: at rest it is with silicon TiSi2, and inert 28 A^3 of a formula."""
    groups = [mixture_group(("Si", "Ti"), [(0, 1, 4)], [0.75])]
    found = window_properties(WindowTask(TASK, (ChargeWindow(0.0, 0.5),)), groups)
    silicon, disilicide, silicide = (1 - W) / SI, 0.75 * W / TI_SI2, 0.25 * W / (TI + SI)
    before = 20 * silicon + 39 * disilicide + 28 * silicide
    growth = (HALF_A3 * silicon + 39 * disilicide + 28 * silicide) / before - 1
    assert found.volume_change_inert_b_fraction[0, 0, 0] == pytest.approx(growth)
    # Si + TiSi -> TiSi2 yields 0.1 eV.
    a, b = silicon - silicide, disilicide + silicide
    voltage = (0.5 * a + 0.4 * b + 0.875 * LOW_V * (a + b)) / (1.875 * (a + b))
    assert found.average_voltage_v[0, 0, 0] == pytest.approx(voltage)
    growth = (HALF_A3 * (a + b) + 28 * b) / before - 1
    assert found.volume_change_fraction[0, 0, 0] == pytest.approx(growth)


def test_the_whole_window_is_the_whole_path() -> None:
    groups = [*GROUPS, mixture_group(("Si", "Ti"), [(0, 1, 4), (0, 4, 2)], [0.3, 0.9])]
    whole = window_properties(WindowTask(TASK, (ChargeWindow(0.0, 1.0),)), groups)
    path = composite_properties(TASK, groups)
    assert path.average_voltage_v.shape == (3,)
    for name in WindowProperties.__dataclass_fields__:
        np.testing.assert_allclose(getattr(whole, name).ravel(), getattr(path, name), err_msg=name)
