"""Cells that cannot be, and what is said of them."""

from __future__ import annotations

from typing import Any

import pytest

from tieline.config import load_config
from tieline.core.errors import ConfigError


@pytest.mark.parametrize(
    ("cell", "parts"),
    [
        ({"positive_electrode": "NMC81"}, ["full_cell.positive_electrode = 'NMC81'", "did you mean 'NMC811'?", "LFP"]),
        ({"electrolyte": "LiPF6-EC-DCM"}, ["full_cell.electrolyte", "did you mean 'LiPF6-EC-DMC'?"]),
        ({"n_to_p_ratio": 0.9}, ["full_cell.n_to_p_ratio = 0.9", "greater than or equal to 1"]),
        ({"areal_capacity_mah_per_cm2": 0}, ["full_cell.areal_capacity_mah_per_cm2 = 0", "greater than 0"]),
        ({"positive": {"porosity": 1}}, ["full_cell.positive.porosity = 1", "less than 1"]),
        ({"negative": {"porosity": -0.1}}, ["full_cell.negative.porosity = -0.1"]),
        ({"negative": {"first_cycle_loss_fraction": 1.0}}, ["full_cell.negative.first_cycle_loss_fraction = 1.0"]),
        (
            {"positive": {"binder_weight_fraction": 0.5, "carbon_weight_fraction": 0.5}},
            ["full_cell.positive", "leave no active material"],
        ),
        ({"separator_thickness_um": -12}, ["full_cell.separator_thickness_um = -12"]),
        ({"separator_porosity": 1.0}, ["full_cell.separator_porosity = 1.0"]),
        ({"positive_collector_thickness_um": 0}, ["full_cell.positive_collector_thickness_um = 0"]),
        (
            {"positive": {"swelling_into_pores_fraction": 0.5}},
            ["unknown key 'full_cell.positive.swelling_into_pores_fr"],
        ),
        ({"n_p_ratio": 1.1}, ["unknown key 'full_cell.n_p_ratio'", "did you mean 'n_to_p_ratio'?"]),
    ],
)
def test_impossible_cells(cell: dict[str, Any], parts: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config({"full_cell": cell})
    message = str(caught.value)
    assert all(part in message for part in parts), message
    assert "\n" not in message


def test_what_is_left_of_a_coating_is_active() -> None:
    cell = load_config(
        {"full_cell": {"negative": {"binder_weight_fraction": "0.1", "carbon_weight_fraction": 0.2}}}
    ).full_cell
    assert cell.negative.active_weight_fraction == pytest.approx(0.7)
    assert cell.working_ion == "Li"
