"""Limits come from the configuration."""

from __future__ import annotations

from claim_facts import LIMITS

from tieline.claims.limits import Limits
from tieline.lithiation.settings import Lithiation
from tieline.microstructure.settings import HeatTreatment, Microstructure, SizeWindow
from tieline.thermo.settings import Coexistence


def test_limits_are_those_of_the_configuration():
    found = Limits.of(
        Coexistence(minimum_probability=0.5, tolerance_ev_per_atom=0.025),
        Microstructure(
            design_size_nm=20.0,
            size_window_nm=SizeWindow(min=5.0, max=100.0),
            low_crystalline_below_nm=50.0,
            min_shell_unit_cells=3.0,
            heat_treatment=HeatTreatment(temperatures_k=[773.0, 373.0]),
        ),
        Lithiation(working_ion="Li"),
    )
    assert found == LIMITS
