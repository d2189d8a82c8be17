"""Phases from every source that the front door takes."""

from __future__ import annotations

import pandas as pd
import pytest
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Lattice, Structure
from pymatgen.entries.computed_entries import ComputedEntry, ComputedStructureEntry

import tieline

# eV per cell; Mg2Si lies 3 x 0.2 eV below its elements.
TOTAL_ENERGIES = {"Si": -5.4, "Mg": -1.6, "Li": -1.9, "Mg2Si": -5.4 - 2 * 1.6 - 0.6}


def entries():
    silicon = Structure(
        Lattice.cubic(5.43),
        ["Si"] * 8,
        Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]]).frac_coords,
    )
    with_structure = ComputedStructureEntry(silicon, 8 * TOTAL_ENERGIES["Si"], correction=8.0, entry_id="diamond")
    return [
        with_structure,
        *(
            ComputedEntry(formula, energy, entry_id=formula)
            for formula, energy in TOTAL_ENERGIES.items()
            if formula != "Si"
        ),
    ]


def test_entries_of_pymatgen_without_their_corrections():
    phases = tieline.load_phases(entries(), energy_level="test")
    energies = phases.table.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies["Mg2Si"] == pytest.approx(-0.2)
    assert energies[["diamond", "Mg", "Li"]].tolist() == pytest.approx([0.0, 0.0, 0.0])
    assert phases.table.set_index("phase_id")["numbers"].notna()["diamond"]


def test_a_table_a_file_and_entries_say_the_same(tmp_path):
    table = pd.DataFrame({"id": TOTAL_ENERGIES.keys(), "formula": TOTAL_ENERGIES.keys()})
    table["total_energy_ev_per_atom"] = [e / Composition(f).num_atoms for f, e in TOTAL_ENERGIES.items()]
    table.to_csv(tmp_path / "mine.csv", index=False)
    columns = {"phase_id": "id"}
    sources = (table, tmp_path / "mine.csv", str(tmp_path / "mine.csv"))
    loaded = [tieline.load_phases(source, energy_level="test", columns=columns) for source in sources]
    for phases in loaded:
        energies = phases.table.set_index("formula")["formation_energy_ev_per_atom"]
        assert energies["Mg2Si"] == pytest.approx(-0.2)
        assert len(phases) == 4


def test_the_embedded_set_knows_what_was_searched():
    phases = tieline.load_phases()
    assert {"Si-Ti", "Li-Si"} <= phases.searched
    assert len(set(phases.table["energy_level"])) == 1
    # Formulas that do not form electrochemically are left out, as in the workflow.
    assert "Li17Si4" in set(tieline.load_phases(suppressed=[]).table["formula"]) - set(phases.table["formula"])


def test_a_formula_means_its_lowest_phase():
    phases = tieline.load_phases()
    silicides = phases.table[phases.table["formula"] == "TiSi2"].sort_values("formation_energy_ev_per_atom")
    assert phases.find("Si2Ti") == silicides["phase_id"].iloc[0]
    assert phases.find(silicides["phase_id"].iloc[-1]) == silicides["phase_id"].iloc[-1]


def test_hull_is_that_of_pymatgen():
    phases = tieline.load_phases()
    hull = phases.hull("Si-Ni-Ti")
    rows = phases.table[[set(system.split("-")) <= {"Ni", "Si", "Ti"} for system in phases.table["elements"]]]
    own = [
        PDEntry(
            Composition(row.formula),
            row.formation_energy_ev_per_atom * Composition(row.formula).num_atoms,
            row.phase_id,
        )
        for row in rows.itertuples()
    ]
    diagram = PhaseDiagram(own)
    above = hull.energies_above_hull.set_index("phase_id")["energy_above_hull_ev_per_atom"]
    assert set(above.index) == set(rows["phase_id"])
    for entry in own:
        assert above[entry.name] == pytest.approx(diagram.get_e_above_hull(entry), abs=1e-8)
    assert set(hull.stable["phase_id"]) == {entry.name for entry in diagram.stable_entries}
    edges = {
        frozenset(diagram.qhull_entries[i].name for i in pair)
        for facet in diagram.facets
        for pair in ((facet[0], facet[1]), (facet[1], facet[2]), (facet[0], facet[2]))
    }
    assert {frozenset(pair) for pair in hull.tie_lines[["phase_1_id", "phase_2_id"]].to_numpy()} == edges


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (lambda phases: phases.hull("Si-Tii"), "'Tii' is not a chemical symbol (did you mean 'Ti'?)"),
        (lambda phases: phases.hull("Si-Pm"), "no elemental phase of Pm among the phase data"),
        (lambda phases: phases.find("Ti7Si9"), "no phase 'Ti7Si9' among the phase data"),
        (lambda _: tieline.load_phases("no.csv"), "no.csv: no such file or folder"),
        (lambda _: tieline.load_phases(pd.DataFrame({"formula": ["Si"]})), "the table: no energy column"),
    ],
)
def test_mistakes_are_one_line(mistake, message):
    with pytest.raises(tieline.TielineError) as error:
        mistake(tieline.load_phases())
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)
