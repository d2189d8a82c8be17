"""From pairs to candidates: what is described, what is left out, in which order."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.elements import masses_g_per_mol
from tieline.core.parallel import Parallel, Resources
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.candidates import make_candidates
from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.lithiation.settings import Lithiation
from tieline.phases.space import HostSystem
from tieline.thermo.settings import CompositeGrid, WeightFractionGrid

SI, TI, NI = masses_g_per_mol(["Si", "Ti", "Ni"])

PHASES = pd.DataFrame(
    [
        # LiSi at 2 x -0.25 eV: Si + Li -> LiSi at 0.5 V. The silicides do not react.
        ("si", "Si", 0.0, 20.0, 227, 227, True),
        ("ti", "Ti", 0.0, 17.0, 194, 194, True),
        ("ni", "Ni", 0.0, 11.0, 225, 225, True),
        ("li", "Li", 0.0, 20.0, 229, 229, True),
        ("lisi", "LiSi", -0.25, 15.5, 88, 88, True),
        ("tisi2", "TiSi2", -0.6, 13.0, 63, 63, True),
        ("nisi2", "NiSi2", -0.6, 13.0, 225, 227, False),
        ("nisi", "NiSi", -0.7, 12.0, None, None, None),
        ("nitisi", "NiTiSi", -0.9, 12.5, 62, 62, False),
    ],
    columns=[
        "phase_id",
        "formula",
        "formation_energy_ev_per_atom",
        "volume_a3_per_atom",
        "spacegroup_number",
        "spacegroup_number_loose",
        "experimental",
    ],
).astype({"spacegroup_number": "Int64", "spacegroup_number_loose": "Int64", "experimental": "boolean"})

SYSTEMS = [HostSystem("Si", ("Ti",)), HostSystem("Si", ("Ni",)), HostSystem("Si", ("Ni", "Ti"))]


def candidates(
    *pairs: tuple[str, str, str], cutoff_v: float = 0.0, phases: pd.DataFrame = PHASES, step: float = 0.2
) -> pd.DataFrame:
    columns = ["system", "phase_a_id", "phase_b_id"]
    return make_candidates(
        pd.DataFrame(list(pairs), columns=columns).assign(
            tie_line_excess_ev_per_atom=0.001, phase_b_energy_above_hull_ev_per_atom=0.0005
        ),
        phases,
        SYSTEMS,
        composition=CompositeGrid(phase_b_weight_fraction=WeightFractionGrid(min=0.6, max=0.8, step=step)),
        lithiation=Lithiation(cutoff_v=cutoff_v),
        resources=Resources(cores=1, parallel=Parallel(workers=1)),
    )


def test_one_pair_described() -> None:
    found = candidates(("Si-Ti", "si", "tisi2"))
    assert list(found.columns) == [column.name for column in CANDIDATE_COLUMNS]
    assert found["phase_b_weight_fraction"].tolist() == pytest.approx([0.6, 0.8])
    first = found.iloc[0]
    expected = {
        "system": "Si-Ti",
        "host": "Si",
        "phase_a": "Si",
        "phase_b": "TiSi2",
        "spacegroup_a": 227,
        "spacegroup_b": 63,
        "bravais_b": "oC",
        "centring_b": "C",
        "cmcm_b": True,
        "experimental_b": True,
        "tie_line_excess_ev_per_atom": 0.001,
        "phase_b_energy_above_hull_ev_per_atom": 0.0005,
    }
    assert {name: first[name] for name in expected} == expected
    assert first["capacity_inert_b_mah_per_g"] == pytest.approx(0.4 * FARADAY_MAH_PER_MOL / SI)


def test_compositions_by_hand() -> None:
    """60 wt% TiSi2: Ti is 47.867 / 104.037 of that by weight; Si the rest."""
    first = candidates(("Si-Ti", "si", "tisi2")).iloc[0]
    titanium = 0.6 * TI / (TI + 2 * SI)
    assert first["composition_wt"] == f"Si {1 - titanium:.4f} Ti {titanium:.4f}"
    moles_ti, moles_si = titanium / TI, (1 - titanium) / SI
    share = moles_ti / (moles_ti + moles_si)
    assert first["composition_at"] == f"Si {1 - share:.4f} Ti {share:.4f}"


def test_three_elements_stand_in_the_order_of_the_systems_name() -> None:
    first = candidates(("Si-Ni-Ti", "si", "nitisi")).iloc[0]
    total = SI + NI + TI
    silicon, nickel, titanium = 0.4 + 0.6 * SI / total, 0.6 * NI / total, 0.6 * TI / total
    assert first["composition_wt"] == f"Si {silicon:.4f} Ni {nickel:.4f} Ti {titanium:.4f}"


def test_rows_follow_the_pairs_and_weights_run_fastest() -> None:
    found = candidates(("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi"))
    assert found["phase_b"].tolist() == ["TiSi2", "TiSi2", "NiTiSi", "NiTiSi"]
    assert found["phase_b_weight_fraction"].tolist() == pytest.approx([0.6, 0.8, 0.6, 0.8])


@pytest.mark.parametrize("order", [1, -1])
def test_values_stay_with_their_pair_where_systems_alternate(order: int) -> None:
    """Each pair has the values it has alone; those of one system stand together."""
    pairs = [("Si-Ni-Ti", "tisi2", "nitisi"), ("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi")][::order]
    together = candidates(*pairs)
    # The first two pairs of silicon alone; TiSi2 as phase A takes up nothing and is left out in the end.
    expected = [pairs[n] for n in (0, 2, 1) if pairs[n][1] == "si"]
    pd.testing.assert_frame_equal(together, pd.concat([candidates(pair) for pair in expected], ignore_index=True))


def test_pairs_of_one_space_group_at_either_tolerance_are_left_out() -> None:
    """NiSi2 is 227 like silicon at the loose tolerance."""
    assert candidates(("Si-Ni", "si", "nisi2")).empty
    tight = PHASES.assign(spacegroup_number_loose=PHASES["spacegroup_number_loose"].replace(227, 226))
    tight.loc[tight["phase_id"] == "nisi2", "spacegroup_number"] = 227
    assert candidates(("Si-Ni", "si", "nisi2"), phases=tight).empty


def test_phase_of_unknown_symmetry_stays_with_empty_cells() -> None:
    found = candidates(("Si-Ni", "si", "nisi"))
    assert len(found) == 2
    names = ["spacegroup_b", "spacegroup_b_loose", "bravais_b", "centring_b", "experimental_b"]
    assert found[names].isna().all(axis=None)


def test_pairs_whose_host_takes_up_nothing_are_left_out() -> None:
    pair = ("Si-Ti", "si", "tisi2")
    assert len(candidates(pair, cutoff_v=0.49)) == 2
    assert candidates(pair, cutoff_v=0.5).empty


def test_missing_volumes_leave_empty_cells() -> None:
    phases = PHASES.assign(volume_a3_per_atom=PHASES["volume_a3_per_atom"].mask(PHASES["phase_id"] == "tisi2"))
    found = candidates(("Si-Ti", "si", "tisi2"), phases=phases)
    volumetric = ["phase_b_volume_fraction", "capacity_inert_b_mah_per_cm3", "volume_change_fraction"]
    assert found[[*volumetric, "density_g_per_cm3"]].isna().all(axis=None)
    assert found["capacity_equilibrium_mah_per_g"].notna().all()


def test_no_pairs() -> None:
    found = candidates()
    assert found.empty
    assert list(found.columns) == [column.name for column in CANDIDATE_COLUMNS]
