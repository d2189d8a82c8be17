from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.crystal.settings import Crystal
from tieline.evaluation.experiment.structures import lattice_agreement, polymorph_agreement, volume_agreement
from tieline.thermo.reported import reported_list


def phase(formula: str, numbers: list[int], cell: np.ndarray, positions: list[list[float]], energy: float = 0.0):
    return {
        "formula": formula,
        "elements": "-".join(sorted({"Zn": "Zn", "Mg2Si": "Mg-Si"}[formula].split("-"))),
        "n_elements": formula.count("2") + 1,
        "formation_energy_ev_per_atom": energy,
        "volume_a3_per_atom": abs(np.linalg.det(cell)) / len(numbers),
        "numbers": np.array(numbers),
        "cell_a": cell.ravel(),
        "scaled_positions": np.ravel(positions),
    }


def hexagonal(a: float, c: float) -> np.ndarray:
    return np.array([[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]])


def fcc(a: float) -> np.ndarray:
    return a / 2 * np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0]])


HCP = [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
FLUORITE = [[0, 0, 0], [0.25, 0.25, 0.25], [0.75, 0.75, 0.75]]


def test_volume_and_axial_ratio_of_an_element() -> None:
    phases = pd.DataFrame([phase("Zn", [30, 30], hexagonal(2.0, 4.0), HCP)])
    measured = pd.DataFrame(
        {
            "element": ["Zn", "Cd"],
            "space_group": 194,
            "a_angstrom": 2.0,
            "b_angstrom": 2.0,
            "c_angstrom": [3.0, 3.0],
            "gamma_deg": 120,
            "atoms": 2,
            "known_error": "",
        }
    )
    found = lattice_agreement(phases, measured)
    assert found["element"].tolist() == ["Zn"]
    assert found["volume_ratio"].tolist() == pytest.approx([4 / 3], abs=1e-4)
    assert found[["axial_ratio", "axial_ratio_measured"]].to_numpy().tolist() == [[2.0, 1.5]]


def test_volumes_of_compounds_are_compared_in_one_space_group() -> None:
    phases = pd.DataFrame([phase("Mg2Si", [14, 12, 12], fcc(6.0), FLUORITE)])
    measured = pd.DataFrame({"formula": ["Mg2Si", "Mg2Si"], "space_group": [225, 194], "volume_a3_per_atom": 20.0})
    found = volume_agreement(phases, measured, Crystal())
    # A cubic cell of 6 angstrom holds 12 atoms: 18 cubic angstrom each.
    assert found[["space_group", "volume_ratio"]].to_numpy().tolist() == [[225, pytest.approx(0.9)]]


def test_the_lowest_structure_is_compared_with_the_reported_one() -> None:
    fluorite = phase("Mg2Si", [14, 12, 12], fcc(6.0), FLUORITE, energy=-0.10)
    layered = [[0, 0, 0], [1 / 3, 2 / 3, 0.2], [2 / 3, 1 / 3, 0.8]]
    other = phase("Mg2Si", [14, 12, 12], hexagonal(4.0, 5.0), layered, energy=-0.13)
    right, wrong = (
        polymorph_agreement(pd.DataFrame(rows), reported_list(), Crystal()) for rows in ([fluorite], [fluorite, other])
    )
    assert right[["space_group", "lies_above_ev_per_atom", "agrees"]].to_numpy().tolist() == [[225, 0.0, True]]
    assert wrong[["space_group", "agrees"]].to_numpy().tolist() == [[164, False]]
    assert wrong["lies_above_ev_per_atom"].tolist() == pytest.approx([0.03])
