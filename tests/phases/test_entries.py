"""Entries of pymatgen and documents in JSON, each with the same phases; energies made up."""

from __future__ import annotations

import gzip
import json

import pandas as pd
import pytest
from monty.serialization import dumpfn
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import (
    ComputedEntry,
    ComputedStructureEntry,
    ConstantEnergyAdjustment,
    GibbsComputedStructureEntry,
)

from tieline.core.errors import PhaseDataError
from tieline.phases.export.formats import write_entries
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource
from tieline.phases.table import write_phases

SILICON = Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]])
# Per cell: Si -5 and Ti -7 eV/atom, four TiSi2 at -6.2 eV/atom.
ENTRIES = [
    ComputedStructureEntry(SILICON, -40.0, entry_id="si"),
    ComputedEntry("Ti", -7.0, entry_id="ti"),
    ComputedEntry("Ti4Si8", -74.4, entry_id="tisi2", energy_adjustments=[ConstantEnergyAdjustment(-3.0)]),
]


def read(path, **more):
    return read_file_source(FileSource(kind="file", path=path, **({"energy_level": "x"} | more)))


def check(reading):
    assert reading.rejected.empty
    phases = reading.phases.set_index("phase_id")
    # -6.2 + (7 + 2 x 5) / 3; the correction counts for nothing.
    expected = {"si": 0.0, "ti": 0.0, "tisi2": -6.2 + 17 / 3}
    assert phases["formation_energy_ev_per_atom"].to_dict() == pytest.approx(expected)
    assert phases.loc["si", "volume_a3_per_atom"] == pytest.approx(5.43**3 / 8)
    assert phases["formula"].to_dict() == {"si": "Si", "ti": "Ti", "tisi2": "TiSi2"}


@pytest.mark.parametrize("name", ["x.json", "x.json.gz"])
@pytest.mark.parametrize(
    "content",
    [ENTRIES, {entry.entry_id: entry for entry in ENTRIES}, {"entries": ENTRIES}],
    ids=["list", "by id", "under a key"],
)
def test_entries(tmp_path, name, content):
    dumpfn(content, tmp_path / name)
    check(read(tmp_path / name))


def test_one_entry(tmp_path, caplog):
    caplog.set_level("INFO")
    dumpfn(ENTRIES[2], tmp_path / "x.json")
    reading = read(tmp_path / "x.json", element_energies_ev_per_atom={"Si": -5.0, "Ti": -7.0})
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([-6.2 + 17 / 3])
    assert "the corrections of 1 entries are not applied" in caplog.text


def test_functionals_are_not_mixed(tmp_path):
    typed = [ComputedEntry(e.composition, e.energy, entry_id=e.entry_id) for e in ENTRIES]
    for entry, run_type in zip(typed, ("GGA", "GGA", "GGA+U"), strict=True):
        entry.parameters["run_type"] = run_type
    dumpfn(typed, tmp_path / "x.json")
    with pytest.raises(PhaseDataError, match=r"no common zero: GGA \(2 entries\), GGA\+U \(1 entries\)"):
        read(tmp_path / "x.json")
    dumpfn(typed[:2], tmp_path / "y.json")
    assert set(read(tmp_path / "y.json", energy_level=None).phases["energy_level"]) == {"GGA"}


def test_a_free_energy_is_no_total_energy(tmp_path):
    gibbs = GibbsComputedStructureEntry(SILICON, -0.1, temp=600, entry_id="g")
    dumpfn([*ENTRIES, gibbs], tmp_path / "x.json")
    reading = read(tmp_path / "x.json")
    assert reading.rejected[["phase_id", "reason"]].to_numpy().tolist() == [
        ["g", "GibbsComputedStructureEntry holds no total energy of a phase"]
    ]


DOCUMENTS = [
    {"material_id": "si", "formula_pretty": "Si", "formation_energy_per_atom": 0.0, "symmetry": {"number": 227}},
    {"material_id": "b", "formula_pretty": "TiSi2", "formation_energy_per_atom": -0.5, "symmetry": {"number": 70}},
]


@pytest.mark.parametrize(
    "content",
    [
        DOCUMENTS,
        {"data": DOCUMENTS},
        {document["material_id"]: document for document in DOCUMENTS},
        json.loads(pd.json_normalize(DOCUMENTS).to_json()),
        json.loads(pd.json_normalize(DOCUMENTS).to_json(orient="split")),
    ],
    ids=["list", "under a key", "by id", "columns", "split"],
)
def test_documents_and_tables(tmp_path, content):
    (tmp_path / "x.json").write_text(json.dumps(content), "utf-8")
    phases = read(tmp_path / "x.json").phases.set_index("phase_id")
    assert phases["spacegroup_number_source"].to_dict() == {"si": 227, "b": 70}
    assert phases["formation_energy_ev_per_atom"].to_dict() == {"si": 0.0, "b": -0.5}


@pytest.mark.parametrize("suffix", [".parquet", ".json.gz"])
def test_own_phases_are_read_back(tmp_path, suffix):
    dumpfn(ENTRIES, tmp_path / "x.json")
    phases = read(tmp_path / "x.json").phases
    path = tmp_path / f"out{suffix}"
    (write_phases if suffix == ".parquet" else write_entries)(phases, path)
    again = read(path, energy_level=None).phases
    same = ["phase_id", "formula", "formation_energy_ev_per_atom", "energy_level", "volume_a3_per_atom"]
    pd.testing.assert_frame_equal(
        again[same].sort_values("phase_id", ignore_index=True), phases[same].sort_values("phase_id", ignore_index=True)
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "cannot be read"),
        (b"{", "cannot be read"),
        (gzip.compress(b"[", mtime=0)[:-3], "cannot be read"),
        (b"[]", "holds neither entries nor a table of phases"),
        (b"7", "holds neither entries nor a table of phases; it has int"),
        (b'{"a": 1, "b": 2}', "holds neither entries nor a table of phases; it has a, b"),
        (b'[{"material_id": "a", "formula": "Si"}]', "no energy column; map one of .* to one of material_id, formula"),
        (b'[{"energy": 1, "composition": {}}]', "none of 1 rows can be used: first, row 0: the composition is empty"),
    ],
)
def test_what_holds_no_phases(tmp_path, content, message):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(PhaseDataError, match=r"x.*" + message):
        read(path)


@pytest.mark.parametrize("name", ["deep.json", "deep.json.gz"])
def test_entries_are_held_to_the_limits_of_files(tmp_path, name):
    content = b"[" * 200 + b"]" * 200
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    with pytest.raises(PhaseDataError, match="200 levels of nesting exceed the limit deepest_nesting"):
        read(tmp_path / name)


STRUCTURE = Structure(Lattice.cubic(3.0), ["Ti", "Ni"], [[0, 0, 0], [0.5, 0.5, 0.5]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"composition": {"Ti": 2.0, "Ni": 2.0}}, "the composition has 4 atoms, the structure 2"),
        ({"energy": True}, "the energy True is no number"),
        (
            {"structure": Structure(Lattice.cubic(3.0), [{"Ti": 0.5, "V": 0.5}], [[0, 0, 0]]).as_dict()},
            "sites are partly occupied or shared by several elements",
        ),
    ],
)
def test_entries_that_contradict_themselves(tmp_path, change, message):
    entry = {"entry_id": "x", "energy": -14.0, "composition": {"Ti": 1.0, "Ni": 1.0}, "structure": STRUCTURE.as_dict()}
    (tmp_path / "x.json").write_text(json.dumps([entry | change]), "utf-8")
    with pytest.raises(PhaseDataError, match=message):
        read(tmp_path / "x.json")
