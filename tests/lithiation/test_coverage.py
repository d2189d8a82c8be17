"""No system vanishes silently."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.lithiation.columns import SYSTEM_COLUMNS, SYSTEMS
from tieline.lithiation.coverage import describe_systems, partner_coverage
from tieline.phases.space import HostSystem

ELEMENTS = ["Si", "Ti", "Ti", "Li", "Ca", "Mg", "Si-Ti", "Si-Ti", "Ca-Si", "Mg-Si", "Ca-Mg-Si"]
PHASES = pd.DataFrame({"elements": ELEMENTS})
COUNTS = pd.DataFrame(
    {
        "system": ["Si-Ti", "Si-Ca", "Si-Mg", "Si-Mg-Ti", "Si-Ca-Mg", "Si-Ca-Ti"],
        "n_tested": [2, 1, 1, 0, 1, 0],
        "n_coexisting": [2, 0, 1, 0, 1, 0],
        "n_mixtures": [0, 0, 0, 0, 3, 2],
        "reported_missing": ["Ti5Si4", "", "", "", "CaMgSi Ca5Si3", ""],
    }
)
CANDIDATES = pd.DataFrame(
    {
        "system": ["Si-Ti"] * 4 + ["Si-Ca-Mg"] * 4 + ["Si-Ca-Ti"],
        "phase_a_id": ["si"] * 9,
        "phase_b1_id": ["b1", "b1", "b2", "b2", "b3", "b3", "b3", "b4", "b6"],
        "phase_b2_id": [None] * 5 + ["b4", "b4", "b5", "b1"],
    }
)
"""Two pairs of Si-Ti; one pair and two mixtures of Si-Ca-Mg, the first of two shares; a mixture alone of Si-Ca-Ti."""


@pytest.fixture(scope="module")
def described():
    partners = [("Ti",), ("Ca",), ("Mg",), ("Cu",), ("Mg", "Ti"), ("Ca", "Mg"), ("Ca", "Ti"), ("Cu", "Zr")]
    systems = [HostSystem("Si", own) for own in partners]
    return describe_systems(systems, PHASES, COUNTS, CANDIDATES, working_ion="Li", searched=None).set_index("system")


def test_columns_and_groups(described):
    assert list(described.reset_index()) == [column.name for column in SYSTEM_COLUMNS]
    assert described.loc["Si-Mg-Ti", "partners"] == "Mg Ti"
    assert described.loc["Si-Mg-Ti", "partner_groups"] == "IIA transition"


@pytest.mark.parametrize(
    ("system", "numbers", "status"),
    [
        ("Si-Ti", [5, 2, 2, 2, 0, 0], "screened"),
        ("Si-Ca", [3, 1, 0, 0, 0, 0], "no phase B coexists with A"),
        ("Si-Cu", [1, 0, 0, 0, 0, 0], "no data for element Cu"),
        ("Si-Cu-Zr", [1, 0, 0, 0, 0, 0], "no data for element Cu, Zr"),
        # Si; Mg; 2 Ti; Mg-Si; 2 Si-Ti.
        ("Si-Mg-Ti", [7, 0, 0, 0, 0, 0], "no phase B candidate"),
        # Si; Ca; Mg; Ca-Si; Mg-Si; Ca-Mg-Si.
        ("Si-Ca-Mg", [6, 1, 1, 1, 3, 2], "screened"),
        # Si; Ca; 2 Ti; Ca-Si; 2 Si-Ti: B1 and B2 are of the systems within it.
        ("Si-Ca-Ti", [7, 0, 0, 0, 2, 1], "screened"),
    ],
)
def test_numbers_and_status(described, system, numbers, status):
    row = described.loc[system]
    names = ["n_phases", "n_phases_b", "n_coexisting", "n_pairs", "n_mixtures", "n_mixtures_kept"]
    assert row[names].tolist() == numbers
    assert row["status"] == status


def test_pairs_whose_a_takes_up_nothing(described):
    assert described.loc["Si-Mg", "status"] == "no pair with an active A"


def test_compounds_that_the_data_lack_are_named(described):
    assert described.loc["Si-Ti", "reported_missing"] == "Ti5Si4"
    assert described.loc["Si-Ca-Mg", "reported_missing"] == "CaMgSi Ca5Si3"
    # Nothing is said of systems that were not searched.
    assert described.loc[["Si-Ca", "Si-Cu"], "reported_missing"].tolist() == ["", ""]


def test_table_survives_the_file(described, tmp_path):
    SYSTEMS.write(described.reset_index(), tmp_path / "systems.csv")
    found = SYSTEMS.read(tmp_path / "systems.csv")
    pd.testing.assert_frame_equal(
        found.fillna({"not_searched": "", "reported_missing": ""}), described.reset_index(), check_dtype=False
    )


def test_working_ion_as_partner():
    system = HostSystem("Si", ("Mg",))
    frame = describe_systems([system], PHASES, COUNTS, CANDIDATES, working_ion="Mg", searched=None)
    assert frame["status"].tolist() == ["Mg is the working ion"]


def test_empty_space():
    frame = describe_systems([], PHASES, COUNTS, CANDIDATES, working_ion="Li", searched=None)
    assert frame.empty
    assert list(frame) == [column.name for column in SYSTEM_COLUMNS]


SEARCHED = ["Li", "Si", "Ti", "Ca", "Mg", "Li-Si", "Si-Ti", "Li-Ti", "Li-Si-Ti", "Ca-Si", "Li-Mg", "Mg-Si", "Li-Mg-Si"]


@pytest.fixture(scope="module")
def partly_searched():
    partners = [("Ti",), ("Ca",), ("Mg",), ("Cu",), ("Mg", "Ti")]
    systems = [HostSystem("Si", own) for own in partners]
    return describe_systems(systems, PHASES, COUNTS, CANDIDATES, working_ion="Li", searched=SEARCHED)


def test_what_was_not_searched_is_named(partly_searched):
    gaps = dict(zip(partly_searched["system"], partly_searched["not_searched"], strict=True))
    assert gaps["Si-Ti"] == ""
    assert gaps["Si-Ca"] == "Ca-Li Ca-Li-Si"
    assert gaps["Si-Mg-Ti"] == "Mg-Ti Li-Mg-Ti Mg-Si-Ti"


def test_no_data_is_no_statement_about_phases(partly_searched):
    status = dict(zip(partly_searched["system"], partly_searched["status"], strict=True))
    assert status["Si-Mg-Ti"] == "not covered by the phase data"


def test_partners_covered_with_the_ion(partly_searched):
    # Ti and Mg with Li; Ca without Ca-Li; no copper.
    assert partner_coverage(partly_searched).to_dict("records") == [{"host": "Si", "n_covered": 2, "n_partners": 4}]


def test_data_that_say_nothing_cover_what_they_have_elements_of(described):
    # Ti, Ca, Mg; no copper.
    assert partner_coverage(described.reset_index()).to_dict("records") == [
        {"host": "Si", "n_covered": 3, "n_partners": 4}
    ]
