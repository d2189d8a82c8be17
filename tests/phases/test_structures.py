"""No structure file makes anything but rows, reasons or one line; none of them is changed."""

from __future__ import annotations

import json
import sqlite3

import ase.build
import ase.db
import ase.io
import pytest
from ase.calculators.singlepoint import SinglePointCalculator
from hypothesis import given
from hypothesis import strategies as st

from tieline.core.errors import PhaseDataError, TielineError
from tieline.core.table_files import to_arrow
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource
from tieline.phases.structures import FORMATS
from tieline.phases.table import PHASES

SILICON = ase.build.bulk("Si", a=5.431)
SILICON.calc = SinglePointCalculator(SILICON, energy=-10.0)
NAMES = [f"x{suffix}" for suffix in (*FORMATS, ".db", ".json")] + ["POSCAR"]


def read(path):
    return read_file_source(FileSource(kind="file", path=path, energy_level="x"))


def reason(folder, name):
    """Return why a file is rejected, read beside a good one."""
    ase.io.write(folder / "good.extxyz", SILICON)
    reading = read(folder)
    assert reading.phases["phase_id"].tolist() == ["good"]
    (rejected,) = reading.rejected.to_dict("records")
    assert rejected["row"] == name
    assert rejected["file"] == str(folder)
    assert "\n" not in rejected["reason"]
    return rejected["reason"]


