"""The table of all pairs: its order, its columns, and that workers do not change it."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.columns import COMPOSITE_KEYS
from tieline.core.parallel import Parallel, Resources
from tieline.thermo.columns import STABILITY_COLUMNS
from tieline.thermo.settings import Certainty, Coexistence, Composition, Temperature
from tieline.thermo.stability import pair_stability

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0, 20.0),
        ("ti", "Ti", 0.0, 17.0),
        ("mg", "Mg", 0.0, 23.0),
        ("tisi2", "TiSi2", -0.5, 13.0),
        ("tisi", "TiSi", -0.7, 14.0),
        ("mg2si", "Mg2Si", -0.2, None),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
)


def stability(*pairs: tuple[str, str, str], workers: int = 1) -> pd.DataFrame:
    return pair_stability(
        pd.DataFrame(list(pairs), columns=list(COMPOSITE_KEYS)),
        PHASES,
        coexistence=Coexistence(tolerance_ev_per_atom=0.045),
        certainty=Certainty(),
        temperature=Temperature(),
        composition=Composition(),
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


PAIRS = [("Si-Mg", "si", "mg2si"), ("Si-Ti", "si", "tisi"), ("Si-Ti", "si", "tisi2")]


def test_each_pair_has_its_own_numbers() -> None:
    found = stability(*PAIRS).set_index("phase_b_id")
    assert list(found) == ["system", "phase_a_id", *(column.name for column in STABILITY_COLUMNS)]
    # Energies of decomposition per atom of B, as in test_certainty.
    margins = {"mg2si": 0.2, "tisi": -0.05, "tisi2": 0.1 / 3}
    assert found["tie_line_margin_ev_per_atom"].to_dict() == pytest.approx(margins, abs=1e-12)
    assert found["coexistence_probability"].loc["mg2si"] == 1.0
    assert found["coexistence_probability"].loc[["tisi", "tisi2"]].sum() == pytest.approx(1.0)
    assert pd.isna(found.loc["mg2si", "tie_line_holds_to_k"])
    assert found.loc["tisi2", "tie_line_holds_to_k"] == 1300.0
    assert 700.0 < found.loc["tisi", "tie_line_holds_to_k"] < 800.0


def test_rows_follow_the_pairs_those_of_one_system_together() -> None:
    mixed = [PAIRS[1], PAIRS[0], PAIRS[2]]
    expected = [PAIRS[1], PAIRS[2], PAIRS[0]]
    assert list(stability(*mixed)[list(COMPOSITE_KEYS)].itertuples(index=False, name=None)) == expected


def test_workers_change_nothing() -> None:
    pd.testing.assert_frame_equal(stability(*PAIRS, workers=2), stability(*PAIRS), check_exact=True)


def test_no_pairs() -> None:
    found = stability()
    assert found.empty
    assert list(found) == [*COMPOSITE_KEYS, *(column.name for column in STABILITY_COLUMNS)]
