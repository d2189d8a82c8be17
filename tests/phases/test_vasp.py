"""Folders of VASP runs. Energies are checked against ASE's own reader of vasprun.xml."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import ase.build
import ase.io
import ase.test
import pytest
from hypothesis import given
from hypothesis import strategies as st
from vasp_runs import vasprun

from tieline.core.errors import PhaseDataError, TielineError
from tieline.phases.files import read_file_source
from tieline.phases.inputs import files_of
from tieline.phases.source_settings import FileSource
from tieline.phases.vasp import read_run

SILICON = ase.build.bulk("Si", a=5.431)
LITHIUM = ase.build.bulk("Li", "bcc", a=3.51)
# Made up: Li and Si on a rock-salt lattice.
LISI = ase.build.bulk("LiSi", "rocksalt", a=5.6)
# eV per cell; LiSi against Si at -5 and Li at -2 is (-7.6 + 7) / 2 = -0.3 eV/atom.
RUNS = {"si": (SILICON, -10.0), "li": (LITHIUM, -2.0), "lisi": (LISI, -7.6)}

REAL = Path(ase.test.__file__).parent / "testdata/vasp/vasprun_dfpt.xml"
"""A run of VASP 6.3.2 that comes with ASE: rock salt, one step."""


def write_runs(folder, **changes):
    """Write the three runs, those named in `changes` with other settings."""
    for name, (atoms, energy) in RUNS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "vasprun.xml").write_text(vasprun(atoms, energy, **changes.get(name, {})), "utf-8")


def read(path, **more):
    return read_file_source(FileSource(kind="file", path=path, **more))


def reasons(reading):
    return dict(zip(reading.rejected["row"], reading.rejected["reason"], strict=True))


def test_folder_of_runs(tmp_path):
    write_runs(tmp_path / "runs")
    reading = read(tmp_path / "runs")
    phases = reading.phases.set_index("phase_id")
    assert phases["formula"].to_dict() == {"li": "Li", "lisi": "LiSi", "si": "Si"}
    assert phases["formation_energy_ev_per_atom"].to_dict() == pytest.approx({"li": 0.0, "lisi": -0.3, "si": 0.0})
    assert phases["volume_a3_per_atom"].to_dict() == pytest.approx(
        {"li": 3.51**3 / 2, "lisi": 5.6**3 / 8, "si": 5.431**3 / 8}
    )
    assert set(phases["energy_level"]) == {"PBE"}
    assert reading.rejected.empty


def test_a_real_run_is_read_as_ase_reads_it():
    run = read_run(REAL)
    atoms = ase.io.read(REAL, format="vasp-xml")
    assert run.fault == "a run for response functions: its last energies belong to a perturbation (LEPSILON = T)"
    assert run.run_type == "PBE"
    assert run.atoms.get_potential_energy() == pytest.approx(atoms.get_potential_energy(), abs=1e-6)
    assert sorted(run.atoms.symbols) == sorted(atoms.symbols)
    assert run.atoms.cell[:] == pytest.approx(atoms.cell[:], abs=1e-6)
    assert run.potentials == ("PAW_PBE Na 08Apr2002", "PAW_PBE Cl 06Sep2000")
    assert run.cutoff_ev == 400.0


def test_last_step_counts(tmp_path):
    """The energy and cell are those of the end; ASE reads the same ones."""
    file = tmp_path / "vasprun.xml"
    file.write_text(vasprun(LISI, -7.6), "utf-8")
    run, atoms = read_run(file), ase.io.read(file, format="vasp-xml")
    assert run.atoms.get_potential_energy() == pytest.approx(-7.6)
    assert atoms.get_potential_energy() == pytest.approx(-7.6)
    assert run.atoms.get_volume() == pytest.approx(atoms.get_volume()) == pytest.approx(5.6**3 / 4)


def test_names_of_runs(tmp_path):
    """A run is named after its folder or the prefix of its file; the POSCAR and CONTCAR beside it are no phases."""
    folder = tmp_path / "runs"
    (folder / "deep/si").mkdir(parents=True)
    packed = folder / "deep/si/vasprun.xml.gz"
    packed.write_bytes(gzip.compress(vasprun(SILICON, -10.0).encode()))
    ase.io.write(folder / "deep/si/CONTCAR", SILICON, format="vasp")
    ase.io.write(folder / "deep/si/POSCAR", SILICON, format="vasp")
    (folder / "deep/si/INCAR").write_text("NSW = 99", "utf-8")
    (folder / "li_vasprun.xml").write_text(vasprun(LITHIUM, -2.0), "utf-8")
    assert files_of(FileSource(kind="file", path=folder)) == [packed, folder / "li_vasprun.xml"]
    assert sorted(read(folder).phases["phase_id"]) == ["deep/si", "li"]
    assert read(packed).phases["phase_id"].tolist() == ["si"]


def test_the_same_run_packed_and_not_counts_once(tmp_path):
    write_runs(tmp_path)
    text = (tmp_path / "si/vasprun.xml").read_bytes()
    (tmp_path / "si/vasprun.xml.gz").write_bytes(gzip.compress(text))
    reading = read(tmp_path)
    assert sorted(reading.phases["phase_id"]) == ["li", "lisi", "si"]
    (noted,) = reading.rejected.to_dict("records")
    assert (noted["action"], noted["row"]) == ("row repeated", "si/vasprun.xml.gz")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"electronic_steps": 60}, "not converged: the last electronic loop used all 60 steps (NELM)"),
        ({"ionic_steps": 99, "electronic_steps": 1}, "not converged: the relaxation used all 99 steps (NSW)"),
        ({"pstress_kbar": 50.0}, "computed under pressure (PSTRESS = 50 kB)"),
        ({"ibrion": 0, "nsw": 3}, "a molecular-dynamics run"),
    ],
)
def test_runs_that_cannot_be_used(tmp_path, settings, expected):
    write_runs(tmp_path, lisi=settings)
    reading = read(tmp_path)
    assert sorted(reading.phases["phase_id"]) == ["li", "si"]
    assert expected in reasons(reading)["lisi/vasprun.xml"]
    assert reading.rejected["formula"].tolist() == ["LiSi"]


def test_a_single_point_has_no_relaxation_to_converge(tmp_path):
    write_runs(tmp_path, lisi={"nsw": 0, "ionic_steps": 1, "ibrion": -1})
    assert read(tmp_path).rejected.empty


def test_killed_run(tmp_path):
    write_runs(tmp_path)
    file = tmp_path / "lisi/vasprun.xml"
    file.write_text(file.read_text("utf-8")[:-400], "utf-8")
    reading = read(tmp_path)
    assert reasons(reading)["lisi/vasprun.xml"].startswith("cannot be read (")


def test_a_run_whose_energy_cannot_be_read_does_not_stand_for_itself(tmp_path):
    write_runs(tmp_path)
    file = tmp_path / "lisi/vasprun.xml"
    # As Fortran writes a number that is too long.
    file.write_text(file.read_text("utf-8").replace("-7.60000000", "***********"), "utf-8")
    (noted,) = read(tmp_path).rejected.to_dict("records")
    assert (noted["action"], noted["row"]) == ("row rejected", "lisi/vasprun.xml")
    assert "found none" in noted["reason"]


def test_missing_element_is_named(tmp_path):
    write_runs(tmp_path, li={"electronic_steps": 60})
    with pytest.raises(
        PhaseDataError, match=r"phase lisi has a total energy, so the source must also hold elemental Li"
    ):
        read(tmp_path)


def test_energies_of_elements_by_the_config(tmp_path):
    (tmp_path / "lisi").mkdir()
    (tmp_path / "lisi/vasprun.xml").write_text(vasprun(LISI, -7.6), "utf-8")
    reading = read(tmp_path, element_energies_ev_per_atom={"Li": -2.0, "Si": -5.1})
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([(-7.6 + 7.1) / 2])


def test_formation_energies_beside_the_runs(tmp_path):
    """Then total energies do not matter, nor whether they have one zero."""
    write_runs(tmp_path / "runs", si={"potentials": {"Si": "PAW_PBE Si_sv 01Jan2000"}}, lisi={"electronic_steps": 60})
    text = "phase_id,formation_energy_ev_per_atom\nsi,0\nli,0\nlisi,-0.2\n"
    (tmp_path / "e.csv").write_text(text, "utf-8")
    reading = read(tmp_path / "runs", energies=tmp_path / "e.csv")
    assert sorted(reading.phases["phase_id"]) == ["li", "si"]
    assert "NELM" in reasons(reading)["lisi/vasprun.xml"]


def test_functionals_are_not_mixed(tmp_path):
    write_runs(tmp_path, si={"gga": "PS"})
    with pytest.raises(PhaseDataError, match=r"found PBE \(2 runs\), PBEsol \(1 runs\)"):
        read(tmp_path, energy_level="whatever the config calls it")


def test_hubbard_is_another_level(tmp_path):
    write_runs(tmp_path, lisi={"ldau": True})
    with pytest.raises(PhaseDataError, match=r"found PBE \(2 runs\), PBE\+U \(1 runs\)"):
        read(tmp_path)


def test_functional_of_the_potentials_is_pbe(tmp_path):
    """GGA left unsaid is that of the potentials, PAW_PBE."""
    write_runs(tmp_path, si={"gga": "--"})
    assert set(read(tmp_path).phases["energy_level"]) == {"PBE"}


def test_potentials_of_one_element_are_not_mixed(tmp_path):
    write_runs(tmp_path, li={"potentials": {"Li": "PAW_PBE Li_sv 10Sep2004"}})
    with pytest.raises(PhaseDataError, match=r"different potentials of Li .*'PAW_PBE Li 06Sep2000' \(1 runs\)"):
        read(tmp_path)


def test_cutoffs_are_noted(tmp_path, caplog):
    write_runs(tmp_path, li={"cutoff_ev": 400.0})
    assert len(read(tmp_path).phases) == 3
    assert "different plane-wave cut-offs: 400, 520 eV" in caplog.text


def test_pymatgen_is_imported_for_runs_only():
    """Snakemake looks at the files of every source at start-up."""
    code = "import sys, tieline.phases.build; sys.exit('pymatgen' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


TEXT = vasprun(LISI, -7.6)


@given(data=st.data())
def test_no_text_makes_anything_but_a_row_or_a_reason(tmp_path_factory, data):
    """Runs cut short, with pieces taken out, doubled or overwritten."""
    file = tmp_path_factory.mktemp("runs") / "vasprun.xml"
    start = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(start, min(len(TEXT), start + 400)))
    middle = data.draw(
        st.sampled_from(["", TEXT[start:end] * 2, "NaN", "-1e400", "<v>", "</modeling>", "Xx", "\0", "&a;", "***"])
    )
    file.write_text(TEXT[:start] + middle + TEXT[end:], "utf-8")
    try:
        reading = read(file, element_energies_ev_per_atom={"Li": -2.0, "Si": -5.0})
    except TielineError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert len(reading.phases) == 1


@given(content=st.binary(max_size=200))
def test_no_bytes_make_anything_but_a_reason(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("runs")
    (folder / "vasprun.xml").write_bytes(content)
    (folder / "vasprun.xml.gz").write_bytes(b"\x1f\x8b" + content)
    with pytest.raises(PhaseDataError, match="none of 2 rows can be used"):
        read(folder)
