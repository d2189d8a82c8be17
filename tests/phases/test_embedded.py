"""The phase set that ships: what must hold whatever its numbers are."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from tieline.core.elements import HOSTS
from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts, reduced_formula
from tieline.core.table_files import to_arrow
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import spacegroup_number
from tieline.phases import embedded
from tieline.phases.embedded import read_embedded
from tieline.phases.inputs import EMBEDDED_SET
from tieline.phases.rows import VOLUME_RANGE_A3_PER_ATOM
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import Phases
from tieline.phases.space import partners_of
from tieline.phases.table import PHASES


@pytest.fixture(scope="module")
def phases():
    if not EMBEDDED_SET.exists():
        pytest.skip("the embedded set has not been computed here")
    return read_embedded().phases


def test_missing_set_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "EMBEDDED_SET", tmp_path / "embedded.parquet")
    with pytest.raises(PhaseDataError, match=r"embedded\.parquet: "):
        read_embedded()


def test_missing_list_of_systems_is_one_line(monkeypatch, tmp_path):
    monkeypatch.setattr(embedded, "SEARCHED_SYSTEMS", tmp_path / "systems.csv")
    with pytest.raises(PhaseDataError, match=r"systems\.csv: cannot be read"):
        read_embedded()


def test_phases_are_of_systems_that_were_searched(phases):
    assert set(phases["elements"]) <= read_embedded().searched


def test_nothing_is_rejected():
    if not EMBEDDED_SET.exists():
        pytest.skip("the embedded set has not been computed here")
    assert read_embedded().rejected.empty


def test_schema(phases):
    assert list(phases) == list(PHASES.names)
    assert to_arrow(phases, PHASES.columns, EMBEDDED_SET).num_rows == len(phases)
    assert phases["phase_id"].is_unique


def test_one_energy_level_and_one_source(phases):
    assert len(set(phases["energy_level"])) == 1
    assert set(phases["source"]) == {"embedded"}
    assert (phases["source_version"] != "").all()


def test_every_phase_has_a_sound_structure(phases):
    low, high = VOLUME_RANGE_A3_PER_ATOM
    for _, row in phases.iterrows():
        lattice, positions, numbers = unit_cell_of(row)
        assert len(positions) == len(numbers)
        volume = abs(np.linalg.det(lattice)) / len(numbers)
        assert row["volume_a3_per_atom"] == pytest.approx(volume, rel=1e-4)
        assert low <= volume <= high


def test_names_fit_the_formulas(phases):
    for formula, elements, n_elements in phases[["formula", "elements", "n_elements"]].itertuples(index=False):
        counts = element_counts(formula)
        assert elements == "-".join(sorted(counts))
        assert n_elements == len(counts)
        assert np.gcd.reduce(list(counts.values())) == 1
        assert reduced_formula(counts) == formula


def test_formation_energies_are_against_the_lowest_element(phases):
    elemental = phases[phases["n_elements"] == 1]
    assert elemental.groupby("elements")["formation_energy_ev_per_atom"].min().eq(0.0).all()
    assert phases["formation_energy_ev_per_atom"].between(-1.5, 0.5).all()


def test_every_element_has_its_elemental_phase(phases):
    elements = {symbol for text in phases["elements"] for symbol in text.split("-")}
    assert elements <= set(phases.loc[phases["n_elements"] == 1, "elements"])
    assert elements >= {"Li", *HOSTS}


@pytest.mark.parametrize("host", HOSTS)
def test_reference_states_of_the_hosts_are_there(phases, host):
    forms = phases[phases["elements"] == host]
    numbers = {spacegroup_number(unit_cell_of(row), 0.1) for _, row in forms.iterrows()}
    assert PhaseA().polymorphs[host] in numbers


def test_formulas_suppressed_by_default_are_of_lithium_with_one_other():
    """Silicon ends at Li15Si4 in a cell, tin at Li7Sn2; with magnesium there is a solution and no compound."""
    suppressed = {reduced_formula(element_counts(formula)) for formula in Phases().suppressed}
    assert {tuple(sorted(element_counts(formula))) for formula in suppressed} == {
        ("Li", "Mg"),
        ("Li", "Si"),
        ("Li", "Sn"),
    }
    kept = [reduced_formula(element_counts(formula)) for formula in ("Li15Si4", "Li12Si7", "Li7Sn2", "LiSn")]
    assert suppressed.isdisjoint(kept)


def test_stated_space_groups_are_those_of_the_structures(phases):
    found = pd.Series([spacegroup_number(unit_cell_of(row), 0.1) for _, row in phases.iterrows()], index=phases.index)
    stated = phases["spacegroup_number_source"]
    assert (found == stated)[stated.notna()].mean() > 0.95


@pytest.mark.parametrize("host", HOSTS)
def test_most_partners_are_covered_with_lithium(host):
    """Elements, binaries and the ternary of host, partner and lithium have been searched."""
    searched = read_embedded().searched
    partners = partners_of(host, Space())
    elements = [sorted({host, partner, "Li"}) for partner in partners]
    covered = [
        all("-".join(part) in searched for size in (1, 2, 3) for part in combinations(symbols, size))
        for symbols in elements
    ]
    assert sum(covered) >= 40
