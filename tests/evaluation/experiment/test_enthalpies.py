from __future__ import annotations

import pandas as pd
import pytest

from tieline.evaluation.experiment.enthalpies import enthalpy_agreement


def test_the_lowest_structure_is_compared_in_kilojoules_per_mole_of_atoms() -> None:
    phases = pd.DataFrame(
        {"formula": ["TiSi2", "TiSi2", "Mg2Si"], "formation_energy_ev_per_atom": [-0.55, -0.50, -0.10]}
    )
    measured = pd.DataFrame(
        {
            "formula": ["Si2Ti", "NiSi"],
            "enthalpy_kj_per_mol_atoms": [-55.0, -43.0],
            "uncertainty_kj_per_mol_atoms": [2.0, 2.0],
            "citation": ["a", "b"],
        }
    )
    found = enthalpy_agreement(phases, measured)
    assert found["formula"].tolist() == ["Si2Ti"]
    # 0.55 eV times 96.485 kJ/mol per eV is 53.07 kJ/mol.
    assert found["computed_kj_per_mol_atoms"].tolist() == pytest.approx([-53.07], abs=0.005)
    assert found["difference_kj_per_mol_atoms"].tolist() == pytest.approx([1.93], abs=0.005)
