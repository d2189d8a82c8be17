"""Comparing phase tables whose differences are known."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.formulas import element_counts
from tieline.crystal.settings import Crystal
from tieline.evaluation.comparison.compare import compare_neighbours, compare_phases
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.settings import CompositeGrid


def table(**energies):
    """Return phases without structures: ``Formula_spacegroup=energy``."""
    rows = []
    for name, energy in energies.items():
        formula, number = name.split("_")
        counts = element_counts(formula)
        rows.append(
            {
                "phase_id": name,
                "formula": formula,
                "elements": "-".join(sorted(counts)),
                "n_elements": len(counts),
                "formation_energy_ev_per_atom": energy,
                "volume_a3_per_atom": 15.0,
                "numbers": None,
                "spacegroup_number_source": int(number),
            }
        )
    return pd.DataFrame(rows)


ELEMENTS = {"Si_227": 0.0, "Ti_194": 0.0, "Mg_194": 0.0, "Li_229": 0.0}
OURS = table(**ELEMENTS, TiSi2_63=-0.50, TiSi2_70=-0.52, Mg2Si_225=-0.10, TiSi_62=-0.7)
THEIRS = table(**ELEMENTS, TiSi2_63=-0.55, TiSi2_70=-0.53, Mg2Si_225=-0.16, Ti5Si3_193=-0.74)


def test_compounds_in_common():
    found = compare_phases(OURS, THEIRS, Crystal()).set_index(["formula", "spacegroup"])
    assert list(found.index) == [("Mg2Si", 225), ("TiSi2", 63), ("TiSi2", 70)]
    assert found["difference_ev_per_atom"].tolist() == pytest.approx([0.06, 0.05, 0.01])
    assert found["ground_state"].tolist() == [225, 70, 70]
    assert found["ground_state_other"].tolist() == [225, 63, 63]


def test_formulas_written_in_another_order_are_the_same_compound():
    other = table(**ELEMENTS, Si2Ti_63=-0.55)
    assert compare_phases(OURS, other, Crystal())["formula"].tolist() == ["TiSi2"]


def test_neighbours():
    systems = [HostSystem("Si", (partner,)) for partner in ("Ti", "Mg", "Ca")]
    settings = {"phase_a": PhaseA(), "composition": CompositeGrid(), "working_ion": "Li"}
    without = THEIRS[THEIRS["formula"] != "Mg2Si"].reset_index(drop=True)
    found = compare_neighbours(OURS, without, systems, **settings).set_index("system")
    assert found.to_dict("index") == {
        "Si-Ti": {"neighbour": "TiSi2", "neighbour_other": "TiSi2", "same": True},
        "Si-Mg": {"neighbour": "Mg2Si", "neighbour_other": "", "same": False},
    }
