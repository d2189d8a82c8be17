"""Thermo documents become raw rows."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from ase.data import chemical_symbols
from emmet.core.thermo import ThermoDoc
from hypothesis import given, settings
from hypothesis import strategies as st
from materials_project_server import Made, structure

from tieline.phases.materials_project.documents import legacy_id, rows_of, thermo_fields

SPACE = frozenset({"Si", "Ti", "Li"})
TISI2 = Made(149, "C1", ("Ti", "Si"), -6.25)


def read(*documents, elements=SPACE, experimental=None, thermo_type="GGA_GGA+U"):
    return rows_of(documents, thermo_type=thermo_type, elements=elements, experimental=experimental)


def changed(edit, made=TISI2):
    document = copy.deepcopy(made.thermo())
    edit(document)
    return document


def test_uncorrected_energy_and_structure():
    """The document's own energy has 0.071 eV per Si on top; the row has not."""
    document = TISI2.thermo()
    assert document["energy_per_atom"] > document["uncorrected_energy_per_atom"] + 0.02
    (row,) = read(document, experimental=frozenset({"mp-149"})).rows
    cell = structure("C1", ("Ti", "Si"))
    assert row["phase_id"] == "mp-149"
    assert row["formula"] == cell.composition.reduced_formula == "TiSi2"
    assert row["total_energy_ev_per_atom"] == pytest.approx(-6.25, abs=1e-12)
    assert row["energy_level"] == "PBE (Materials Project)"
    assert row["spacegroup_number_source"] == 225
    assert row["experimental"] is True
    assert [chemical_symbols[n] for n in row["numbers"]] == [site.specie.symbol for site in cell]
    assert np.allclose(np.reshape(row["cell_a"], (3, 3)), cell.lattice.matrix, atol=1e-12)
    assert np.allclose(np.reshape(row["scaled_positions"], (-1, 3)), cell.frac_coords, atol=1e-12)


def test_fields_asked_for_are_fields_of_the_documents():
    for thermo_type, made in (("GGA_GGA+U", TISI2), ("R2SCAN", Made(1, "fcc", ("Si",), -5.0, run_type="r2SCAN"))):
        for name in thermo_fields(thermo_type):
            assert name.split(".")[0] in ThermoDoc.model_fields
            part = made.thermo()
            for step in name.split("."):
                part = part[0] if isinstance(part, list) else part
                assert step in part, name
                part = part[step]


def test_flag_is_false_for_the_rest_and_empty_if_not_asked():
    assert read(TISI2.thermo(), experimental=frozenset({"mp-1"})).rows[0]["experimental"] is False
    assert read(TISI2.thermo()).rows[0]["experimental"] is None


def test_what_makes_no_row():
    oxide = Made(2, "B1", ("Ti", "O"), -8.0)
    deprecated = Made(3, "B1", ("Ti", "Si"), -8.0, deprecated=True)
    made = read(TISI2.thermo(), oxide.thermo(), deprecated.thermo(), TISI2.thermo())
    assert len(made.rows) == 1
    assert made.rejected == []
    assert made.counts == {"n_documents": 3, "n_deprecated": 1, "n_outside_the_space": 1}


def test_a_document_of_two_series_counts_once_and_the_later_one_wins():
    old, new = TISI2.thermo(), changed(lambda d: d.update(last_updated="2026-12-01T00:00:00Z"))
    new["uncorrected_energy_per_atom"] = -7.0
    new["entries"]["GGA"]["energy"] = -7.0 * 3
    for order in ((old, new), (new, old)):
        (row,) = read(*order).rows
        assert row["total_energy_ev_per_atom"] == pytest.approx(-7.0)


def test_licences():
    made = read(TISI2.thermo(), Made(5, "fcc", ("Si",), -5.0, licence="BY-NC").thermo())
    assert made.licences == ["CC BY 4.0", "CC BY-NC 4.0"]
    assert read(changed(lambda d: d.pop("builder_meta"))).licences == ["not stated (None)"]


def entry(document):
    return document["entries"]["GGA"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (lambda d: d.update(entries={"GGA+U": entry(d)}, energy_type="GGA+U"), "no GGA energy, only GGA+U"),
        (lambda d: d.pop("entries"), "no entries"),
        (lambda d: entry(d).pop("structure"), "no structure"),
        (lambda d: entry(d).update(energy=None), "entry's energy None is no energy"),
        (lambda d: entry(d).update(energy=entry(d)["energy"] / 3), "is not the document's uncorrected one"),
        (lambda d: d.pop("uncorrected_energy_per_atom"), "uncorrected_energy_per_atom None is no energy"),
        (lambda d: entry(d)["structure"].update(sites=[]), "no sites"),
        (lambda d: entry(d)["structure"]["sites"][0].pop("abc"), "sites without one element and one position each"),
        (lambda d: entry(d)["structure"]["sites"][0]["species"].append({"element": "Li"}), "sites without one element"),
        (lambda d: entry(d)["structure"]["sites"][0]["species"][0].update(element="Xx"), "'Xx' is no chemical symbol"),
        (lambda d: entry(d)["structure"]["sites"][0].update(abc=[0, 1]), "sites.abc"),
        (lambda d: entry(d)["structure"]["lattice"].update(matrix=[[1, 0], [0, 1]]), "lattice.matrix"),
        (lambda d: entry(d)["structure"]["lattice"].update(matrix="cubic"), "lattice.matrix"),
        (lambda d: d.update(material_id="mp-!"), "material_id 'mp-!' is no id"),
        (lambda d: d.update(material_id=None), "material_id None is no id"),
    ],
)
def test_odd_documents_are_rejected_with_a_reason(edit, reason):
    made = read(changed(edit), Made(7, "fcc", ("Si",), -5.0).thermo())
    assert [row["phase_id"] for row in made.rows] == ["mp-7"]
    ((_, _, said),) = made.rejected
    assert reason in said


@pytest.mark.parametrize(
    ("raw", "shown"), [("mp-aaaaaaft", "mp-149"), ("mp-149", "mp-149"), ("mp-zzzzzz", "mp-zzzzzz")]
)
def test_ids(raw, shown):
    """26^6 is far above the number at which new ids begin."""
    assert legacy_id(raw) == shown


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["Si", "mp-1", "GGA"]),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.sampled_from(["GGA", "number", "sites"]), parts),
    max_leaves=6,
)
PLACES = [
    *(("material_id",), ("chemsys",), ("deprecated",), ("last_updated",), ("builder_meta",), ("energy_type",)),
    *(("uncorrected_energy_per_atom",), ("symmetry",), ("symmetry", "number"), ("entries",), ("entries", "GGA")),
    *(("entries", "GGA", "energy"), ("entries", "GGA", "structure"), ("entries", "GGA", "structure", "sites")),
    *(("entries", "GGA", "structure", "sites", 0), ("entries", "GGA", "structure", "sites", 0, "species")),
    *(("entries", "GGA", "structure", "sites", 0, "abc"), ("entries", "GGA", "structure", "lattice", "matrix")),
]
WHOLE = TISI2.thermo()


@settings(max_examples=400)
@given(place=st.sampled_from(PLACES), value=JSON)
def test_no_content_makes_anything_but_a_row_or_a_reason(place, value):
    document = copy.deepcopy(WHOLE)
    part = document
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    made = read(Made(7, "fcc", ("Si",), -5.0).thermo(), document)
    elsewhere = made.counts["n_outside_the_space"] + made.counts["n_deprecated"]
    assert len(made.rows) + len(made.rejected) + elsewhere == 2
