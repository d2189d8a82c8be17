"""Raw rows become phases or are rejected with a reason."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieline.core.errors import PhaseDataError
from tieline.core.table_files import to_arrow
from tieline.phases.rows import REJECTED_NAMES, RowReader
from tieline.phases.source_settings import READABLE_COLUMNS
from tieline.phases.table import PHASES
from tieline.phases.values import is_missing

PLAIN = {"phase_id": "a", "formula": "TiSi2", "formation_energy_ev_per_atom": -0.5}
CELL = {
    "phase_id": "a",
    "formation_energy_ev_per_atom": 0.0,
    "numbers": [14, 14],
    "cell_a": [3, 0, 0, 0, 4, 0, 0, 0, 5],
    "scaled_positions": [0, 0, 0, 0.5, 0.5, 0.5],
}


ZIP = [("good", 0.0), ("off", 7.3), ("text", "x"), ("fine", -0.1)]


def read(*rows, level="x", **given_by_source):
    reader = RowReader("mine", energy_level=level, **given_by_source)
    for number, row in enumerate(rows, 2):
        reader.add(str(number), row)
    return reader.result()


def reason(row, level="x"):
    """Return why a row is rejected, read beside a good one."""
    good = {"phase_id": "good", "formula": "Si", "formation_energy_ev_per_atom": 0, "energy_level": "x"}
    reading = read(good, row, level=level)
    assert reading.phases["phase_id"].tolist() == ["good"]
    (rejected,) = reading.rejected.to_dict("records")
    assert rejected["action"] == "row rejected"
    assert rejected["row"] == "3"
    assert rejected["source"] == "mine"
    return rejected["reason"]


def test_plain_row():
    reading = read(PLAIN, source_version="1", retrieved_at="2026-11-01")
    (row,) = reading.phases.to_dict("records")
    assert list(row) == list(PHASES.names)
    assert (row["formula"], row["elements"], row["n_elements"]) == ("TiSi2", "Si-Ti", 2)
    assert row["energy_level"] == "x"
    assert (row["source"], row["source_version"], row["retrieved_at"]) == ("mine", "1", "2026-11-01")
    assert math.isnan(row["volume_a3_per_atom"])
    assert row["numbers"] is None
    assert list(reading.rejected) == list(REJECTED_NAMES)
    assert reading.rejected.empty
    assert to_arrow(reading.phases, PHASES.columns, "phases").num_rows == 1


def test_row_with_structure_needs_no_formula():
    (row,) = read(CELL).phases.to_dict("records")
    assert row["formula"] == "Si"
    assert row["volume_a3_per_atom"] == pytest.approx(30.0)
    assert row["cell_a"] == [3, 0, 0, 0, 4, 0, 0, 0, 5]


def test_own_level_wins_over_the_sources():
    assert read(PLAIN | {"energy_level": "y"}).phases["energy_level"].tolist() == ["y"]


@pytest.mark.parametrize("value", ["14 14", "[14, 14]", [14.0, 14.0], np.array([14, 14]), [[14], [14]], ("14", "14")])
def test_spellings_of_a_list(value):
    assert read(CELL | {"numbers": value}).phases["numbers"][0] == [14, 14]


@pytest.mark.parametrize(
    "value",
    [
        "3 0 0 0 4 0 0 0 5",
        "[[3, 0, 0], [0, 4, 0], [0, 0, 5]]",
        np.diag([3.0, 4.0, 5.0]),
        np.array([*map(np.array, ([3, 0, 0], [0, 4, 0], [0, 0, 5])), None], dtype=object)[:3],
    ],
    ids=["spaces", "JSON", "array", "array of arrays"],
)
def test_spellings_of_a_cell(value):
    assert read(CELL | {"cell_a": value}).phases["cell_a"][0] == [3, 0, 0, 0, 4, 0, 0, 0, 5]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("True", True), ("yes", True), (1, True), (np.False_, False), ("0", False), (0.0, False), (None, None)],
)
def test_spellings_of_experimental(value, expected):
    assert read(PLAIN | {"experimental": value}).phases["experimental"][0] == expected


@pytest.mark.parametrize("value", [None, math.nan, np.float32("nan").item(), pd.NA, "", "  "])
def test_missing(value):
    assert is_missing(value)


@pytest.mark.parametrize("value", [0, False, "x", [], [math.nan], np.zeros(3)])
def test_not_missing(value):
    assert not is_missing(value)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"phase_id": None}, "no phase_id"),
        ({"phase_id": " "}, "no phase_id"),
        ({"phase_id": "good"}, "phase_id 'good' stands twice in this source"),
        ({"formula": None}, "neither formula nor structure"),
        ({"formula": "TiSi2+"}, "formula 'TiSi2+' is no chemical formula: a charge"),
        ({"formula": "Tj2Si"}, "'Tj' is no chemical symbol"),
        ({"formula": "Si0"}, "amounts must be 1 to"),
        ({"formation_energy_ev_per_atom": None}, "exactly one energy is needed"),
        ({"total_energy_ev": -1.0}, "found formation_energy_ev_per_atom, total_energy_ev"),
        ({"formation_energy_ev_per_atom": "low"}, "formation_energy_ev_per_atom 'low' is no number"),
        ({"formation_energy_ev_per_atom": "inf"}, "formation_energy_ev_per_atom is not finite"),
        ({"formation_energy_ev_per_atom": 10**400}, "is no number"),
        ({"formation_energy_ev_per_atom": -45.0}, "formation energy -45 eV/atom is beyond ±5"),
        ({"spacegroup_number_source": 231}, "spacegroup_number_source 231 is outside 1-230"),
        ({"spacegroup_number_source": 62.5}, "spacegroup_number_source 62.5 is outside 1-230"),
        ({"spacegroup_number_source": "Pnma"}, "spacegroup_number_source 'Pnma' is no number"),
        ({"experimental": "perhaps"}, "experimental 'perhaps' is neither true nor false"),
        ({"volume_a3_per_atom": -1}, "volume -1 A3/atom is not above zero"),
        ({"volume_a3_per_atom": "big"}, "volume_a3_per_atom 'big' is no number"),
        ({"numbers": [14]}, "a structure needs numbers, cell_a and scaled_positions, found only numbers"),
    ],
)
def test_rejected_rows(changes, expected):
    assert expected in reason(PLAIN | changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"numbers": "Si Si"}, "numbers is no list of numbers"),
        ({"numbers": "[" * 100_000}, "numbers is no list of numbers"),
        ({"numbers": [14, 10**400]}, "numbers is no list of numbers"),
        ({"numbers": [14, math.nan]}, "not finite"),
        ({"numbers": "[14, null]"}, "not finite"),
        ({"numbers": [14, 0]}, "numbers are not atomic numbers"),
        ({"numbers": [14, 119]}, "numbers are not atomic numbers"),
        ({"numbers": [14, 14.5]}, "numbers are not atomic numbers"),
        ({"numbers": [14]}, "1 atoms with 6 fractional coordinates"),
        ({"numbers": [], "scaled_positions": []}, "0 atoms"),
        ({"cell_a": [1, 2, 3]}, "cell_a has 3 numbers, not 9"),
        ({"cell_a": [3, 0, 0, 0, 4, 0, 0, 0, math.inf]}, "not finite"),
        ({"cell_a": [1] * 9}, "volume 0 A3/atom is not above zero"),
        ({"scaled_positions": None}, "found only numbers, cell_a"),
        ({"formula": "TiSi2"}, "formula TiSi2 does not fit the structure (Si)"),
    ],
)
def test_rejected_structures(changes, expected):
    assert expected in reason(CELL | changes)


def test_the_same_row_again_counts_once():
    """Whatever its spelling."""
    reading = read(CELL, CELL | {"numbers": "14 14", "cell_a": np.diag([3.0, 4.0, 5.0])})
    assert reading.phases["phase_id"].tolist() == ["a"]
    (noted,) = reading.rejected.to_dict("records")
    assert (noted["action"], noted["reason"]) == ("row repeated", "says the same as row 2")


@pytest.mark.parametrize("changes", [{"formation_energy_ev_per_atom": 0.1}, {"cell_a": np.eye(3) * 3.1}])
def test_one_id_with_other_content_is_rejected(changes):
    reading = read(CELL, CELL | changes)
    (noted,) = reading.rejected.to_dict("records")
    assert noted["action"] == "row rejected"
    assert noted["reason"] == "phase_id 'a' stands twice in this source, with other content in row 2"
    assert (noted["row"], noted["formula"]) == ("3", "Si")


def test_overlapping_atoms():
    """0.1 of 5 A apart, beside a sound row; twice the radius of Si is 2.22 A."""
    near = {"phase_id": "b", "scaled_positions": [0, 0, 0, 0, 0, 0.1]}
    assert reason(CELL | near) == "atoms overlap: Si and Si are 0.5 A apart"


def test_missing_energy_is_said_to_be_missing():
    assert "found none (formation_energy_ev_per_atom is empty or NaN)" in reason(
        PLAIN | {"formation_energy_ev_per_atom": math.nan}
    )


def test_what_is_known_of_a_rejected_row_is_kept():
    reader = RowReader("mine", energy_level="x", file="folder/mine.csv")
    reader.add("2", PLAIN)
    reader.add("3", CELL | {"phase_id": "b", "formation_energy_ev_per_atom": "?"})
    reader.reject("4", "c", "several\nlines \ud800 and " + "much more " * 100, "Mg2Si")
    reader.add("5", PLAIN | {"phase_id": "d\x07"})
    rejected = reader.result().rejected
    assert set(rejected["file"]) == {"folder/mine.csv"}
    assert rejected["formula"].tolist() == ["Si", "Mg2Si", "TiSi2"]
    assert rejected["row"].tolist() == ["3", "4", "5"]
    assert rejected["reason"][1].startswith("several lines \\ud800 and much")
    assert rejected["reason"].str.len().max() == 400
    assert "cannot be printed" in rejected["reason"][2]


def test_rejections_stand_in_the_order_of_the_rows():
    rows = [PLAIN | {"phase_id": name, "formation_energy_ev_per_atom": energy} for name, energy in ZIP]
    assert read(*rows).rejected["phase_id"].tolist() == ["off", "text"]


def test_no_level_at_all():
    assert reason(PLAIN, level=None) == "no energy_level, neither in the row nor for the source"


def test_id_of_a_rejected_row_is_free_again():
    reading = read(PLAIN | {"formula": "?"}, PLAIN)
    assert reading.phases["phase_id"].tolist() == ["a"]
    assert len(reading.rejected) == 1


@pytest.mark.parametrize("edge", [0.5, 10.0])
def test_impossible_volume_costs_the_structure_only(edge):
    """Two atoms in a cube of 0.125 or 1000 A3."""
    reading = read(CELL | {"cell_a": np.eye(3) * edge})
    (row,) = reading.phases.to_dict("records")
    assert row["numbers"] is None
    assert math.isnan(row["volume_a3_per_atom"])
    (noted,) = reading.rejected.to_dict("records")
    assert noted["action"] == "structure dropped"
    assert f"{edge**3 / 2:g} A3/atom is outside 2-150" in noted["reason"]


def test_total_energies_become_formation_energies():
    """TiSi2 of two formula units: (-37 + 2 x 7 + 4 x 5) / 6 = -1/2 eV/atom, against the lower Si and the only Ti."""
    reading = read(
        {"phase_id": "si-high", "formula": "Si", "total_energy_ev_per_atom": -4.9},
        {"phase_id": "si", "formula": "Si2", "total_energy_ev": -10.0},
        {"phase_id": "ti", "formula": "Ti", "total_energy_ev_per_atom": -7.0},
        {"phase_id": "tisi2", "formula": "Ti2Si4", "total_energy_ev": -37.0},
        {"phase_id": "cell", "formula": "Si", "total_energy_ev": -9.0} | {k: CELL[k] for k in list(CELL)[2:]},
        {"phase_id": "given", "formula": "TiSi", "formation_energy_ev_per_atom": -0.7},
    )
    energies = reading.phases.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies.to_dict() == pytest.approx(
        {"si-high": 0.1, "si": 0.0, "ti": 0.0, "tisi2": -0.5, "cell": 0.5, "given": -0.7}
    )
    assert reading.phases.loc[3, "formula"] == "TiSi2"


def test_total_energy_per_cell_taken_for_one_per_atom_is_found_out():
    reading = read(
        {"phase_id": "si", "formula": "Si", "total_energy_ev_per_atom": -5.0},
        {"phase_id": "si8", "formula": "Si8", "total_energy_ev_per_atom": -5.0},
        {"phase_id": "ti", "formula": "Ti", "total_energy_ev_per_atom": -7.0},
        {"phase_id": "tisi2", "formula": "TiSi2", "total_energy_ev_per_atom": -21.0},
    )
    assert reading.phases["phase_id"].tolist() == ["si", "si8", "ti"]
    (noted,) = reading.rejected.to_dict("records")
    assert (noted["row"], noted["phase_id"]) == ("5", "tisi2")
    assert "beyond ±5" in noted["reason"]


def test_total_energies_need_their_elements():
    rows = [
        {"phase_id": "si", "formula": "Si", "total_energy_ev_per_atom": -5.0},
        {"phase_id": "ti", "formula": "Ti", "formation_energy_ev_per_atom": 0.0},
        {"phase_id": "tisi2", "formula": "TiSi2", "total_energy_ev_per_atom": -6.0},
    ]
    with pytest.raises(PhaseDataError, match=r"^mine: phase tisi2 has a total energy, .*elemental Ti"):
        read(*rows)


def test_nothing_usable():
    with pytest.raises(PhaseDataError, match=r"^mine: none of 1 rows can be used: first, row 2: no phase_id$"):
        read({})
    with pytest.raises(PhaseDataError, match=r"^mine: none of 0 rows can be used$"):
        read()


NUMBERS = st.none() | st.booleans() | st.integers() | st.floats() | st.just(pd.NA) | st.just(10**400)
LISTS = st.lists(NUMBERS | st.text(max_size=3), max_size=9) | st.lists(st.integers(0, 120), max_size=4)
ANYTHING = (
    NUMBERS
    | st.text(max_size=12)
    | st.sampled_from(["Si", "TiSi2", "[1, 2]", "[[3,0,0],[0,3,0],[0,0,3]]", "3 0 0 0 3 0 0 0 3", "[null]", "NaN"])
    | LISTS
    | LISTS.map(lambda values: np.array(values, dtype=object))
    | st.binary(max_size=3)
    | st.dictionaries(st.text(max_size=2), NUMBERS, max_size=2)
    | st.datetimes()
)


@given(row=st.dictionaries(st.sampled_from(READABLE_COLUMNS), ANYTHING))
def test_no_content_makes_anything_but_a_row_or_a_reason(row):
    sound = read(PLAIN | {"phase_id": "sound"}, row)
    assert len(sound.phases) + (sound.rejected["action"] == "row rejected").sum() == 2
    assert to_arrow(sound.phases, PHASES.columns, "phases").num_rows == len(sound.phases)


@given(name=st.sampled_from(READABLE_COLUMNS), value=ANYTHING)
def test_no_single_value_spoils_the_rest(name, value):
    for base in (PLAIN, CELL):
        reading = read({**PLAIN, "phase_id": "sound"}, base | {name: value})
        assert len(reading.phases) + (reading.rejected["action"] == "row rejected").sum() == 2
        assert to_arrow(reading.phases, PHASES.columns, "phases").num_rows == len(reading.phases)


def test_formulas_in_capitals_alone_are_not_guessed():
    """CO in a source without lower-case letters may be cobalt; beside TiSi2 it is what stands there."""
    rows = [("a", "W", 0.0), ("b", "CO", 0.0), ("c", "WC", -0.2)]
    reading = read(*({"phase_id": n, "formula": f, "formation_energy_ev_per_atom": e} for n, f, e in rows))
    assert reading.phases["phase_id"].tolist() == ["a", "c"]
    (reason,) = reading.rejected["reason"]
    assert reason.startswith("no formula of the source has a lower-case letter, and CO is read as C and O, not as Co;")


def test_formulas_that_are_read_in_one_of_two_ways_are_told(caplog):
    caplog.set_level("INFO")
    rows = [("a", "TiSi2", -0.5), ("b", "CO", 0.0), ("c", "Ti0.33Si0.67", -0.4)]
    reading = read(*({"phase_id": n, "formula": f, "formation_energy_ev_per_atom": e} for n, f, e in rows))
    assert reading.phases["formula"].tolist() == ["TiSi2", "CO", "TiSi2"]
    assert [record.getMessage() for record in caplog.records] == [
        "mine: formulas in capitals: CO is read as C and O, not as Co",
        "mine: formulas with fractions are read as whole ones: Ti0.33Si0.67 as TiSi2",
    ]
