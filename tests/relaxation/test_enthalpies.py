from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.data import DATA
from tieline.relaxation.enthalpies import KJ_PER_MOL_PER_EV, compare, fit_shifts, read_enthalpies

MEASURED = DATA / "compounds/enthalpies.csv"


def test_two_compounds_of_two_elements_solved_by_hand() -> None:
    # AB and A3B, errors 0.10 and 0.08, noise = prior, so the normal matrix is X'X + 1:
    # X = [[1/2, 1/2], [3/4, 1/4]]; X'X + 1 = [[29/16, 7/16], [7/16, 21/16]]; determinant 560/256 = 35/16.
    # X'e = [0.05 + 0.06, 0.05 + 0.02] = [0.11, 0.07]
    # delta_A = (21/16 0.11 - 7/16 0.07) / (35/16) = (2.31 - 0.49) / 35 = 0.052
    # delta_B = (29/16 0.07 - 7/16 0.11) / (35/16) = (2.03 - 0.77) / 35 = 0.036
    fractions = np.array([[0.5, 0.5], [0.75, 0.25]])
    fit = fit_shifts(fractions, np.array([-0.40, -0.22]), np.array([-0.50, -0.30]), 0.05, 0.05)
    np.testing.assert_allclose(fit.shifts_ev_per_atom, [0.052, 0.036], rtol=1e-12)
    np.testing.assert_allclose(fit.residuals_ev_per_atom, [0.056, 0.032], rtol=1e-12)


def test_leaving_out_is_the_same_as_fitting_without() -> None:
    rng = np.random.default_rng(5)
    fractions = rng.dirichlet(np.ones(3), size=8)
    computed, measured = rng.normal(-0.4, 0.1, (2, 8))
    fit = fit_shifts(fractions, computed, measured, 0.05, 0.1)
    for left_out in range(8):
        rest = np.arange(8) != left_out
        without = fit_shifts(fractions[rest], computed[rest], measured[rest], 0.05, 0.1)
        expected = computed[left_out] - fractions[left_out] @ without.shifts_ev_per_atom - measured[left_out]
        assert fit.left_out_ev_per_atom[left_out] == pytest.approx(expected)


def test_a_strong_prior_leaves_the_elements_alone() -> None:
    fit = fit_shifts(np.array([[0.5, 0.5]]), np.array([-0.4]), np.array([-0.5]), 0.05, 1e-6)
    np.testing.assert_allclose(fit.shifts_ev_per_atom, 0.0, atol=1e-9)


def relaxations(error: float) -> pd.DataFrame:
    """Al, Ni, Sn (grey and white) and two compounds whose elements are wrong by `error` for Ni."""
    rows = [
        ([13], -3.0, True, "A1"),
        ([28], -5.0 + error, True, "A1"),
        ([50], -4.00, True, "A4"),
        ([50], -3.96, True, "A5"),
        ([28], -5.2, False, "A20"),
        ([13, 28], -4.6, True, "B2"),
        ([13, 28, 28, 28], -4.9, True, "L1_2"),
        ([13, 28], -4.5, False, "L1_0"),
        ([28, 50], -4.6, True, "B35"),
    ]
    frame = pd.DataFrame(rows, columns=["numbers", "energy_ev_per_atom", "known", "prototype"])
    return frame.assign(stage="refine", reason="")


def measured(**enthalpies: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "formula": list(enthalpies),
            "enthalpy_kj_per_mol_atoms": [value * KJ_PER_MOL_PER_EV for value in enthalpies.values()],
            "uncertainty_kj_per_mol_atoms": 1.0,
            "citation": "here",
        }
    )


def test_lowest_structure_is_compared_against_known_references_and_white_tin() -> None:
    found = compare(relaxations(0.0), measured(AlNi=-0.6, Ni3Al=-0.4, NiSn=-0.1, FeSi=-0.4)).compounds
    assert found["formula"].tolist() == ["AlNi", "Ni3Al", "NiSn"]
    np.testing.assert_allclose(found["computed_ev_per_atom"], [-0.6, -0.4, -4.6 + (5.0 + 3.96) / 2], atol=1e-9)


def test_shifts_are_applied_where_they_help_and_not_where_they_do_not() -> None:
    truth = measured(AlNi=-0.6, Ni3Al=-0.4, NiSn=-0.12)
    helped = compare(relaxations(0.2), truth).shifts.set_index("element")
    assert helped.loc["Ni", "applied_ev_per_atom"] < -0.05
    assert helped.loc["Sn", "applied_ev_per_atom"] == 0  # one compound only
    right = compare(relaxations(0.0), measured(AlNi=-0.61, Ni3Al=-0.39)).shifts
    assert (right["applied_ev_per_atom"] == 0).all()


def test_measured_enthalpies_that_ship() -> None:
    table = read_enthalpies(MEASURED)
    assert table["enthalpy_kj_per_mol_atoms"].between(-100, 0).all()
    assert table["citation"].str.contains(r"\d{4}").all()


def test_a_formula_twice_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "twice.csv"
    pd.concat([measured(NiSi=-0.4), measured(NiSi=-0.5)]).to_csv(path, index=False)
    with pytest.raises(PhaseDataError, match="NiSi occurs twice"):
        read_enthalpies(path)
    path.write_text("formula\nNiSi\n")
    with pytest.raises(PhaseDataError, match="no column 'enthalpy_kj_per_mol_atoms'"):
        read_enthalpies(path)
