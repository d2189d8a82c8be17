"""Probabilities of coexistence by hand, by the normal distribution, and against the hull."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference_diagrams import FINE, STABLE, Phases, lowest_energy, mixtures_on_facets, random_phases
from scipy.special import expit
from scipy.stats import multivariate_normal, norm

from tieline.core.parallel import Parallel, Resources
from tieline.thermo.columns import PROBABILITY_COLUMNS
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.energy_errors import EnergyErrors
from tieline.thermo.existence import ExistenceModel
from tieline.thermo.hull import lower_hull
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.probability import ProbabilityTask, coexistence_probabilities, probable_composites
from tieline.thermo.reactions import reactions_between, reactions_of
from tieline.thermo.reported import Evidence, Reports, reported_list, reports_of
from tieline.thermo.settings import Uncertainty
from tieline.thermo.tielines import tie_line_excess_ev_per_atom

MODEL = ExistenceModel(
    log_odds_assessed=3.0,
    log_odds_reported=1.5,
    log_odds_unknown=0.5,
    log_odds_unlisted=-1.0,
    log_odds_unreported=-4.0,
    scale_ev_per_atom=0.02,
    scale_per_formation_energy=0.0,
)
CERTAIN = replace(MODEL, log_odds_assessed=40.0)
ERRORS = EnergyErrors(sigma_ev_per_atom=0.024, shared_within_system=0.0, draws=20_000, seed=0)

TABLE = pd.DataFrame(
    [("Si", 0.0), ("Ti", 0.0), ("Ni", 0.0), ("TiSi2", -0.5), ("TiSi", -0.7), ("NiSi2", -0.4), ("NiTi", -1.5)],
    columns=["formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)
SI, TI, NI, TI_SI2, TI_SI, NI_SI2, NI_TI = range(7)
A = Evidence.ASSESSED


def probabilities(
    elements: str,
    *composites: tuple[int, ...],
    table: pd.DataFrame = TABLE,
    evidence: dict[int, Evidence] | None = None,
    missing: list[list[float]] | None = None,
    model: ExistenceModel = MODEL,
    errors: EnergyErrors = ERRORS,
) -> np.ndarray:
    """Return the probability of each composite, rows of A and B; compounds not in `evidence` are assessed."""
    phases = PhaseArrays.from_table(table)
    kinds = np.full(len(table), A, dtype=np.int8)
    for row, kind in (evidence or {}).items():
        kinds[row] = kind
    reports = Reports(
        evidence=kinds,
        other_polymorph=np.zeros(len(table), dtype=bool),
        missing_fractions=np.array(missing or []).reshape(-1, len(phases.symbols)),
        missing_formulas=("",) * len(missing or []),
    )
    group = group_of(elements, *composites)
    return coexistence_probabilities(ProbabilityTask(phases, reports, model, errors), [group])[:, 0]


def group_of(elements: str, *composites: tuple[int, ...]) -> CompositeGroup:
    rows = np.array(composites)
    return CompositeGroup(tuple(elements.split()), rows[:, 0], rows[:, 1:], np.full(rows[:, 1:].shape, np.nan))


def test_in_a_binary_the_host_richest_compound_that_is_there() -> None:
    """TiSi2 lies 0.5 - 1.4/3 below the line from Si to TiSi, TiSi 0.7 - 0.375 below that from TiSi2 to Ti."""
    ti_si2, ti_si = expit(3.0 + (0.5 - 1.4 / 3) / 0.02), expit(3.0 + 0.325 / 0.02)
    found = probabilities("Si Ti", (SI, TI_SI2), (SI, TI_SI), (TI_SI2, TI_SI))
    assert found == pytest.approx([ti_si2, ti_si * (1 - ti_si2), ti_si2 * ti_si])


def test_an_unreported_neighbour_hardly_breaks_a_reported_tie_line() -> None:
    """TiSi2, as far below its line, but unreported: TiSi is the neighbour, 0.7 eV/atom below the elements."""
    p_ti_si2 = expit(-4.0 + (0.5 - 1.4 / 3) / 0.02)
    found = probabilities("Si Ti", (SI, TI_SI2), (SI, TI_SI), evidence={TI_SI2: Evidence.UNREPORTED})
    assert found == pytest.approx([p_ti_si2, expit(3.0 + 0.7 / 0.02) * (1 - p_ti_si2)])


def test_a_known_neighbour_that_the_data_lack_counts() -> None:
    """TiSi3, columns Ni, Si, Ti: only if it is not there is TiSi2 the neighbour."""
    found = probabilities("Si Ti", (SI, TI_SI2), missing=[[0.0, 0.75, 0.25]])
    assert found == pytest.approx([expit(3.0 + (0.5 - 1.4 / 3) / 0.02) * (1 - expit(3.0))])


@pytest.mark.parametrize("sigma", [0.012, 0.024, 0.048])
def test_crossing_tie_lines_are_decided_by_the_reaction_energy(sigma: float) -> None:
    """4 Si + NiTi -> TiSi2 + NiSi2 costs 2 x 1.38 - 3 x 0.5 - 3 x 0.4 = 0.06 eV.

    Its error is that of three atoms of TiSi2, three of NiSi2 and two of NiTi: sqrt(9 + 9 + 4) sigma.
    """
    table = TABLE[TABLE["formula"] != "TiSi"].reset_index(drop=True)
    ni_ti = len(table) - 1
    table.loc[ni_ti, "formation_energy_ev_per_atom"] = -1.38
    expected = norm.cdf(0.06 / (sigma * np.sqrt(22.0)))
    errors = replace(ERRORS, sigma_ev_per_atom=sigma)
    found = probabilities("Ni Si Ti", (SI, ni_ti), table=table, model=CERTAIN, errors=errors)
    assert found == pytest.approx([expected], abs=4 * np.sqrt(expected * (1 - expected) / ERRORS.draws))


def test_a_reaction_runs_only_if_its_products_are_there() -> None:
    """At -1.2 eV/atom NiTi and Si yield 0.3 eV, many deviations: they meet only where TiSi2 or NiSi2 is not there.

    Of the two, 0.5 and 0.4 eV/atom below the elements, only NiSi2 is doubtful, being unreported. Without it the
    cheapest reaction, 2 Si + NiTi -> TiSi2 + Ni, costs 2.4 - 1.5 eV.
    """
    table = TABLE[TABLE["formula"] != "TiSi"].reset_index(drop=True)
    ni_si2, ni_ti = len(table) - 2, len(table) - 1
    table.loc[ni_ti, "formation_energy_ev_per_atom"] = -1.2
    model = replace(CERTAIN, log_odds_unreported=-20.0 + np.log(3.0))
    errors = replace(ERRORS, sigma_ev_per_atom=0.003)
    found = probabilities(
        "Ni Si Ti", (SI, ni_ti), table=table, evidence={ni_si2: Evidence.UNREPORTED}, model=model, errors=errors
    )
    assert found == pytest.approx([0.25], abs=4 * np.sqrt(0.25 * 0.75 / ERRORS.draws))


def test_what_is_there_does_not_lie_above_the_hull() -> None:
    """NiSi2 at +0.1 eV/atom is taken down to zero, so 4 Si + NiTi -> TiSi2 + NiSi2 costs 1.6 - 1.5 = 0.1 eV, not 0.4.

    2 Si + NiTi -> TiSi2 + Ni costs as much; the errors of the two have 3 TiSi2 - 2 NiTi in common.
    """
    table = TABLE[TABLE["formula"] != "TiSi"].reset_index(drop=True)
    ni_si2, ni_ti = len(table) - 2, len(table) - 1
    table.loc[[ni_si2, ni_ti], "formation_energy_ev_per_atom"] = [0.1, -0.8]
    covariance = 0.024**2 * np.array([[22.0, 13.0], [13.0, 13.0]])
    expected = multivariate_normal.cdf([0.1, 0.1], cov=covariance)
    found = probabilities("Ni Si Ti", (SI, ni_ti), table=table, model=CERTAIN)
    assert found == pytest.approx([expected], abs=4 * np.sqrt(expected * (1 - expected) / ERRORS.draws))


def test_groups_do_not_matter() -> None:
    phases = PhaseArrays.from_table(TABLE)
    task = ProbabilityTask(phases, Reports.nothing(phases), MODEL, ERRORS)
    groups = [group_of("Si Ti", (SI, TI_SI2), (SI, TI_SI)), group_of("Ni Si Ti", (SI, NI_TI))]
    apart = np.concatenate([coexistence_probabilities(task, [group]) for group in reversed(groups)])
    assert coexistence_probabilities(task, groups).tolist() == np.roll(apart, -1, axis=0).tolist()


def test_reaction_of_silicon_with_an_intermetallic() -> None:
    """4 Si + NiTi -> TiSi2 + NiSi2, 2 Si + NiTi -> TiSi2 + Ni or NiSi2 + Ti; NiTi -> Ni + Ti uses up no silicon."""
    fractions = np.array([[0, 1, 0], [1, 0, 1], [0, 2, 1], [1, 2, 0], [1, 0, 0], [0, 0, 1]], dtype=float)
    fractions /= fractions.sum(axis=1, keepdims=True)
    found = reactions_between(fractions[:2], fractions[2:])
    assert found.reactants == pytest.approx(np.array([[2 / 3, 1 / 3], [0.5, 0.5], [0.5, 0.5]]))
    assert found.products == pytest.approx(np.array([[0.5, 0.5, 0, 0], [0.75, 0, 0.25, 0], [0, 0.75, 0, 0.25]]))


@settings(max_examples=150, deadline=None)
@given(phases=random_phases(FINE, n_elements=(2, 4), max_size=8))
def test_stable_phases_coexist_unless_a_reaction_runs(phases: Phases) -> None:
    fractions, energies = phases.fractions, phases.energies
    hull = lower_hull(fractions, energies)
    on_hull = np.flatnonzero(energies - hull.energies_ev(fractions) < 1e-9)
    compositions = np.unique(fractions[on_hull].round(9), axis=0, return_index=True)[1]
    a, b = on_hull[compositions][[0, -1]]
    others = np.setdiff1d(np.arange(len(energies)), [a, b])
    others = others[(np.abs(fractions[others] - fractions[a]).max(axis=1) > 1e-9)]
    others = others[(np.abs(fractions[others] - fractions[b]).max(axis=1) > 1e-9)]
    whole = (np.zeros(1), np.ones(1))
    excess = tie_line_excess_ev_per_atom(
        hull, fractions[[a]], energies[[a]], fractions[[b]], energies[[b]], window=whole
    )[0]
    assume(not 1e-9 < excess < 1e-6)
    reactions = reactions_between(fractions[[a, b]], fractions[others])
    assert reactions.reactants @ fractions[[a, b]] == pytest.approx(reactions.products @ fractions[others], abs=1e-7)
    cost = reactions.products @ energies[others] - reactions.reactants @ energies[[a, b]]
    assert bool((cost < -1e-8).any()) == (excess > 1e-9)


def test_two_phases_may_react_to_the_third() -> None:
    """Si, NiTi and TiSi2 in contact: 4 Si + NiTi -> TiSi2 + NiSi2 yields one of them, half of the product's atoms."""
    si, ni_ti, ti_si2, ni_si2 = np.array([[0, 6, 0], [3, 0, 3], [0, 4, 2], [2, 4, 0]]) / 6
    found = reactions_of(np.array([si, ni_ti, ti_si2]), ni_si2[None])
    assert found.reactants == pytest.approx(np.array([[2 / 3, 1 / 3, 0.0]]))
    assert found.products == pytest.approx(np.array([[0.5, 0.0, 0.0, 0.5]]))


