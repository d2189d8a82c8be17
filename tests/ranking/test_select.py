"""What is ranked, criterion by criterion."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.ranking.select import select
from tieline.ranking.settings import Selection

ROW = {
    "system": "Si-Ti",
    "phase_a_id": "si",
    "phase_b": "TiSi2",
    "phase_b_id": "c54",
    "design_point": True,
    "phase_b_energy_above_hull_ev_per_atom": 0.0,
    "system_searched": True,
    "cost_usd_per_kg": 5.0,
    "cost_usd_per_ah": 0.006,
    "coexistence_probability": 0.9,
    "reported_b": True,
    "hazards": "",
}


def candidates(*changes):
    frame = pd.DataFrame([ROW | {"phase_b": f"B{number}"} | change for number, change in enumerate(changes)])
    return frame.astype({"reported_b": "boolean", "cost_usd_per_kg": "float64", "cost_usd_per_ah": "float64"})


def test_only_design_points():
    frame = candidates({"design_point": False}, {}, {"design_point": False})
    selected = select(frame, Selection(), 0.01)
    assert selected.candidates.index.tolist() == [1]
    assert selected.left_out == {}


def test_polymorphs_near_the_lowest_of_the_composite():
    """Up to 10 meV/atom above C54, the limit included; the lowest counts, on the hull or not."""
    heights = [0.0, 0.010, 0.0101, 0.050]
    frame = candidates(*({"phase_b": "TiSi2", "phase_b_energy_above_hull_ev_per_atom": x} for x in heights))
    assert select(frame, Selection(), 0.01).candidates.index.tolist() == [0, 1]
    assert select(frame[2:], Selection(), 0.01).candidates.index.tolist() == [2]
    assert select(frame, Selection(), 0.05).candidates.index.tolist() == [0, 1, 2, 3]
    of_others = frame.assign(phase_b=["TiSi2", "TiSi", "TiSi2 + NiSi2", "TiSi2"], system=["Si-Ti"] * 3 + ["Si-Ni-Ti"])
    assert select(of_others, Selection(), 0.0).candidates.index.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("settings", "changes", "kept", "reason"),
    [
        ({}, [{}, {"system_searched": False}], [0], "in systems that the phase data do not cover"),
        ({"searched_systems_only": False}, [{}, {"system_searched": False}], [0, 1], None),
        (
            {"exclude_elements": ["Ti", "Ni"]},
            [{}, {"system": "Si-Mg"}, {"system": "Si-Mg-Ni"}, {"system": "Si-Mg-N"}],
            [1, 3],
            "with excluded elements",
        ),
        (
            {"max_cost_usd_per_kg": 5.0},
            [{}, {"cost_usd_per_kg": 5.01}, {"cost_usd_per_kg": None}],
            [0, 2],
            "too dear per kg",
        ),
        (
            {"max_cost_usd_per_ah": 0.006},
            [{}, {"cost_usd_per_ah": 0.0061}, {"cost_usd_per_ah": None}],
            [0, 2],
            "too dear per Ah",
        ),
        (
            {"min_coexistence_probability": 0.9},
            [{}, {"coexistence_probability": 0.89}],
            [0],
            "less probable to coexist than asked",
        ),
        ({"reported_only": True}, [{}, {"reported_b": False}, {"reported_b": None}], [0], "not reported"),
        ({"without_hazards": True}, [{}, {"hazards": "Cd (carcinogenic)"}, {"hazards": None}], [0, 2], "hazardous"),
    ],
)
def test_each_criterion(settings, changes, kept, reason):
    selected = select(candidates(*changes), Selection(**settings), 0.01)
    assert selected.candidates.index.tolist() == kept
    assert selected.left_out == ({reason: len(changes) - len(kept)} if reason else {})


def test_nothing_is_left_out_twice():
    """A candidate that fails twice is counted where it fails first."""
    frame = candidates({"system_searched": False, "hazards": "Cd"}, {"hazards": "Cd"}, {})
    selected = select(frame, Selection(without_hazards=True), 0.01)
    assert selected.left_out == {"in systems that the phase data do not cover": 1, "hazardous": 1}
    assert selected.candidates.index.tolist() == [2]


def test_no_candidates():
    assert select(candidates({}).iloc[:0], Selection(), 0.01).candidates.empty
