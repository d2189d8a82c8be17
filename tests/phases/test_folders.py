"""Which files of a folder are phases. Names of runs as custodian, atomate, pymatgen and users give them."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil

import ase.build
import ase.io
import pytest
from ase.calculators.singlepoint import SinglePointCalculator
from vasp_runs import vasprun

from tieline.core.errors import PhaseDataError
from tieline.phases.files import read_file_source
from tieline.phases.folders import find_copies, list_folder
from tieline.phases.inputs import files_of
from tieline.phases.run_names import run_name
from tieline.phases.source_settings import FileSource

SILICON = ase.build.bulk("Si", a=5.431)
LITHIUM = ase.build.bulk("Li", "bcc", a=3.51)
LISI = ase.build.bulk("LiSi", "rocksalt", a=5.6)


def read(path, **more):
    return read_file_source(FileSource(kind="file", path=path, **more))


def notes(reading):
    return {row["row"]: (row["action"], row["reason"]) for row in reading.rejected.to_dict("records")}


def write(file, data=b"data"):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


@pytest.fixture
def runs(tmp_path):
    """Return a folder with the runs of silicon and lithium; LiSi at -7.6 eV lies at -0.3 eV/atom against them."""
    folder = tmp_path / "runs"
    write(folder / "si/vasprun.xml", vasprun(SILICON, -10.0))
    write(folder / "li/vasprun.xml", vasprun(LITHIUM, -2.0))
    return folder


def with_energy(atoms, energy):
    atoms = atoms.copy()
    atoms.calc = SinglePointCalculator(atoms, energy=energy)
    return atoms


@pytest.fixture
def structures(tmp_path):
    """Return a folder with one file of the three phases."""
    folder = tmp_path / "data"
    folder.mkdir()
    images = [with_energy(SILICON, -10.0), with_energy(LITHIUM, -2.0), with_energy(LISI, -7.6)]
    ase.io.write(folder / "all.extxyz", images)
    return folder


def pack(name, text):
    data = text.encode()
    if name.endswith(".lzma"):
        return lzma.compress(data, format=lzma.FORMAT_ALONE)
    packers = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}
    return next((packer(data) for suffix, packer in packers.items() if name.endswith(suffix)), data)


@pytest.mark.parametrize(
    ("name", "phase_id"),
    [
        ("vasprun.xml", "lisi"),
        ("VASPRUN.XML", "lisi"),
        ("vasprun.xml.gz", "lisi"),
        ("vasprun.xml.bz2", "lisi"),
        ("vasprun.xml.xz", "lisi"),
        ("vasprun.xml.lzma", "lisi"),
        ("vasprun.xml.relax2.gz", "lisi"),
        ("vasprun.xml.relax1", "lisi"),
        ("vasprun.relax2.xml.gz", "lisi"),
        ("vasprun.xml.static.bz2", "lisi"),
        ("vasprun.xml.orig", "lisi"),
        ("relax1_vasprun.xml", "lisi"),
        ("vasprun_LiSi.xml", "lisi/LiSi"),
        ("vasprun-LiSi.xml.xz", "lisi/LiSi"),
        ("vasprun.LiSi.relax2.xml", "lisi/LiSi"),
        ("LiSi_vasprun.xml", "lisi/LiSi"),
        ("LiSi.vasprun.xml.relax2.gz", "lisi/LiSi"),
    ],
)
def test_names_of_runs(runs, name, phase_id):
    write(runs / "lisi" / name, pack(name, vasprun(LISI, -7.6)))
    reading = read(runs)
    energies = reading.phases.set_index("phase_id")["formation_energy_ev_per_atom"].to_dict()
    assert energies == pytest.approx({"li": 0.0, phase_id: -0.3, "si": 0.0})
    assert reading.rejected.empty


def test_a_run_is_read_by_its_own_name(tmp_path):
    file = write(tmp_path / "lisi/vasprun.xml.relax2.gz", pack(".gz", vasprun(LISI, -7.6)))
    reading = read(file, element_energies_ev_per_atom={"Li": -2.0, "Si": -5.0})
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([-0.3])


@pytest.mark.parametrize(
    ("steps", "last"),
    [
        (("vasprun.xml.relax1.gz", "vasprun.xml.relax2.gz"), "vasprun.xml.relax2.gz"),
        (("vasprun.xml.relax2.gz", "vasprun.xml.relax10.gz"), "vasprun.xml.relax10.gz"),
        (("vasprun.relax1.xml", "vasprun.relax2.xml.gz"), "vasprun.relax2.xml.gz"),
        (("vasprun.xml.relax2.gz", "vasprun.xml.static.gz"), "vasprun.xml.static.gz"),
        (("vasprun.xml.orig", "vasprun.xml"), "vasprun.xml"),
        (("vasprun.xml.error.1", "vasprun.xml.relax1"), "vasprun.xml.relax1"),
        (("vasprun.xml.relax1.gz", "vasprun.xml"), "vasprun.xml"),
        (("relax1/vasprun.xml", "relax2/vasprun.xml"), "relax2/vasprun.xml"),
        (("relax/vasprun.xml.gz", "static/vasprun.xml.gz"), "static/vasprun.xml.gz"),
        (("01_relax/vasprun.xml", "02_scf/vasprun.xml"), "02_scf/vasprun.xml"),
        (("relax2/vasprun.xml", "vasprun.xml"), "vasprun.xml"),
    ],
)
def test_of_several_steps_the_last_counts(runs, steps, last):
    """The earlier one has another energy; it is named and is no second phase."""
    for step in steps:
        write(runs / "lisi" / step, pack(step, vasprun(LISI, -7.6 if step == last else -7.0)))
    reading = read(runs)
    is_lisi = reading.phases["formula"] == "LiSi"
    assert reading.phases.loc[is_lisi, "formation_energy_ev_per_atom"].tolist() == pytest.approx([-0.3])
    ((row, (action, reason)),) = notes(reading).items()
    assert {f"lisi/{step}" for step in steps} - {row} == {f"lisi/{last}"}
    assert action == "file passed over"
    assert reason == f"superseded by lisi/{last}, a later step of the calculation"


def test_runs_of_other_names_are_not_steps(runs):
    """Files of one folder with names of their own are phases of their own."""
    write(runs / "vasprun_a.xml", vasprun(LISI, -7.6))
    write(runs / "vasprun_b.relax1.xml", vasprun(LISI, -7.5))
    assert sorted(read(runs).phases["phase_id"]) == ["a", "b", "li", "si"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("lisi/vasprun.xml.Z", "looks like a VASP run, but only vasprun.xml is read, plain or packed as .gz"),
        ("lisi/vasprun.xml.zst", "looks like a VASP run"),
        ("lisi/vaspout.h5", "looks like a VASP run"),
        ("lisi/OUTCAR", "an OUTCAR without its vasprun.xml"),
        ("lisi/OUTCAR.gz", "an OUTCAR without its vasprun.xml"),
        ("lisi/runs.tar.gz", "an archive, which is not read; unpack it"),
        ("runs.zip", "an archive, which is not read; unpack it"),
        ("lisi.cif.gz", "a packed structure file; unpack it"),
        ("lisi/CONTCAR.gz", "a packed structure file; unpack it"),
        ("lisi/POSCAR_LiSi", "only POSCAR, CONTCAR, *.vasp and *.poscar are read; rename it"),
        ("lisi.res", "files of this kind are not read; allowed: .cif"),
        ("lisi.pdb", "files of this kind are not read"),
    ],
)
def test_what_looks_like_data_is_named(runs, name, expected):
    write(runs / name)
    action, reason = notes(read(runs))[name]
    assert action == "row rejected"
    assert reason.startswith(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("energies.csv", "a table among structures; give it as a source of its own"),
        ("si/error.1.tar.gz", "an archive of an abandoned attempt, which is not read"),
        ("si/vasprun.xml~", "a backup by its name"),
        ("si/vasprun.xml.bak", "a backup by its name"),
        ("#lisi.cif#", "a backup by its name"),
        ("lisi.cif.old", "a backup by its name"),
    ],
)
def test_what_replaces_nothing_is_noted(runs, name, expected):
    write(runs / name)
    assert notes(read(runs)) == {name: ("file passed over", expected)}


@pytest.mark.parametrize(
    "name",
    [
        *(
            "si/OUTCAR",
            "si/OUTCAR.gz",
            "si/CONTCAR.relax2.gz",
            "si/POSCAR.orig",
            "si/INCAR",
            "si/KPOINTS",
            "si/XDATCAR",
        ),
        *("si/custodian.json", "si/FW.json.gz", "si/vasprun.xml.md5", "plot_vasprun.py", "notes.txt", "README.md"),
        *(
            ".git/lisi.cif",
            ".ipynb_checkpoints/lisi.cif",
            "._lisi.cif",
            "__MACOSX/lisi.cif",
            "Thumbs.db",
            "si/.vasprun.xml.swp",
        ),
    ],
)
def test_what_is_part_of_a_run_or_no_data_is_not(runs, name):
    write(runs / name)
    reading = read(runs)
    assert sorted(reading.phases["phase_id"]) == ["li", "si"]
    assert reading.rejected.empty


def test_energies_in_the_folder_are_no_lost_table(tmp_path):
    for name, atoms in {"si": SILICON, "li": LITHIUM, "lisi": LISI}.items():
        ase.io.write(tmp_path / f"{name}.cif", atoms)
    write(tmp_path / "e.csv", "phase_id,total_energy_ev\nsi,-10\nli,-2\nlisi,-7.6\n")
    reading = read(tmp_path, energies=tmp_path / "e.csv", energy_level="PBE")
    assert len(reading.phases) == 3
    assert reading.rejected.empty


def test_a_folder_of_nothing_that_is_read(tmp_path):
    write(tmp_path / "si/OUTCAR")
    with pytest.raises(PhaseDataError, match=r"holds none of .*vasprun\.xml .*; si/OUTCAR: an OUTCAR without its"):
        files_of(FileSource(kind="file", path=tmp_path))


@pytest.mark.parametrize("name", ["second.extxyz", "deep/er/all.extxyz", "all (1).extxyz"])
def test_a_copy_counts_once(structures, name):
    (structures / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(structures / "all.extxyz", structures / name)
    reading = read(structures, energy_level="PBE")
    assert len(reading.phases) == 3
    ((row, (action, reason)),) = notes(reading).items()
    assert action == "row repeated"
    assert {row, reason.removeprefix("a copy of ")} == {name, "all.extxyz"}


@pytest.mark.parametrize(
    "name",
    [
        *("all copy.extxyz", "all copy 2.extxyz", "all (copy).extxyz", "all (another copy).extxyz", "all-copy.extxyz"),
        *("all - Copy.extxyz", "all - Copy (2).extxyz", "all-Copy1.extxyz", "Copy of all.extxyz", "all_copy.extxyz"),
    ],
)
def test_copies_by_name(structures, name):
    """Even if their content has changed since."""
    ase.io.write(structures / name, with_energy(SILICON, -10.3), format="extxyz")
    reading = read(structures, energy_level="PBE")
    assert sorted(reading.phases["phase_id"]) == ["all#0", "all#1", "all#2"]
    assert notes(reading) == {name: ("file passed over", "a copy of all.extxyz by its name")}
    (structures / "all.extxyz").unlink()
    assert read(structures, energy_level="PBE").phases["formula"].tolist() == ["Si"]


def test_copied_folders(runs):
    shutil.copytree(runs / "si", runs / "si copy")
    shutil.copytree(runs / "si", runs / "silicon")
    reading = read(runs)
    assert sorted(reading.phases["phase_id"]) == ["li", "si"]
    assert notes(reading) == {
        "si copy/vasprun.xml": ("file passed over", "a copy of si by its name"),
        "silicon/vasprun.xml": ("row repeated", "a copy of si/vasprun.xml"),
    }


def test_copies_with_energies_of_their_own(tmp_path):
    """One structure, two rows of a table: the table decides."""
    for name in ("a", "b"):
        ase.io.write(tmp_path / f"{name}.cif", SILICON)
    write(tmp_path / "e.csv", "phase_id,formation_energy_ev_per_atom\na,0\nb,0.01\n")
    assert len(read(tmp_path, energies=tmp_path / "e.csv", energy_level="PBE").phases) == 2


def test_links_count_once(structures):
    (structures / "0.extxyz").symlink_to(structures / "all.extxyz")
    reading = read(structures, energy_level="PBE")
    assert sorted(reading.phases["phase_id"]) == ["all#0", "all#1", "all#2"]
    assert notes(reading) == {"0.extxyz": ("row repeated", "a link to all.extxyz")}


def test_links_to_data_elsewhere_are_followed(structures, tmp_path):
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "set").symlink_to(structures)
    (linked / "again").symlink_to(structures)
    reading = read(linked, energy_level="PBE")
    assert sorted(reading.phases["phase_id"]) == ["again/all#0", "again/all#1", "again/all#2"]
    ((row, (action, reason)),) = notes(reading).items()
    assert (row, action) == ("set", "file passed over")
    assert reason.startswith("a link to ")
    assert reason.endswith("again, which is read")


@pytest.mark.parametrize("target", [".", "..", "../..", "deep", "loop"])
def test_links_in_circles_end(structures, target):
    (structures / "deep").mkdir()
    (structures / "deep/loop").symlink_to(target)
    reading = read(structures, energy_level="PBE")
    assert sorted(reading.phases["phase_id"]) == ["all#0", "all#1", "all#2"]


def test_a_link_to_nothing(structures):
    (structures / "lisi.cif").symlink_to(structures / "gone.cif")
    assert notes(read(structures, energy_level="PBE")) == {"lisi.cif": ("row rejected", "a link to nothing")}


def test_a_pipe_is_not_waited_for(structures):
    os.mkfifo(structures / "pipe.cif")
    assert notes(read(structures, energy_level="PBE")) == {"pipe.cif": ("row rejected", "is no regular file")}


def test_a_folder_within_a_hidden_one_can_be_a_source(tmp_path):
    folder = tmp_path / ".cache/data"
    write(folder / "si.cif")
    assert list_folder(folder).files == [folder / "si.cif"]


def test_empty_files_are_no_copies_of_each_other(tmp_path):
    files = [write(tmp_path / name, b"") for name in ("a.cif", "b.cif")]
    assert find_copies(files) == {}


def test_order_of_steps():
    names = ["vasprun.xml.error.1", "prerelax_vasprun.xml", "vasprun.relax1.xml", "vasprun.xml.relax2.gz"]
    names += ["vasprun.xml.static", "vasprun.xml"]
    ranks = [name.rank for name in map(run_name, names) if name is not None]
    assert ranks == sorted(set(ranks))
    assert len(ranks) == len(names)
