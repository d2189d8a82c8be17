"""Voltage paths against pymatgen's element profiles, conservation laws and reactions worked by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from pymatgen.core import Element
from reference_diagrams import COARSE, FINE, Phases, composition, phase_diagram, random_phases
from scipy.constants import Avogadro, elementary_charge

from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.path import VoltagePaths, voltage_paths
from tieline.thermo.hull import Hull, lower_hull

SYSTEMS = st.one_of(random_phases(FINE, n_elements=(3, 5)), random_phases(COARSE, n_elements=(3, 5)))
LI = 2
"""Column of lithium in systems of three and more elements."""


def hosts_of(phases: Phases) -> NDArray[np.float64]:
    """Return the lithium-free phases and two mixtures of the first and the last of them."""
    free = phases.fractions[phases.counts[:, LI] == 0]
    return np.vstack([free, 0.4 * free[0] + 0.6 * free[-1], 0.15 * free[0] + 0.85 * free[-1]])


def paths_of(phases: Phases, hosts: NDArray[np.float64], **settings: float) -> tuple[Hull, VoltagePaths]:
    hull = lower_hull(phases.fractions, phases.energies)
    return hull, voltage_paths(hull, hosts, LI, **settings)  # type: ignore[arg-type]


@settings(max_examples=25)
@given(SYSTEMS)
def test_staircase_is_pymatgens_element_profile(phases: Phases) -> None:
    """``evolution`` is the uptake just below its chemical potential, that is just above its voltage."""
    diagram = phase_diagram(phases)
    hosts = hosts_of(phases)
    _, paths = paths_of(phases, hosts)
    for number, host in enumerate(hosts):
        profile = diagram.get_element_profile(Element("Li"), composition(phases, host))
        voltages = np.array([-step["chempot"] for step in profile])
        uptakes = np.array([step["evolution"] for step in profile])
        ours = paths.voltages_v[paths.uptakes[number] > 0.0]
        kinks = np.unique(np.concatenate([[0.0], voltages, ours]))
        for low, high in pairwise(kinks):
            if low >= 0.0 and high - low > 1e-6:
                between = (low + high) / 2
                theirs = uptakes[voltages < between][voltages[voltages < between].argmax()]
                assert paths.uptake_above(np.full(len(hosts), between))[number] == pytest.approx(theirs, abs=1e-7)


@given(SYSTEMS)
def test_voltages_do_not_rise_with_uptake(phases: Phases) -> None:
    _, paths = paths_of(phases, hosts_of(phases))
    assert (np.diff(paths.voltages_v) <= 0.0).all()
    assert (paths.uptakes >= 0.0).all()
    assert (paths.uptakes > 0.0).any(axis=0).all()


@given(SYSTEMS, st.sampled_from([0.0, 0.1, 0.25]), st.integers(1, 3))
def test_work_is_the_energy_of_the_total_reaction(phases: Phases, cutoff_v: float, charge: int) -> None:
    """The integral of z V dn from nothing to full uptake is minus the change of energy: Li metal is at zero."""
    hosts = hosts_of(phases)
    hull, paths = paths_of(phases, hosts, cutoff_v=cutoff_v, charge=charge)
    full = hosts.copy()
    full[:, LI] += paths.total_uptake
    work = charge * paths.uptakes @ paths.voltages_v
    np.testing.assert_allclose(work, hull.energies_ev(hosts) - hull.energies_ev(full), rtol=0, atol=1e-8)


@given(SYSTEMS)
def test_lithium_and_hosts_balance_at_full_uptake(phases: Phases) -> None:
    hosts = hosts_of(phases)
    hull, paths = paths_of(phases, hosts)
    full = hosts.copy()
    full[:, LI] += paths.total_uptake
    rows, atoms = hull.corner_amounts(full)
    np.testing.assert_allclose(np.einsum("pv,pve->pe", atoms, phases.fractions[rows]), full, rtol=0, atol=1e-8)
    # Down to 0 V no metallic lithium is deposited.
    lithium = (phases.counts[rows] > 0).sum(axis=2) == 1
    lithium &= phases.counts[rows][..., LI] > 0
    assert np.where(lithium, atoms, 0.0).max() < 1e-8


@given(SYSTEMS, st.sampled_from([1e-3, 1.0, 40.0]))
def test_uptake_scales_with_the_amount_of_host(phases: Phases, factor: float) -> None:
    hosts = hosts_of(phases)
    _, paths = paths_of(phases, hosts)
    _, scaled = paths_of(phases, factor * hosts)
    np.testing.assert_allclose(scaled.total_uptake, factor * paths.total_uptake, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(scaled.average_voltage_v, paths.average_voltage_v, rtol=0, atol=1e-9)


@given(SYSTEMS)
def test_uptake_falls_as_the_cutoff_rises(phases: Phases) -> None:
    hosts = hosts_of(phases)
    totals = [paths_of(phases, hosts, cutoff_v=cutoff)[1].total_uptake for cutoff in (0.0, 0.05, 0.2, 0.5, 5.0)]
    assert (np.diff(totals, axis=0) <= 1e-9).all()
    assert (totals[-1] == 0.0).all() or max(-phases.energies) > 0.5


TWO_STEPS = Phases(np.array([[0, 0, 1, 1], [0, 0, 3, 1]]), np.array([-0.25, -0.2])).with_elements()
"""LiSi at -0.5 eV and Li3Si at -0.8 eV per formula.

