"""Slips of unit are found out; the sound set that ships with tieline is the measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.phases.inputs import EMBEDDED_SET
from tieline.phases.rows import RowReader

# Total energies per atom: Si -5, Ti -7, Li -2 (made up).
ELEMENTS = [("si", "Si", -5.0), ("ti", "Ti", -7.0), ("li", "Li", -2.0)]


def read(rows, column="formation_energy_ev_per_atom", **more):
    reader = RowReader("mine", energy_level="x", **more)
    for number, (phase_id, formula, energy) in enumerate(rows, 2):
        reader.add(str(number), {"phase_id": phase_id, "formula": formula, column: energy})
    return reader.result()


def reasons(reading):
    return dict(zip(reading.rejected["phase_id"], reading.rejected["reason"], strict=True))


@pytest.fixture(scope="module")
def embedded():
    return pd.read_parquet(EMBEDDED_SET)


def read_embedded(embedded, column, energies, phases=slice(None)):
    """Read the embedded set with other energies."""
    reader = RowReader("mine", energy_level="x")
    names = ["phase_id", "formula", "numbers", "cell_a", "scaled_positions"]
    rows = embedded[phases].assign(energy=energies)
    for row in rows.to_dict("records"):
        reader.add(row["phase_id"], {name: row[name] for name in names} | {column: row["energy"]})
    return reader.result()


def test_sound_total_energies(embedded):
    reading = read_embedded(embedded, "total_energy_ev_per_atom", embedded["total_energy_ev_per_atom"])
    assert reading.rejected.empty
    energies = reading.phases["formation_energy_ev_per_atom"].to_numpy()
    against_beta = embedded["formation_energy_ev_per_atom"].to_numpy()
    without_tin = ~embedded["elements"].str.contains("Sn").to_numpy()
    assert energies[without_tin] == pytest.approx(against_beta[without_tin], abs=1e-6)


def test_all_energies_per_cell_given_as_per_atom(embedded):
    per_cell = embedded["total_energy_ev_per_atom"] * embedded["numbers"].map(len)
    with pytest.raises(PhaseDataError, match=r"read as total_energy_ev they would be usual ones"):
        read_embedded(embedded, "total_energy_ev_per_atom", per_cell)


def test_all_energies_per_atom_given_as_per_cell(embedded):
    with pytest.raises(PhaseDataError, match=r"read as total_energy_ev_per_atom they would be usual ones"):
        read_embedded(embedded, "total_energy_ev", embedded["total_energy_ev_per_atom"])


@pytest.mark.parametrize("factor", [96.48533, 1000.0, 23.06055])
def test_all_energies_in_another_unit(embedded, factor):
    with pytest.raises(PhaseDataError, match=r"are the units eV per atom\? The median is .* if kJ/mol"):
        read_embedded(embedded, "formation_energy_ev_per_atom", embedded["formation_energy_ev_per_atom"] * factor)


@pytest.mark.parametrize(("shift", "first"), [(5.0, 0), (-5.0, 25)])
def test_one_energy_5_ev_off_is_found_wherever_it_is(embedded, shift, first):
    """Among phases with neighbours, one row in fifty, formation energies."""
    for position in range(first, len(embedded), 50):
        energies = embedded["formation_energy_ev_per_atom"].to_numpy().copy()
        energies[position] += shift
        found = reasons(read_embedded(embedded, "formation_energy_ev_per_atom", energies))
        assert list(found) == [embedded["phase_id"].iloc[position]]
        assert "eV" in next(iter(found.values()))


def test_one_formation_energy_off_says_from_what():
    reading = read(
        [("si", "Si", 0.0), ("ti", "Ti", 0.0), ("a", "TiSi2", -0.55), ("b", "TiSi", -0.8), ("c", "TiSi", 4.2)]
    )
    assert reasons(reading) == {
        "c": "formation energy 4.2 eV/atom is 4.5 eV/atom above its neighbours in Si-Ti; are the units eV per atom?"
    }


def test_one_of_two_phases_off():
    """The elements, at zero, settle which of the two it is."""
    assert list(reasons(read([("a", "TiSi2", -0.55), ("b", "TiSi", 4.4)]))) == ["b"]


def test_compounds_with_anions_have_no_such_neighbours():
    """CaF2 lies 4.2 eV/atom below its elements (1228 kJ/mol), beside made-up phases near zero."""
    reading = read([("a", "CaF2", -1228 / 96.48533 / 3), ("b", "CaF", 0.1), ("c", "Ca2F", 0.2)])
    assert reading.rejected.empty


def test_a_total_energy_given_as_a_formation_energy():
    """Magnesium, -1.5 eV/atom in PBE, would pass for a formation energy."""
    found = reasons(read([("mg", "Mg", -1.5), ("a", "Mg2Si", -0.2)]))
    assert found == {"mg": "formation energy -1.5 eV/atom of an element should be near zero; a total energy?"}


@pytest.mark.parametrize(
    ("column", "energy", "word"), [("total_energy_ev_per_atom", -79.2, "cell"), ("total_energy_ev", -6.6, "atom")]
)
def test_one_total_energy_per_the_other(column, energy, word):
    """Four TiSi2 at -6.6 eV/atom, which is -79.2 eV; the other rows are right."""
    other = ("tisi", "TiSi", -6.7 if word == "cell" else -13.4)
    found = reasons(read([*ELEMENTS, other, ("tisi2", "Ti4Si8", energy)], column))
    assert list(found) == ["tisi2"]
    assert found["tisi2"].endswith(f"It looks like an energy per {word}")


def test_forms_of_an_element_that_do_not_go_together():
    """The wrong one of three is left out; of two nobody knows which it is."""
    three = [*ELEMENTS, ("si-2", "Si", -4.9), ("si-3", "Si", -10.0), ("tisi2", "TiSi2", -6.6)]
    reading = read(three, "total_energy_ev_per_atom")
    assert reasons(reading) == {
        "si-3": "total energy -10 eV/atom is 5 eV/atom below other phases of Si; are the units right?"
    }
    assert reading.phases.set_index("phase_id").loc["tisi2", "formation_energy_ev_per_atom"] == pytest.approx(
        -6.6 + 17 / 3
    )
    two = [*ELEMENTS, ("si-3", "Si", -10.0), ("tisi2", "TiSi2", -6.6)]
    with pytest.raises(PhaseDataError, match="must also hold elemental Si"):
        read(two, "total_energy_ev_per_atom")


def test_an_element_that_does_not_fit_its_compounds():
    """Silicon 5 eV/atom too low: its compounds come out as if they were unstable by that much."""
    rows = [("si", "Si", -10.0), *ELEMENTS[1:], ("a", "TiSi2", -6.6), ("b", "TiSi", -6.9), ("c", "LiSi", -3.9)]
    with pytest.raises(PhaseDataError, match=r"3 compounds rich in Si come out at \+3\.6 eV per atom of it"):
        read(rows, "total_energy_ev_per_atom")


def test_energies_of_elements_by_the_config():
    """They win over those of the source: against Si at -5.2 the phase Si lies 0.2 eV/atom up."""
    reading = read(
        [("si", "Si", -5.0), ("tisi2", "TiSi2", -6.6)],
        "total_energy_ev_per_atom",
        element_energies={"Si": -5.2, "Ti": -7.0},
    )
    assert reading.phases["formation_energy_ev_per_atom"].tolist() == pytest.approx([0.2, -6.6 + 17.4 / 3])


def test_few_rows_say_nothing_of_the_unit():
    found = reasons(read([("si", "Si", 0.0), ("a", "Mg2Si", -25.9)]))
    assert found == {"a": "formation energy -25.9 eV/atom is beyond ±5; are the units eV per atom?"}


def test_limits_leave_room_for_real_alloys(embedded):
    assert np.ptp(embedded["formation_energy_ev_per_atom"]) < 2.0
