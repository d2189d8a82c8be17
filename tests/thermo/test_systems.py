"""Hulls built from the smallest system up equal the hull of everything at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from reference_diagrams import COARSE, FINE, Phases, random_phases

from tieline.core.errors import PhaseDataError
from tieline.thermo.hull import lower_hull
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls


def table(formulas: list[str], energies: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"formula": formulas, "formation_energy_ev_per_atom": energies, "volume_a3_per_atom": np.arange(len(formulas))}
    )


def arrays(phases: Phases) -> PhaseArrays:
    return PhaseArrays.from_table(table(phases.formulas, phases.energies.tolist()))


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
