"""The figure shows what the ranking says, byte for byte the same each time."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tieline.report.figures import N_NAMED, draw_trade_off


def ranked(n_pairs: int) -> pd.DataFrame:
    weights = (0.6, 0.8)
    return pd.DataFrame(
        [
            {
                "phase_a_id": "a",
                "phase_b_id": f"b{number}",
                "phase_a": "Si",
                "phase_b": f"Ti{number + 1}Si",
                "phase_b_weight_fraction": weight,
                "phase_b_volume_fraction": weight - 0.01 * number,
                "capacity_stable_b_mah_per_g": 1000.0 * (1.0 - weight),
            }
            for number in range(n_pairs)
            for weight in weights
        ],
        columns=[
            "phase_a_id",
            "phase_b_id",
            "phase_a",
            "phase_b",
            "phase_b_weight_fraction",
            "phase_b_volume_fraction",
            "capacity_stable_b_mah_per_g",
        ],
    )


def test_same_candidates_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first.svg", "second.svg"):
        draw_trade_off({"Si": ranked(3), "Sn": ranked(1)}, tmp_path / name)
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


@pytest.mark.parametrize("n_pairs", [0, 1, N_NAMED + 2])
def test_first_pairs_are_named(tmp_path: Path, n_pairs: int) -> None:
    frame = ranked(n_pairs)
    if n_pairs > 1:
        frame.loc[frame["phase_b_id"] == "b1", "phase_b_volume_fraction"] = np.nan
    draw_trade_off({"Si": frame}, tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text("utf-8")
    ElementTree.fromstring(text)  # noqa: S314
    with_volume = [n for n in range(n_pairs) if not (n == 1 and n_pairs > 1)]
    named = {n for n in range(n_pairs) if f"<!-- Ti{n + 1}Si -->" in text}
    assert named == set(with_volume[:N_NAMED])


def test_structures_of_one_compound_share_a_name(tmp_path: Path) -> None:
    frame = ranked(3)
    frame["phase_b"] = frame["phase_b_id"].map({"b0": "SiC", "b1": "SiC", "b2": "TiSi2"})
    draw_trade_off({"Si": frame}, tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text("utf-8")
    assert (text.count("<!-- SiC -->"), text.count("<!-- TiSi2 -->")) == (1, 1)
