"""Margins of tie-lines by hand, and by how the hull changes as a compound rises."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from composite_groups import mixture_group, pair_group
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference_diagrams import FINE, STABLE, Phases, lowest_energy, mixtures_on_facets, random_phases

from tieline.thermo.hull import lower_hull
from tieline.thermo.margin import tie_line_margins_ev_per_atom
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


def margins(elements: str, *pairs: tuple[int, int], table: pd.DataFrame = TABLE) -> np.ndarray:
    return margins_of(PhaseArrays.from_table(table), tuple(elements.split()), *pairs)


def margins_of(phases: PhaseArrays, elements: tuple[str, ...], *pairs: tuple[int, int]) -> np.ndarray:
    return tie_line_margins_ev_per_atom(phases, [pair_group(elements, *np.array(pairs).T)])


def test_margins_of_titanium_silicides_by_hand() -> None:
    """TiSi2 -> 1/2 Si + 1 TiSi costs 1.5 - 1.4 = 0.1 eV over three atoms.

    TiSi + Si -> TiSi2 yields as much over TiSi's two atoms, and the higher polymorph has 0.01 eV/atom to sink.
    """
    found = margins("Si Ti", (SI, TI_SI2), (SI, TI_SI), (SI, TI_SI2_HIGH))
    assert found == pytest.approx([0.1 / 3, -0.05, -0.01], abs=1e-12)


def test_compounds_bound_each_other() -> None:
    """TiSi2 + TiSi, both stable: TiSi may rise until it decomposes to TiSi2 and Ti, by (1.4 - 0.75) / 2.

    TiSi2 may rise by 0.0333 eV/atom as with silicon, for TiSi is among its products.
    """
    found = margins("Si Ti", (TI_SI2, TI_SI), (TI_SI, TI_SI2))
    assert found == pytest.approx([0.1 / 3, 0.1 / 3], abs=1e-12)
    deep = TABLE.assign(formation_energy_ev_per_atom=[*TABLE["formation_energy_ev_per_atom"][:3], -0.9, *[0.1] * 6])
    # With TiSi at +0.1 above 0: TiSi2 + TiSi holds if TiSi sinks to the line TiSi2 - Ti, -0.675 eV/atom.
    assert margins("Si Ti", (TI_SI2, TI_SI), table=deep) == pytest.approx(-0.775, abs=1e-12)


def test_crossing_tie_line_in_a_ternary_system() -> None:
    """Si with NiTi against TiSi2 and NiSi2: 1 NiTi + 4 Si -> TiSi2 + NiSi2 decides.

    NiTi at -1.5 eV/atom: -3.0 against -1.5 - 1.2 = -2.7 eV, so NiTi may rise by 0.3 eV over its two atoms.
    """
    table = pd.concat([TABLE, pd.DataFrame({"formula": ["NiTi"], "formation_energy_ev_per_atom": [-1.5]})])
    table = table[~table["formula"].isin(["TiSi", "SiTi"])].assign(volume_a3_per_atom=15.0).reset_index(drop=True)
    ni_ti = len(table) - 1
    assert margins("Ni Si Ti", (SI, ni_ti), table=table) == pytest.approx(0.15, abs=1e-12)


def test_only_competitor_is_the_elements() -> None:
    assert margins("Mg Si", (0, 8)) == pytest.approx([0.2])


def arrays_of(phases: Phases) -> PhaseArrays:
    table = pd.DataFrame({"formula": phases.formulas, "formation_energy_ev_per_atom": phases.energies})
    return PhaseArrays.from_table(table.assign(volume_a3_per_atom=1.0))


def pick(phases: Phases, random: st.DrawFn) -> tuple[int, int]:
    """Return two phases of different composition, the second a compound."""
    compounds = np.flatnonzero((phases.counts > 0).sum(axis=1) > 1)
    assume(compounds.size)
    b = int(random.choice(compounds.tolist()))
    others = np.flatnonzero(np.abs(phases.fractions - phases.fractions[b]).max(axis=1) > 1e-9)
    return int(random.choice(others.tolist())), b


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
    (margin,) = margins_of(arrays_of(phases), phases.symbols, (a, b))
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
    group = mixture_group(("Ni", "Si", "Ti"), [(SI, TI_SI2, NI_SI2), (SI, NI_SI2, TI_SI2)])
    found = tie_line_margins_ev_per_atom(PhaseArrays.from_table(table), [group])
    assert found == pytest.approx([margin, margin], abs=1e-12)


def test_polymorph_in_a_mixture_has_to_sink() -> None:
    """The higher form of TiSi2 by its 0.01 eV/atom."""
    group = mixture_group(("Ni", "Si", "Ti"), [(SI, TI_SI2_HIGH, NI_SI2)])
    assert tie_line_margins_ev_per_atom(PhaseArrays.from_table(TABLE), [group]) == pytest.approx([-0.01], abs=1e-12)


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


@settings(max_examples=60)
@given(random_phases(FINE, n_elements=(3, 4)), st.randoms(use_true_random=False))
def test_margin_of_a_mixture_is_negative_where_it_does_not_hold(phases: Phases, random: object) -> None:
    triple = pick_mixture(phases, random)  # type: ignore[arg-type]
    (margin,) = tie_line_margins_ev_per_atom(arrays_of(phases), [mixture_group(phases.symbols, [triple])])
    above = lies_above_hull_ev_per_atom(phases, phases.energies, triple)
    assert (above > 1e-8) == (margin < -1e-8) or abs(margin) <= 1e-7


@settings(max_examples=40)
@given(random_phases(STABLE, n_elements=(3, 4)), st.randoms(use_true_random=False))
def test_margin_of_a_mixture_is_how_far_its_compounds_may_rise(phases: Phases, random: object) -> None:
    """Just below the margin all three hold whichever compound rises, just above it one breaks them."""
    triples = mixtures_on_facets(phases)
    assume(triples)
    triple = random.choice(triples)  # type: ignore[attr-defined]
    (margin,) = tie_line_margins_ev_per_atom(arrays_of(phases), [mixture_group(phases.symbols, [triple])])
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
