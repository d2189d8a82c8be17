"""No system vanishes silently."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.columns.side_tables import SYSTEM_COLUMNS
from tieline.coverage import describe_systems
from tieline.space import HostSystem

ELEMENTS = ["Si", "Ti", "Ti", "Li", "Ca", "Mg", "Si-Ti", "Si-Ti", "Ca-Si", "Mg-Si", "Ca-Mg-Si"]
PHASES = pd.DataFrame({"elements": ELEMENTS})
COUNTS = pd.DataFrame(
    {
        "system": ["Si-Ti", "Si-Ca", "Si-Mg", "Si-Mg-Ti", "Si-Ca-Mg"],
        "n_tested": [2, 1, 1, 0, 1],
        "n_coexisting": [2, 0, 1, 0, 1],
    }
)
CANDIDATES = pd.DataFrame(
    {
        "system": ["Si-Ti"] * 4 + ["Si-Ca-Mg"],
        "phase_a_id": ["si"] * 5,
        "phase_b_id": ["b1", "b1", "b2", "b2", "b3"],
    }
)


@pytest.fixture(scope="module")
def described():
    partners = [("Ti",), ("Ca",), ("Mg",), ("Cu",), ("Mg", "Ti"), ("Ca", "Mg"), ("Cu", "Zr")]
    systems = [HostSystem("Si", own) for own in partners]
    return describe_systems(systems, PHASES, COUNTS, CANDIDATES, "Li").set_index("system")


def test_columns_and_groups(described):
    assert list(described.reset_index()) == [column.name for column in SYSTEM_COLUMNS]
    assert described.loc["Si-Mg-Ti", "partners"] == "Mg Ti"
    assert described.loc["Si-Mg-Ti", "partner_groups"] == "IIA transition"


@pytest.mark.parametrize(
    ("system", "numbers", "status"),
    [
        ("Si-Ti", [5, 2, 2, 2], "screened"),
        ("Si-Ca", [3, 1, 0, 0], "no phase B coexists with A"),
        ("Si-Cu", [1, 0, 0, 0], "no data for element Cu"),
        ("Si-Cu-Zr", [1, 0, 0, 0], "no data for element Cu, Zr"),
        # Si; Mg; 2 Ti; Mg-Si; 2 Si-Ti.
        ("Si-Mg-Ti", [7, 0, 0, 0], "no phase B candidate"),
        # Si; Ca; Mg; Ca-Si; Mg-Si; Ca-Mg-Si.
        ("Si-Ca-Mg", [6, 1, 1, 1], "screened"),
    ],
)
def test_numbers_and_status(described, system, numbers, status):
    row = described.loc[system]
    assert row[["n_phases", "n_phases_b", "n_coexisting", "n_pairs"]].tolist() == numbers
    assert row["status"] == status


def test_pairs_of_one_space_group_only(described):
    assert described.loc["Si-Mg", "status"] == "no pair of different space groups with an active A"


def test_working_ion_as_partner():
    frame = describe_systems([HostSystem("Si", ("Mg",))], PHASES, COUNTS, CANDIDATES, "Mg")
    assert frame["status"].tolist() == ["Mg is the working ion"]


def test_empty_space():
    frame = describe_systems([], PHASES, COUNTS, CANDIDATES, "Li")
    assert frame.empty
    assert list(frame) == [column.name for column in SYSTEM_COLUMNS]
