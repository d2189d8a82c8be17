"""Voltage plateaus by hand and beside measured ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.data import DATA
from tieline.evaluation.plateaus import measured_plateaus, plateaus, voltage_agreement
from tieline.lithiation.settings import Lithiation

MEASURED = DATA / "validation/plateaus.csv"

PHASES = pd.DataFrame(
    {
        "phase_id": ["Si", "Li", "LiSi", "Li15Si4"],
        "formula": ["Si", "Li", "LiSi", "Li15Si4"],
        "elements": ["Si", "Li", "Li-Si", "Li-Si"],
        "n_elements": [1, 1, 2, 2],
        "formation_energy_ev_per_atom": [0.0, 0.0, -0.2, -0.75 / 4.75],
        "volume_a3_per_atom": 15.0,
    }
)


def test_plateaus_by_hand():
    # Per Si: LiSi at -0.4 eV, Li15Si4 at -0.75 eV: steps of 0.4 V up to x = 1 and 0.35/2.75 V up to 3.75.
    phases = PHASES
    found = plateaus(phases, ["Si", "Sn"], Lithiation())
    np.testing.assert_allclose(
        found[["from_x", "to_x", "voltage_v"]], [[0, 1, 0.4], [1, 3.75, 0.35 / 2.75]], rtol=1e-12, atol=1e-12
    )
    assert found["host"].tolist() == ["Si", "Si"]


def test_measured_plateaus_fall_and_join():
    for _, steps in measured_plateaus(MEASURED).groupby(["host", "temperature_c"]):
        assert steps["voltage_v"].is_monotonic_decreasing
        assert steps["from_x"].tolist()[1:] == steps["to_x"].tolist()[:-1]


def test_the_mean_voltage_over_a_measured_plateau():
    measured = pd.DataFrame(
        {"host": ["Si", "Si", "Sn"], "temperature_c": 400, "from_x": [0, 3, 0], "to_x": [2, 4, 1], "voltage_v": 0.3}
    )
    found = voltage_agreement(PHASES, measured, Lithiation())
    # From 0 to 2: 0.4 V for one Li, 0.35/2.75 V for the other. The computed plateaus end at 3.75.
    assert found["host"].tolist() == ["Si", "Si"]
    assert found["computed_v"].tolist() == pytest.approx([(0.4 + 0.35 / 2.75) / 2, np.nan], abs=1e-4, nan_ok=True)
    assert found["difference_v"].tolist() == pytest.approx([-0.0364, np.nan], abs=2e-4, nan_ok=True)
