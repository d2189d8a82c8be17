"""Margins and probabilities by hand, by the normal distribution, and draw by draw with linear programs."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from composite_groups import mixture_group, pair_group
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference_diagrams import FINE, Phases, lowest_energy, random_phases
from scipy.optimize import linprog
from scipy.stats import norm

from tieline.thermo.certainty import CertaintyTask, EnergyErrors, certainty_of, solvable
from tieline.thermo.hull import lower_hull
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.tielines import tie_line_excess_ev_per_atom

TABLE = pd.DataFrame(
    [
        ("Si", 0.0),
        ("Ti", 0.0),
        ("Ni", 0.0),
        ("TiSi2", -0.5),
        ("TiSi2", -0.49),
        ("TiSi", -0.7),
        ("NiSi2", -0.4),
        ("Mg", 0.0),
        ("Mg2Si", -0.2),
        ("SiTi", -0.1),
    ],
    columns=["formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)
SI, TI, NI, TI_SI2, TI_SI2_HIGH, TI_SI, NI_SI2 = range(7)


def errors(**changed: float) -> EnergyErrors:
    values = {"sigma_ev_per_atom": 0.024, "shared_within_system": 0.5, "draws": 20_000, "seed": 0} | changed
    return EnergyErrors(**values)  # type: ignore[arg-type]


def certainty(elements: str, *pairs: tuple[int, int], table: pd.DataFrame = TABLE, **changed: float) -> np.ndarray:
    """Return margin and probability of each pair, shape (n_pairs, 2)."""
    rows = np.array(pairs).T
    task = CertaintyTask(PhaseArrays.from_table(table), errors(**changed))
    found = certainty_of(task, [pair_group(tuple(elements.split()), rows[0], rows[1])])
    return np.column_stack([found.margin_ev_per_atom, found.probability])


def test_margins_of_titanium_silicides_by_hand() -> None:
    """TiSi2 -> 1/2 Si + 1 TiSi costs 1.5 - 1.4 = 0.1 eV over three atoms.

    TiSi + Si -> TiSi2 yields as much over TiSi's two atoms, and the higher polymorph has 0.01 eV/atom to sink.
    """
    found = certainty("Si Ti", (SI, TI_SI2), (SI, TI_SI), (SI, TI_SI2_HIGH))[:, 0]
    assert found == pytest.approx([0.1 / 3, -0.05, -0.01], abs=1e-12)


def test_compounds_bound_each_other() -> None:
    """TiSi2 + TiSi, both stable: TiSi may rise until it decomposes to TiSi2 and Ti, by (1.4 - 0.75) / 2.

    TiSi2 may rise by 0.0333 eV/atom as with silicon, for TiSi is among its products.
    """
    found = certainty("Si Ti", (TI_SI2, TI_SI), (TI_SI, TI_SI2))[:, 0]
    assert found == pytest.approx([0.1 / 3, 0.1 / 3], abs=1e-12)
    deep = TABLE.assign(formation_energy_ev_per_atom=[*TABLE["formation_energy_ev_per_atom"][:3], -0.9, *[0.1] * 6])
    # With TiSi at +0.1 above 0: TiSi2 + TiSi holds if TiSi sinks to the line TiSi2 - Ti, -0.675 eV/atom.
    assert certainty("Si Ti", (TI_SI2, TI_SI), table=deep)[0, 0] == pytest.approx(-0.775, abs=1e-12)


def test_crossing_tie_line_in_a_ternary_system() -> None:
    """Si with NiTi against TiSi2 and NiSi2: 1 NiTi + 4 Si -> TiSi2 + NiSi2 decides.

    NiTi at -1.5 eV/atom: -3.0 against -1.5 - 1.2 = -2.7 eV, so NiTi may rise by 0.3 eV over its two atoms.
    """
    table = pd.concat([TABLE, pd.DataFrame({"formula": ["NiTi"], "formation_energy_ev_per_atom": [-1.5]})])
    table = table[~table["formula"].isin(["TiSi", "SiTi"])].assign(volume_a3_per_atom=15.0).reset_index(drop=True)
    ni_ti = len(table) - 1
    assert certainty("Ni Si Ti", (SI, ni_ti), table=table)[0, 0] == pytest.approx(0.15, abs=1e-12)


@pytest.mark.parametrize("shared", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("sigma", [0.01, 0.024, 0.1])
def test_one_competitor_gives_the_normal_distribution(shared: float, sigma: float) -> None:
    """3 e(TiSi2) <= 2 e(TiSi) decides: 3 e1 - 2 e2 <= 0.1 eV.

    Its variance is (9 + 4) sigma^2 for the errors of their own, (3 - 2)^2 sigma^2 for those in common.
    """
    deviation = sigma * np.sqrt(13 * (1 - shared) + shared)
    expected = norm.cdf(0.1 / deviation)
    table = TABLE.drop(index=TI_SI2_HIGH).reset_index(drop=True)
    found = certainty("Si Ti", (0, 3), (0, 4), table=table, sigma_ev_per_atom=sigma, shared_within_system=shared)
    noise = 4 * np.sqrt(expected * (1 - expected) / 20_000) + 1e-9
    assert found[0, 1] == pytest.approx(expected, abs=noise)
    assert found[1, 1] == pytest.approx(1 - expected, abs=noise)


def test_polymorph_of_b_does_not_count_against_it() -> None:
    """The higher polymorph has 0.01 eV/atom less to spare: 3 x 0.01 eV of the 0.1."""
    low, high = certainty("Si Ti", (SI, TI_SI2), (SI, TI_SI2_HIGH))[:, 1]
    deviation = 0.024 * np.sqrt(13 * 0.5 + 0.5)
    assert low == pytest.approx(norm.cdf(0.1 / deviation), abs=0.015)
    assert high == pytest.approx(norm.cdf(0.07 / deviation), abs=0.015)


def test_without_errors_the_probability_is_whether_it_holds() -> None:
    found = certainty("Si Ti", (SI, TI_SI2), (SI, TI_SI), sigma_ev_per_atom=0.0, draws=100)
    assert found[:, 1].tolist() == [1.0, 0.0]


def test_only_competitor_is_the_elements() -> None:
    """Mg2Si at -0.2 eV/atom, eight standard deviations below its elements."""
    assert certainty("Mg Si", (0, 8))[0, 1] == 1.0
    assert certainty("Mg Si", (0, 8))[0, 0] == pytest.approx(0.2)


def test_errors_have_the_variance_and_correlation_asked_for() -> None:
    fractions = np.array([[2, 0, 1], [1, 0, 1], [2, 1, 0], [1, 1, 1], [1, 0, 0]]) / np.array([[3], [2], [3], [3], [1]])
    drawn = errors(shared_within_system=0.3, draws=100_000).of_compositions(("Al", "Cu", "Ti"), fractions)
    assert drawn[:4].std(axis=1) == pytest.approx(0.024, rel=0.01)
    assert not drawn[4].any()
    correlation = np.corrcoef(drawn[:4])
    assert correlation[0, 1] == pytest.approx(0.3, abs=0.015)
    assert np.abs(correlation[[0, 0, 1, 1, 2], [2, 3, 2, 3, 3]]).max() < 0.015


def test_errors_do_not_depend_on_company_and_change_with_the_seed() -> None:
    alone = errors().of_compositions(("Al", "Ti"), np.array([[0.25, 0.75]]))
    among = errors().of_compositions(("Al", "Cu", "Ti"), np.array([[0.5, 0.5, 0.0], [0.25, 0.0, 0.75]]))
    np.testing.assert_array_equal(alone[0], among[1])
    assert not np.array_equal(errors(seed=1).of_compositions(("Al", "Ti"), np.array([[0.25, 0.75]])), alone)


def test_other_systems_and_batches_do_not_change_a_pair() -> None:
    phases = PhaseArrays.from_table(TABLE)
    groups = [
        pair_group(("Si", "Ti"), [SI], [TI_SI2]),
        pair_group(("Ni", "Si"), [SI], [NI_SI2]),
    ]
    task = CertaintyTask(phases, errors())
    together = certainty_of(task, groups)
    apart = [certainty_of(task, [group]) for group in reversed(groups)]
    assert together.probability.tolist() == [apart[1].probability[0], apart[0].probability[0]]
    fewer = TABLE[~TABLE["formula"].str.contains("Mg|Ni")].reset_index(drop=True)
    assert certainty("Si Ti", (0, 2), table=fewer)[0].tolist() == certainty("Si Ti", (SI, TI_SI2))[0].tolist()


def pick(phases: Phases, random: st.DrawFn) -> tuple[int, int]:
    """Return two phases of different composition, the second a compound."""
    compounds = np.flatnonzero((phases.counts > 0).sum(axis=1) > 1)
    assume(compounds.size)
    b = int(random.choice(compounds.tolist()))
    others = np.flatnonzero(np.abs(phases.fractions - phases.fractions[b]).max(axis=1) > 1e-9)
    return int(random.choice(others.tolist())), b


def task_of(phases: Phases, **changed: float) -> CertaintyTask:
    table = pd.DataFrame({"formula": phases.formulas, "formation_energy_ev_per_atom": phases.energies})
    return CertaintyTask(PhaseArrays.from_table(table.assign(volume_a3_per_atom=1.0)), errors(**changed))


@settings(max_examples=25)
@given(random_phases(FINE, n_elements=(2, 4), max_size=9), st.randoms(use_true_random=False))
def test_probability_is_that_of_linear_programs_draw_by_draw(phases: Phases, random: object) -> None:
    a, b = pick(phases, random)  # type: ignore[arg-type]
    task = task_of(phases, sigma_ev_per_atom=0.1, draws=30)
    group = pair_group(phases.symbols, [a], [b])
    (found,) = certainty_of(task, [group]).probability
    drawn = task.errors.of_compositions(phases.symbols, phases.fractions)
    # Of A's and B's own compositions only they themselves take part.
    rivals = np.abs(phases.fractions[:, None] - phases.fractions[[a, b]]).max(axis=2).min(axis=1) > 1e-9
    rivals[[a, b]] = True
    held = 0
    for error in drawn.T:
        moved = Phases(phases.counts[rivals], (phases.energies + error)[rivals])
        own = (phases.energies + error)[[a, b]].mean()
        held += own - lowest_energy(moved, phases.fractions[[a, b]].mean(axis=0)) < 1e-8
    assert found == pytest.approx(held / 30, abs=1e-12)


def excess(phases: Phases, a: int, b: int) -> float:
    rows = (np.array([a]), np.array([b]))
    (value,) = tie_line_excess_ev_per_atom(
        lower_hull(phases.fractions, phases.energies),
        *(part for row in rows for part in (phases.fractions[row], phases.energies[row])),
        window=(np.zeros(1), np.ones(1)),
    )
    return float(value)


@settings(max_examples=60)
@given(random_phases(FINE, n_elements=(2, 4)), st.randoms(use_true_random=False))
def test_margin_is_how_far_the_compound_may_rise(phases: Phases, random: object) -> None:
    """Just below the margin the tie-line of an element and a compound holds, just above it does not."""
    _, b = pick(phases, random)  # type: ignore[arg-type]
    a = int(random.randrange(len(phases.symbols)))  # type: ignore[attr-defined]
    group = pair_group(phases.symbols, [a], [b])
    (margin,) = certainty_of(task_of(phases, draws=1), [group]).margin_ev_per_atom
    assert (excess(phases, a, b) > 1e-8) == (margin < -1e-8) or abs(margin) <= 1e-8
    same = np.abs(phases.fractions - phases.fractions[b]).max(axis=1) < 1e-9
    assume(phases.energies[same].min() == phases.energies[b])
    # Polymorphs above B would take over as it rises.
    kept = ~same
    kept[b] = True
    for step in (-1e-4, 1e-4):
        energies = phases.energies.copy()
        energies[b] += margin + step
        moved = Phases(phases.counts[kept], energies[kept])
        assert (excess(moved, a, int(kept[:b].sum())) < 1e-8) == (step < 0)


NI_TI_SI = len(TABLE)


@pytest.mark.parametrize(
    ("energy", "margin"),
    [
        (-0.85, 0.1 / 3),
        (-0.88, 0.06 / 3),
        (-0.95, -0.15 / 3),
    ],
)
def test_margin_of_a_mixture_by_hand(energy: float, margin: float) -> None:
    """TiSi2 + NiSi2 -> NiTiSi + 3 Si costs 3 E + 2.7 eV, over TiSi2's three atoms or NiSi2's.

    At -0.85 eV/atom that is 0.15 eV, more than TiSi2 -> TiSi + Si at 0.1 eV; NiSi2 alone may rise by 0.4 eV/atom.
    """
    more = pd.DataFrame({"formula": ["NiTiSi"], "formation_energy_ev_per_atom": [energy]})
    table = pd.concat([TABLE, more.assign(volume_a3_per_atom=15.0)], ignore_index=True)
    task = CertaintyTask(PhaseArrays.from_table(table), errors(draws=100))
    triples = [(SI, TI_SI2, NI_SI2), (SI, NI_SI2, TI_SI2)]
    found = certainty_of(task, [mixture_group(("Ni", "Si", "Ti"), triples)]).margin_ev_per_atom
    assert found == pytest.approx([margin, margin], abs=1e-12)


def test_polymorph_in_a_mixture_has_to_sink() -> None:
    """The higher form of TiSi2 by its 0.01 eV/atom."""
    task = CertaintyTask(PhaseArrays.from_table(TABLE), errors(draws=100))
    found = certainty_of(task, [mixture_group(("Ni", "Si", "Ti"), [(SI, TI_SI2_HIGH, NI_SI2)])])
    assert found.margin_ev_per_atom == pytest.approx([-0.01], abs=1e-12)


@pytest.mark.parametrize("shared", [0.0, 1.0])
def test_probability_of_a_mixture_is_that_of_the_normal_distribution(shared: float) -> None:
    """Ti5Si3 and TiSi left out, TiSi2 + NiSi2 -> NiTiSi + 3 Si decides: 3 (e1 + e2 - e3) <= 0.06 eV.

    The three are of three systems, so that nothing is shared between them: the variance is 27 sigma^2.
    """
    kept = TABLE[TABLE["formula"].isin(["Si", "Ti", "Ni", "TiSi2", "NiSi2"])].drop(index=TI_SI2_HIGH)
    more = pd.DataFrame({"formula": ["NiTiSi"], "formation_energy_ev_per_atom": [-0.88], "volume_a3_per_atom": 15.0})
    table = pd.concat([kept, more], ignore_index=True)
    task = CertaintyTask(PhaseArrays.from_table(table), errors(shared_within_system=shared))
    (found,) = certainty_of(task, [mixture_group(("Ni", "Si", "Ti"), [(0, 3, 4)])]).probability
    expected = norm.cdf(0.06 / (0.024 * np.sqrt(27)))
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / 20_000))


def pick_mixture(phases: Phases, random: st.DrawFn) -> list[int]:
    """Return an element and two compounds that are not on one line with it."""
    compounds = np.flatnonzero((phases.counts > 0).sum(axis=1) > 1).tolist()
    triples = [
        [a, b1, b2]
        for a in range(len(phases.symbols))
        for n, b1 in enumerate(compounds)
        for b2 in compounds[:n]
        if np.linalg.svd(phases.fractions[[a, b1, b2]], compute_uv=False).min() > 1e-6
    ]
    assume(triples)
    return random.choice(triples)


def lies_above_hull_ev_per_atom(phases: Phases, energies: np.ndarray, rows: list[int]) -> float:
    """Return how far the equal mixture of phases lies above the lowest energy at its composition."""
    own, others = energies[rows].mean(), Phases(phases.counts, energies)
    return float(own - lowest_energy(others, phases.fractions[rows].mean(axis=0)))


@settings(max_examples=25)
@given(random_phases(FINE, n_elements=(3, 4), max_size=9), st.randoms(use_true_random=False))
def test_probability_of_a_mixture_is_that_of_linear_programs_draw_by_draw(phases: Phases, random: object) -> None:
    triple = pick_mixture(phases, random)  # type: ignore[arg-type]
    task = task_of(phases, sigma_ev_per_atom=0.1, draws=30)
    (found,) = certainty_of(task, [mixture_group(phases.symbols, [triple])]).probability
    drawn = task.errors.of_compositions(phases.symbols, phases.fractions)
    rivals = np.abs(phases.fractions[:, None] - phases.fractions[triple]).max(axis=2).min(axis=1) > 1e-9
    rivals[triple] = True
    held = 0
    for error in drawn.T:
        moved = Phases(phases.counts[rivals], (phases.energies + error)[rivals])
        own = (phases.energies + error)[triple].mean()
        held += own - lowest_energy(moved, phases.fractions[triple].mean(axis=0)) < 1e-8
    assert found == pytest.approx(held / 30, abs=1e-12)


@settings(max_examples=60)
@given(random_phases(FINE, n_elements=(3, 4)), st.randoms(use_true_random=False))
def test_margin_of_a_mixture_is_negative_where_it_does_not_hold(phases: Phases, random: object) -> None:
    triple = pick_mixture(phases, random)  # type: ignore[arg-type]
    (margin,) = certainty_of(task_of(phases, draws=1), [mixture_group(phases.symbols, [triple])]).margin_ev_per_atom
    above = lies_above_hull_ev_per_atom(phases, phases.energies, triple)
    assert (above > 1e-8) == (margin < -1e-8) or abs(margin) <= 1e-7


STABLE = st.floats(-1.0, -0.2).map(lambda x: round(x, 5))
"""Energies of compounds of which many coexist."""


@settings(max_examples=40)
@given(random_phases(STABLE, n_elements=(3, 4)), st.randoms(use_true_random=False))
def test_margin_of_a_mixture_is_how_far_its_compounds_may_rise(phases: Phases, random: object) -> None:
    """Just below the margin all three hold whichever compound rises, just above it one breaks them."""
    n_elements = len(phases.symbols)
    facets = lower_hull(phases.fractions, phases.energies).vertices.tolist()
    triples = [
        [a, b1, b2]
        for facet in facets
        for a in facet
        for b1, b2 in combinations(sorted(facet), 2)
        if a < n_elements <= b1 and (phases.counts[[b1, b2]] > 0).sum(axis=1).min() > 1
    ]
    assume(triples)
    triple = random.choice(triples)  # type: ignore[attr-defined]
    (margin,) = certainty_of(task_of(phases, draws=1), [mixture_group(phases.symbols, [triple])]).margin_ev_per_atom
    assert margin > -1e-9
    # Polymorphs above a compound would take over as it rises.
    same = np.abs(phases.fractions[:, None] - phases.fractions[triple]).max(axis=2).min(axis=1) < 1e-9
    same[triple] = False
    kept = Phases(phases.counts[~same], phases.energies[~same])
    rows = [int((~same)[:row].sum()) for row in triple]
    holds = {}
    for step in (-1e-4, 1e-4):
        risen = [np.where(np.arange(len(kept.energies)) == b, margin + step, 0.0) for b in rows[1:]]
        holds[step] = [lies_above_hull_ev_per_atom(kept, kept.energies + rise, rows) < 1e-8 for rise in risen]
    # What sinks below its present energy may break other phases.
    assert all(holds[-1e-4]) or margin < 1e-4
    assert not all(holds[1e-4])


@pytest.mark.parametrize("unknowns", [0, 1, 2, 3])
def test_inequalities_are_solvable_where_a_linear_program_finds_a_solution(unknowns: int) -> None:
    random = np.random.default_rng(unknowns)
    answers = []
    for _ in range(20):
        coefficients = random.integers(-2, 3, (9, unknowns)).astype(float)
        bounds = random.normal(0.6, 1.0, (9, 5))
        for column, found in zip(bounds.T, solvable(coefficients, bounds), strict=True):
            if unknowns:
                program = linprog(np.zeros(unknowns), A_ub=coefficients, b_ub=column, bounds=(None, None))
                expected = program.status == 0
            else:
                expected = bool((column >= 0).all())
            assert found == expected
            answers.append(expected)
    assert 0 < sum(answers) < len(answers) or unknowns == 0
