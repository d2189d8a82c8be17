"""Hulls built from the smallest system up equal the hull of everything at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from reference_diagrams import COARSE, FINE, Phases, random_phases

from tieline.core.errors import PhaseDataError
from tieline.thermo.composites import grouped_pairs
from tieline.thermo.hull import lower_hull
from tieline.thermo.phase_arrays import PHASE_COLUMNS, PhaseArrays
from tieline.thermo.systems import SystemHulls


def table(formulas: list[str], energies: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"formula": formulas, "formation_energy_ev_per_atom": energies, "volume_a3_per_atom": np.arange(len(formulas))}
    )


def arrays(phases: Phases) -> PhaseArrays:
    return PhaseArrays.from_table(table(phases.formulas, phases.energies.tolist()))


def test_fractions_follow_the_rows_of_the_table() -> None:
    phases = PhaseArrays.from_table(table(["Ti", "Si", "TiSi2", "Ti2(SiCu)3"], [0.0, 0.0, -0.5, -0.1]))
    assert phases.symbols == ("Cu", "Si", "Ti")
    np.testing.assert_allclose(
        phases.fractions, [[0, 0, 1], [0, 1, 0], [0, 2 / 3, 1 / 3], [3 / 8, 3 / 8, 2 / 8]], rtol=1e-15
    )
    assert phases.volume_a3_per_atom.tolist() == [0.0, 1.0, 2.0, 3.0]
    np.testing.assert_allclose(phases.mass_g_per_mol[2], (47.867 + 2 * 28.085) / 3, rtol=1e-12)
    assert phases.columns(("Si", "Ti")).tolist() == [1, 2]


def test_rows_are_grouped_by_exactly_their_elements() -> None:
    phases = PhaseArrays.from_table(table(["Ti", "TiSi2", "Si", "Ti5Si3"], [0.0, -0.5, 0.0, -0.4]))
    groups = {system: rows.tolist() for system, rows in phases.rows_of_system.items()}
    assert groups == {("Ti",): [0], ("Si",): [2], ("Si", "Ti"): [1, 3]}


@given(random_phases(FINE, max_size=25))
def test_pruned_hull_is_the_full_hull(phases: Phases) -> None:
    whole = lower_hull(phases.fractions, phases.energies)
    system, pruned = SystemHulls(arrays(phases)).hull(phases.symbols)
    assert system == phases.symbols
    at = np.vstack([phases.fractions, np.random.default_rng(0).dirichlet(np.ones(len(system)), 5)])
    np.testing.assert_allclose(pruned.energies_ev(at), whole.energies_ev(at), rtol=0, atol=1e-10)
    stable = [
        {(*phases.fractions[row], phases.energies[row]) for row in np.unique(h.vertices)} for h in (pruned, whole)
    ]
    assert stable[0] == stable[1]


@given(random_phases(COARSE, max_size=25))
def test_pruned_hull_has_the_full_hulls_energies_where_many_tie(phases: Phases) -> None:
    whole = lower_hull(phases.fractions, phases.energies)
    _, pruned = SystemHulls(arrays(phases)).hull(phases.symbols)
    np.testing.assert_allclose(
        pruned.energies_ev(phases.fractions), whole.energies_ev(phases.fractions), rtol=0, atol=1e-10
    )


@given(random_phases(FINE, n_elements=(3, 5), max_size=25))
def test_hulls_do_not_depend_on_the_order_they_are_asked_for(phases: Phases) -> None:
    smaller = phases.symbols[:-1]
    up, down = SystemHulls(arrays(phases)), SystemHulls(arrays(phases))
    first = [up.hull(smaller)[1], up.hull(phases.symbols)[1]]
    second = [down.hull(phases.symbols)[1], down.hull(smaller)[1]]
    for one, other in zip(first, reversed(second), strict=True):
        np.testing.assert_array_equal(one.vertices, other.vertices)
        np.testing.assert_array_equal(one.chemical_potentials_ev, other.chemical_potentials_ev)


def test_vertices_are_rows_of_the_table_and_elements_come_sorted() -> None:
    phases = PhaseArrays.from_table(table(["Cu", "TiSi2", "Ti", "Si", "TiSi"], [0.0, -0.5, 0.0, 0.0, -0.1]))
    system, hull = SystemHulls(phases).hull(("Ti", "Si"))
    assert system == ("Si", "Ti")
    assert set(hull.vertices.ravel()) == {1, 2, 3}


def test_lowest_polymorph_represents_an_element() -> None:
    phases = PhaseArrays.from_table(table(["Si", "Si", "Ti"], [0.1, 0.0, 0.0]))
    _, hull = SystemHulls(phases).hull(("Si", "Ti"))
    assert set(hull.vertices.ravel()) == {1, 2}


def test_element_without_a_phase_is_an_error_that_names_it() -> None:
    phases = PhaseArrays.from_table(table(["Si", "TiSi2"], [0.0, -0.5]))
    with pytest.raises(PhaseDataError, match="no elemental phase of Ti"):
        SystemHulls(phases).hull(("Si", "Ti"))
    with pytest.raises(PhaseDataError, match="no elemental phase of Cu"):
        SystemHulls(phases).hull(("Si", "Cu"))


def test_pairs_are_grouped_system_by_system() -> None:
    phases = table(["Ti", "Si", "TiSi2", "NiSi2", "NiTiSi"], [0.0] * 5).assign(phase_id=list("tsdnx"))[[*PHASE_COLUMNS]]
    pairs = pd.DataFrame(
        [("Si-Ti", "s", "d"), ("Si-Ni-Ti", "s", "x"), ("Si-Ni", "s", "n"), ("Si-Ti", "d", "t")],
        columns=["system", "phase_a_id", "phase_b_id"],
        index=[7, 5, 3, 1],
    )
    ordered, groups = grouped_pairs(pairs, phases)
    assert ordered.index.tolist() == [7, 1, 5, 3]
    assert [(group.elements, group.row_a.tolist(), group.row_b.tolist()) for group in groups] == [
        (("Si", "Ti"), [1, 2], [2, 0]),
        (("Ni", "Si", "Ti"), [1], [4]),
        (("Ni", "Si"), [1], [3]),
    ]
    ordered, groups = grouped_pairs(pairs.iloc[:0], phases)
    assert list(ordered) == list(pairs)
    assert ordered.empty
    assert groups == []
