"""The figure shows what the ranking says, byte for byte the same each time."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from tieline.core.formulas import subscripted
from tieline.ranking.settings import Reference
from tieline.report.figures import N_NAMED, X, Y, draw_trade_off

WEIGHTS = (0.6, 0.8)

COLUMNS = ["host", "phase_a_id", "phase_b_id", "phase_a", "phase_b", "phase_b_weight_fraction", X, Y]


def candidates(n_composites: int, host: str = "Si") -> pd.DataFrame:
    """Return composites at two weight fractions, in the order of their ranks."""
    return pd.DataFrame(
        [
            (
                host,
                "a",
                f"b{number}",
                host,
                f"Ti{number + 1}Si",
                weight,
                weight - 0.01 * number,
                1000.0 * (1.0 - weight),
            )
            for number in range(n_composites)
            for weight in WEIGHTS
        ],
        columns=COLUMNS,
    )


def at_design(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each composite at the larger of the weight fractions."""
    return frame[frame["phase_b_weight_fraction"] == WEIGHTS[1]]


def drawn(frame: pd.DataFrame, path: Path, hosts: tuple[str, ...] = ("Si",)) -> str:
    draw_trade_off(frame, at_design(frame), hosts, Reference(), path)
    text = path.read_text("utf-8")
    ElementTree.fromstring(text)  # noqa: S314
    return text


def test_same_candidates_give_the_same_bytes(tmp_path: Path) -> None:
    both = pd.concat([candidates(3), candidates(1, "Sn")], ignore_index=True)
    first, second = (drawn(both, tmp_path / name, ("Si", "Sn")) for name in ("first.svg", "second.svg"))
    assert first == second


@pytest.mark.parametrize("missing", [X, Y])
@pytest.mark.parametrize("n_composites", [0, 1, N_NAMED + 2])
def test_first_composites_are_named(tmp_path: Path, n_composites: int, missing: str) -> None:
    frame = candidates(n_composites)
    if n_composites > 1:
        frame.loc[frame["phase_b_id"] == "b1", missing] = np.nan
    text = drawn(frame, tmp_path / "figure.svg")
    known = [n for n in range(n_composites) if not (n == 1 and n_composites > 1)]
    named = {n for n in range(n_composites) if f"<!-- {subscripted(f'Ti{n + 1}Si')} -->" in text}
    assert named == set(known[:N_NAMED])


def test_structures_of_one_compound_share_a_name(tmp_path: Path) -> None:
    frame = candidates(3)
    frame["phase_b"] = frame["phase_b_id"].map({"b0": "SiC", "b1": "SiC", "b2": "TiSi2"})
    text = drawn(frame, tmp_path / "figure.svg")
    assert (text.count("<!-- SiC -->"), text.count("<!-- TiSi₂ -->")) == (1, 1)


def test_hosts_have_a_panel_each(tmp_path: Path) -> None:
    """Also those without composites; names stand in their own panel alone."""
    text = drawn(candidates(1), tmp_path / "figure.svg", ("Si", "Sn"))
    assert [text.count(f"<!-- {host} + phase B -->") for host in ("Si", "Sn", "Zn")] == [1, 1, 0]
    assert text.count("<!-- Ti₁Si -->") == 1


def test_only_what_is_ranked_has_a_name(tmp_path: Path) -> None:
    """A composite that the selection leaves out is a grey line."""
    frame = candidates(2)
    draw_trade_off(frame, at_design(frame).iloc[1:], ["Si"], Reference(), tmp_path / "figure.svg")
    text = (tmp_path / "figure.svg").read_text("utf-8")
    assert [f"<!-- {name} -->" in text for name in ("Ti₁Si", "Ti₂Si")] == [False, True]
