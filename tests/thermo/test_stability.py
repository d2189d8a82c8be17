"""The table of all pairs: its order, its columns, and that workers do not change it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from reference_melting import TRANSITIONS

from tieline.core.columns import COMPOSITE_KEYS
from tieline.core.parallel import Parallel, Resources
from tieline.data.transitions import UNKNOWN, Transition
from tieline.thermo.columns import EXCESS_COLUMNS, PART_COLUMNS, STABILITY_COLUMNS
from tieline.thermo.settings import Uncertainty
from tieline.thermo.stability import with_stability

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0, 20.0),
        ("ti", "Ti", 0.0, 17.0),
        ("mg", "Mg", 0.0, 23.0),
        ("tisi2", "TiSi2", -0.5, 13.0),
        ("tisi", "TiSi", -0.7, 14.0),
        ("mg2si", "Mg2Si", -0.2, None),
        ("ni", "Ni", 0.0, 11.0),
        ("nisi2", "NiSi2", -0.4, 14.0),
        ("nitisi", "NiTiSi", -0.88, 12.5),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
)


def stability(
    *pairs: tuple[str, str, str],
    workers: int = 1,
    excess: float = 0.0,
    transitions: Mapping[str, Transition] | None = None,
) -> pd.DataFrame:
    keys = pd.DataFrame(list(pairs), columns=list(COMPOSITE_KEYS))
    parts = keys["phase_b_id"].str.split(" + ", regex=False)
    return with_stability(
        keys.assign(
            phase_b1_id=parts.str[0],
            phase_b2_id=parts.str.get(1),
            tie_line_excess_ev_per_atom=excess,
            phase_b_energy_above_hull_ev_per_atom=0.0,
        ),
        PHASES,
        {**TRANSITIONS, **(transitions or {})},
        uncertainty=Uncertainty(),
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


COLUMNS = [*COMPOSITE_KEYS, *(column.name for column in (*PART_COLUMNS, *EXCESS_COLUMNS, *STABILITY_COLUMNS))]

PAIRS = [("Si-Mg", "si", "mg2si"), ("Si-Ti", "si", "tisi"), ("Si-Ti", "si", "tisi2")]


def test_each_pair_has_its_own_numbers() -> None:
    found = stability(*PAIRS)
    assert list(found) == COLUMNS
    found = found.set_index("phase_b_id")
    # Energies of decomposition per atom of B, as in test_margin.
    margins = {"mg2si": 0.2, "tisi": -0.05, "tisi2": 0.1 / 3}
    assert found["tie_line_margin_ev_per_atom"].to_dict() == pytest.approx(margins, abs=1e-12)
    assert found["max_coexistence_temperature_high_k"].tolist() == [1687.15] * 3
    estimate = found["max_coexistence_temperature_k"]
    assert estimate.between(found["max_coexistence_temperature_low_k"], 1687.15).all()
    assert found["max_coexistence_temperature_undecided"].tolist() == [""] * 3


def test_a_mixture_melts_before_its_pairs() -> None:
    found = stability(*PAIRS, ("Si-Mg-Ti", "si", "mg2si + tisi2")).set_index("phase_b_id")
    estimate = found["max_coexistence_temperature_k"]
    assert estimate["mg2si + tisi2"] < estimate[["mg2si", "tisi2"]].min()
    assert found.loc["mg2si + tisi2", "max_coexistence_temperature_high_k"] == 1687.15


MIXTURE = ("Si-Ni-Ti", "si", "nisi2 + tisi2")


def test_mixtures_stand_behind_the_pairs_of_their_system() -> None:
    """TiSi2 + NiSi2 -> NiTiSi + 3 Si costs 2.7 - 2.64 eV, of TiSi2's three atoms; see test_margin."""
    found = stability(MIXTURE, ("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi"))
    assert found["phase_b_id"].tolist() == ["nitisi", "nisi2 + tisi2", "tisi2"]
    assert found["phase_b2_id"].isna().tolist() == [True, False, True]
    # NiTiSi + 3 Si is what the disilicides hold against: as much for NiTiSi's three atoms, with the other sign.
    assert found["tie_line_margin_ev_per_atom"].tolist() == pytest.approx([-0.02, 0.02, 0.1 / 3], abs=1e-12)


def test_rows_follow_the_pairs_those_of_one_system_together() -> None:
    mixed = [PAIRS[1], PAIRS[0], PAIRS[2]]
    expected = [PAIRS[1], PAIRS[2], PAIRS[0]]
    assert list(stability(*mixed)[list(COMPOSITE_KEYS)].itertuples(index=False, name=None)) == expected


def test_workers_change_nothing() -> None:
    pd.testing.assert_frame_equal(stability(*PAIRS, MIXTURE, workers=2), stability(*PAIRS, MIXTURE), check_exact=True)


def test_no_pairs() -> None:
    found = stability()
    assert found.empty
    assert list(found) == COLUMNS


@pytest.mark.parametrize(
    ("excess", "transitions", "reason"),
    [
        (0.0, {"Ti": UNKNOWN}, "no melting point or enthalpy of fusion of Ti"),
        (0.044, {}, "other solids may replace A + B below 300 K"),
        # With little to pay for melting silicon, the enthalpy of mixing of the melt makes it liquid in the cold.
        (0.0, {"Si": Transition(400.0, 3538.0, 3.0, 383.0)}, "A + B may melt below 300 K"),
    ],
)
def test_undecided_says_why(excess: float, transitions: dict[str, Transition], reason: str) -> None:
    found = stability(PAIRS[1], excess=excess, transitions=transitions)
    assert found["max_coexistence_temperature_k"].isna().all()
    assert reason in found["max_coexistence_temperature_undecided"].item()
