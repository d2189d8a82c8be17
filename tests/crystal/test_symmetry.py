"""Space groups of structures known from textbooks."""

from __future__ import annotations

import logging

import ase.build
import numpy as np
import pandas as pd
import pytest
import spglib
from reference_structures import TEXTBOOK, cell

from tieline.core.parallel import Parallel, Resources
from tieline.crystal.settings import Crystal
from tieline.crystal.symmetry import (
    CMCM,
    SPACE_GROUPS,
    bravais_lattice,
    number_and_unit_cell_a3,
    space_groups,
    spacegroup_number,
)

FOURTEEN = {"aP", "mP", "mC", "oP", "oC", "oF", "oI", "tP", "tI", "hP", "hR", "cP", "cF", "cI"}


def stretched(fraction):
    """Diamond silicon with one axis of the cubic cell longer by `fraction`: tetragonal, I4_1/amd."""
    atoms = ase.build.bulk("Si", a=5.431, cubic=True)
    atoms.set_cell(atoms.cell * np.array([1, 1, 1 + fraction])[:, None], scale_atoms=True)
    return atoms


@pytest.mark.parametrize("name", TEXTBOOK)
def test_textbook_structures(name):
    atoms, number, bravais = TEXTBOOK[name]
    assert spacegroup_number(cell(atoms), 0.01) == number
    assert bravais_lattice(number)[0] == bravais


@pytest.mark.parametrize("name", TEXTBOOK)
def test_neither_supercell_nor_primitive_cell_matters(name):
    atoms, number, _ = TEXTBOOK[name]
    rotated = atoms.copy()
    rotated.rotate(37, (1, 2, 3), rotate_cell=True)
    rotated.positions += (0.3, -0.2, 0.9)
    assert spacegroup_number(cell(rotated), 0.01) == number
    assert spacegroup_number(spglib.find_primitive(cell(atoms)), 0.01) == number


def test_c49_is_the_claims_cmcm():
    assert CMCM == 63
    assert (
        spglib.get_spacegroup_type(
            next(h for h in range(1, 531) if spglib.get_spacegroup_type(h).number == CMCM)
        ).international_short
        == "Cmcm"
    )


def test_tolerance_decides_on_a_small_distortion():
    """0.05 A longer along c: between the two tolerances."""
    atoms = stretched(0.05 / 5.431)
    assert spacegroup_number(cell(atoms), 0.01) == 141
    assert spacegroup_number(cell(atoms), 0.1) == 227


def test_impossible_cell_has_none():
    on_top = (np.eye(3) * 4.0, np.zeros((2, 3)), np.array([14, 14]))
    assert spacegroup_number(on_top, 0.01) is None


def test_fourteen_bravais_lattices():
    assert {bravais_lattice(number)[0] for number in range(1, 231)} == FOURTEEN


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, ("aP", "P")),
        (5, ("mC", "C")),
        (15, ("mC", "C")),
        (38, ("oC", "A")),
        (40, ("oC", "A")),
        (63, ("oC", "C")),
        (70, ("oF", "F")),
        (74, ("oI", "I")),
        (141, ("tI", "I")),
        (148, ("hR", "R")),
        (166, ("hR", "R")),
        (194, ("hP", "P")),
        (225, ("cF", "F")),
        (229, ("cI", "I")),
        (230, ("cI", "I")),
    ],
)
def test_bravais_lattices(number, expected):
    assert bravais_lattice(number) == expected


def test_only_four_groups_are_a_centred():
    """Amm2, Aem2, Ama2 and Aea2."""
    assert [n for n in range(1, 231) if bravais_lattice(n)[1] == "A"] == [38, 39, 40, 41]


@pytest.mark.parametrize("number", [0, 231])
def test_no_such_space_group(number):
    with pytest.raises(ValueError, match="is no space-group number"):
        bravais_lattice(number)


def table():
    rows = []
    structures = {"si": TEXTBOOK["diamond Si"][0], "bent": stretched(0.05 / 5.431), "zn": TEXTBOOK["hcp Zn"][0]}
    for phase_id, atoms in structures.items():
        lattice, positions, numbers = cell(atoms)
        parts = {"numbers": numbers.tolist(), "cell_a": lattice.ravel().tolist()}
        rows.append({"phase_id": phase_id, **parts, "scaled_positions": positions.ravel().tolist()})
    none = dict.fromkeys(("numbers", "cell_a", "scaled_positions"))
    rows += [{"phase_id": "stated", **none}, {"phase_id": "unknown", **none}]
    return pd.DataFrame(rows).assign(spacegroup_number_source=[1, None, None, 62, None])


def test_table_has_both_tolerances_in_the_order_of_the_phases():
    phases = space_groups(table(), Crystal(), resources=Resources(cores=1, parallel=Parallel(workers=1)))
    assert list(phases) == list(SPACE_GROUPS.names)
    assert phases["phase_id"].tolist() == ["si", "bent", "zn", "stated", "unknown"]
    phases = phases.set_index("phase_id")
    found = phases[["spacegroup_number", "spacegroup_number_loose"]]
    assert found.loc["si"].tolist() == [227, 227], "the structure, not what the source says"
    assert found.loc["bent"].tolist() == [141, 227]
    assert found.loc["zn"].tolist() == [194, 194]
    assert found.loc["stated"].tolist() == [62, 62]
    assert found.loc["unknown"].isna().all()
    assert (found.dtypes == "Int64").all()
    # The conventional cell of diamond: 5.431 cubed, four primitive ones.
    assert phases.loc["si", "unit_cell_a3"] == pytest.approx(5.431**3)
    assert phases.loc[["stated", "unknown"], "unit_cell_a3"].isna().all()


def test_only_the_given_phases_whatever_their_index(caplog):
    """Of the phases of composites a part of the table is given."""
    with caplog.at_level(logging.INFO, "tieline.crystal.symmetry"):
        part = space_groups(table().iloc[[3, 1]], Crystal(), resources=Resources())
    assert part["phase_id"].tolist() == ["stated", "bent"]
    assert part["spacegroup_number"].tolist() == [62, 141]
    assert "1 of 1 phases have another space group at 0.01 than at 0.1 A: bent" in caplog.text


@pytest.mark.parametrize("name", TEXTBOOK)
def test_conventional_cell_of_any_cell(name):
    """All textbook cells are conventional but that of silicon."""
    atoms, *_ = TEXTBOOK[name]
    expected = atoms.get_volume() * (4 if name == "diamond Si" else 1)
    for structure in (cell(atoms), spglib.find_primitive(cell(atoms)), cell(atoms.repeat((2, 1, 1)))):
        assert number_and_unit_cell_a3(structure, 0.01)[1] == pytest.approx(expected)


def test_table_of_no_phases(tmp_path):
    phases = space_groups(table().iloc[:0], Crystal(), resources=Resources(cores=2, parallel=Parallel()))
    assert phases.empty
    SPACE_GROUPS.write(phases, tmp_path / "space_groups.parquet")
    assert SPACE_GROUPS.read(tmp_path / "space_groups.parquet").empty


def test_table_survives_the_file(tmp_path):
    phases = space_groups(table(), Crystal(), resources=Resources())
    SPACE_GROUPS.write(phases, tmp_path / "space_groups.parquet")
    pd.testing.assert_frame_equal(SPACE_GROUPS.read(tmp_path / "space_groups.parquet"), phases, check_dtype=False)
