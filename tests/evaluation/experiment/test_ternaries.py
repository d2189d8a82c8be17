"""Agreement with facts of ternary systems, counted by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.evaluation.experiment.ternaries import ternary_agreement
from tieline.thermo.energy_errors import EnergyErrors
from tieline.thermo.existence import shipped_model
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.probability import ProbabilityTask
from tieline.thermo.reported import Reports

# TiSi2 + NiSi2 against Si + NiTi: 2 x 0.5 - 3 x (0.6 + 0.4) = -2 eV, so Si + NiTi does not hold.
PHASES = pd.DataFrame(
    [
        ("si", "Si", "Si", 0.0),
        ("ti", "Ti", "Ti", 0.0),
        ("ni", "Ni", "Ni", 0.0),
        ("tisi2", "TiSi2", "Si-Ti", -0.6),
        ("nisi2", "NiSi2", "Ni-Si", -0.4),
        ("niti", "NiTi", "Ni-Ti", -0.5),
    ],
    columns=["phase_id", "formula", "elements", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0, n_elements=lambda frame: frame["elements"].str.count("-") + 1)

FACTS = pd.DataFrame(
    [
        ("Si", "Ti-Ni", "triple", "TiSi2+NiSi2", "yes"),
        ("Si", "Ti-Ni", "pair", "NiTi", "yes"),
        ("Si", "Ti-Ni", "pair", "TiNi", "no"),
        ("Si", "Ti-Ni", "pair", "TiNiSi", "no"),
        ("Si", "Ti-Fe", "pair", "TiSi2", "yes"),
    ],
    columns=["host", "partners", "kind", "B", "coexists_with_host"],
)


def test_facts_are_counted_where_the_data_hold_the_phases() -> None:
    arrays = PhaseArrays.from_table(PHASES)
    errors = EnergyErrors(sigma_ev_per_atom=0.024, shared_within_system=0.5, draws=500, seed=0)
    task = ProbabilityTask(arrays, Reports.nothing(arrays), shipped_model(), errors)
    table = ternary_agreement(PHASES, FACTS, task, minimum=0.5)
    assert table["agrees"].tolist() == [True, False, True, pd.NA, pd.NA]
    assert table["probability"].iloc[1] == pytest.approx(0.0, abs=0.01)
