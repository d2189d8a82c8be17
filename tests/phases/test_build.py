"""From configured sources to the phases of a run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import ase.build
import ase.io
import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.crystal.settings import Crystal
from tieline.phases.build import build_phase_table
from tieline.phases.files import read_file_source
from tieline.phases.rows import REJECTED_NAMES, Reading
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import FileSource, Phases

HEADER = "phase_id,formula,formation_energy_ev_per_atom,spacegroup_number_source\n"
ONE = (
    HEADER + "si,Si,0,227\nli,Li,0,229\nti,Ti,0,194\ncu,Cu,0,225\ntisi2,TiSi2,-0.5,70\nl,Li22Si5,-0.2,216\nbad,Xx,0,1\n"
)
OTHER = HEADER + "mg,Mg,0,194\nmg2si,Mg2Si,-0.25,225\ntisi2,TiSi2,-0.5,70\n"


@pytest.fixture
def files(tmp_path):
    (tmp_path / "one.csv").write_text(ONE, "utf-8")
    (tmp_path / "other.csv").write_text(OTHER, "utf-8")
    return [FileSource(kind="file", path=tmp_path / f"{name}.csv", energy_level="x") for name in ("one", "other")]


def build(sources, ion="Li", invalid_rows="stop_if_element", kept=None, **space):
    return build_phase_table(
        Phases(sources=sources, invalid_rows=invalid_rows),
        Space(**({"hosts": ["Si"]} | space)),
        PhaseA(),
        ion,
        Crystal(),
        fetched=Path("nothing-is-fetched"),
        rejected_when_stopped=kept,
    )


def test_two_files(files):
    built = build(files)
    assert sorted(built.merged.included["phase_id"]) == ["cu", "li", "mg", "mg2si", "si", "ti", "tisi2"]
    assert sorted(built.merged.excluded["phase_id"]) == ["l", "tisi2"]
    assert built.rejected["phase_id"].tolist() == ["bad"]
    one, other = built.sources
    assert (one["n_phases"], one["n_rows_rejected"], one["n_structures_dropped"]) == (6, 1, 0)
    assert (other["kind"], other["names"], other["energy_levels"]) == ("file", ["other"], ["x"])
    assert one["files"] == {"one.csv": hashlib.sha256(ONE.encode()).hexdigest()}


def test_space_decides_what_is_in_play(files):
    """Without transition elements there is no use for Ti and Cu; lithium stays, as the working ion."""
    built = build(files, partner_groups=["IIA"])
    assert sorted(built.merged.included["phase_id"]) == ["li", "mg", "mg2si", "si"]
    built = build(files, exclude=["Ti"])
    assert "tisi2" not in set(built.merged.included["phase_id"])


def test_nothing_rejected_still_has_its_columns(files):
    files[0].path.write_text(ONE.replace("bad,Xx", "good,Zr"), "utf-8")
    built = build(files)
    assert list(built.rejected) == list(REJECTED_NAMES)
    assert built.rejected.empty


def test_missing_host(files):
    with pytest.raises(PhaseDataError, match="no elemental phase of Sn"):
        build(files, hosts=["Si", "Sn"])


def test_excluded_host_is_not_required(files):
    assert not build(files, hosts=["Si", "Sn"], exclude=["Sn"]).merged.included.empty


def test_missing_working_ion(files):
    with pytest.raises(PhaseDataError, match="no elemental phase of Na"):
        build(files, ion="Na")


def test_files_alone_say_nothing_of_what_was_searched(files):
    assert build(files).searched is None


def test_what_was_searched_is_what_is_listed_and_what_is_held(files, monkeypatch):
    listing = Reading(
        read_file_source(files[0]).phases, pd.DataFrame(columns=REJECTED_NAMES), frozenset({"Si-Zr", "Si"})
    )
    readings = [listing, read_file_source(files[1])]
    held = set(readings[1].phases["elements"])
    monkeypatch.setattr("tieline.phases.build._read", lambda *_: (readings.pop(0), {}))
    assert build(files).searched == sorted({"Si-Zr", "Si"} | held)


def test_rejected_rows_outlive_a_stop(files, tmp_path):
    """A copper phase without a number: Cu is one of the elements that energies refer to."""
    files[0].path.write_text(ONE.replace("cu,Cu,0,", "cu,Cu,nan,"), "utf-8")
    kept = tmp_path / "logs/rejected.csv"
    expected = r"1 rejected phases of elements .*one\.csv, row 5 \(Cu\): exactly one energy.*logs/rejected\.csv$"
    with pytest.raises(PhaseDataError, match=expected) as caught:
        build(files, kept=kept)
    assert "\n" not in str(caught.value)
    rejected = pd.read_csv(kept)
    assert rejected["phase_id"].tolist() == ["cu", "bad"]
    assert rejected["row"].tolist() == [5, 8]
    assert set(rejected["file"]) == {str(files[0].path)}

    built = build(files, invalid_rows="skip", kept=tmp_path / "none.csv")
    assert sorted(built.merged.included["phase_id"]) == ["li", "mg", "mg2si", "si", "ti", "tisi2"]
    assert not (tmp_path / "none.csv").exists()


def test_an_element_outside_the_search_does_not_stop(files):
    files[0].path.write_text(ONE.replace("cu,Cu,0,", "cu,Cu,nan,"), "utf-8")
    assert build(files, exclude=["Cu"]).rejected["phase_id"].tolist() == ["cu", "bad"]


def test_stop_at_any_rejected_row(files, tmp_path):
    with pytest.raises(PhaseDataError, match=r"1 rejected rows: .*row 8 \(Xx\)"):
        build(files, invalid_rows="stop", kept=tmp_path / "rejected.csv")
    assert (tmp_path / "rejected.csv").exists()


def test_rejected_rows_of_a_source_that_stops_by_itself(files, tmp_path):
    """Total energies whose silicon cannot be used: what is known by then is kept, of all sources."""
    text = "phase_id,formula,total_energy_ev_per_atom\nsi,Si,x\nmg,Mg,-1.5\nmg2si,Mg2Si,-3\n"
    files[1].path.write_text(text, "utf-8")
    with pytest.raises(PhaseDataError, match=r"must also hold elemental Si .*rejected rows: "):
        build(files, kept=tmp_path / "rejected.csv")
    assert pd.read_csv(tmp_path / "rejected.csv")["phase_id"].tolist() == ["bad", "si"]


def test_unreadable_file_that_may_be_an_element(tmp_path):
    """Magnesium is in a file that cannot be read; without it Mg2Si would only be excluded."""
    folder = tmp_path / "folder"
    folder.mkdir()
    cells = {"si": ("Si", "diamond", 5.431), "li": ("Li", "bcc", 3.51), "mg2si": ("Mg2Si", "fluorite", 6.35)}
    for name, (formula, lattice, a) in cells.items():
        atoms = ase.build.bulk(formula, lattice, a=a)
        atoms.info = {"formation_energy_ev_per_atom": -0.2 if name == "mg2si" else 0.0}
        ase.io.write(folder / f"{name}.extxyz", atoms)
    (folder / "mg.extxyz").write_text("2\nLattice=", "utf-8")
    source = FileSource(kind="file", path=folder, energy_level="x")
    with pytest.raises(PhaseDataError, match=r"no elemental phase of Mg .* may have been it: .*row mg\.extxyz"):
        build([source])
    assert build([source], invalid_rows="skip").merged.excluded["phase_id"].tolist() == ["mg2si"]


def test_the_same_files_twice_count_once(files, caplog):
    built = build([files[0], files[0], files[1]])
    assert built.merged.included["phase_id"].is_unique
    assert "row rejected 2" in caplog.text