def survives(path):
    try:
        reading = read(path)
    except TielineError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert to_arrow(reading.phases, PHASES.columns, "phases").num_rows == len(reading.phases)
    reading.rejected.to_csv(path.with_suffix(".csv"), encoding="utf-8")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The bytes of a good file of each kind."""
    folder = tmp_path_factory.mktemp("good")
    for name in NAMES:
        path = folder / name
        if path.suffix in (".db", ".json"):
            with ase.db.connect(path) as database:
                database.write(SILICON, phase_id="a")
        else:
            ase.io.write(path, SILICON, format=FORMATS.get(path.suffix, "vasp"))
    return {name: (folder / name).read_bytes() for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
@given(content=st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes(tmp_path_factory, name, content):
    folder = tmp_path_factory.mktemp("any")
    (folder / name).write_bytes(content)
    survives(folder)


@pytest.mark.parametrize("name", NAMES)
@given(
    where=st.tuples(st.floats(0, 1), st.integers(0, 40)),
    put=st.sampled_from([b"", b"nan", b"-1e400", b"\0", b"99999999999", b"Xx", b"'", b"[[[[", b"null"])
    | st.binary(max_size=6),
)
def test_a_good_file_with_anything_in_it(tmp_path_factory, good, name, where, put):
    folder = tmp_path_factory.mktemp("any")
    content = good[name]
    start, taken = int(where[0] * len(content)), where[1]
    (folder / name).write_bytes(content[:start] + put + content[start + taken :])
    survives(folder)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)
KEYS = ["numbers", "positions", "cell", "pbc", "key_value_pairs", "energy", "data", "ctime", "unique_id", "constraints"]


@given(row=st.dictionaries(st.sampled_from(KEYS), JSON), rest=st.dictionaries(st.sampled_from(["ids", "nextid"]), JSON))
def test_any_content_of_a_json_database(tmp_path_factory, row, rest):
    path = tmp_path_factory.mktemp("any") / "x.json"
    path.write_text(json.dumps({"1": row, "ids": [1], "nextid": 2} | rest), "utf-8")
    survives(path)


@pytest.mark.parametrize("text", ["99999999999\n\nSi 0 0 0\n", "1\n\nSi 0 0 0\n8888888888\n\n", "-3\n\nSi 0 0 0\n"])
def test_xyz_that_promises_more_atoms_than_it_has(tmp_path, text):
    """ASE alone would count up to that number."""
    (tmp_path / "x.xyz").write_text(text, "utf-8")
    assert "atoms, but the file has" in reason(tmp_path, "x.xyz")


def test_poscar_that_promises_more_atoms_than_it_has(tmp_path):
    text = "Si\n1.0\n5 0 0\n0 5 0\n0 0 5\nSi\n2000000000\nDirect\n0 0 0\n"
    (tmp_path / "POSCAR").write_text(text, "utf-8")
    assert reason(tmp_path, "POSCAR") == "2000000000 atoms, but the file has 10 lines"


def test_another_programs_database_is_not_touched(tmp_path):
    """ASE alone would make its tables in it."""
    path = tmp_path / "mine.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text TEXT)")
    connection.close()
    before = path.read_bytes()
    assert reason(tmp_path, "mine.db") == "is no ASE database"
    assert path.read_bytes() == before


def test_empty_database_stays_empty(tmp_path):
    (tmp_path / "x.db").touch()
    assert reason(tmp_path, "x.db") == "the file is empty"
    assert (tmp_path / "x.db").stat().st_size == 0


def test_format_is_that_of_the_name(tmp_path):
    """By its content it would be a format of another kind."""
    (tmp_path / "x.cif").write_text("#!/usr/bin/env python\nfrom ase import Atoms\n", "utf-8")
    assert "cannot be read" in reason(tmp_path, "x.cif") or "holds no structure" in reason(tmp_path, "x.cif")


def test_unknown_element(tmp_path):
    ase.io.write(tmp_path / "x.cif", SILICON)
    text = (tmp_path / "x.cif").read_text("utf-8")
    (tmp_path / "x.cif").write_text(text.replace(" Si ", " Xq "), "utf-8")
    assert "Xq" in reason(tmp_path, "x.cif")


def test_overlapping_atoms_in_a_file(tmp_path):
    near = SILICON.copy()
    near.positions[1] = near.positions[0] + [0.4, 0, 0]
    near.calc = SinglePointCalculator(near, energy=900.0)
    ase.io.write(tmp_path / "near.extxyz", near)
    assert reason(tmp_path, "near.extxyz") == "atoms overlap: Si and Si are 0.4 A apart"


def test_left_handed_cell_is_a_cell(tmp_path):
    mirrored = SILICON.copy()
    mirrored.set_cell(-mirrored.cell[:])
    mirrored.calc = SinglePointCalculator(mirrored, energy=-10.0)
    ase.io.write(tmp_path / "x.extxyz", mirrored)
    reading = read(tmp_path)
    assert reading.rejected.empty
    assert reading.phases["volume_a3_per_atom"].tolist() == pytest.approx([5.431**3 / 8])


def test_nothing_but_damage(tmp_path):
    (tmp_path / "x.cif").write_bytes(b"\0")
    with pytest.raises(PhaseDataError, match=r"none of 1 rows can be used: first, row x\.cif"):
        read(tmp_path)


def frame(comment, atoms=("Si 0 0 0", "Si 1.35775 1.35775 1.35775")):
    return "\n".join([str(len(atoms)), f"Properties=species:S:1:pos:R:3 {comment}", *atoms, ""])


LATTICE = 'Lattice="0 2.7155 2.7155 2.7155 0 2.7155 2.7155 2.7155 0"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (frame("energy=-10"), "the structure has no three-dimensional cell"),
        (frame('Lattice="5 0 0 0 5 0 5 5 0" energy=-10'), "the structure has no three-dimensional cell"),
        (
            frame(f'{LATTICE} pbc="T T F" energy=-10'),
            "the structure is not periodic in all three directions (pbc T T F)",
        ),
        (
            frame(f'{LATTICE} pbc="F F F" energy=-10'),
            "the structure is not periodic in all three directions (pbc F F F)",
        ),
        (
            frame(f"{LATTICE} energy=-10", ["Si 0 0 0", "X 1.3 1.3 1.3"]),
            "the structure holds a dummy atom (X), which is no element",
        ),
        (frame(f"{LATTICE} energy=-10", ["Si 0 0 0", "D 1.3 1.3 1.3"]), "cannot be read (KeyError: 'D')"),
        (
            frame(f"{LATTICE} energy=-10", ["Si 0 0 0", "Si nan 1.3 1.3"]),
            "the structure holds a number that is not finite",
        ),
        (frame(f"{LATTICE} energy=-10", ["Si 0 0 0", "Si 0 0 0"]), "atoms overlap: Si and Si are 0 A apart"),
        (frame(f"{LATTICE} energy=nan"), "exactly one energy is needed"),
        (frame(f"{LATTICE} energy=-10 REF_energy=-10.9"), "two energies: energy -10, REF_energy -10.9 eV; map the one"),
        (frame(f"{LATTICE} energy=-10 free_energy=-11"), "two energies: energy -10, free_energy -11 eV; map the one"),
        (frame(f"{LATTICE} energy=-10 dft_energy=-9"), "two energies: energy -10, dft_energy -9 eV; map the one"),
    ],
)
def test_what_an_extxyz_frame_may_not_be(tmp_path, text, expected):
    (tmp_path / "x.extxyz").write_text(text, "utf-8")
    assert reason(tmp_path, "x.extxyz").startswith(expected)


@pytest.mark.parametrize(
    "comment",
    [
        "energy=-10",
        "energy=-10 REF_energy=-10.00001",
        # Smearing of 0.1 eV makes a few meV/atom.
        "energy=-10 free_energy=-10.02",
        "energy=-10 formation_energy=0.01 energy_above_hull=0.02",
    ],
)
def test_energies_that_do_not_contradict(tmp_path, comment):
    (tmp_path / "x.extxyz").write_text(frame(f"{LATTICE} {comment}"), "utf-8")
    assert read(tmp_path).rejected.empty


def test_energy_that_a_mapping_chooses(tmp_path):
    """-10.2 eV are -5.1 eV/atom, 0.1 eV/atom below the element."""
    (tmp_path / "x.extxyz").write_text(frame(f"{LATTICE} energy=-10 REF_energy=-10.2"), "utf-8")
    chosen = {"columns": {"total_energy_ev": "REF_energy"}, "element_energies_ev_per_atom": {"Si": -5.0}}
    reading = read_file_source(FileSource(kind="file", path=tmp_path, energy_level="x", **chosen))
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([-0.1])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["0 0 0", "0 5 0", "0 0 5", "Si", "1", "Direct", "0 0 0"], "the structure has no three-dimensional cell"),
        (["5 0 0", "0 5 0", "0 0 5", "X", "1", "Direct", "0 0 0"], "the structure holds a dummy atom"),
        (
            ["5 0 0", "0 5 0", "0 0 5", "Si", "1", "Direct", "nan 0 0"],
            "the structure holds a number that is not finite",
        ),
        (["5 0 0", "0 5 0", "0 0 5", "Si", "2", "Direct", "0 0 0", "0 0 1"], "atoms overlap: Si and Si are 0 A apart"),
    ],
)
def test_what_a_poscar_may_not_be(tmp_path, lines, expected):
    (tmp_path / "x.vasp").write_text("\n".join(["x", "1.0", *lines, ""]), "utf-8")
    (tmp_path / "e.csv").write_text("phase_id,formation_energy_ev_per_atom\nx,0.1\ngood,0\n", "utf-8")
    ase.io.write(tmp_path / "good.cif", SILICON)
    source = FileSource(kind="file", path=tmp_path, energies=tmp_path / "e.csv", energy_level="x")
    (rejected,) = read_file_source(source).rejected.to_dict("records")
    assert rejected["row"] == "x.vasp"
    assert rejected["reason"].startswith(expected)
