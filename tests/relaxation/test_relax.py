from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.lj import LennardJones
from scipy.optimize import minimize_scalar

from tieline.core.errors import StructureError
from tieline.relaxation.checks import Expectation
from tieline.relaxation.relax import primitive, relax, search_volume, spacegroup_numbers
from tieline.relaxation.settings import Limits, PrescreenSettings, RelaxSettings

# Lattice constants of EMT (Jacobsen, Stoltze and Nørskov, Surf. Sci. 366 (1996) 394) as ASE implements it, angstrom.
EMT_FCC = {"Al": 3.99, "Ni": 3.49, "Cu": 3.59, "Ag": 4.06}


def scanned_constant(symbol: str) -> float:
    def energy(a: float) -> float:
        atoms = bulk(symbol, "fcc", a=a)
        atoms.calc = EMT()
        return float(atoms.get_potential_energy())

    return float(minimize_scalar(energy, bracket=(0.97 * EMT_FCC[symbol], EMT_FCC[symbol]), tol=1e-8).x)


@pytest.mark.parametrize("symbol", EMT_FCC)
def test_relaxed_fcc_has_the_lattice_constant_of_emt(symbol: str, limits: Limits, refine: RelaxSettings) -> None:
    start = bulk(symbol, "fcc", a=1.04 * EMT_FCC[symbol])
    relaxed = relax(start, EMT(), Expectation(EMT_FCC[symbol] ** 3 / 4, None), refine, limits)
    a = (4 * relaxed.atoms.get_volume()) ** (1 / 3)
    assert a == pytest.approx(EMT_FCC[symbol], abs=0.02)
    assert a == pytest.approx(scanned_constant(symbol), rel=1e-3)
    assert relaxed.spacegroups == (225, 225)
    assert relaxed.optimiser == "LBFGS"
    assert relaxed.fmax_ev_per_a <= refine.fmax_ev_per_a
    assert relaxed.atoms.calc is None
    assert not relaxed.atoms.constraints


@pytest.mark.parametrize("factor", [0.8, 1.0, 1.25])
def test_volume_search_finds_the_minimum_from_either_side(
    factor: float, prescreen: PrescreenSettings, limits: Limits, refine: RelaxSettings
) -> None:
    start = bulk("Cu", "fcc", a=3.59 * factor ** (1 / 3))
    expected = Expectation(11.6, None)
    found = search_volume(start, EMT(), expected, prescreen)
    relaxed = relax(start, EMT(), expected, refine, limits)
    assert found.energy_ev_per_atom == pytest.approx(relaxed.energy_ev_per_atom, abs=1e-3)
    assert found.atoms.get_volume() == pytest.approx(relaxed.atoms.get_volume(), rel=0.01)
    assert found.evaluations <= prescreen.evaluations


def test_volume_search_stops_at_once_where_there_is_no_hope(prescreen: PrescreenSettings) -> None:
    found = search_volume(bulk("Cu", "fcc", a=3.3), EMT(), Expectation(11.6, -2.0), prescreen)
    assert found.evaluations == 1


def test_symmetry_is_kept_as_it_starts(limits: Limits, refine: RelaxSettings) -> None:
    # bcc is no minimum of EMT copper, only a saddle point: without symmetry kept it would leave for fcc.
    relaxed = relax(bulk("Cu", "bcc", a=2.9), EMT(), Expectation(11.6, None), refine, limits)
    assert relaxed.spacegroups == (229, 229)


def test_internal_coordinates_relax(limits: Limits, refine: RelaxSettings) -> None:
    # A B11 cell whose layers are set 0.1 A wrong.
    atoms = Atoms(
        "Cu2Al2",
        scaled_positions=[[0.25, 0.25, 0.12], [0.75, 0.75, 0.88], [0.25, 0.25, 0.65], [0.75, 0.75, 0.35]],
        cell=[2.9, 2.9, 6.1],
        pbc=True,
    )
    relaxed = relax(atoms, EMT(), Expectation(13.8, None), refine, limits)
    check = relaxed.atoms.copy()
    check.calc = EMT()
    assert np.abs(check.get_forces()).max() < 2 * refine.fmax_ev_per_a
    assert np.abs(check.get_stress()).max() * check.get_volume() / len(check) < 2 * refine.fmax_ev_per_a


def test_exploding_structure_is_an_error(limits: Limits, refine: RelaxSettings) -> None:
    # A purely repulsive pair potential has no minimum.
    repulsive = LennardJones(sigma=4.0, epsilon=0.2, rc=4.4)
    with pytest.raises(StructureError, match=r"volume .* times that of the elements"):
        relax(bulk("Cu", "fcc", a=3.6), repulsive, Expectation(11.6, None), refine, limits)


def test_overlapping_atoms_are_an_error(limits: Limits, refine: RelaxSettings) -> None:
    atoms = Atoms("Cu2", positions=[[0, 0, 0], [0, 0, 1.2]], cell=[2.9, 2.9, 2.9], pbc=True)
    with pytest.raises(StructureError, match="covalent radii"):
        relax(atoms, EMT(), Expectation(11.6, None), refine, limits)


def test_unbelievable_energy_is_an_error(limits: Limits, refine: RelaxSettings) -> None:
    with pytest.raises(StructureError, match="formation energy -44"):
        relax(bulk("Cu", "fcc", a=3.6), EMT(), Expectation(11.6, 44.0), refine, limits)


def test_not_converged_is_an_error_only_where_convergence_is_asked_for(limits: Limits, refine: RelaxSettings) -> None:
    start, expected = bulk("Cu", "fcc", a=3.8), Expectation(11.6, None)
    hurried = refine.model_copy(update={"max_steps": 1})
    with pytest.raises(StructureError, match=r"FIRE: fmax \d\.\d+ eV/A after 1 steps"):
        relax(start, EMT(), expected, hurried, limits)
    relaxed = relax(start, EMT(), expected, hurried.model_copy(update={"must_converge": False}), limits)
    assert relaxed.fmax_ev_per_a > hurried.fmax_ev_per_a


def test_primitive_cell_and_space_groups_of_a_conventional_one() -> None:
    conventional = bulk("Cu", "fcc", a=3.6, cubic=True)
    assert len(primitive(conventional)) == 1
    assert spacegroup_numbers(conventional) == (225, 225)
    conventional.positions[0, 2] += 0.02
    strict, loose = spacegroup_numbers(conventional)
    assert strict < loose
    assert loose == 225
