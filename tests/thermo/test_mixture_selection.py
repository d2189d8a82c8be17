"""Which mixtures are made, and which of them are kept."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.parallel import Resources
from tieline.phases.space import HostSystem
from tieline.thermo.mixture_search import best_mixtures, find_mixtures
from tieline.thermo.settings import Coexistence, CompositeGrid, Mixtures

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0),
        ("ti", "Ti", 0.0),
        ("ni", "Ni", 0.0),
        ("tisi2", "TiSi2", -0.6),
        ("nisi2", "NiSi2", -0.59),
        ("nisi2-low", "NiSi2", -0.6),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)

SYSTEM = HostSystem("Si", ("Ni", "Ti"))


def pairs(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    """Return pairs of silicon by system, B, probability and excess."""
    names = ["system", "phase_b_id", "coexistence_probability", "tie_line_excess_ev_per_atom"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.assign(phase_a_id="si", phase_b1_id=frame["phase_b_id"], phase_b_energy_above_hull_ev_per_atom=0.0)


TI_SI2 = ("Si-Ti", "tisi2", 0.9, 0.0)


@pytest.mark.parametrize(
    ("reported", "lowest", "taken"), [(0.8, 0.3, "nisi2"), (0.3, 0.8, "nisi2-low"), (0.8, 0.8, "nisi2-low")]
)
def test_the_most_probable_structure_of_a_compound_is_taken(reported: float, lowest: float, taken: str) -> None:
    """Of equally probable ones that of the smaller excess."""
    found = find_mixtures(
        pairs(TI_SI2, ("Si-Ni", "nisi2", reported, 0.009), ("Si-Ni", "nisi2-low", lowest, 0.0)),
        PHASES,
        [SYSTEM],
        searched=None,
        coexistence=Coexistence(),
        mixtures=Mixtures(),
        composition=CompositeGrid(),
        resources=Resources(),
    )
    assert found[["system", "phase_a_id", "phase_b1_id", "phase_b2_id"]].to_numpy().tolist() == [
        ["Si-Ni-Ti", "si", taken, "tisi2"]
    ]


def test_the_most_probable_mixtures_are_kept_in_their_order() -> None:
    found = pd.DataFrame(
        [("Si-Ni-Ti", 0.7, 0.0), ("Si-Ni-Ti", 0.9, 0.02), ("Si-Ni-Ti", 0.9, 0.01), ("Si-Ti-V", 0.6, 0.0)],
        columns=["system", "coexistence_probability", "tie_line_excess_ev_per_atom"],
    )
    assert best_mixtures(found, Mixtures(max_per_system=1)).index.tolist() == [2, 3]
    assert best_mixtures(found, Mixtures(max_per_system=2)).index.tolist() == [1, 2, 3]
    assert best_mixtures(found, Mixtures(max_per_system=0)).empty
