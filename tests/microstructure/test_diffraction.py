"""Powder lines against pymatgen, textbooks and reference intensity ratios."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Structure
from reference_structures import STANDARDS, cell, density_g_per_cm3

from tieline.crystal.structures import unit_cell_of
from tieline.data import DATA
from tieline.microstructure.diffraction import Lines, Radiation, mixed_lines, powder_lines
from tieline.microstructure.scattering import scattering_coefficients

EMBEDDED = DATA / "phases/embedded.parquet"
CU_K_ALPHA = 1.54184


def radiation(low=10.0, high=80.0):
    return Radiation(CU_K_ALPHA, low, high, scattering_coefficients())


def line_near(lines, two_theta_deg):
    return lines.intensity[np.abs(lines.two_theta_deg - two_theta_deg).argmin()]


def embedded_cells(count, seed):
    phases = pd.read_parquet(EMBEDDED).query("n_elements > 1")
    return [unit_cell_of(row) for _, row in phases.sample(count, random_state=seed).iterrows()]


@pytest.mark.parametrize("structure", embedded_cells(40, 1), ids=lambda c: f"{len(c[2])} atoms")
def test_same_pattern_as_pymatgen(structure):
    """Positions to 1e-3 degrees, intensities to 1e-4 of the strongest, on the same absolute scale."""
    lattice, positions, numbers = structure
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = XRDCalculator("CuKa").get_pattern(
            Structure(lattice, numbers, positions), scaled=False, two_theta_range=(10, 80)
        )
    ours = powder_lines(radiation(), structure)
    angles, weights = np.array(theirs.x), np.array(theirs.y) / np.linalg.det(lattice) ** 2
    # Lines closer than rounding may fall into one or two: compared are sums between gaps wider than that.
    both = np.sort(np.concatenate((angles, ours.two_theta_deg)))
    edges = ((both[1:] + both[:-1]) / 2)[np.diff(both) > 3e-3]
    one, other = (
        np.bincount(np.searchsorted(edges, x), w, len(edges) + 1)
        for x, w in ((ours.two_theta_deg, ours.intensity), (angles, weights))
    )
    assert one == pytest.approx(other, abs=1e-4 * ours.intensity.max())
    strongest = ours.two_theta_deg[ours.intensity.argmax()]
    assert np.abs(angles - strongest).min() < 1e-3


def test_copper_of_the_textbook():
    """B. D. Cullity, Elements of X-Ray Diffraction, ch. 4: relative intensities of the first eight lines."""
    lines = powder_lines(radiation(high=150.0), cell(STANDARDS["Cu"]))
    relative = 10.0 * lines.intensity / lines.intensity[0]
    assert relative == pytest.approx([10.0, 4.7, 2.7, 3.2, 0.9, 0.6, 3.3, 3.9], abs=0.15)


@pytest.mark.parametrize(
    ("name", "ratio", "tolerance"),
    [
        ("Si", 4.7, 0.05),  # PDF 27-1402
        ("TiO2", 3.39, 0.10),  # SRM 674, International Tables C, table 5.2.11.1
        ("NaCl", 4.40, 0.10),  # PDF 5-628
    ],
)
def test_reference_intensity_ratio(name, ratio, tolerance):
    """Strongest line over corundum's 113 in equal weights; thermal motion, left out, costs some percent."""
    intensities = []
    for atoms, angle in ((STANDARDS[name], None), (STANDARDS["Al2O3"], 43.35)):
        lines = powder_lines(radiation(), cell(atoms))
        per_volume = lines.intensity.max() if angle is None else line_near(lines, angle)
        # The same weight is the more volume the lighter the phase.
        intensities.append(per_volume / density_g_per_cm3(atoms))
    assert intensities[0] / intensities[1] == pytest.approx(ratio, rel=tolerance)


def test_any_cell_of_the_crystal_gives_the_same_lines():
    atoms = STANDARDS["TiO2"]
    expected = powder_lines(radiation(), cell(atoms))
    other = atoms.repeat((2, 1, 3))
    other.rotate(37, (1, 2, 3), rotate_cell=True)
    other.positions += (0.3, -0.2, 0.9)
    sheared = other.copy()
    sheared.set_cell([other.cell[0], other.cell[1] + other.cell[0], other.cell[2]])
    for atoms in (other, sheared):
        found = powder_lines(radiation(), cell(atoms))
        assert found.two_theta_deg == pytest.approx(expected.two_theta_deg, abs=1e-6)
        assert found.intensity == pytest.approx(expected.intensity, rel=1e-6)


def test_range_is_kept():
    lines = powder_lines(radiation(30.0, 50.0), cell(STANDARDS["Si"]))
    assert lines.two_theta_deg == pytest.approx([47.3], abs=0.05)
    assert not len(powder_lines(radiation(10.0, 20.0), cell(STANDARDS["Si"])).intensity)


def test_elements_without_scattering_factor_are_named():
    assert radiation().unknown(np.array([14, 99, 14, 101])) == ["Es", "Md"]
    assert radiation().unknown(np.array([14, 22])) == []


def test_lines_of_a_mixture_by_hand():
    """Per volume of the mixture: a quarter of the one phase's, three quarters of the other's, by rising angle."""
    one = Lines(np.array([20.0, 40.0, 60.0]), np.array([100.0, 8.0, 4.0]))
    other = Lines(np.array([30.0, 40.0]), np.array([12.0, 20.0]))
    found = mixed_lines([one, other], [0.25, 0.75])
    assert found.two_theta_deg.tolist() == [20.0, 30.0, 40.0, 40.0, 60.0]
    assert found.intensity.tolist() == [25.0, 9.0, 2.0, 15.0, 1.0]


def test_lines_of_silicon_and_copper():
    """Silicon's 111 at 28.4 degrees and copper's at 43.3 each have their share."""
    silicon, copper = (powder_lines(radiation(), cell(STANDARDS[name])) for name in ("Si", "Cu"))
    found = mixed_lines([silicon, copper], [0.3, 0.7])
    assert (np.diff(found.two_theta_deg) >= 0.0).all()
    assert found.intensity.sum() == pytest.approx(0.3 * silicon.intensity.sum() + 0.7 * copper.intensity.sum())
    assert line_near(found, 28.4) == pytest.approx(0.3 * line_near(silicon, 28.4))
    assert line_near(found, 43.3) == pytest.approx(0.7 * line_near(copper, 43.3))


def test_mixture_with_itself_is_the_phase():
    silicon = powder_lines(radiation(), cell(STANDARDS["Si"]))
    found = mixed_lines([silicon, silicon], [0.4, 0.6])
    assert np.unique(found.two_theta_deg) == pytest.approx(silicon.two_theta_deg)
    assert np.add.reduceat(found.intensity, np.arange(0, len(found.intensity), 2)) == pytest.approx(silicon.intensity)
