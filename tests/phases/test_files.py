"""A user's own files, in every kind that is read."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import ase.build
import ase.db
import ase.io
import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator

from tieline.core.errors import PhaseDataError
from tieline.phases.files import read_file_source
from tieline.phases.inputs import files_of
from tieline.phases.source_settings import FileSource

SILICON = ase.build.bulk("Si", a=5.431)
LITHIUM = ase.build.bulk("Li", "bcc", a=3.51)
# Made up: 4 Li and 4 Si on a rock-salt lattice.
LISI = ase.build.bulk("LiSi", "rocksalt", a=5.6)

# Made up: eV per cell.
ENERGIES = {"si": -10.0, "li": -2.0, "lisi": -7.6}
STRUCTURES = {"si": SILICON, "li": LITHIUM, "lisi": LISI}
# The cell has one Si, at -5, and one Li, at -2.
LISI_FORMATION = -0.3


def source(path, **more):
    return FileSource(kind="file", path=path, **({"energy_level": "x"} | more))


def read(path, **more):
    return read_file_source(source(path, **more))


def check(reading, names=("li", "lisi", "si")):
    """Whatever the kind of file, the three phases come out the same."""
    assert reading.rejected.empty
    phases = reading.phases.sort_values("phase_id", ignore_index=True)
    assert phases["phase_id"].tolist() == list(names)
    assert phases["formula"].tolist() == ["Li", "LiSi", "Si"]
    assert phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([0.0, LISI_FORMATION, 0.0])
    assert phases["volume_a3_per_atom"].tolist() == pytest.approx([3.51**3 / 2, 5.6**3 / 8, 5.431**3 / 8])


def with_energy(atoms, energy):
    atoms = atoms.copy()
    atoms.calc = SinglePointCalculator(atoms, energy=energy)
    return atoms


def rows(as_text=None):
    parts = []
    for name, atoms in STRUCTURES.items():
        values = {
            "numbers": atoms.numbers.tolist(),
            "cell_a": np.asarray(atoms.cell).tolist(),
            "scaled_positions": atoms.get_scaled_positions().tolist(),
        }
        if as_text is not None:
            values = {key: as_text(value) for key, value in values.items()}
        parts.append({"phase_id": name, "total_energy_ev": ENERGIES[name]} | values)
    return pd.DataFrame(parts)


class TestTables:
    @pytest.mark.parametrize("nested", [True, False])
    def test_parquet(self, tmp_path, nested):
        frame = rows()
        if not nested:
            for name in ("cell_a", "scaled_positions"):
                frame[name] = [np.ravel(value) for value in frame[name]]
        frame.to_parquet(tmp_path / "x.parquet")
        check(read(tmp_path / "x.parquet"))

    @pytest.mark.parametrize(
        "as_text", [json.dumps, lambda value: " ".join(map(str, np.ravel(value)))], ids=["JSON", "spaces"]
    )
    def test_csv_with_structures(self, tmp_path, as_text):
        rows(as_text).to_csv(tmp_path / "x.csv", index=False)
        check(read(tmp_path / "x.csv"))

    def test_csv_without_structures(self, tmp_path):
        text = "phase_id,formula,formation_energy_ev_per_atom,experimental\na,TiSi2,-0.5,true\nb,Si,0,\n"
        (tmp_path / "x.CSV").write_text(text, "utf-8")
        phases = read(tmp_path / "x.CSV", name="mine", source_version="2", retrieved_at="2026-11-01").phases
        assert phases["formula"].tolist() == ["TiSi2", "Si"]
        assert phases["experimental"].tolist() == [True, None]
        assert phases["numbers"].isna().all()
        assert set(phases["source"]) == {"mine"}
        assert set(phases["source_version"]) == {"2"}

    def test_column_mapping(self, tmp_path):
        """`formula` is taken for the id here, so it is not the formula as well."""
        text = "formula,compound,e,level,space group\none,TiSi2,-0.5,PBE,70\n"
        (tmp_path / "x.csv").write_text(text, "utf-8")
        columns = {
            "phase_id": "formula",
            "formula": "compound",
            "formation_energy_ev_per_atom": "e",
            "energy_level": "level",
            "spacegroup_number_source": "space group",
        }
        (row,) = read(tmp_path / "x.csv", columns=columns, energy_level=None).phases.to_dict("records")
        assert (row["phase_id"], row["formula"], row["energy_level"]) == ("one", "TiSi2", "PBE")
        assert row["spacegroup_number_source"] == 70

    def test_ids_and_formulas_are_text(self, tmp_path):
        """Leading zeros stay, 1e5 is no number, and NaN is sodium nitride, not a gap."""
        text = "phase_id,formula,formation_energy_ev_per_atom\n007,Si,0\n7,Ti,0\n1e5,NaN,-0.1\nNA,Na,0\n"
        (tmp_path / "x.csv").write_text(text, "utf-8")
        phases = read(tmp_path / "x.csv").phases
        assert phases["phase_id"].tolist() == ["007", "7", "1e5", "NA"]
        assert phases["elements"].tolist() == ["Si", "Ti", "N-Na", "Na"]

    def test_rejected_rows_carry_the_line_of_the_file(self, tmp_path):
        text = "phase_id,formula,formation_energy_ev_per_atom\na,Si,0\nb,Sj,0\n,Si,0\nd,Si,\n"
        (tmp_path / "x.csv").write_text(text, "utf-8")
        rejected = read(tmp_path / "x.csv").rejected
        assert rejected["row"].tolist() == ["3", "4", "5"]
        assert rejected["phase_id"].tolist() == ["b", "", "d"]

    def test_excel_byte_order_mark(self, tmp_path):
        (tmp_path / "x.csv").write_text("phase_id,formula,formation_energy_ev_per_atom\na,Si,0\n", "utf-8-sig")
        assert read(tmp_path / "x.csv").phases["phase_id"].tolist() == ["a"]

    def test_misspelt_column(self, tmp_path):
        (tmp_path / "x.csv").write_text("id,formula,energy\na,Si,0\n", "utf-8")
        with pytest.raises(
            PhaseDataError, match=r"x\.csv: no column 'enrgy' for total_energy_ev \(did you mean 'energy'"
        ):
            read(tmp_path / "x.csv", columns={"total_energy_ev": "enrgy"})

    @pytest.mark.parametrize(
        ("name", "content", "expected"),
        [
            ("x.csv", b"phase_id,formula\na,Si\n", "no energy column; map one of formation_energy_ev_per_atom"),
            ("x.csv", b"", "cannot be read"),
            ("x.csv", b"\xff\xfe\x00\x01", "no energy column"),
            ("x.csv", b"phase_id,formula,formation_energy_ev_per_atom\n", "none of 0 rows can be used"),
            ("x.csv", b"phase_id,formula,formation_energy_ev_per_atom\na,Si,x\n", "first, row 2: .*'x' is no number"),
            ("x.parquet", b"PAR1 not really", "cannot be read"),
            ("x.ods", b"", "files of this kind are not read; allowed: .parquet, .csv, .tsv, .xlsx"),
        ],
    )
    def test_unusable_files_are_one_line(self, tmp_path, name, content, expected):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(PhaseDataError, match=expected) as caught:
            read(tmp_path / name)
        assert "\n" not in str(caught.value)


class TestStructures:
    def test_cif_folder_with_energies(self, tmp_path):
        folder = tmp_path / "cifs"
        (folder / "deep").mkdir(parents=True)
        for name, atoms in STRUCTURES.items():
            ase.io.write(folder / ("deep" if name == "li" else ".") / f"{name}.cif", atoms)
        energies = tmp_path / "energies.csv"
        text = "phase_id,total_energy_ev\nsi,-10\ndeep/li,-2\nlisi,-7.6\n"
        energies.write_text(text, "utf-8")
        check(read(folder, energies=energies), ("deep/li", "lisi", "si"))
        assert files_of(source(folder, energies=energies)) == [
            folder / "deep/li.cif",
            folder / "lisi.cif",
            folder / "si.cif",
            energies,
        ]

    def test_structure_without_energy_and_energy_without_structure(self, tmp_path):
        for name, atoms in STRUCTURES.items():
            ase.io.write(tmp_path / f"{name}.cif", atoms)
        (tmp_path / "e.csv").write_text("phase_id,formation_energy_ev_per_atom\nsi,0\nli,0\nlsii,-0.3\n", "utf-8")
        reading = read(tmp_path, energies=tmp_path / "e.csv")
        assert sorted(reading.phases["phase_id"]) == ["li", "si"]
        reasons = reading.rejected.set_index("phase_id")["reason"]
        assert "exactly one energy is needed" in reasons["lisi"]
        assert reasons["lsii"] == "an energy without a structure (did you mean 'lisi'?)"

    def test_extxyz_with_energies_as_ase_writes_them(self, tmp_path):
        images = [with_energy(atoms, ENERGIES[name]) for name, atoms in STRUCTURES.items()]
        ase.io.write(tmp_path / "all.extxyz", images)
        reading = read(tmp_path / "all.extxyz")
        assert reading.phases["phase_id"].tolist() == ["all#0", "all#1", "all#2"]
        names = {"all#0": "si", "all#1": "li", "all#2": "lisi"}
        check(replace(reading, phases=reading.phases.replace({"phase_id": names})))

    def test_extxyz_with_keys_of_its_own(self, tmp_path):
        images = []
        for name, original in STRUCTURES.items():
            atoms = original.copy()
            atoms.info |= {"name": name, "e_dft": ENERGIES[name]}
            images.append(atoms)
        ase.io.write(tmp_path / "all.extxyz", images)
        check(read(tmp_path / "all.extxyz", columns={"phase_id": "name", "total_energy_ev": "e_dft"}))

    def test_keys_named_as_here_need_no_mapping(self, tmp_path):
        images = []
        for name, original in STRUCTURES.items():
            atoms = original.copy()
            atoms.info |= {"phase_id": name, "total_energy_ev": ENERGIES[name], "energy_level": "PBE"}
            images.append(atoms)
        ase.io.write(tmp_path / "all.extxyz", images)
        reading = read(tmp_path / "all.extxyz", energy_level=None)
        check(reading)
        assert set(reading.phases["energy_level"]) == {"PBE"}

    @pytest.mark.parametrize("suffix", ["db", "json"])
    def test_ase_database(self, tmp_path, suffix):
        with ase.db.connect(tmp_path / f"x.{suffix}") as database:
            for name, atoms in STRUCTURES.items():
                database.write(with_energy(atoms, ENERGIES[name]), name=name)
        check(read(tmp_path / f"x.{suffix}", columns={"phase_id": "name"}))

    def test_folder_of_everything(self, tmp_path):
        ase.io.write(tmp_path / "si.extxyz", with_energy(SILICON, -10.0))
        ase.io.write(tmp_path / "li.traj", with_energy(LITHIUM, -2.0))
        with ase.db.connect(tmp_path / "lisi.db") as database:
            database.write(with_energy(LISI, -7.6))
        (tmp_path / "notes.txt").write_text("not read", "utf-8")
        check(read(tmp_path))

    def test_damaged_and_flat_structures_are_rejected(self, tmp_path):
        ase.io.write(tmp_path / "si.extxyz", with_energy(SILICON, -10.0))
        ase.io.write(tmp_path / "water.extxyz", with_energy(Atoms("OH2", [[0, 0, 0], [1, 0, 0], [0, 1, 0]]), -3.0))
        (tmp_path / "bad.cif").write_text("data_nothing\nloop_\n", "utf-8")
        (tmp_path / "settings.json").write_text("[]", "utf-8")
        reading = read(tmp_path)
        assert reading.phases["phase_id"].tolist() == ["si"]
        reasons = reading.rejected.set_index("row")["reason"]
        assert reasons["water.extxyz"] == "the structure has no three-dimensional cell"
        assert reasons["bad.cif"] == "cannot be read as CIF: line 3: parse error"
        assert reasons["settings.json"].startswith("cannot be read (")
        assert not reasons.str.contains("\n").any()

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("id,energy\nsi,1\n", r"needs the column phase_id and one of .*; it has id, energy"),
            ("phase_id,total_energy_ev,formation_energy_ev_per_atom\n", "needs the column phase_id and one of"),
            ("", "cannot be read"),
        ],
    )
    def test_unusable_energies(self, tmp_path, text, expected):
        ase.io.write(tmp_path / "si.cif", SILICON)
        (tmp_path / "e.csv").write_text(text, "utf-8")
        with pytest.raises(PhaseDataError, match=r"e\.csv: " + expected):
            read(tmp_path, energies=tmp_path / "e.csv")


class TestPaths:
    def test_nearest_name(self, tmp_path):
        (tmp_path / "phases.csv").touch()
        with pytest.raises(
            PhaseDataError, match=r"phase\.csv: no such file or folder \(did you mean 'phases\.csv'\?\)"
        ):
            files_of(source(tmp_path / "phase.csv"))

    def test_missing_folder_or_energies(self, tmp_path):
        with pytest.raises(PhaseDataError, match=r"no such file or folder$"):
            files_of(source(tmp_path / "no" / "phase.csv"))
        with pytest.raises(PhaseDataError, match=r"e\.csv: no such file"):
            files_of(source(tmp_path, energies=tmp_path / "e.csv"))

    def test_folder_without_structures(self, tmp_path):
        with pytest.raises(PhaseDataError, match=r"the folder holds none of \.cif"):
            files_of(source(tmp_path))


def test_key_that_no_structure_has_is_an_error(tmp_path: Path) -> None:
    silicon = ase.build.bulk("Si")
    silicon.info = {"id": "si", "e_form": 0.0}
    ase.io.write(tmp_path / "si.extxyz", silicon)
    columns = {"phase_id": "id", "formation_energy_ev_per_atom": "e_from"}
    source = FileSource(kind="file", path=tmp_path, energy_level="PBE", columns=columns)
    with pytest.raises(PhaseDataError, match=r"'e_from' for formation_energy_ev_per_atom \(did you mean 'e_form'"):
        read_file_source(source)


def test_energy_of_the_calculator_can_be_mapped(tmp_path: Path) -> None:
    silicon = ase.build.bulk("Si")
    silicon.calc = SinglePointCalculator(silicon, energy=-10.8)
    ase.io.write(tmp_path / "si.extxyz", silicon)
    source = FileSource(
        kind="file", path=tmp_path, energy_level="PBE", columns={"formation_energy_ev_per_atom": "energy"}
    )
    with pytest.raises(PhaseDataError, match=r"formation energy -10\.8 eV/atom"):
        read_file_source(source)


def test_disordered_cif_is_rejected(tmp_path: Path) -> None:
    silicon = ase.build.bulk("Si", cubic=True)
    ase.io.write(tmp_path / "half.cif", silicon)
    text = (tmp_path / "half.cif").read_text("utf-8")
    assert " 1.0000" in text
    (tmp_path / "half.cif").write_text(text.replace(" 1.0000", " 0.5000", 1), "utf-8")
    ase.io.write(tmp_path / "whole.cif", silicon)
    (tmp_path / "energies.csv").write_text("phase_id,total_energy_ev\nhalf,-43.2\nwhole,-43.2\n", "utf-8")
    reading = read_file_source(
        FileSource(kind="file", path=tmp_path, energies=tmp_path / "energies.csv", energy_level="PBE")
    )
    assert reading.phases["phase_id"].tolist() == ["whole"]
    assert "partly occupied" in reading.rejected.set_index("phase_id").loc["half", "reason"]


@pytest.mark.parametrize("kind", ["table", "structures"])
def test_of_two_energies_the_mapped_one_counts(tmp_path, kind):
    """The other one is nonsense here."""
    if kind == "table":
        path = tmp_path / "x.csv"
        rows(json.dumps).assign(formation_energy_ev_per_atom=7.0).to_csv(path, index=False)
    else:
        path = tmp_path / "x.db"
        with ase.db.connect(path) as database:
            for name, atoms in STRUCTURES.items():
                keys = {"phase_id": name, "total_energy_ev": ENERGIES[name], "formation_energy_ev_per_atom": 7.0}
                database.write(atoms, key_value_pairs=keys)
    with pytest.raises(PhaseDataError, match=r"exactly one energy is needed .*; map the one that counts, in columns"):
        read(path)
    check(read(path, columns={"total_energy_ev": "total_energy_ev"}))
