"""Gibbs energies against pymatgen's own model, on real compounds of the embedded set."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition, Lattice, Structure

from tieline.crystal.structures import cell_of
from tieline.phases.embedded import read_embedded
from tieline.phases.inputs import EMBEDDED_SET
from tieline.thermo.gibbs import GibbsModel, descriptor_ev_per_atom, element_data, reduced_masses_g_per_mol
from tieline.thermo.phase_arrays import PhaseArrays

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pymatgen.analysis.compatibility.computed_entries import GibbsComputedStructureEntry


def model(table: pd.DataFrame) -> GibbsModel:
    phases = PhaseArrays.from_table(table)
    return GibbsModel.of(phases, element_data(phases.symbols))


@pytest.fixture(scope="module")
def embedded() -> pd.DataFrame:
    if not EMBEDDED_SET.exists():
        pytest.skip("the embedded set has not been computed here")
    return read_embedded().phases


@pytest.mark.parametrize("temperature_k", [300.0, 450.0, 773.15, 1300.0, 2000.0])
def test_real_compounds_are_pymatgens(embedded: pd.DataFrame, temperature_k: float) -> None:
    compounds = embedded[(embedded["n_elements"] > 1) & embedded["numbers"].notna()].reset_index(drop=True)
    # The table's own volumes are rounded.
    cells = [cell_of(row) for _, row in compounds.iterrows()]
    compounds["volume_a3_per_atom"] = [abs(np.linalg.det(lattice)) / len(numbers) for lattice, _, numbers in cells]
    ours = model(compounds).energies_ev_per_atom(np.arange(len(compounds)), temperature_k)
    assert len(compounds) > 300
    enthalpies = compounds["formation_energy_ev_per_atom"]
    for value, enthalpy, (lattice, positions, numbers) in zip(ours, enthalpies, cells, strict=True):
        entry = GibbsComputedStructureEntry(
            Structure(Lattice(lattice), numbers, positions),
            formation_enthalpy_per_atom=enthalpy,
            temp=temperature_k,
        )
        assert value == pytest.approx(entry.energy_per_atom, abs=1e-9), entry.composition


def test_one_volume_gives_pymatgens_number_to_rounding() -> None:
    structure = Structure(Lattice.cubic(5.0), ["Ti", "Si", "Si"], [[0, 0, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])
    table = pd.DataFrame(
        {"formula": ["TiSi2"], "formation_energy_ev_per_atom": [-0.5], "volume_a3_per_atom": [structure.volume / 3]}
    )
    for temperature_k in (300.0, 333.0, 1000.0, 1950.0):
        entry = GibbsComputedStructureEntry(structure, formation_enthalpy_per_atom=-0.5, temp=temperature_k)
        (ours,) = model(table).energies_ev_per_atom(np.array([0]), temperature_k)
        assert ours == pytest.approx(entry.energy_per_atom, abs=1e-12)


@pytest.mark.parametrize("formula", ["TiSi2", "Mg2Si", "NiTiSi", "Cu3Zn4Sn", "AlCuLiSiTi"])
def test_reduced_mass_is_pymatgens(formula: str) -> None:
    symbols = tuple(sorted(Composition(formula).as_dict()))
    amounts = np.array([[Composition(formula)[symbol] for symbol in symbols]])
    ours = reduced_masses_g_per_mol(amounts / amounts.sum(), element_data(symbols).masses_g_per_mol)
    sites = [symbol for symbol, n in Composition(formula).items() for _ in range(int(n))]
    structure = Structure(Lattice.cubic(9.0), sites, np.random.default_rng(0).random((len(sites), 3)))
    assert ours[0] == pytest.approx(GibbsComputedStructureEntry._reduced_mass(structure), rel=1e-12)


def test_descriptor_by_hand() -> None:
    """V = 10 A^3, m = 20 g/mol, 1000 K: -0.248 x 2.302585 - 0.0894 x 2 + 0.181 x 6.907755 - 0.882 = -0.381538."""
    (value,) = descriptor_ev_per_atom(np.array([10.0]), np.array([20.0]), 1000.0)
    assert value == pytest.approx(-0.571041 - 0.1788 + 1.250304 - 0.882, abs=2e-6)


def test_entropy_of_silicon_and_molten_tin() -> None:
    """-dG/dT of the elements: Si 18.8 J/(mol K) at 298 K (NIST-JANAF); tin melts at 505 K and gains 14 J/(mol K)."""
    data = element_data(("Si", "Sn"))
    j_per_ev = 96485.33
    entropy = -np.diff(data.gibbs_ev_per_atom, axis=0) / np.diff(data.temperatures_k)[:, None] * j_per_ev
    # Between 300 and 400 K silicon has 18.9 to 25.0.
    assert 18.8 < entropy[0, 0] < 25.1
    steps = np.diff(entropy[:, 1])
    assert 10.0 < steps[1] < 20.0
    assert (steps[3:] < 5.0).all()


def test_elements_stay_where_their_reference_state_is() -> None:
    """White tin is the reference, gray tin 10 meV/atom above it: so it is at any temperature."""
    table = pd.DataFrame(
        {
            "formula": ["Sn", "Sn", "Mg", "Mg2Sn"],
            "formation_energy_ev_per_atom": [0.0, 0.01, 0.0, -0.2],
            "volume_a3_per_atom": [27.0, np.nan, 23.0, 25.8],
        }
    )
    for temperature_k in (300.0, 900.0):
        energies = model(table).energies_ev_per_atom(np.arange(4), temperature_k)
        assert energies[:3].tolist() == [0.0, 0.01, 0.0]
        assert np.isfinite(energies[3])


def test_compound_without_a_volume_has_that_of_its_elements() -> None:
    """Of titanium the lower polymorph counts: (17 + 2 x 20) / 3 = 19 A^3/atom."""
    table = pd.DataFrame(
        {
            "formula": ["Ti", "Ti", "Si", "TiSi2", "TiSi2"],
            "formation_energy_ev_per_atom": [0.1, 0.0, 0.0, -0.5, -0.5],
            "volume_a3_per_atom": [30.0, 17.0, 20.0, np.nan, 19.0],
        }
    )
    without, given = model(table).energies_ev_per_atom(np.array([3, 4]), 700.0)
    assert without == pytest.approx(given, abs=1e-12)


def test_element_without_data_leaves_only_its_compounds_unknown() -> None:
    table = pd.DataFrame(
        {
            "formula": ["Ra", "Si", "RaSi2", "TiSi2"],
            "formation_energy_ev_per_atom": [0.0, 0.0, -0.5, -0.5],
            "volume_a3_per_atom": [40.0, 20.0, 25.0, 13.0],
        }
    )
    energies = model(table).energies_ev_per_atom(np.arange(4), 300.0)
    assert np.isnan(energies).tolist() == [False, False, True, False]