TRIANGLE = pd.DataFrame(
    [("Si", 0.0), ("Ti", 0.0), ("Ni", 0.0), ("TiSi2", -0.5), ("NiSi2", -0.4), ("TiNiSi6", -0.36)],
    columns=["formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)


def test_a_compound_within_the_triangle_parts_three_phases() -> None:
    """TiNiSi6 = TiSi2 + NiSi2 + 2 Si: no pair of the three lies in its way, the three meet only where it is not there.

    It is unreported, 0.36 - (3 x 0.5 + 3 x 0.4) / 8 eV/atom below the triangle. TiSi2 and NiSi2 are there for certain.
    """
    table, p = TRIANGLE, expit(-4.0 + (0.36 - 2.7 / 8) / 0.02)
    kinds = {5: Evidence.UNREPORTED}
    pairs = probabilities("Ni Si Ti", (SI, 3), (SI, 4), (3, 4), table=table, evidence=kinds, model=CERTAIN)
    assert pairs == pytest.approx(np.ones(3))
    assert probabilities("Ni Si Ti", (SI, 3, 4), table=table, evidence=kinds, model=CERTAIN) == pytest.approx([1 - p])


def test_three_phases_meet_where_all_are_there() -> None:
    """TiSi2, 0.5 eV/atom below the elements, and NiSi2, 0.4, are as probable as each is."""
    table = TRIANGLE.drop(index=5)
    expected = expit(3.0 + 0.5 / 0.02) * expit(-4.0 + 0.4 / 0.02)
    found = probabilities("Ni Si Ti", (SI, 3, 4), table=table, evidence={4: Evidence.UNREPORTED})
    assert found == pytest.approx([expected])


def test_two_phases_that_react_to_the_third_part_the_three() -> None:
    """4 Si + NiTi -> TiSi2 + NiSi2 costs 0.06 eV, as above; that TiSi2 is in contact with both changes nothing.

    TiSi2 and NiTi themselves are far from reacting: to NiSi2 and Ti it costs 3 eV.
    """
    table = TABLE[TABLE["formula"] != "TiSi"].reset_index(drop=True)
    ni_ti = len(table) - 1
    table.loc[ni_ti, "formation_energy_ev_per_atom"] = -1.38
    pair, both = (
        probabilities("Ni Si Ti", composite, table=table, model=CERTAIN)
        for composite in ((SI, ni_ti), (SI, ni_ti, TI_SI2))
    )
    assert both == pair
    assert pair == pytest.approx([norm.cdf(0.06 / (0.024 * np.sqrt(22.0)))], abs=0.02)


@settings(max_examples=100, deadline=None)
@given(phases=random_phases(FINE, n_elements=(3, 3), max_size=8), choice=st.randoms(use_true_random=False))
def test_three_stable_phases_are_corners_of_one_triangle_unless_a_reaction_runs(
    phases: Phases, choice: random.Random
) -> None:
    """By the definition of the hull: their equal mixture is stable."""
    fractions, energies = phases.fractions, phases.energies
    stable = np.array([lowest_energy(phases, x) > e - 1e-9 for x, e in zip(fractions, energies, strict=True)])
    compositions = np.unique(fractions[stable].round(9), axis=0, return_index=True)[1]
    ends = np.sort(choice.sample(np.flatnonzero(stable)[compositions].tolist(), 3))
    assume(abs(np.linalg.det(fractions[ends])) > 1e-6)
    centre = fractions[ends].mean(axis=0)
    excess = energies[ends].mean() - lowest_energy(phases, centre)
    assume(not 1e-9 < excess < 1e-6)
    others = np.array([np.abs(fractions[ends] - x).max(axis=1).min() > 1e-9 for x in fractions])
    reactions = reactions_of(fractions[ends], fractions[others])
    pool = np.concatenate([energies[others], energies[ends]])
    cost = reactions.products @ pool - reactions.reactants @ energies[ends]
    assert bool((cost < -1e-8).any()) == (excess > 1e-9)


@settings(max_examples=25, deadline=None)
@given(phases=random_phases(STABLE, n_elements=(3, 4), max_size=9), choice=st.randoms(use_true_random=False))
def test_three_phases_of_certain_compounds_draw_by_draw(phases: Phases, choice: random.Random) -> None:
    """Against the hull of each draw: an element and two compounds of one facet, where nothing lies between them.

    All compounds are there, and so lie on the hull before their errors are added. A phase that is there does not
    decompose by itself; where a draw would have it so, the hull does not say whether the three hold.
    """
    triples = mixtures_on_facets(phases)
    assume(triples)
    triple = choice.choice(triples)
    ends = phases.fractions[triple]
    _, first = np.unique(phases.fractions.round(9), axis=0, return_index=True)
    compounds = phases.counts[np.union1d([row for row in first if not equals_any(phases.fractions[row], ends)], triple)]
    fractions = compounds / compounds.sum(axis=1, keepdims=True)
    shares = fractions @ np.linalg.pinv(ends)
    between = (np.abs(shares @ ends - fractions).max(axis=1) < 1e-9) & (shares > -1e-9).all(axis=1)
    assume(between.sum() == 3)

    errors = replace(ERRORS, sigma_ev_per_atom=0.1, shared_within_system=0.5, draws=30)
    table = pd.DataFrame({"formula": phases.formulas, "formation_energy_ev_per_atom": phases.energies})
    (found,) = probabilities(
        " ".join(phases.symbols),
        tuple(triple),
        table=table.assign(volume_a3_per_atom=1.0),
        model=CERTAIN,
        errors=errors,
    )
    on_hull = np.array([lowest_energy(phases, x) for x in fractions])
    own = np.array([np.abs(fractions - end).max(axis=1).argmin() for end in ends])
    held = undecided = 0
    for error in errors.of_compositions(phases.symbols, fractions).T:
        drawn = Phases(compounds, on_hull + error)
        alone = max(drawn.energies[end] - lowest_energy(drawn, fractions[end]) for end in own)
        together = drawn.energies[own].mean() - lowest_energy(drawn, ends.mean(axis=0))
        undecided += alone > 1e-8
        held += together < 1e-8
    assert held / 30 - 1e-9 <= found <= (held + undecided) / 30 + 1e-9


def equals_any(fractions: np.ndarray, others: np.ndarray) -> bool:
    return bool((np.abs(others - fractions).max(axis=1) < 1e-9).any())


PHASES = pd.DataFrame(
    {
        "phase_id": ["si", "sc", "ni", "scsi", "nisi3sc", "nisi2"],
        "formula": ["Si", "Sc", "Ni", "ScSi", "ScNiSi3", "NiSi2"],
        "formation_energy_ev_per_atom": [0.0, 0.0, 0.0, -0.9, -0.8, -0.4],
        "volume_a3_per_atom": 15.0,
        "spacegroup_number_source": pd.array([227, 194, 225, 63, 63, 225], dtype="Int64"),
        "experimental": pd.array([None] * 6, dtype="boolean"),
        "source": "own",
    }
)

COMPOSITES = pd.DataFrame(
    [
        ("Si-Sc", "si", "scsi", None),
        ("Si-Ni-Sc", "si", "nisi3sc", "nisi2"),
        ("Si-Ni-Sc", "si", "nisi3sc", None),
        ("Si-Ni-Sc", "si", "scsi", "nisi2"),
    ],
    columns=["system", "phase_a_id", "phase_b1_id", "phase_b2_id"],
)


def probable(minimum: float = 0.0, workers: int = 1) -> pd.DataFrame:
    return probable_composites(
        COMPOSITES,
        PHASES,
        reports=reports_of(PHASES, reported_list()),
        model=MODEL,
        minimum_probability=minimum,
        uncertainty=Uncertainty(draws=200),
        resources=Resources(parallel=Parallel(workers=workers)),
    )


def test_composites_of_a_table() -> None:
    """Sc3Si5 stands beside Si: Si + ScSi, stable in energy, is improbable, whether or not the data hold Sc3Si5."""
    found = probable()
    assert list(found) == [*COMPOSITES, *(column.name for column in PROBABILITY_COLUMNS)]
    assert found["phase_b1_id"].tolist() == ["scsi", "nisi3sc", "nisi3sc", "scsi"]
    assert found["coexistence_probability_energies"].iloc[0] > 0.99
    assert found["coexistence_probability"].iloc[0] == pytest.approx(1 - expit(3.0))


def test_b_is_reported_if_all_its_phases_are() -> None:
    """ScSi and NiSi2 stand in assessed diagrams; of ScNiSi3 nothing is known."""
    assert probable()["reported_b"].tolist() == [True, pd.NA, pd.NA, True]


def test_only_the_probable_are_kept_and_their_numbers_do_not_change() -> None:
    whole = probable()
    expected = whole[whole["coexistence_probability"] >= 0.1].reset_index(drop=True)
    assert 0 < len(expected) < len(whole)
    pd.testing.assert_frame_equal(probable(0.1), expected, check_exact=True)


def test_workers_change_nothing() -> None:
    pd.testing.assert_frame_equal(probable(workers=2), probable(), check_exact=True)
