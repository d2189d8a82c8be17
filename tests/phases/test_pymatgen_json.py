"""Structures and entries as pymatgen writes them."""

from __future__ import annotations

import json

import pytest
from monty.serialization import dumpfn
from pymatgen.core import DummySpecies, Lattice, Species, Structure
from pymatgen.entries.computed_entries import ComputedEntry, ComputedStructureEntry

from tieline.core.errors import PhaseDataError
from tieline.phases.files import read_file_source
from tieline.phases.pymatgen_json import read_pymatgen
from tieline.phases.source_settings import FileSource
from tieline.phases.unusable import UnusableFileError

SILICON = Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.431), ["Si"], [[0, 0, 0]])
C11B = Structure.from_spacegroup("I4/mmm", Lattice.tetragonal(3.2, 7.8), ["Mo", "Si"], [[0, 0, 0], [0, 0, 0.335]])


def only(folder, content):
    dumpfn(content, folder / "x.json")
    ((found, keys),) = read_pymatgen(folder / "x.json")
    return found, keys


def test_structure_with_charges(tmp_path):
    """Mo2 Si4 in the cell of MoSi2, with oxidation states."""
    found, keys = only(tmp_path, C11B.copy().add_oxidation_state_by_element({"Mo": 4, "Si": -2}))
    assert found.symbols.formula.count() == {"Mo": 2, "Si": 4}
    assert found.get_scaled_positions() == pytest.approx(C11B.frac_coords % 1.0)
    assert found.get_volume() == pytest.approx(C11B.volume)
    assert keys == {}


def test_entries(tmp_path):
    """-40 eV for 8 atoms of Si; the correction is left out."""
    entries = [
        ComputedStructureEntry(SILICON, -40.0, correction=-1.0, entry_id="mp-149"),
        ComputedStructureEntry(C11B, -38.0),
    ]
    dumpfn(entries, tmp_path / "x.json")
    elements = {"Si": -5.0, "Mo": -8.0}
    source = FileSource(kind="file", path=tmp_path / "x.json", energy_level="x", element_energies_ev_per_atom=elements)
    reading = read_file_source(source)
    assert reading.rejected.empty
    assert reading.phases["phase_id"].tolist() == ["mp-149", "x#1"]
    # 2 Mo and 4 Si make -36 eV.
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([0.0, -2.0 / 6.0])


@pytest.mark.parametrize("below", ["", "x.json"])
def test_a_folder_is_read_as_its_file(tmp_path, below):
    """Functionals are not mixed, the config's level names them all, and a formation energy is none from elements."""
    elements = {"Si": -5.0, "Mo": -8.0}

    def read(entries, level):
        dumpfn(entries, tmp_path / "x.json")
        path = tmp_path / below
        return read_file_source(
            FileSource(kind="file", path=path, energy_level=level, element_energies_ev_per_atom=elements)
        ).phases

    silicon, mosi2 = (
        ComputedStructureEntry(structure, energy, parameters={"run_type": run_type})
        for structure, energy, run_type in ((SILICON, -40.0, "GGA"), (C11B, -38.0, "GGA+U"))
    )
    with pytest.raises(PhaseDataError, match=r"no common zero: GGA \(1 entries\), GGA\+U \(1 entries\)"):
        read([silicon, mosi2], "PBE")
    assert read([silicon], "PBE")["energy_level"].tolist() == ["PBE"]
    assert read([silicon], None)["energy_level"].tolist() == ["GGA"]
    formed = ComputedStructureEntry(C11B, -2.4, data={"energy_is": "formation energy"})
    # Six atoms.
    assert read([formed], "PBE")["formation_energy_ev_per_atom"].tolist() == pytest.approx([-0.4])


def test_packed_structures(tmp_path):
    dumpfn([SILICON, C11B], tmp_path / "x.json.gz")
    (tmp_path / "e.csv").write_text("phase_id,formation_energy_ev_per_atom\nx#0,0\nx#1,-0.4\n", "utf-8")
    source = FileSource(kind="file", path=tmp_path / "x.json.gz", energies=tmp_path / "e.csv", energy_level="x")
    assert read_file_source(source).phases["formula"].tolist() == ["Si", "MoSi2"]


@pytest.mark.parametrize(
    ("species", "reason"),
    [
        ({"Si": 0.9}, "is partly occupied or shared"),
        ({"Si": 0.5, "Ge": 0.5}, "is partly occupied or shared"),
        (DummySpecies("X"), "'X', which is no element"),
        (Species("Si", 4), ""),
    ],
)
def test_sites(tmp_path, species, reason):
    found, _ = only(tmp_path, Structure(Lattice.cubic(3), [species], [[0, 0, 0]]))
    assert reason in found if reason else found.symbols.formula.count() == {"Si": 1}


def test_no_module_is_imported(tmp_path):
    content = SILICON.as_dict()
    content["sites"][0]["properties"] = {"x": {"@module": "no_such_module", "@class": "Thing"}}
    (tmp_path / "x.json").write_text(json.dumps(content), "utf-8")
    ((found, _),) = read_pymatgen(tmp_path / "x.json")
    assert len(found) == 8


def test_what_is_not_read(tmp_path):
    with pytest.raises(UnusableFileError, match="holds a ComputedEntry; of pymatgen, Structure and"):
        only(tmp_path, ComputedEntry("Si", -5.0))
