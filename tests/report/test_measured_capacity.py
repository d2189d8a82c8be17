"""The figure shows every material, byte for byte the same each time."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tieline.report.measured_capacity import draw_measured_capacities

TABLE = pd.DataFrame(
    {
        "name": ["CoSn2", "CrSi2", "Si"],
        "measured_mah_per_g": [633.0, 340.0, 3579.0],
        "capacity_inert_b_mah_per_g": [0.0, 0.0, 0.0],
        "capacity_equilibrium_mah_per_g": [633.0, 1549.0, 3579.0],
        "capacity_expected_mah_per_g": [633.0, 0.0, 3579.0],
    }
)


def test_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    draw_measured_capacities(TABLE, tmp_path / "first.svg")
    draw_measured_capacities(TABLE.iloc[::-1], tmp_path / "second.svg")
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize("text", ["CoSn₂", "CrSi₂", "Si", "expected", "measured", "from inert B to equilibrium"])
def test_everything_is_named(tmp_path: Path, text: str) -> None:
    draw_measured_capacities(TABLE, tmp_path / "figure.svg")
    assert f"<!-- {text} -->" in (tmp_path / "figure.svg").read_text("utf-8")
