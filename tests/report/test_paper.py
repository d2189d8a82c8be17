"""The figures for papers show what the tables say, byte for byte the same each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hand_worked import TABLE

from tieline.lithiation.candidates import ACTIVE, INERT
from tieline.lithiation.columns import VOLTAGE_CURVES
from tieline.ranking.settings import Reference
from tieline.report.figures import named
from tieline.report.partner_map import draw_partner_map
from tieline.report.phase_diagram import draw_phase_diagram, spread
from tieline.report.voltage_figure import draw_voltage_curves, steps

RANKED = pd.DataFrame(
    {
        "host": "Si",
        "system": ["Si-Fe", "Si-Ti", "Si-Ti", "Si-Fe-Ti"],
        "partners": ["Fe", "Ti", "Ti", "Fe Ti"],
        "phase_a": "Si",
        "phase_b": ["FeSi2", "TiSi2", "TiSi", "FeSi2 + TiSi2"],
        "phase_a_id": "si",
        "phase_b_id": ["fesi2", "tisi2", "tisi", "0.5 fesi2 + 0.5 tisi2"],
        "phase_b_role": [INERT, INERT, ACTIVE, INERT],
        "capacity_expected_mah_per_g": [800.0, 900.0, 1000.0, 2000.0],
    }
)
SYSTEMS = pd.DataFrame(
    {
        "host": ["Si", "Si", "Si", "Si", "Sn"],
        "partners": ["Fe", "Ti", "Al", "Pr", "Cu"],
        "status": ["screened", "screened", "no phase B candidate", "no data for element Pr", "screened"],
    }
)
CURVES = pd.DataFrame(
    [
        ("Si-Fe", "si", "fesi2", 0.7, "Si", "FeSi2", part, step, start, start + 100.0, 0.5 / step, "x", "x")
        for part in ("composite", "phase_a")
        for step, start in ((1, 0.0), (2, 100.0))
    ]
    + [("Si-Ti", "si", "tisi", 0.7, "Si", "TiSi", "composite", 1, 0.0, 50.0, 0.4, "x", "x")]
    + [("Si-Ti", "si", "tisi2", 0.7, "Si", "TiSi2", "phase_a", 1, 0.0, 60.0, 0.4, "x", "x")]
    + [("Si-Fe-Ti", "si", "0.5 fesi2 + 0.5 tisi2", 0.7, "Si", "x", "phase_a", 1, 0.0, 60.0, 0.4, "x", "x")],
    columns=list(VOLTAGE_CURVES.names),
)


def texts(path: Path) -> list[str]:
    """Return the texts of an SVG file, in order."""
    return [part.split(" -->")[0] for part in path.read_text("utf-8").split("<!-- ")[1:]]


def test_the_reference_is_named_wherever_it_ranks() -> None:
    chosen = named(RANKED, Reference(), most=1)
    assert [row["phase_b"] for row, _ in chosen] == ["FeSi2", "TiSi2"]
    assert [look["color"] == "black" for _, look in chosen] == [False, True]
    assert [row["phase_b"] for row, _ in named(RANKED, Reference(b="NiSi2"), most=1)] == ["FeSi2"]


def test_partner_map(tmp_path: Path) -> None:
    draw_partner_map(RANKED, SYSTEMS, "Si", tmp_path / "map.svg")
    found = texts(tmp_path / "map.svg")
    # The better of two phases with titanium; a mixture is no phase of one partner.
    assert "TiSi" in found
    assert "TiSi₂" not in found
    assert "FeSi₂" in found
    assert {"Al", "Pr", "Rn", "Lu"} <= set(found)
    assert "U" not in found


def test_partner_map_of_nothing(tmp_path: Path) -> None:
    draw_partner_map(RANKED.iloc[:0], SYSTEMS, "Sn", tmp_path / "map.png")
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")


def test_steps_of_a_curve() -> None:
    charge, voltage = steps(CURVES.iloc[:2])
    assert charge.tolist() == [0.0, 100.0, 100.0, 200.0]
    assert voltage.tolist() == [0.5, 0.5, 0.25, 0.25]


def test_voltage_curves(tmp_path: Path) -> None:
    draw_voltage_curves(CURVES, RANKED, ["Si", "Sn"], Reference(), "Li", tmp_path / "curves.svg")
    found = texts(tmp_path / "curves.svg")
    assert found.index("FeSi₂") < found.index("TiSi") < found.index("TiSi₂")
    assert "voltage against Li/Li⁺ (V)" in found
    assert found.count("should B react") == 1
    assert "Sn + phase B" in found


@pytest.fixture(scope="module")
def phases() -> pd.DataFrame:
    return TABLE.assign(phase_id=TABLE["formula"].str.lower())


SI_TI = pd.Series(
    {"system": "Si-Ti", "phase_a_id": "si", "phase_b1_id": "tisi2", "phase_b2_id": None, "phase_b": "TiSi2"}
)


def test_phase_diagram_of_two_elements(tmp_path: Path, phases: pd.DataFrame) -> None:
    draw_phase_diagram(phases, SI_TI, "Li", tmp_path / "diagram.svg")
    found = texts(tmp_path / "diagram.svg")
    assert found.count("TiSi₂") == found.count("TiSi") == 2
    assert found.count("Li₁₅Si₄") == found.count("LiSi") == 1
    assert {"Si\u2013Ti", "Si\u2013Ti\u2013Li", "atomic fraction of Ti"} <= set(found)


def test_phase_diagram_of_a_mixture(tmp_path: Path, phases: pd.DataFrame) -> None:
    """Three elements have a triangle of their own, without the ion."""
    composite = pd.Series({"system": "Si-Li-Ti", "phase_a_id": "si", "phase_b1_id": "lisi", "phase_b2_id": "tisi2"})
    draw_phase_diagram(phases, composite, "Na", tmp_path / "diagram.svg")
    assert "Si\u2013Li\u2013Ti" in texts(tmp_path / "diagram.svg")


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_same_tables_give_the_same_bytes(tmp_path: Path, phases: pd.DataFrame, suffix: str) -> None:
    paths = [[tmp_path / f"{kind}{number}{suffix}" for kind in "abc"] for number in (1, 2)]
    for first, second, third in paths:
        draw_partner_map(RANKED, SYSTEMS, "Si", first)
        draw_voltage_curves(CURVES, RANKED, ["Si"], Reference(), "Li", second)
        draw_phase_diagram(phases, SI_TI, "Li", third)
    for one, other in zip(*paths, strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.parametrize("places", [[0.1, 0.1, 0.1], [0.0, 0.02, 0.5, 0.51, 1.0], [], [0.3]])
def test_names_are_apart_and_in_order(places: list[float]) -> None:
    moved = spread(np.array(places), 0.1)
    assert (np.diff(moved) >= 0.1 - 1e-12).all()
    assert moved.mean() == pytest.approx(np.mean(places)) if places else len(moved) == 0
