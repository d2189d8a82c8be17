"""What formulas and the phase table say of a pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from claim_facts import CANDIDATE, PHASES, SPACE_GROUPS, candidates, facts

from tieline.claims.facts import PROPERTIES, TEXTS, c49_above_c54_ev_per_atom, gather_facts

FLAGS = [
    "phase_a_holds_host",
    "phase_b_holds_host",
    "phases_differ",
    "phase_a_holds_si",
    "phase_b_holds_ti_and_si",
    "phase_b_contains_tisi2",
]


@pytest.mark.parametrize(
    ("host", "phase_a", "phase_b", "expected", "partners"),
    [
        ("Si", "Si", "TiSi2", [True, True, True, True, True, True], "Ti"),
        ("Si", "Si", "Ti2Si4", [True, True, True, True, True, True], "Ti"),
        ("Si", "Si", "NiTiSi", [True, True, True, True, True, False], "Ni Ti"),
        ("Sn", "Sn", "ZnSn", [True, True, True, False, False, False], "Zn"),
        ("Zn", "Zn", "ZnSn", [True, True, True, False, False, False], "Sn"),
        ("Sn", "Sn", "Mg2Si", [True, False, True, False, False, False], "Mg Si"),
        ("Si", "MgSi", "Mg2Si2", [True, True, False, True, False, False], "Mg"),
        ("Si", "Si", "SiO2", [True, True, True, True, False, False], ""),
        # Mixtures hold what any of their phases holds.
        ("Si", "Si", "NiSi2 + TiSi2", [True, True, True, True, True, True], "Ni Ti"),
        ("Si", "Si", "TiSi2 + Mg2Si", [True, True, True, True, True, True], "Mg Ti"),
        ("Si", "Si", "TiSi + NiSi2", [True, True, True, True, True, False], "Ni Ti"),
        # Titanium is in one phase, silicon in the other, but TiSi2 in none.
        ("Sn", "Sn", "Ti6Sn5 + Mg2Si", [True, True, True, False, True, False], "Mg Si Ti"),
    ],
)
def test_formulas(host, phase_a, phase_b, expected, partners):
    found = facts(host=host, phase_a=phase_a, phase_b=phase_b).iloc[0]
    assert [bool(found[flag]) for flag in FLAGS] == expected
    assert found["partners_b"] == partners


def test_missing_formula_leaves_what_rests_on_it_unknown():
    found = facts({"phase_b": None}, {}).iloc[0]
    assert found[FLAGS].isna().tolist() == [False, True, True, False, True, True]


def test_absent_properties_are_missing_and_present_ones_stay():
    bare = pd.DataFrame([CANDIDATE | {"shell_unit_cells": 5.0}])
    found = gather_facts(bare, PHASES, SPACE_GROUPS)
    absent = [name for name in (*PROPERTIES, *TEXTS) if name != "shell_unit_cells"]
    assert found[absent].isna().all(axis=None)
    assert found["shell_unit_cells"].tolist() == [5.0]


def test_order_of_candidates_is_kept():
    many = candidates({"phase_b": "TiSi2"}, {"phase_b": "TiSi"}, {"phase_b": "TiSi2"})
    assert gather_facts(many, PHASES, SPACE_GROUPS)["phase_b"].tolist() == ["TiSi2", "TiSi", "TiSi2"]


def test_loose_bravais_lattice():
    found = facts({"spacegroup_b_loose": 70}, {"spacegroup_b_loose": None})
    assert found["bravais_b_loose"].tolist()[0] == "oF"
    assert found["bravais_b_loose"].isna().tolist() == [False, True]


def test_c49_above_c54():
    """-0.55 - -0.56; only TiSi2 has it, alone or in a mixture."""
    known = PHASES.merge(SPACE_GROUPS, on="phase_id", how="left")
    assert c49_above_c54_ev_per_atom(known) == pytest.approx(0.01)
    assert np.isnan(c49_above_c54_ev_per_atom(known[known["phase_id"] != "c54"]))
    found = facts({"phase_b": "TiSi2"}, {"phase_b": "NiSi2 + TiSi2"}, {"phase_b": "TiSi"})["c49_above_c54_ev_per_atom"]
    assert found.tolist()[:2] == pytest.approx([0.01, 0.01])
    assert np.isnan(found.tolist()[2])


def test_c49_above_c54_where_c54_is_in_no_candidate():
    """Its space group is not computed then: the source's counts."""
    of_candidates = SPACE_GROUPS[SPACE_GROUPS["phase_id"] != "c54"]
    found = gather_facts(candidates({}), PHASES, of_candidates)["c49_above_c54_ev_per_atom"]
    assert found.tolist() == pytest.approx([0.01])


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("c54", None), (70, 70)),
        (("distorted", None), (62, 63)),
        (("nisi2", "c49"), (63, 63)),
        (("c49", "nisi2"), (63, 63)),
        (("nisi2", "distorted"), (62, 63)),
        (("nisi2", "unknown"), (None, None)),
        (("nisi2", "tisi"), (None, None)),
    ],
)
def test_space_groups_of_tisi2_are_those_of_that_part(parts, expected):
    found = facts({"phase_b1_id": parts[0], "phase_b2_id": parts[1]}).iloc[0]
    numbers = [found["spacegroup_tisi2"], found["spacegroup_tisi2_loose"]]
    assert [None if pd.isna(number) else number for number in numbers] == list(expected)


def test_no_c49_above_c54_where_no_phase_holds_titanium_and_silicon():
    known = PHASES.merge(SPACE_GROUPS, on="phase_id", how="left")
    assert np.isnan(c49_above_c54_ev_per_atom(known.iloc[:0]))


def test_no_candidates():
    found = gather_facts(candidates({}).iloc[:0], PHASES, SPACE_GROUPS)
    assert found.empty
    assert list(found) == list(facts({}))
