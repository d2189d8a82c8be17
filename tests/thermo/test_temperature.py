"""Up to which temperature pairs coexist: against assessed eutectics, and how errors and missing data count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from reference_melting import FIRST_LIQUID_K, TRANSITIONS

from tieline.core.formulas import composition_key
from tieline.data import DATA
from tieline.data.transitions import Transition
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.temperature import CoexistenceLimits, coexistence_limits, first_liquids_k

TABLE = pd.DataFrame(
    [("Si", 0.0), ("Ti", 0.0), ("TiSi2", -0.55), ("Zn", 0.0), ("Mg", 0.0), ("Mg2Zn11", -0.06), ("TiSi", -0.7)],
    columns=["formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=np.nan)
PHASES = PhaseArrays.from_table(TABLE)


def composite(elements: tuple[str, ...], row_a: int, *rows_b: int) -> CompositeGroup:
    """Return A with one or two phases B, in any amounts."""
    return CompositeGroup(elements, np.array([row_a]), np.array([rows_b]), np.full((1, len(rows_b)), np.nan))


SI_TI = composite(("Si", "Ti"), 0, 2)
ZN_MG = composite(("Mg", "Zn"), 3, 5)
TISI2_TISI = composite(("Si", "Ti"), 2, 6)

TWO_J_PER_MOL_K_IN_EV = 2.0e-3 / 96.48533


def limits(*groups: CompositeGroup, excess: float = 0.0, margin: float = 1.0, **changed: Any) -> CoexistenceLimits:
    return coexistence_limits(
        first_liquids_k(changed.get("phases", PHASES), changed.get("transitions", TRANSITIONS), groups),
        excess_ev_per_atom=np.full(len(groups), excess),
        margin_ev_per_atom=np.full(len(groups), margin),
        error_ev_per_atom=0.025,
    )


def test_pairs_end_at_a_first_liquid_below_the_melting_point_of_a() -> None:
    """CRC Handbook: silicon melts at 1414 C, zinc at 419.53 C."""
    found = limits(SI_TI, ZN_MG)
    assert found.high_k == pytest.approx([1687.15, 692.68], abs=0.01)
    assert (found.low_k < found.estimate_k).all()
    assert (found.estimate_k < found.high_k).all()


def test_entropies_use_up_margin_and_tolerance() -> None:
    """10 meV of 25 left over and 2 meV of margin last to 12 meV / (2 J/(mol K)) = 578.9 K."""
    found = limits(SI_TI, excess=0.015, margin=0.002)
    assert found.low_k == pytest.approx([0.012 / TWO_J_PER_MOL_K_IN_EV], rel=1e-6)
    assert 578.0 < found.low_k[0] < 580.0
    # A margin that is negative is what the excess says already.
    assert limits(SI_TI, excess=0.015, margin=-0.5).low_k == pytest.approx([0.010 / TWO_J_PER_MOL_K_IN_EV], rel=1e-6)


def test_no_estimate_where_the_range_reaches_below_room_temperature() -> None:
    found = limits(SI_TI, excess=0.020, margin=-0.02)
    assert np.isnan(found.estimate_k).all()
    assert found.low_k == pytest.approx([0.005 / TWO_J_PER_MOL_K_IN_EV], rel=1e-6)
    assert found.high_k == pytest.approx([1687.15])


def test_compound_a_ends_at_the_highest_first_liquid_within_the_errors() -> None:
    found = limits(TISI2_TISI)
    assert found.low_k[0] < found.estimate_k[0] < found.high_k[0] < 3000.0


def test_two_phases_beside_silicon_melt_below_either_of_them() -> None:
    table = pd.DataFrame(
        [("Si", 0.0), ("TiSi2", -0.55), ("NiSi2", -0.35)], columns=["formula", "formation_energy_ev_per_atom"]
    )
    elements, phases = ("Ni", "Si", "Ti"), PhaseArrays.from_table(table.assign(volume_a3_per_atom=np.nan))
    groups = [composite(elements, 0, 1, 2), composite(("Si", "Ti"), 0, 1), composite(("Ni", "Si"), 0, 2)]
    found = limits(*groups, phases=phases)
    for values in (found.estimate_k, found.low_k):
        assert values[0] < values[1:].min()
    assert found.high_k == pytest.approx([1687.15] * 3)
    # An atom of titanium without data leaves nothing of the three, but what silicon says.
    lacking = limits(groups[0], phases=phases, transitions={**TRANSITIONS, "Ti": Transition()})
    assert np.isnan([lacking.estimate_k, lacking.low_k]).all()


def test_missing_data_leave_everything_open_but_the_melting_point_of_a() -> None:
    found = limits(SI_TI, transitions={"Si": TRANSITIONS["Si"], "Ti": Transition()})
    assert np.isnan(np.concatenate([found.estimate_k, found.low_k])).all()
    assert found.high_k == pytest.approx([1687.15])


def test_no_pairs() -> None:
    assert limits().estimate_k.shape == (0,)


def test_embedded_set_against_assessed_eutectics() -> None:
    """Of the first eight, 37 K off on average; of all that are decided 62 K, and within the range but for two."""
    columns = ["formula", "elements", "formation_energy_ev_per_atom", "volume_a3_per_atom"]
    table = pd.read_parquet(DATA / "phases/embedded.parquet", columns=columns)
    keys = table["formula"].map(composition_key)
    energies = table["formation_energy_ev_per_atom"]
    groups = []
    for a, b in FIRST_LIQUID_K:
        row_a, row_b = (energies[keys == composition_key(formula)].idxmin() for formula in (a, b))
        system = tuple(sorted(table.loc[row_b, "elements"].split("-")))
        groups.append(composite(system, row_a, row_b))
    # The reference state of tin is beta-tin.
    table.loc[table["elements"].isin(["Si", "Sn", "Zn"]), "formation_energy_ev_per_atom"] = 0.0
    found = limits(*groups, phases=PhaseArrays.from_table(table))
    measured = np.array(list(FIRST_LIQUID_K.values()), dtype=np.float64)
    error = np.abs(found.estimate_k - measured)
    assert error[:8].mean() == pytest.approx(37.0, abs=5.0)
    assert np.nanmean(error) == pytest.approx(62.0, abs=8.0)
    assert np.isnan(error).sum() == 2
    assert ((found.low_k <= measured) & (measured <= found.high_k + 0.5)).sum() >= len(measured) - 2
