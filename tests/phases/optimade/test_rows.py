"""Entries of a database become raw rows, or a reason."""

from __future__ import annotations

import ase.build
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimade_server import alexandria, oqmd

from tieline.data.optimade_providers import choose_provider
from tieline.phases.optimade.rows import raw_row, value_at
from tieline.phases.rows import RowReader
from tieline.phases.values import RowError

TOTAL = choose_provider("alexandria", "PBE", "total")
FORMATION = choose_provider("alexandria", "PBE", "formation")


@pytest.fixture
def entry():
    return next(entry for entry in alexandria() if entry["id"] == "agm-tisi2-c49")


def test_structure_and_energies(entry):
    """C49: 4 Ti and 8 Si with -8 and -5 eV, 3 kJ/mol above the enthalpy of the handbook, -134.3 kJ/mol."""
    row = raw_row(entry, TOTAL)
    assert row["total_energy_ev_per_atom"] == pytest.approx((4 * -8.0 + 8 * -5.0) / 12 - 131.3 / 96.48533 / 3)
    assert (row["phase_id"], row["formula"], row["energy_level"]) == ("agm-tisi2-c49", "Si2Ti", "PBE (Alexandria)")
    assert sorted(row["numbers"]) == [14] * 8 + [22] * 4
    cell = np.reshape(row["cell_a"], (3, 3))
    positions = np.reshape(row["scaled_positions"], (-1, 3)) @ cell
    np.testing.assert_allclose(positions, entry["attributes"]["cartesian_site_positions"], atol=1e-9)
    assert np.linalg.det(cell) == pytest.approx(3.62 * 13.76 * 3.605)
    assert raw_row(entry, FORMATION)["formation_energy_ev_per_atom"] == pytest.approx(-131.3 / 96.48533 / 3)


def test_a_skew_cell(entry):
    """Fractions along the vectors of a primitive diamond cell: 0 and 1/4 each."""
    entry["attributes"] |= {
        "lattice_vectors": ase.build.bulk("Si", a=5.4).cell.tolist(),
        "cartesian_site_positions": [[0, 0, 0], [1.35, 1.35, 1.35]],
        "species_at_sites": ["Si", "Si"],
        "chemical_formula_reduced": "Si",
    }
    np.testing.assert_allclose(raw_row(entry, TOTAL)["scaled_positions"], [0, 0, 0, 0.25, 0.25, 0.25], atol=1e-12)


def test_sites_may_have_names_of_their_own(entry):
    attributes = entry["attributes"]
    attributes["species"] = [
        {"name": "metal", "chemical_symbols": ["Ti"], "concentration": [1.0]},
        {"name": "Si", "chemical_symbols": ["Si"], "concentration": [1.0]},
    ]
    attributes["species_at_sites"] = ["metal" if name == "Ti" else name for name in attributes["species_at_sites"]]
    assert sorted(raw_row(entry, TOTAL)["numbers"]) == [14] * 8 + [22] * 4


def test_what_a_database_leaves_out():
    """The OQMD names no species, its ids are numbers, and what has an ICSD number is known from experiment."""
    entries = oqmd()
    provider = choose_provider("oqmd", None, None)
    rows = [raw_row(entry, provider) for entry in entries]
    assert [row["phase_id"] for row in rows[:2]] == ["oqmd-1000", "oqmd-1001"]
    assert [row["experimental"] for row in rows[:2]] == [True, False]
    assert rows[0]["numbers"] == [14, 14]
    bare = {"id": "7", "attributes": {"_oqmd_delta_e": -0.4, "chemical_formula_reduced": "Si2Ti"}}
    row = raw_row(bare, provider)
    assert row["formula"] == "Si2Ti"
    assert "numbers" not in row


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"_alexandria_energy": None}, "no _alexandria_energy"),
        ({"_alexandria_energy": "low"}, "_alexandria_energy 'low'"),
        ({"lattice_vectors": None}, "a total energy without a structure"),
        ({"lattice_vectors": [[3, 0, 0], [0, 3, 0], [None, None, None]]}, "not periodic in three dimensions"),
        ({"lattice_vectors": [[3, 0, 0], [0, 3, 0], [3, 3, 0]]}, "the cell has no volume"),
        ({"lattice_vectors": [[3, 0, 0], [0, 3, 0]]}, "a cell of shape"),
        ({"species_at_sites": ["Ti"]}, "with 1 sites at positions of shape"),
        ({"species": None, "species_at_sites": ["Ti"] * 11 + ["Xy"]}, "'Xy' is no chemical symbol"),
        (
            {"species": [{"name": "Ti", "chemical_symbols": ["Ti", "Zr"], "concentration": [0.5, 0.5]}]},
            "sites are partly occupied or shared",
        ),
        (
            {"species": [{"name": "Ti", "chemical_symbols": ["Ti"], "concentration": [0.9]}]},
            "sites are partly occupied or shared",
        ),
    ],
)
def test_what_makes_no_row(entry, change, reason):
    entry["attributes"] |= change
    with pytest.raises(RowError) as caught:
        raw_row(entry, TOTAL)
    assert reason in str(caught.value)


def test_value_at():
    attributes = {"_mp_stability": {"gga_gga+u": {"energy_above_hull": 0.0}}, "plain": 1}
    assert value_at(attributes, "_mp_stability/gga_gga+u/energy_above_hull") == 0.0
    assert value_at(attributes, "_mp_stability/r2scan/energy_above_hull") is None
    assert value_at(attributes, "plain/part") is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.sampled_from(["Si", "Ti", "X"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=12,
)
WHOLE = alexandria()[0]["attributes"]
FIELDS = (
    "_alexandria_energy",
    "lattice_vectors",
    "cartesian_site_positions",
    "species_at_sites",
    "species",
    "chemical_formula_reduced",
    "space_group_it_number",
)


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, ANYTHING)), st.booleans())
def test_no_entry_breaks_the_reader(changes, whole):
    """Whatever an entry holds, it makes a row that the table's own checks judge, or a reason."""
    attributes = WHOLE if whole else {}
    try:
        row = raw_row({"id": "x", "attributes": attributes | changes}, TOTAL)
    except RowError:
        return
    RowReader(source="test").add("1", row)
