"""Space-group settings, orbits, and types that contradict themselves."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.core.errors import StructureError
from tieline.prototypes.aflow import aflow_prototypes, plain_text
from tieline.prototypes.cells import primitive_cell, reduced
from tieline.prototypes.decorate import element_sizes
from tieline.prototypes.library import library
from tieline.prototypes.wyckoff import orbit, setting_operations, written_prototypes

FLUORITE = {
    "label": "C1",
    "formula": "CaF2",
    "pearson": "cF12",
    "spacegroup": "225",
    "cell": [5.463, 5.463, 5.463, 90, 90, 90],
    "sites": [["Ca", "4a", 0, 0, 0], ["F", "8c", "1/4", "1/4", "1/4"]],
    "source": "W. L. Bragg, Proc. R. Soc. A 89 (1914) 468",
    "known_for": "CaF2",
}


def build(**changes):
    entry = {name: value for name, value in (FLUORITE | changes).items() if value is not None}
    return next(written_prototypes([entry]))


def test_fluorite():
    prototype = build()
    assert prototype.elements == ("Ca", "F")
    assert prototype.counts == (1, 2)
    assert prototype.atoms().get_volume() == pytest.approx(5.463**3 / 4)
    # Ca-F is a sqrt(3) / 4.
    distances = prototype.atoms().get_distances(0, [1, 2], mic=True)
    assert distances == pytest.approx(5.463 * np.sqrt(3) / 4)


def test_equality_leaves_the_arrays_out():
    assert build() == build()
    assert hash(build()) == hash(build())
    assert build() != build(label="other")


@pytest.mark.parametrize(
    ("setting", "position", "multiplicity"),
    [
        ("225", (0.11, 0.23, 0.37), 192),
        ("225", (0, 0, 0), 4),
        ("227:2", (1 / 8, 1 / 8, 1 / 8), 8),
        ("227:1", (0, 0, 0), 8),
        ("141:2", (0, 3 / 4, 1 / 8), 4),
        ("166:H", (0, 0, 0.2), 6),
        ("166:R", (0.2, 0.2, 0.2), 2),
        ("193", (1 / 3, 2 / 3, 0), 4),
        ("12", (0, 0, 0), 2),
    ],
)
def test_multiplicities_of_the_international_tables(setting, position, multiplicity):
    _, operations = setting_operations(setting)
    images = orbit(np.array(position, dtype=float), operations)
    assert len(images) == multiplicity
    assert ((images >= 0) & (images < 1)).all()


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("231", "no space group '231', only 1 to 230"),
        ("Fm-3m", "no space group 'Fm-3m', only 1 to 230"),
        ("227", "space group 227 needs a setting, one of 1, 2"),
        ("166", "space group 166 needs a setting, one of H, R"),
        ("227:3", "space group 227 has no setting '3', only 1, 2"),
    ],
)
def test_wrong_settings(setting, message):
    with pytest.raises(StructureError) as caught:
        setting_operations(setting)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": None}, "no field 'source'"),
        ({"pearsn": "cF12"}, "unknown field 'pearsn' (did you mean 'pearson'?)"),
        ({"spacegroup": "231"}, "no space group '231'"),
        ({"formula": "CaX2"}, "'CaX2': 'X' is no chemical symbol"),
        ({"formula": "CaF3"}, "the sites hold {'Ca': 1, 'F': 2}"),
        ({"formula": "CaO2"}, "site 8c of F, which the formula does not have"),
        ({"sites": [["Ca", "4a", 0, 0, 0], ["F", "8c", 0.2, 0.2, 0.2]]}, "site F 8c [0.2, 0.2, 0.2] has 32 images"),
        ({"sites": [["Ca", "4a", 0, 0, 0], ["Ca", "4a", 0, 0, 0]]}, "no symmetry found, as where atoms coincide"),
    ],
)
def test_contradictions_name_the_type(changes, message):
    with pytest.raises(StructureError) as caught:
        build(**changes)
    text = str(caught.value)
    assert text.startswith("structure_types.yaml, C1: ")
    assert message in text
    assert "\n" not in text


def test_a_cell_of_any_size_ends_primitive():
    doubled = np.diag([8.0, 4.0, 4.0])
    cell_a, positions, slots = primitive_cell(
        doubled, np.array([[0.0, 0, 0], [0.5, 0, 0], [0.25, 0.5, 0.5], [0.75, 0.5, 0.5]]), np.array([1, 1, 0, 0])
    )
    assert abs(np.linalg.det(cell_a)) == pytest.approx(64)
    assert slots.tolist() == [0, 1]
    assert len(positions) == 2


def test_reduced():
    assert reduced({"Li": 30, "Si": 8}) == {"Li": 15, "Si": 4}
    assert reduced({"Sn": 4}) == {"Sn": 1}


class TestAflow:
    def test_missing_entry(self):
        chosen = [{"label": "C999", "aflow": "AB_cF8_225_a_b", "formula": "TiC", "known_for": ""}]
        with pytest.raises(StructureError, match="prototype C999: no AFLOW entry AB_cF8_225_a_b TiC in pymatgen"):
            list(aflow_prototypes(chosen))

    def test_the_formula_tells_entries_of_one_label_apart(self):
        labels = ("C37", "C23")
        found = {prototype.label: prototype for prototype in library() if prototype.label in labels}
        assert {label: found[label].formula for label in labels} == {"C37": "Co2Si", "C23": "PbCl2"}

    @pytest.mark.parametrize(
        ("aflow", "formula", "least"),
        [
            ("AB2_hP24_194_ef_fgh", "MgNi2", 0.55),
            ("A2B_hP18_180_fi_bd", "Mg2Ni", 0.75),
            ("AB_mP4_11_e_e", "NiTi", 0.6),
            ("AB_oP8_62_c_c", "FeB", 0.85),
        ],
    )
    def test_entries_left_out_have_atoms_too_close(self, aflow, formula, least):
        """Shortest contact over the sum of single-bond radii; sound alloys have 0.9 or more."""
        chosen = [{"label": "left out", "aflow": aflow, "formula": formula, "known_for": ""}]
        atoms = next(aflow_prototypes(chosen)).atoms()
        radii = np.array([element_sizes()[symbol][0] for symbol in atoms.get_chemical_symbols()])
        ratios = atoms.get_all_distances(mic=True) / np.add.outer(radii, radii)
        assert ratios[np.triu_indices(len(atoms), 1)].min() < least

    def test_accents(self):
        assert (
            plain_text(r"Gj{\o}nnes, P\"{o}tzschke, Vo\v{c}adlo, Fjellv{\aa}g")
            == "Gjønnes, Pötzschke, Vočadlo, Fjellvåg"
        )
