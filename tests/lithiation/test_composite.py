"""Composites worked by hand, and the balances that must hold for any."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from composite_groups import mixture_group, pair_group
from hand_worked import TABLE
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pymatgen.core import Element
from reference_diagrams import COARSE, FINE, Phases, composition, phase_diagram, random_phases
from scipy.constants import Avogadro

from tieline.core.elements import masses_g_per_mol
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import CompositeProperties, LithiationTask, composite_properties
from tieline.thermo.phase_arrays import PhaseArrays

SI, TI, MG = masses_g_per_mol(["Si", "Ti", "Mg"])
TI_SI2 = TI + 2 * SI

LI_PER_SI = 3.75


def properties(
    table: pd.DataFrame = TABLE,
    *,
    weights: tuple[float, ...] = (0.6, 0.95),
    ion: str = "Li",
    charge: int = 1,
    cutoff_v: float = 0.0,
) -> CompositeProperties:
    """Return the properties of Si (row 0) with the phase of row 1."""
    task = LithiationTask(PhaseArrays.from_table(table), np.array(weights), ion, charge, cutoff_v)
    return composite_properties(task, [pair_group(("Si", "Ti"), [0], [1])])


@pytest.mark.parametrize("place", [0, 1])
def test_capacities_by_hand(place: int) -> None:
    found, w = properties(), (0.6, 0.95)[place]
    silicon = LI_PER_SI * FARADAY_MAH_PER_MOL / SI
    assert silicon == pytest.approx(3579, abs=0.5)
    inert = (1 - w) * silicon
    assert found.phase_b_weight_fraction[place] == w
    assert found.capacity_inert_b_mah_per_g[place] == pytest.approx(inert)
    assert found.capacity_equilibrium_mah_per_g[place] == pytest.approx(
        inert + w * LI_PER_SI * FARADAY_MAH_PER_MOL / TI_SI2
    )
    # Above TiSi2's onset at 0.4 V only Si + Li -> LiSi at 0.5 V: 1 of the 3.75 Li.
    assert found.b_onset_v[place] == pytest.approx(0.4)
    assert found.capacity_stable_b_mah_per_g[place] == pytest.approx(inert / LI_PER_SI)


def test_capacities_of_claimed_composition_in_numbers() -> None:
    found = properties(weights=(0.6,))
    assert found.capacity_inert_b_mah_per_g[0] == pytest.approx(1431.4, abs=0.1)
    assert found.capacity_equilibrium_mah_per_g[0] == pytest.approx(2011.1, abs=0.1)
    assert found.capacity_stable_b_mah_per_g[0] == pytest.approx(381.7, abs=0.1)


@pytest.mark.parametrize("place", [0, 1])
def test_voltages_by_hand(place: int) -> None:
    found, w = properties(), (0.6, 0.95)[place]
    silicon, silicide = (1 - w) / SI, w / TI_SI2
    assert found.first_voltage_v[place] == pytest.approx(0.5)
    assert found.average_voltage_inert_b_v[place] == pytest.approx(0.95 / LI_PER_SI)
    assert found.average_voltage_v[place] == pytest.approx(
        (0.95 * silicon + 0.85 * silicide) / (LI_PER_SI * (silicon + silicide))
    )


@pytest.mark.parametrize("place", [0, 1])
def test_volumes_by_hand(place: int) -> None:
    found, w = properties(), (0.6, 0.95)[place]
    silicon, silicide = (1 - w) / SI, w / TI_SI2
    before = 20 * silicon + 39 * silicide
    assert found.phase_b_volume_fraction[place] == pytest.approx(39 * silicide / before)
    assert found.density_g_per_cm3[place] == pytest.approx(1 / (before * Avogadro * 1e-24))
    assert found.volume_change_fraction[place] == pytest.approx((71.25 * silicon + 99.25 * silicide) / before - 1)
    assert found.volume_change_inert_b_fraction[place] == pytest.approx((71.25 * silicon + 39 * silicide) / before - 1)
    for kind in ("equilibrium", "inert_b", "stable_b"):
        per_g = getattr(found, f"capacity_{kind}_mah_per_g")[place]
        per_cm3 = getattr(found, f"capacity_{kind}_mah_per_cm3")[place]
        assert per_cm3 == pytest.approx(per_g * found.density_g_per_cm3[place])


@pytest.mark.parametrize(
    ("cutoff_v", "li_si", "li_ti_si2", "onset"),
    [
        (0.16, 3.75, 3.75, 0.4),
        (0.45 / 2.75, 1.0, 1.0, 0.4),
        (0.3, 1.0, 1.0, 0.4),
        (0.4, 1.0, 0.0, np.nan),
        (0.45, 1.0, 0.0, np.nan),
        (0.5, 0.0, 0.0, np.nan),
    ],
)
def test_steps_at_the_cutoff_are_not_taken(cutoff_v: float, li_si: float, li_ti_si2: float, onset: float) -> None:
    found = properties(weights=(0.6,), cutoff_v=cutoff_v)
    assert found.capacity_inert_b_mah_per_g[0] == pytest.approx(0.4 * li_si * FARADAY_MAH_PER_MOL / SI)
    assert found.capacity_equilibrium_mah_per_g[0] == pytest.approx(
        (0.4 * li_si / SI + 0.6 * li_ti_si2 / TI_SI2) * FARADAY_MAH_PER_MOL
    )
    assert found.b_onset_v[0] == pytest.approx(onset, nan_ok=True)


def test_nothing_taken_up() -> None:
    found = properties(weights=(0.6,), cutoff_v=1.0)
    assert found.capacity_equilibrium_mah_per_g[0] == found.capacity_stable_b_mah_per_g[0] == 0.0
    assert np.isnan([found.first_voltage_v[0], found.average_voltage_v[0], found.average_voltage_inert_b_v[0]]).all()
    assert found.volume_change_fraction[0] == pytest.approx(0.0, abs=1e-12)


def test_b_that_never_reacts_is_stable_throughout() -> None:
    """With TiSi2 at -1.5 eV/atom: TiSi2 + Li -> TiSi + LiSi costs 4.5 - 1.9 = 2.6 eV."""
    table = TABLE.copy()
    table.loc[1, "formation_energy_ev_per_atom"] = -1.5
    found = properties(table)
    assert np.isnan(found.b_onset_v).all()
    np.testing.assert_allclose(found.capacity_equilibrium_mah_per_g, found.capacity_inert_b_mah_per_g)
    np.testing.assert_allclose(found.capacity_stable_b_mah_per_g, found.capacity_inert_b_mah_per_g)


def test_doubly_charged_ion_by_hand() -> None:
    """Si + 2 Mg -> Mg2Si at 3 x -0.2 = -0.6 eV: 0.15 V, 4 charges per Si; Mg does not touch TiSi2.

    TiSi2 + 2 Mg -> TiSi + Mg2Si would cost 1.5 - 1.4 - 0.6 = -0.5 eV, so TiSi is left out of the data, and
    TiSi2 + 4 Mg -> Ti + 2 Mg2Si costs 1.5 - 1.2 = +0.3 eV.
    """
    table = pd.DataFrame(
        [("Si", 0.0, 20.0), ("TiSi2", -0.5, 13.0), ("Ti", 0.0, 17.0), ("Mg", 0.0, 23.0), ("Mg2Si", -0.2, 21.0)],
        columns=TABLE.columns,
    )
    found = properties(table, weights=(0.7,), ion="Mg", charge=2)
    assert found.capacity_inert_b_mah_per_g[0] == pytest.approx(0.3 * 4 * FARADAY_MAH_PER_MOL / SI)
    assert found.capacity_equilibrium_mah_per_g[0] == pytest.approx(found.capacity_inert_b_mah_per_g[0])
    assert found.first_voltage_v[0] == pytest.approx(0.15)
    assert np.isnan(found.b_onset_v[0])
    before = 20 * 0.3 / SI + 39 * 0.7 / TI_SI2
    assert found.volume_change_fraction[0] == pytest.approx((63 * 0.3 / SI + 39 * 0.7 / TI_SI2) / before - 1)


PER_GRAM = ["capacity_equilibrium_mah_per_g", "capacity_inert_b_mah_per_g", "b_onset_v", "average_voltage_v"]


@pytest.mark.parametrize(
    ("formula", "unknown", "known"),
    [
        # TiSi appears only when TiSi2 reacts.
        ("TiSi", ["volume_change_fraction"], ["volume_change_inert_b_fraction", "phase_b_volume_fraction"]),
        ("TiSi2", ["density_g_per_cm3", "phase_b_volume_fraction", "capacity_inert_b_mah_per_cm3"], []),
        ("Li15Si4", ["volume_change_fraction", "volume_change_inert_b_fraction"], ["density_g_per_cm3"]),
        # LiSi is gone at full uptake, titanium never there.
        ("LiSi", [], ["volume_change_fraction", "volume_change_inert_b_fraction"]),
        ("Ti", [], ["volume_change_fraction", "volume_change_inert_b_fraction"]),
    ],
)
def test_missing_volumes_leave_only_what_needs_them_unknown(formula: str, unknown: list[str], known: list[str]) -> None:
    table = TABLE.assign(volume_a3_per_atom=TABLE["volume_a3_per_atom"].mask(TABLE["formula"] == formula))
    found = properties(table)
    for name in unknown:
        assert np.isnan(getattr(found, name)).all(), name
    for name in [*known, *PER_GRAM]:
        np.testing.assert_allclose(getattr(found, name), getattr(properties(), name))


def test_groups_and_pairs_come_in_order_whatever_their_company() -> None:
    phases = PhaseArrays.from_table(TABLE)
    task = LithiationTask(phases, np.array([0.6, 0.8]), "Li", 1, 0.0)
    one = pair_group(("Si", "Ti"), [0], [1])
    other = pair_group(("Si", "Ti"), [0], [4])
    both = pair_group(("Si", "Ti"), [0, 0], [4, 1])
    apart, together = composite_properties(task, [other, one]), composite_properties(task, [both])
    for name in CompositeProperties.__dataclass_fields__:
        np.testing.assert_allclose(getattr(apart, name), getattr(together, name), err_msg=name)
    assert together.phase_b_weight_fraction.tolist() == [0.6, 0.8, 0.6, 0.8]


SYSTEMS = st.one_of(random_phases(FINE, n_elements=(4, 5)), random_phases(COARSE, n_elements=(4, 5)))
SILICON = 3
"""Its row in such systems; lithium is the one before."""


def table_of(phases: Phases) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "formula": phases.formulas,
            "formation_energy_ev_per_atom": phases.energies,
            "volume_a3_per_atom": np.linspace(10.0, 20.0, len(phases.energies)),
        }
    )


def per_gram(phases: Phases) -> NDArray[np.float64]:
    """Return mol of each element in a gram of each phase."""
    mol: NDArray[np.float64] = phases.fractions / (phases.fractions @ masses_g_per_mol(list(phases.symbols)))[:, None]
    return mol


def pymatgens_capacity(phases: Phases, amounts: NDArray[np.float64]) -> float:
    """Return mAh per gram that some amounts of the elements take up."""
    profile = phase_diagram(phases).get_element_profile(Element("Li"), composition(phases, amounts))
    return max(step["evolution"] for step in profile) * FARADAY_MAH_PER_MOL


def compounds_of_silicon(phases: Phases) -> list[int]:
    """Return the rows of the lithium-free ones."""
    free = phases.counts[:, SILICON - 1] == 0
    own = free & (phases.counts[:, SILICON] > 0) & ((phases.counts > 0).sum(1) > 1)
    return np.flatnonzero(own).tolist()


@settings(max_examples=15)
@given(SYSTEMS)
def test_capacities_of_any_composite_are_pymatgens(phases: Phases) -> None:
    """Si with every lithium-free compound that holds Si, as pymatgen's profile of the mixed composition has it.

    Together they may store more than apart: silicon that B lacks for a lithium compound, A can give.
    """
    w = 0.6
    task = LithiationTask(PhaseArrays.from_table(table_of(phases)), np.array([w]), "Li", 1, 0.0)
    mol = per_gram(phases)
    for row in compounds_of_silicon(phases):
        elements = tuple(sorted({"Si"} | {s for s, n in zip(phases.symbols, phases.counts[row], strict=True) if n}))
        found = composite_properties(task, [pair_group(elements, [SILICON], [row])])
        mixed = pymatgens_capacity(phases, (1 - w) * mol[SILICON] + w * mol[row])
        inert = (1 - w) * pymatgens_capacity(phases, mol[SILICON])
        assert found.capacity_equilibrium_mah_per_g[0] == pytest.approx(mixed, rel=1e-7, abs=1e-6)
        assert found.capacity_inert_b_mah_per_g[0] == pytest.approx(inert, rel=1e-7, abs=1e-6)
        assert found.capacity_stable_b_mah_per_g[0] <= found.capacity_inert_b_mah_per_g[0] + 1e-9
        assert found.volume_change_fraction[0] > -1.0


@settings(max_examples=15)
@given(SYSTEMS, st.floats(0.05, 0.95))
def test_capacities_of_any_mixture_are_pymatgens(phases: Phases, share: float) -> None:
    """As above, with the weights of B1 and B2 in the mixed composition; volumes are sums over the phases."""
    w = 0.7
    table = table_of(phases)
    task = LithiationTask(PhaseArrays.from_table(table), np.array([w]), "Li", 1, 0.0)
    mol, compounds = per_gram(phases), compounds_of_silicon(phases)
    elements = tuple(sorted(set(phases.symbols) - {"Li"}))
    for b1, b2 in pairwise(compounds):
        weights = np.array([1 - w, w * share, w * (1 - share)])
        rows = [SILICON, b1, b2]
        found = composite_properties(task, [mixture_group(elements, [rows], [share])])
        mixed = pymatgens_capacity(phases, weights @ mol[rows])
        inert = (1 - w) * pymatgens_capacity(phases, mol[SILICON])
        assert found.capacity_equilibrium_mah_per_g[0] == pytest.approx(mixed, rel=1e-7, abs=1e-6)
        assert found.capacity_inert_b_mah_per_g[0] == pytest.approx(inert, rel=1e-7, abs=1e-6)
        cm3 = weights * mol[rows].sum(axis=1) * table["volume_a3_per_atom"].to_numpy()[rows] * Avogadro * 1e-24
        assert found.density_g_per_cm3[0] == pytest.approx(1 / cm3.sum())
        assert found.phase_b_volume_fraction[0] == pytest.approx(cm3[1:].sum() / cm3.sum())


def test_mixture_of_one_phase_with_itself_is_that_phase() -> None:
    """Whatever the shares; and a part without weight is not there, but for its volume, which is not asked for."""
    task = LithiationTask(PhaseArrays.from_table(TABLE), np.array([0.6, 0.95]), "Li", 1, 0.0)
    alone = composite_properties(task, [pair_group(("Si", "Ti"), [0], [1])])
    for mixed in (mixture_group(("Si", "Ti"), [(0, 1, 1)], [0.3]), mixture_group(("Si", "Ti"), [(0, 4, 1)], [0.0])):
        found = composite_properties(task, [mixed])
        for name in CompositeProperties.__dataclass_fields__:
            np.testing.assert_allclose(getattr(found, name), getattr(alone, name), err_msg=name)
