"""The phase table for ASE and pymatgen."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import ase.db
import numpy as np
import pandas as pd
import pytest
from monty.serialization import loadfn
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.core import Composition
from pymatgen.entries.computed_entries import ComputedStructureEntry

from tieline.phases.export.formats import write_ase_database, write_entries
from tieline.phases.inputs import EMBEDDED_SET
from tieline.phases.rows import RowReader
from tieline.phases.table import PHASES
from tieline.thermo.hull import lower_hull


@pytest.fixture(scope="module")
def phases():
    """Li, Si, Ti and their compounds of the embedded set, and rows with little to say."""
    reader = RowReader("mine", energy_level="x", source_version="2026.11")
    reader.add("1", {"phase_id": "007", "formula": "TiSi", "formation_energy_ev_per_atom": -0.1})
    reader.add("2", {"phase_id": "nan", "formula": "LiSi", "formation_energy_ev_per_atom": -0.1, "experimental": False})
    embedded = PHASES.read(EMBEDDED_SET)
    symbols = embedded["elements"].map(lambda text: set(text.split("-")) <= {"Li", "Si", "Ti"})
    return pd.concat([embedded[symbols], reader.result().phases], ignore_index=True)


@pytest.fixture(scope="module")
def database(phases, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "phases.db"
    write_ase_database(phases, path)
    return path


@pytest.fixture(scope="module")
def entries(phases, tmp_path_factory):
    path = tmp_path_factory.mktemp("export") / "entries.json.gz"
    write_entries(phases, path)
    return loadfn(path)


def test_database_holds_every_phase(phases, database):
    with ase.db.connect(database) as connection:
        rows = {row.get("phase_id"): row for row in connection.select()}
    assert len(rows) == len(phases)
    for phase in phases[phases["numbers"].notna()].to_dict("records"):
        row = rows[phase["phase_id"]]
        atoms = row.toatoms()
        assert atoms.numbers.tolist() == list(phase["numbers"])
        assert atoms.cell[:].ravel() == pytest.approx(phase["cell_a"])
        assert atoms.get_scaled_positions(wrap=False).ravel() == pytest.approx(phase["scaled_positions"], abs=1e-9)
        assert row.formation_energy_ev_per_atom == phase["formation_energy_ev_per_atom"]
        assert row.volume / row.natoms == pytest.approx(phase["volume_a3_per_atom"], abs=1e-5)
        assert row.spacegroup_number_source == phase["spacegroup_number_source"]
        assert row.has_structure == 1


def test_phases_without_structure_and_ids_like_numbers(database):
    with ase.db.connect(database) as connection:
        row = connection.get(phase_id="=007")
        assert (row.formula, row.has_structure, row.source_version) == ("TiSi", 0, "=2026.11")
        assert "experimental" not in row
        assert connection.get(phase_id="=nan").experimental == 0
        assert connection.count(has_structure=0) == 2


def test_command_of_ase_reads_it(database):
    ase_command = Path(sys.executable).parent / "ase"
    done = subprocess.run(
        [ase_command, "db", database, "Li,Si,has_structure=1", "-c", "phase_id,formation_energy_ev_per_atom"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "tl-Li15Si4" in done.stdout


def test_entries_are_pymatgens(phases, entries):
    assert [entry.entry_id for entry in entries] == phases["phase_id"].tolist()
    kinds = [isinstance(entry, ComputedStructureEntry) for entry in entries]
    assert kinds == phases["numbers"].notna().tolist()
    assert [entry.energy_per_atom for entry in entries] == pytest.approx(phases["formation_energy_ev_per_atom"])
    first = next(entry for entry in entries if entry.entry_id == "007")
    assert first.data["source_version"] == "2026.11"
    assert first.composition == Composition("TiSi")


def test_phase_diagram_of_the_entries_is_our_hull(phases, entries):
    diagram = PhaseDiagram(entries)
    symbols = ["Li", "Si", "Ti"]
    fractions = np.array(
        [[Composition(f).get_atomic_fraction(s) for s in symbols] for f in phases["formula"]], dtype=np.float64
    )
    energies = phases["formation_energy_ev_per_atom"].to_numpy()
    hull = lower_hull(fractions, energies)
    ours = energies - hull.energies_ev(fractions)
    theirs = [diagram.get_e_above_hull(entry, allow_negative=True) for entry in entries]
    assert ours == pytest.approx(theirs, abs=1e-8)
    assert (ours < 1e-8).sum() >= 8


@pytest.mark.parametrize("write", [write_ase_database, write_entries])
def test_same_table_same_bytes(phases, tmp_path, write, monkeypatch):
    write(phases, tmp_path / "one")
    monkeypatch.setenv("USER", "someone-else")
    write(phases, tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    assert b"someone-else" not in (tmp_path / "other").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "other"]
