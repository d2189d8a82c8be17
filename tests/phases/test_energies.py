"""Slips of unit are found out; the sound set that ships with tieline is the measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import composition_key, element_counts
from tieline.data import DATA
from tieline.phases.inputs import EMBEDDED_SET
from tieline.phases.plausible import known_energies, require_plausible
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
    # The set's own formation energies refer to published energies of the elements; these refer to its own.
    total = embedded["total_energy_ev_per_atom"]
    lowest = total[embedded["n_elements"] == 1].groupby(embedded["elements"]).min()
    counts = [element_counts(formula) for formula in embedded["formula"]]
    elements = [sum(n * lowest[s] for s, n in count.items()) / sum(count.values()) for count in counts]
    without_tin = ~embedded["elements"].str.contains("Sn").to_numpy()
    energies = reading.phases["formation_energy_ev_per_atom"].to_numpy()
    assert energies[without_tin] == pytest.approx((total - elements).to_numpy()[without_tin], abs=1e-6)


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
    three = [*ELEMENTS, ("si-2", "Si", -4.9), ("si-3", "Si", -10.0), ("tisi2", "TiSi2", -6.2)]
    reading = read(three, "total_energy_ev_per_atom")
    assert reasons(reading) == {
        "si-3": "total energy -10 eV/atom is 5 eV/atom below other phases of Si; are the units right?"
    }
    assert reading.phases.set_index("phase_id").loc["tisi2", "formation_energy_ev_per_atom"] == pytest.approx(
        -6.2 + 17 / 3
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


SILICIDES = [("a", "TiSi2", -0.52), ("b", "Mg2Si", -0.18), ("c", "TiSi", -0.7), ("d", "Ti5Si3", -0.725)]
AT_ZERO = [("si", "Si", 0.0), ("ti", "Ti", 0.0), ("mg", "Mg", 0.0)]


def in_another_unit(rows, factor):
    return [(phase_id, formula, factor(formula) * energy) for phase_id, formula, energy in rows]


def test_sound_silicides():
    """Measured enthalpies in eV/atom: -0.75 for TiSi (Meschel and Kleppa 1998), about -0.22 for Mg2Si."""
    assert read([*AT_ZERO, *SILICIDES]).rejected.empty


@pytest.mark.parametrize("rows", [SILICIDES, SILICIDES[:3], SILICIDES[1:]])
@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (lambda formula: sum(element_counts(formula).values()), "eV per formula unit:"),
        (lambda formula: 96.485 * sum(element_counts(formula).values()), "kJ/mol per formula unit:"),
        (lambda formula: 23.0605, "kcal/mol per atom:"),  # noqa: ARG005
        (lambda formula: -1.0, "eV per atom released, with the sign reversed:"),  # noqa: ARG005
        (lambda formula: 1 / 27.2114, "Hartree per atom:"),  # noqa: ARG005
    ],
)
def test_silicides_in_another_unit(rows, factor, words):
    with pytest.raises(PhaseDataError, match=r"known if read as|are the units eV per atom") as error:
        read([*AT_ZERO, *in_another_unit(rows, factor)])
    assert words in str(error.value) or "The median is" in str(error.value)


def test_total_energies_in_rydberg():
    """Silicides as above, from total energies that are a thirteenth of those in eV."""
    totals = [(name, formula, energy / 13.6057) for name, formula, energy in (*ELEMENTS[:2], ("mg", "Mg", -1.5))]
    for name, formula, energy in SILICIDES:
        counts = element_counts(formula)
        parts = sum(n * {"Si": -5.0, "Ti": -7.0, "Mg": -1.5}[symbol] for symbol, n in counts.items())
        totals.append((name, formula, (energy + parts / sum(counts.values())) / 13.6057))
    with pytest.raises(PhaseDataError, match="if read as Ry per atom"):
        read(totals, "total_energy_ev_per_atom")


def test_unknown_compounds_per_formula_unit():
    """Germanides near -0.4 eV/atom, of which the embedded set knows none."""
    rows = [("a", "Ge3Zr5", -0.8 * 8), ("b", "GeZr3", -0.55 * 4), ("c", "Ge2Zr", -0.7 * 3), ("d", "GeZr", -0.85 * 2)]
    with pytest.raises(PhaseDataError, match="lower than any alloy's; are they per formula unit"):
        read(rows)


@pytest.mark.parametrize(
    ("formula", "energy", "words"),
    [
        ("TiSi2", -1.56, "below the known one of TiSi2"),
        ("Zr5Ge3", -2.4, "lower than that of any alloy (-1.6)"),
        # The total energy of MgZn2 in PBE, near (-1.5 - 2 x 1.3) / 3 - 0.1.
        ("MgZn2", -1.45, "below the known one of MgZn2"),
    ],
)
def test_one_energy_per_formula_unit_or_total(formula, energy, words):
    found = reasons(read([*AT_ZERO, ("right", "TiSi", -0.7), ("x", formula, energy)]))
    assert list(found) == ["x"]
    assert words in found["x"]


def test_sound_sources_of_any_size_pass(embedded):
    """Parts of the embedded set, and measured enthalpies, which are not those it was computed with."""
    rng = np.random.default_rng(1)
    compounds = embedded[embedded["n_elements"] > 1].reset_index(drop=True)
    for _ in range(100):
        part = compounds.iloc[rng.choice(len(compounds), rng.integers(3, 12), replace=False)]
        require_plausible(part.assign(energy_column="formation_energy_ev_per_atom", n_atoms=1), "part")
    measured = pd.read_csv(DATA / "compounds/enthalpies.csv")
    energies = measured["enthalpy_kj_per_mol_atoms"] / 96.485
    assert read(list(zip(measured["formula"], measured["formula"], energies, strict=True))).rejected.empty


def test_one_compound_that_may_be_per_formula_unit_gets_a_word(caplog):
    """LiZn at twice what the embedded set has for it."""
    read([("a", "LiZn", 2 * known_energies()[composition_key("LiZn")])])
    assert "mine: are the energies eV per formula unit? LiZn has" in caplog.text
