"""Contradictory and impossible settings of diffraction and microstructure stop with one line."""

from __future__ import annotations

import pytest

from tieline.config import load_config
from tieline.core.errors import ConfigError


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ({"diffraction": {"detection_limit": 1.2}}, ["diffraction.detection_limit = 1.2", "less than or equal to 1"]),
        ({"diffraction": {"detection_limit": 0}}, ["diffraction.detection_limit = 0", "greater than 0"]),
        ({"diffraction": {"background_fraction": 0}}, ["diffraction.background_fraction = 0"]),
        ({"diffraction": {"lorentzian_fraction": 1.1}}, ["diffraction.lorentzian_fraction = 1.1"]),
        ({"diffraction": {"instrument_fwhm_deg": 0}}, ["diffraction.instrument_fwhm_deg = 0"]),
        ({"diffraction": {"wavelength_angstrom": 154.2}}, ["diffraction.wavelength_angstrom = 154.2"]),
        (
            {"diffraction": {"two_theta_min_deg": 80, "two_theta_max_deg": 10}},
            ["diffraction: ", "the range is empty", "two_theta_min_deg 80", "two_theta_max_deg 10"],
        ),
        ({"diffraction": {"cache": "a{b}"}}, ["diffraction.cache", "braces"]),
        ({"diffraction": {"detction_limit": 0.1}}, ["'diffraction.detction_limit'", "did you mean 'detection_limit'?"]),
        (
            {"microstructure": {"size_window_nm": {"min": 100, "max": 5}}},
            ["microstructure.size_window_nm", "the window is empty", "min 100 nm is not below max 5 nm"],
        ),
        ({"microstructure": {"design_size_nm": 0}}, ["microstructure.design_size_nm = 0"]),
        ({"microstructure": {"min_shell_unit_cells": 0}}, ["microstructure.min_shell_unit_cells = 0"]),
        (
            {"microstructure": {"heat_treatment": {"temperatures_k": [100, 773]}}},
            ["microstructure.heat_treatment.temperatures_k.0 = 100", "greater than or equal to 298"],
        ),
        (
            {"microstructure": {"heat_treatment": {"temperatures_k": [373, 1700]}}},
            ["temperatures_k.1 = 1700", "less than or equal to 1600"],
        ),
        ({"microstructure": {"heat_treatment": {"temperatures_k": []}}}, ["heat_treatment.temperatures_k = []"]),
        ({"microstructure": {"heat_treatment": {"duration_h": 0}}}, ["heat_treatment.duration_h = 0"]),
        (
            {"microstructure": {"heat_treatment": {"temperature_k": [373]}}},
            ["'microstructure.heat_treatment.temperature_k'", "did you mean 'temperatures_k'?"],
        ),
    ],
)
def test_one_clear_line(raw, parts):
    with pytest.raises(ConfigError) as caught:
        load_config(raw)
    text = str(caught.value)
    assert text.startswith("config: ")
    assert "\n" not in text
    assert all(part in text for part in parts), text


def test_treatments_in_any_order():
    treatment = load_config(
        {"microstructure": {"heat_treatment": {"temperatures_k": ["900", 400, 650]}}}
    ).microstructure.heat_treatment
    assert (treatment.lowest_k, treatment.highest_k) == (400.0, 900.0)