Si + Li -> LiSi at 0.5 V; LiSi + 2 Li -> Li3Si gains 0.3 eV, so 0.15 V.
"""
SILICON = np.array([[0.0, 0.0, 0.0, 1.0]])


def test_two_steps_by_hand() -> None:
    _, paths = paths_of(TWO_STEPS, SILICON)
    np.testing.assert_allclose(paths.voltages_v, [0.5, 0.15])
    np.testing.assert_allclose(paths.uptakes, [[1.0, 2.0]])
    assert paths.first_voltage_v == pytest.approx(0.5)
    assert paths.average_voltage_v == pytest.approx(0.8 / 3)
    assert paths.uptake_above(np.array([0.15])) == pytest.approx(1.0)
    assert paths.uptake_above(np.array([0.1499])) == pytest.approx(3.0)
    assert paths[:0].total_uptake.size == 0


@pytest.mark.parametrize(
    ("cutoff_v", "uptake"), [(0.1499, 3.0), (0.15, 1.0), (0.1501, 1.0), (0.4999, 1.0), (0.5, 0.0), (0.6, 0.0)]
)
def test_plateau_at_the_cutoff_is_not_taken(cutoff_v: float, uptake: float) -> None:
    _, paths = paths_of(TWO_STEPS, SILICON, cutoff_v=cutoff_v)
    assert paths.total_uptake == pytest.approx(uptake)


def test_charge_divides_the_voltage_only() -> None:
    _, paths = paths_of(TWO_STEPS, SILICON, charge=2)
    np.testing.assert_allclose(paths.voltages_v, [0.25, 0.075])
    np.testing.assert_allclose(paths.uptakes, [[1.0, 2.0]])


def test_host_that_takes_up_nothing() -> None:
    _, paths = paths_of(TWO_STEPS, np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]))
    assert paths.total_uptake.tolist() == pytest.approx([0.0, 3.0])
    assert np.isnan([paths.first_voltage_v[0], paths.average_voltage_v[0]]).all()


def test_metastable_host_relaxes_first() -> None:
    """A metastable polymorph and a mixture have the path of the stable phases of their composition."""
    phases = Phases(
        np.vstack([TWO_STEPS.counts[4:], [[1, 0, 0, 1], [0, 0, 0, 1]]]), np.array([-0.25, -0.2, 0.3, 0.1])
    ).with_elements()
    _, paths = paths_of(phases, np.array([[1.0, 0.0, 0.0, 1.0]]))
    np.testing.assert_allclose(paths.voltages_v, [0.5, 0.15])


def test_faraday_constant() -> None:
    assert pytest.approx(elementary_charge * Avogadro / 3.6) == FARADAY_MAH_PER_MOL


def test_mean_voltage_of_a_part_of_the_path_by_hand() -> None:
    """1 ion at 0.5 V, then 3 at 0.1 V; from an eighth to a half is half an ion at 0.5 V and one at 0.1 V."""
    paths = VoltagePaths(np.array([0.5, 0.3, 0.1]), np.array([[1.0, 0.0, 3.0], [0.0, 2.0, 2.0], [0.0, 0.0, 0.0]]))
    np.testing.assert_allclose(paths.mean_voltage_between_v(0.0, 1.0), paths.average_voltage_v)
    found = paths.mean_voltage_between_v(0.125, 0.5)
    assert found[0] == pytest.approx((0.5 * 0.5 + 1.0 * 0.1) / 1.5)
    assert found[1] == pytest.approx(0.3)
    assert np.isnan(found[2])
