"""Tags of VASP, by its manual: which make a run no phase, and which make its energy not comparable with others."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
from pathlib import Path

import ase.build
import pytest
from ase import Atoms
from vasp_runs import vasprun

from tieline.core.errors import PhaseDataError
from tieline.phases import bounds, vasp_tags
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource
from tieline.phases.vasp import read_run
from tieline.phases.vasp_head import read_head

SILICON = ase.build.bulk("Si", a=5.431)
LITHIUM = ase.build.bulk("Li", "bcc", a=3.51)
# Made up: Li and Si on a rock-salt lattice.
LISI = ase.build.bulk("LiSi", "rocksalt", a=5.6)
# eV per cell; LiSi against Si at -5 and Li at -2 is (-7.6 + 7) / 2 = -0.3 eV/atom.
RUNS = {"si": (SILICON, -10.0), "li": (LITHIUM, -2.0), "lisi": (LISI, -7.6)}


def tag(name, value, kind="int"):
    """Return one tag as VASP writes it."""
    element = "v" if " " in str(value) else "i"
    typed = "" if kind == "float" else f' type="{kind}"'
    return f'<{element}{typed} name="{name}"> {value} </{element}>'


def logical(name):
    return tag(name, "T", "logical")


def write_runs(folder, **changes):
    for name, (atoms, energy) in RUNS.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "vasprun.xml").write_text(vasprun(atoms, energy, **changes.get(name, {})), "utf-8")


def read(path, **more):
    return read_file_source(FileSource(kind="file", path=path, **more))


def one_run(folder, atoms=LISI, **changes):
    file = folder / "vasprun.xml"
    file.write_text(vasprun(atoms, -7.6, **changes), "utf-8")
    return read_run(file)


def test_the_manual_names_every_tag():
    manual = (Path(__file__).parents[2] / "config/README.md").read_text("utf-8")
    tags = {rule.tag.rpartition("/")[2] for rule in vasp_tags.NO_PHASE} | set(vasp_tags.OF_ELEMENTS)
    assert [tag for tag in sorted(tags) if not re.search(rf"\b{tag}\b", manual)] == []


NO_PHASE = [
    (tag("ICHARG", 11), "not self-consistent"),
    (tag("ICHARG", 10), "not self-consistent"),
    (tag("ICHARG", 12), "not self-consistent"),
    (tag("ALGO", "None", "string"), "nothing self-consistent"),
    (tag("ALGO", "Eigenval", "string"), "nothing self-consistent"),
    (tag("IALGO", 3), "not self-consistent"),
    (tag("ALGO", "GW0", "string"), "excitations"),
    (tag("ALGO", "EVGW0", "string"), "excitations"),
    (tag("ALGO", "scGW", "string"), "excitations"),
    (tag("ALGO", "BSE", "string"), "excitations"),
    (tag("ALGO", "Chi", "string"), "excitations"),
    (tag("ALGO", "ACFDTR", "string"), "correlation energies"),
    (tag("METAGGA", "MBJ", "string"), "a potential without an energy functional"),
    (tag("METAGGA", "LMBJ", "string"), "a potential without an energy functional"),
    (tag("METAGGA", "mbj", "string"), "a potential without an energy functional"),
    (tag("LIBXC1", "MGGA_X_TB09", "string"), "a potential without an energy functional"),
    (tag("IBRION", 5), "phonons"),
    (tag("IBRION", 6), "phonons"),
    (tag("IBRION", 7), "phonons"),
    (tag("IBRION", 8), "phonons"),
    (tag("IBRION", 44), "saddle point"),
    (tag("IMAGES", 5), "an image of a path"),
    (tag("ICHAIN", 2), "an image of a path"),
    (logical("LEPSILON"), "response functions"),
    (logical("LCALCEPS"), "response functions"),
    (logical("LCHIMAG"), "response functions"),
    (logical("ML_LMLFF"), "machine-learned force field"),
    (logical("LDIPOL"), "slabs, molecules and charged cells"),
    (tag("IDIPOL", 3), "slabs, molecules and charged cells"),
    (tag("EFIELD", "0.05", "float"), "electric field"),
    (tag("EFIELD_PEAD", "0.0 0.0 0.01", "float"), "electric field"),
    (logical("LSOL"), "implicit solvent"),
    (tag("ISPIN", 2) + tag("NUPDOWN", "2.0", "float"), "magnetic moment is prescribed"),
    (tag("ISPIN", 2) + tag("NUPDOWN", 0), "magnetic moment is prescribed"),
    (tag("I_CONSTRAINED_M", 1), "magnetic moment is prescribed"),
    (tag("ICORELEVEL", 2), "core hole"),
    (tag("CLNT", 1), "core hole"),
    (tag("ISMEAR", -2), "occupations prescribed"),
    (tag("ISMEAR", -3), "a series of smearings"),
    (logical("LDAU") + tag("LDAUTYPE", 3), "linear-response run for U"),
    (logical("LDAU") + '<v type="int" name="LDAUTYPE"> 3</v>', "linear-response run for U"),
    (logical("LSPIRAL"), "spin spiral"),
    (logical("LPARD"), "partial charge densities"),
    (logical("PHON_LMC"), "phonons"),
    (tag("SCALEE", "0.5", "float"), "scaled"),
    (tag("VCA", "0.5 1.0", "float"), "a mixture of atoms"),
]


@pytest.mark.parametrize("where", ["incar", "parameters"])
@pytest.mark.parametrize(("xml", "expected"), NO_PHASE, ids=lambda text: text[:60])
def test_runs_that_are_no_phases(tmp_path, xml, expected, where):
    assert expected in one_run(tmp_path, **{where: xml}).fault


HARMLESS = [
    tag("ICHARG", 1),
    tag("ICHARG", 2),
    tag("ALGO", "Fast", "string"),
    tag("ALGO", "All", "string"),
    tag("ALGO", "N", "string"),
    tag("IALGO", 38),
    tag("METAGGA", "--", "string"),
    tag("IBRION", 1),
    tag("IMAGES", 0),
    tag("IDIPOL", 0),
    tag("EFIELD_PEAD", "0.0 0.0 0.0", "float"),
    tag("ISPIN", 2) + tag("NUPDOWN", "-1.0", "float"),
    tag("ISPIN", 1) + tag("NUPDOWN", 2),
    tag("ICORELEVEL", 1),
    tag("ISMEAR", -5),
    tag("ISMEAR", -1),
    tag("VCA", "1.0 1.0", "float"),
    tag("LOPTICS", "T", "logical"),
    tag("RWIGS", "-1.0 -1.0", "float"),
    tag("MAGMOM", "5.0 0.6", "float"),
    tag("IVDW", 0),
    tag("SCALEE", "1.0", "float"),
    tag("LMAXPAW", -100),
]


@pytest.mark.parametrize("xml", HARMLESS, ids=lambda text: text[:60])
def test_usual_tags_change_nothing(tmp_path, xml):
    run = one_run(tmp_path, incar=xml)
    assert (run.fault, run.run_type) == ("", "PBE")


def test_lines_of_k_points(tmp_path):
    assert "k-points along lines" in one_run(tmp_path, kpoints="listgenerated", divisions="40").fault


@pytest.mark.parametrize("electrons", [7.0, 9.0, 7.5])
def test_charged_cells(tmp_path, electrons):
    fault = one_run(tmp_path, electrons=electrons).fault
    assert fault.startswith(f"a charged cell: NELECT = {electrons:g}, neutral 8;")


RELAXED = tag("EDIFFG", "-0.01", "float")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        # The last two electronic steps of these runs differ by 0.5 eV.
        ({"parameters": tag("EDIFF", "1e-5", "float")}, "the last electronic steps differ by 0.5 eV (EDIFF = 1e-05)"),
        ({"parameters": tag("EDIFF", "1e-5", "float"), "electronic_steps": 1}, ""),
        ({"parameters": RELAXED, "force_ev_per_angstrom": 0.3}, "a force of 0.3 eV/A remains (EDIFFG = -0.01)"),
        ({"parameters": RELAXED, "force_ev_per_angstrom": -0.3}, "a force of 0.3 eV/A remains (EDIFFG = -0.01)"),
        ({"parameters": RELAXED, "force_ev_per_angstrom": 0.009}, ""),
        ({"parameters": RELAXED, "force_ev_per_angstrom": 0.3, "nsw": 0, "ibrion": -1, "ionic_steps": 1}, ""),
        ({"parameters": tag("EDIFFG", "0.0001", "float"), "force_ev_per_angstrom": 0.3}, ""),
    ],
)
def test_runs_that_were_stopped(tmp_path, settings, expected):
    fault = one_run(tmp_path, **settings).fault
    assert fault == (f"not converged: {expected}" if expected else "")


@pytest.mark.parametrize("vacuum_angstrom", [9.0, 15.0])
def test_slabs_and_molecules_are_no_bulk(tmp_path, vacuum_angstrom):
    slab = ase.build.fcc111("Al", (1, 1, 4), vacuum=vacuum_angstrom / 2.0, periodic=True)
    gap = vacuum_angstrom
    assert f"no bulk phase: a layer of {gap:.3g} A along c" in one_run(tmp_path, slab).fault
    dimer = Atoms("Si2", [[0.0, 0.0, 0.0], [2.2, 0.0, 0.0]], cell=[vacuum_angstrom + 2.2] * 3, pbc=True)
    assert "no bulk phase" in one_run(tmp_path, dimer).fault


def test_what_is_no_slab(tmp_path):
    """A molecule of a gas is the reference state of its element, and the layers of graphite are 3.35 A apart."""
    assert one_run(tmp_path, Atoms("N2", [[0, 0, 0], [1.1, 0, 0]], cell=[12.0] * 3, pbc=True)).fault == ""
    assert one_run(tmp_path, ase.build.graphene("C2", vacuum=3.35, size=(1, 1, 1)).repeat((1, 1, 1))).fault == ""


def test_tags_count_even_if_nothing_else_can_be_read(tmp_path):
    """A run for response functions may have no energies at all."""
    write_runs(tmp_path)
    text = vasprun(LISI, -7.6, incar=tag("ALGO", "Chi", "string"))
    start, end = text.index(" <calculation>"), text.index(' <structure name="finalpos"')
    (tmp_path / "lisi/vasprun.xml").write_text(text[:start] + text[end:], "utf-8")
    (noted,) = read(tmp_path).rejected.to_dict("records")
    assert (noted["formula"], noted["action"]) == ("LiSi", "row rejected")
    assert noted["reason"] == "computes excitations or correlation energies, or nothing self-consistent (ALGO = CHI)"


def test_the_order_of_the_head_does_not_matter(tmp_path):
    text = vasprun(LISI, -7.6, parameters=tag("ICHARG", 11))
    start, end = text.index(" <parameters>"), text.index(" <atominfo>")
    after = text.index(" </atominfo>") + len(" </atominfo>\n")
    (tmp_path / "vasprun.xml").write_text(text[:start] + text[end:after] + text[start:end] + text[after:], "utf-8")
    assert "not self-consistent" in read_run(tmp_path / "vasprun.xml").fault


HYBRID = logical("LHFCALC")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"parameters": logical("LSORBIT") + logical("LNONCOLLINEAR")}, "PBE+LSORBIT"),
        ({"incar": logical("LSORBIT")}, "PBE+LSORBIT"),
        ({"incar": logical("LNONCOLLINEAR")}, "PBE+LNONCOLLINEAR"),
        ({"incar": tag("METAGGA", "R2SCAN", "string")}, "R2SCAN"),
        ({"incar": tag("METAGGA", "Scan", "string")}, "SCAN"),
        ({"gga": "PS"}, "PBEsol"),
        ({"parameters": HYBRID + tag("AEXX", "0.25", "float") + tag("HFSCREEN", "0.2", "float")}, "HSE06"),
        ({"parameters": HYBRID + tag("AEXX", "0.25", "float") + tag("HFSCREEN", "0.0", "float")}, "PBE0"),
        (
            {"parameters": HYBRID + tag("AEXX", "0.3", "float") + tag("HFSCREEN", "0.2", "float")},
            "hybrid+AEXX=0.3",
        ),
        (
            {"parameters": HYBRID + tag("AEXX", "0.25", "float") + tag("HFSCREEN", "0.11", "float")},
            "hybrid+HFSCREEN=0.11",
        ),
        (
            {"gga": "PS", "parameters": HYBRID + tag("AEXX", "0.25", "float") + tag("HFSCREEN", "0.2", "float")},
            "HSE06+GGA=PS",
        ),
        ({"incar": tag("LMAXPAW", -1)}, "PBE+LMAXPAW=-1"),
        ({"incar": tag("IVDW", 12)}, "PBE+vdW-DFT-D3-BJ"),
        ({"incar": tag("IVDW", 13)}, "PBE+IVDW=13"),
        ({"incar": tag("IVDW", 12) + logical("LUSE_VDW")}, "PBE+rVV10+vdW-DFT-D3-BJ"),
        (
            {"incar": tag("IVDW", 12), "parameters": HYBRID + tag("AEXX", "0.25", "float")},
            "PBE0+vdW-DFT-D3-BJ",
        ),
        ({"incar": tag("IVDW", 11) + tag("VDW_S8", "0.9", "float")}, "PBE+vdW-DFT-D3+VDW_S8=0.9"),
        ({"incar": logical("LVDW")}, "PBE+LVDW"),
        ({"gga": "BO", "incar": logical("LUSE_VDW") + tag("AGGAC", 0)}, "optB88+rVV10+AGGAC=0"),
        (
            {"gga": "BO", "incar": logical("LUSE_VDW") + tag("PARAM1", "0.1833", "float")},
            "optB88+rVV10+PARAM1=0.1833",
        ),
    ],
)
def test_levels_of_theory(tmp_path, settings, expected):
    """One run of another level among two is refused."""
    assert one_run(tmp_path, **settings).run_type == expected
    write_runs(tmp_path / "runs", lisi=settings)
    with pytest.raises(PhaseDataError, match=r"different levels make false hulls, found .*PBE \(2 runs\)") as caught:
        read(tmp_path / "runs")
    assert f", such as {expected} in {tmp_path}/runs/lisi/vasprun.xml; use runs of one" in str(caught.value)


def test_the_same_level_everywhere_is_one_level(tmp_path):
    relativistic = {"parameters": logical("LSORBIT") + logical("LNONCOLLINEAR")}
    write_runs(tmp_path, si=relativistic, li=relativistic, lisi=relativistic)
    phases = read(tmp_path).phases
    assert set(phases["energy_level"]) == {"PBE+LSORBIT"}
    energies = phases.set_index("phase_id")["formation_energy_ev_per_atom"].to_dict()
    assert energies == pytest.approx({"li": 0.0, "lisi": -0.3, "si": 0.0})


def hubbard(orbitals, u, j):
    """Return DFT+U as VASP writes it: the type as a list of one, and lists of one among the values used."""
    lists = (tag("LDAUL", orbitals), tag("LDAUU", u, "float"), tag("LDAUJ", j, "float"))
    kind = '<v type="int" name="LDAUTYPE"> 2</v>'
    used = kind + '<v type="int" name="LDAUL"> -1</v><v name="LDAUU"> 0.0</v><v name="LDAUJ"> 0.0</v>'
    return {"ldau": True, "incar": logical("LDAU") + kind + "".join(lists), "parameters": used}


def test_one_u_of_each_element_is_one_level(tmp_path):
    """Lithium has no U in either run, and LDAU of a run without a U of its elements does nothing."""
    write_runs(tmp_path, si=hubbard("1", "3.0", "0.0"), li=hubbard("-1", "0", "0"), lisi=hubbard("-1 1", "0 3", "0 0"))
    phases = read(tmp_path).phases
    assert set(phases["energy_level"]) == {"PBE+U (Si p 3 eV)"}
    energies = phases.set_index("phase_id")["formation_energy_ev_per_atom"].to_dict()
    assert energies == pytest.approx({"li": 0.0, "lisi": -0.3, "si": 0.0})


@pytest.mark.parametrize("other", [("-1 1", "0 4", "0 0"), ("-1 1", "0 3", "0 1"), ("-1 2", "0 3", "0 0")])
def test_two_u_of_an_element_are_refused(tmp_path, other):
    write_runs(tmp_path, si=hubbard("1", "3.0", "0.0"), lisi=hubbard(*other))
    with pytest.raises(PhaseDataError, match=r"different U or dispersion parameters of Si have no common zero, found"):
        read(tmp_path)


def test_u_in_one_of_two_runs_is_refused(tmp_path):
    write_runs(tmp_path, lisi=hubbard("-1 1", "0 3", "0 0"))
    with pytest.raises(PhaseDataError, match=r"with and without U of Si .* found PBE \(2 runs\), PBE\+U \(1 runs\)"):
        read(tmp_path)


def test_dispersion_parameters_belong_to_elements(tmp_path):
    def dispersion(c6):
        return {"incar": tag("IVDW", 10) + tag("VDW_C6", c6, "float")}

    write_runs(tmp_path / "same", si=dispersion("9.2"), li=dispersion("1.6"), lisi=dispersion("1.6 9.2"))
    assert set(read(tmp_path / "same").phases["energy_level"]) == {"PBE+vdW-DFT-D2"}
    write_runs(tmp_path / "other", si=dispersion("9.2"), li=dispersion("1.6"), lisi=dispersion("1.6 8.0"))
    with pytest.raises(PhaseDataError, match=r"dispersion parameters of Si .*VDW_C6 = 8 \(1 runs\)"):
        read(tmp_path / "other")


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"incar": tag("PREC", "Low", "string") + tag("ISPIN", 1)}, "the runs have different PREC: ACCURATE, LOW"),
        ({"incar": tag("PREC", "Accurate", "string") + tag("ISPIN", 2)}, "different ISPIN: 1, 2"),
        ({"divisions": "8 8 8"}, "k-points 0.2"),
        ({"entropy_ev": 0.5}, "1 runs have an electronic entropy beyond 0.05 eV/atom"),
    ],
)
def test_other_differences_are_noted(tmp_path, caplog, settings, expected):
    accurate = {"incar": tag("PREC", "Accurate", "string") + tag("ISPIN", 1)}
    write_runs(tmp_path, si=accurate, li=accurate, lisi=accurate | settings)
    assert len(read(tmp_path).phases) == 3
    assert expected in caplog.text


def test_of_two_runs_of_an_element_the_usable_one_counts(tmp_path):
    """The band structure of silicon does not stop a run: its total energy is there."""
    write_runs(tmp_path)
    (tmp_path / "si/bands").mkdir()
    file = tmp_path / "si/bands/vasprun.xml"
    file.write_text(vasprun(SILICON, -10.4, incar=tag("ICHARG", 11)), "utf-8")
    reading = read(tmp_path)
    energies = reading.phases.set_index("phase_id")["formation_energy_ev_per_atom"].to_dict()
    assert energies == pytest.approx({"li": 0.0, "lisi": -0.3, "si": 0.0})
    (noted,) = reading.rejected.to_dict("records")
    assert (noted["row"], noted["phase_id"], noted["action"]) == (
        "si/bands/vasprun.xml",
        "si/bands",
        "file passed over",
    )
    assert noted["reason"].endswith("(ICHARG = 11); the phase is read from si/vasprun.xml")
    # Another form of silicon may be the reference state.
    file.write_text(vasprun(ase.build.bulk("Si", "fcc", a=3.8), -10.4, incar=tag("ICHARG", 11)), "utf-8")
    assert read(tmp_path).rejected["action"].tolist() == ["row rejected"]


PACK = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


@pytest.mark.parametrize("suffix", [*PACK, ".lzma"])
def test_packed_runs_are_bounded(tmp_path, monkeypatch, suffix):
    pack = PACK.get(suffix, lambda data: lzma.compress(data, format=lzma.FORMAT_ALONE))
    good, bomb = tmp_path / f"si_vasprun.xml{suffix}", tmp_path / f"li_vasprun.xml{suffix}"
    good.write_bytes(pack(vasprun(SILICON, -10.0).encode()))
    assert read_head(good).neutral_electrons == 8.0
    bomb.write_bytes(pack(b"<modeling>" + b" " * 2_000_000))
    monkeypatch.setattr(bounds, "UNSUSPICIOUS_BYTES", 1_000_000)
    reading = read(tmp_path)
    assert reading.phases["phase_id"].tolist() == ["si"]
    (reason,) = reading.rejected["reason"]
    assert reason.startswith("unpacks to more than 300 times its size")
