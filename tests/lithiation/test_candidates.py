"""From composites to candidates: what is described, what a mixture stores, what is left out, in which order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Avogadro

from tieline.core.elements import masses_g_per_mol
from tieline.core.parallel import Parallel, Resources
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.candidates import make_candidates
from tieline.lithiation.columns import CANDIDATE_COLUMNS, CANDIDATES
from tieline.lithiation.settings import Design, Lithiation, ReactivityRule
from tieline.thermo.columns import COEXISTENCE
from tieline.thermo.settings import CompositeGrid, Mixtures, WeightFractionGrid, WeightShareGrid

SI, TI, NI = masses_g_per_mol(["Si", "Ti", "Ni"])
TI_SI2, NI_SI2 = TI + 2 * SI, NI + 2 * SI

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0, 20.0, 227, 227, True),
        ("ti", "Ti", 0.0, 17.0, 194, 194, True),
        ("ni", "Ni", 0.0, 11.0, 225, 225, True),
        ("li", "Li", 0.0, 20.0, 229, 229, True),
        ("lisi", "LiSi", -0.25, 15.5, 88, 88, True),
        ("tisi2", "TiSi2", -0.6, 13.0, 63, 63, True),
        ("nisi2", "NiSi2", -0.6, 14.0, 225, 227, False),
        ("nisi", "NiSi", -0.6, 12.0, None, None, None),
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

"""Si + Li -> LiSi at 2 x -0.25 eV: 0.5 V. Alone the disilicides do not react:

    TiSi2 + 2 Li -> Ti + 2 LiSi            -1.0 + 1.8 = +0.8 eV, and NiSi2 likewise
    NiSi2 + Li -> NiSi + LiSi              -1.2 - 0.5 + 1.8 = +0.1 eV

but together they do:

    TiSi2 + NiSi2 + 3 Li -> NiTiSi + 3 LiSi      -2.7 - 1.5 + 3.6 = -0.6 eV: 0.2 V
"""

SPACE_GROUPS = PHASES[["phase_id", "spacegroup_number", "spacegroup_number_loose"]].assign(unit_cell_a3=100.0)

MIXTURE = ("Si-Ni-Ti", "si", "nisi2", "tisi2")

LEAST_B = Design(quantity="phase_b_volume_fraction", limit=1e-6)
"""Met by the first weight fraction of the grid, so that no others come in."""


def candidates(
    *composites: tuple[str, str, str] | tuple[str, str, str, str],
    cutoff_v: float = 0.0,
    phases: pd.DataFrame = PHASES,
    space_groups: pd.DataFrame = SPACE_GROUPS,
    step: float = 0.2,
    shares: tuple[float, float, float] = (0.25, 0.75, 0.5),
    design: Design = LEAST_B,
    reacts: dict[str, float] | None = None,
    searched: list[str] | None = None,
    workers: int = 1,
) -> pd.DataFrame:
    """Return the candidates of pairs (system, A, B) and mixtures (system, A, B1, B2), of shares min, max and step."""
    rows = [(system, a, " + ".join(parts), *parts, None)[:5] for system, a, *parts in composites]
    low, high, share_step = shares
    return make_candidates(
        pd.DataFrame(rows, columns=list(COEXISTENCE.names[:5]))
        .astype("str")
        .assign(
            tie_line_excess_ev_per_atom=0.001,
            phase_b_energy_above_hull_ev_per_atom=0.0005,
            tie_line_margin_ev_per_atom=0.03,
            coexistence_probability=0.9,
            coexistence_probability_energies=0.8,
            reported_b=pd.array([True] * len(rows), dtype="boolean"),
            max_coexistence_temperature_k=1300.0,
            max_coexistence_temperature_low_k=1200.0,
            max_coexistence_temperature_high_k=1400.0,
            max_coexistence_temperature_undecided="",
        ),
        phases.drop(columns=["spacegroup_number", "spacegroup_number_loose"]),
        space_groups,
        searched=searched,
        mixtures=Mixtures(phase_b1_weight_share=WeightShareGrid(min=low, max=high, step=share_step)),
        composition=CompositeGrid(phase_b_weight_fraction=WeightFractionGrid(min=0.6, max=0.8, step=step)),
        lithiation=Lithiation(cutoff_v=cutoff_v, reactivity=ReactivityRule(known_probabilities=reacts or {})),
        design=design,
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


def test_one_pair_described() -> None:
    found = candidates(("Si-Ti", "si", "tisi2"))
    assert list(found.columns) == [column.name for column in CANDIDATE_COLUMNS]
    assert found["phase_b_weight_fraction"].tolist() == pytest.approx([0.6, 0.8])
    first = found.iloc[0]
    expected = {
        "system": "Si-Ti",
        "host": "Si",
        "partners": "Ti",
        "system_searched": True,
        "phase_a": "Si",
        "phase_b": "TiSi2",
        "phase_b_id": "tisi2",
        "phase_b1_id": "tisi2",
        "phase_b1_weight_share": 1.0,
        "spacegroup_a": 227,
        "spacegroup_b": 63,
        "bravais_b": "oC",
        "centring_b": "C",
        "cmcm_b": True,
        "experimental_b": True,
        "tie_line_excess_ev_per_atom": 0.001,
        "phase_b_energy_above_hull_ev_per_atom": 0.0005,
        "tie_line_margin_ev_per_atom": 0.03,
        "coexistence_probability": 0.9,
        "coexistence_probability_energies": 0.8,
        "reported_b": True,
        "max_coexistence_temperature_k": 1300.0,
    }
    assert {name: first[name] for name in expected} == expected
    assert found[["phase_b2_id", "phase_b2_weight_share"]].isna().all(axis=None)
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


def test_pairs_of_one_space_group_stay() -> None:
    """NiSi2 is 227 like silicon at the loose tolerance; what that means is a claim's to say."""
    found = candidates(("Si-Ni", "si", "nisi2"))
    assert len(found) == 2
    assert found["spacegroup_b"].tolist() == [225, 225]
    assert found["spacegroup_b_loose"].tolist() == found["spacegroup_a_loose"].tolist() == [227, 227]
    assert found["cmcm_b"].tolist() == [False, False]


def test_phase_of_unknown_symmetry_stays_with_empty_cells() -> None:
    found = candidates(("Si-Ni", "si", "nisi"))
    assert len(found) == 2
    names = ["spacegroup_b", "spacegroup_b_loose", "bravais_b", "centring_b", "cmcm_b", "experimental_b"]
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


def test_systems_that_nobody_searched_are_named() -> None:
    """Of nickel and titanium without silicon nothing is known."""
    known = ["Ni", "Si", "Ti", "Ni-Si", "Si-Ti", "Ni-Si-Ti"]
    pairs = [("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi")]
    found = candidates(*pairs, MIXTURE, searched=known)
    assert found["partners"].tolist() == ["Ti"] * 2 + ["Ni Ti"] * 6
    assert found["system_searched"].tolist() == [True] * 2 + [False] * 6
    assert not found["lithiation_searched"].any()
    more = candidates(*pairs, searched=[*known, "Ni-Ti", "Li-Si", "Li-Ti", "Li-Si-Ti"])
    assert more["system_searched"].all()
    assert more["lithiation_searched"].tolist() == [True] * 2 + [False] * 2
    assert candidates(*pairs)[["system_searched", "lithiation_searched"]].all(axis=None)


def test_rows_of_one_mixture() -> None:
    found = candidates(MIXTURE)
    assert list(found.columns) == [column.name for column in CANDIDATE_COLUMNS]
    assert found["phase_b1_weight_share"].tolist() == [0.25, 0.25, 0.75, 0.75]
    assert found["phase_b2_weight_share"].tolist() == [0.75, 0.75, 0.25, 0.25]
    assert found["phase_b_weight_fraction"].tolist() == [0.6, 0.8, 0.6, 0.8]
    assert found["phase_b_id"].unique().tolist() == ["0.25 nisi2 + 0.75 tisi2", "0.75 nisi2 + 0.25 tisi2"]
    same = found[["system", "host", "phase_a", "phase_a_id", "phase_b", "phase_b1_id", "phase_b2_id"]].drop_duplicates()
    assert same.to_numpy().tolist() == [["Si-Ni-Ti", "Si", "Si", "si", "NiSi2 + TiSi2", "nisi2", "tisi2"]]
    assert not found.duplicated(["system", "phase_a_id", "phase_b_id", "phase_b_weight_fraction"]).any()


def test_larger_part_decides_the_space_group() -> None:
    """TiSi2 in the first two rows, NiSi2 in the last two."""
    found = candidates(MIXTURE)
    assert found["spacegroup_b"].tolist() == [63, 63, 225, 225]
    assert found["spacegroup_b_loose"].tolist() == [63, 63, 227, 227]
    assert found["bravais_b"].tolist() == ["oC", "oC", "cF", "cF"]
    assert found["centring_b"].tolist() == ["C", "C", "F", "F"]
    assert found["cmcm_b"].tolist() == [True, True, False, False]
    assert found["spacegroup_a"].tolist() == [227] * 4


@pytest.mark.parametrize(("first", "second"), [("nisi2", "tisi2"), ("tisi2", "nisi2")])
def test_of_equal_parts_the_first_decides(first: str, second: str) -> None:
    found = candidates(("Si-Ni-Ti", "si", first, second), shares=(0.5, 0.5, 0.1))
    assert set(found["phase_b_id"]) == {f"0.5 {first} + 0.5 {second}"}
    assert found["spacegroup_b"].tolist() == [225 if first == "nisi2" else 63] * 2


@pytest.mark.parametrize(
    ("nickel", "titanium", "both"),
    [(True, True, True), (True, False, False), (None, False, False), (None, True, None), (None, None, None)],
)
def test_mixture_is_known_from_experiment_where_every_part_is(
    nickel: bool | None,  # noqa: FBT001
    titanium: bool | None,  # noqa: FBT001
    both: bool | None,  # noqa: FBT001
) -> None:
    phases = PHASES.set_index("phase_id")
    phases.loc[["nisi2", "tisi2"], "experimental"] = pd.array([nickel, titanium], dtype="boolean")
    found = candidates(MIXTURE, phases=phases.reset_index())["experimental_b"]
    assert [None if pd.isna(value) else value for value in found] == [both] * 4


def test_what_a_mixture_stores_by_hand() -> None:
    """60 wt% B, a quarter of it NiSi2: three Li for each Ni; TiSi2 is left over."""
    first = candidates(MIXTURE).iloc[0]
    silicon, nickel, titanium = 0.4 / SI, 0.6 * 0.25 / NI_SI2, 0.6 * 0.75 / TI_SI2
    assert nickel < titanium
    assert first["capacity_inert_b_mah_per_g"] == pytest.approx(silicon * FARADAY_MAH_PER_MOL)
    assert first["capacity_equilibrium_mah_per_g"] == pytest.approx((silicon + 3 * nickel) * FARADAY_MAH_PER_MOL)
    assert first["capacity_stable_b_mah_per_g"] == pytest.approx(silicon * FARADAY_MAH_PER_MOL)
    assert first["b_onset_v"] == pytest.approx(0.2)
    assert first["first_voltage_v"] == pytest.approx(0.5)
    mean = (0.5 * silicon + 0.2 * 3 * nickel) / (silicon + 3 * nickel)
    assert first["average_voltage_v"] == pytest.approx(mean)


def test_volumes_of_a_mixture_by_hand() -> None:
    """LiSi has 31 A^3 a formula, Si 20, NiSi2 42, TiSi2 39, NiTiSi 37.5."""
    first = candidates(MIXTURE).iloc[0]
    silicon, nickel, titanium = 0.4 / SI, 0.6 * 0.25 / NI_SI2, 0.6 * 0.75 / TI_SI2
    of_b = 42 * nickel + 39 * titanium
    before = 20 * silicon + of_b
    full = 31 * (silicon + 3 * nickel) + 37.5 * nickel + 39 * (titanium - nickel)
    assert first["phase_b_volume_fraction"] == pytest.approx(of_b / before)
    assert first["density_g_per_cm3"] == pytest.approx(1e24 / Avogadro / before)
    assert first["volume_change_fraction"] == pytest.approx(full / before - 1)
    assert first["volume_change_inert_b_fraction"] == pytest.approx((31 * silicon + of_b) / before - 1)


def test_compositions_of_a_mixture_by_hand() -> None:
    first = candidates(MIXTURE).iloc[0]
    nickel, titanium = 0.6 * 0.25 * NI / NI_SI2, 0.6 * 0.75 * TI / TI_SI2
    assert first["composition_wt"] == f"Si {1 - nickel - titanium:.4f} Ni {nickel:.4f} Ti {titanium:.4f}"
    moles = np.array([(1 - nickel - titanium) / SI, nickel / NI, titanium / TI])
    silicon, nickel, titanium = moles / moles.sum()
    assert first["composition_at"] == f"Si {silicon:.4f} Ni {nickel:.4f} Ti {titanium:.4f}"


def test_missing_volume_of_either_part_leaves_empty_cells() -> None:
    for part in ("tisi2", "nisi2"):
        phases = PHASES.assign(volume_a3_per_atom=PHASES["volume_a3_per_atom"].mask(PHASES["phase_id"] == part))
        found = candidates(MIXTURE, phases=phases)
        assert found[["phase_b_volume_fraction", "density_g_per_cm3"]].isna().all(axis=None)
        assert found["capacity_equilibrium_mah_per_g"].notna().all()


def test_pairs_and_mixtures_in_one_table() -> None:
    """Those of one system together, mixtures last; each has the values it has alone."""
    given = [MIXTURE, ("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi")]
    expected = pd.concat([candidates(given[n]) for n in (2, 0, 1)], ignore_index=True)
    pd.testing.assert_frame_equal(candidates(*given), expected, check_dtype=False)
    pd.testing.assert_frame_equal(candidates(*given, workers=2), candidates(*given), check_exact=True)


def test_table_survives_the_file(tmp_path) -> None:
    made = candidates(MIXTURE, ("Si-Ni", "si", "nisi"))
    CANDIDATES.write(made, tmp_path / "candidates.parquet")
    pd.testing.assert_frame_equal(CANDIDATES.read(tmp_path / "candidates.parquet"), made, check_dtype=False)


def test_design_point_by_hand() -> None:
    """Si and TiSi2 take 20 A^3 in 28.085 g and 39 A^3 in 104.037 g; half of the volume is B at 65.5 wt%.

    w 39 / 104.037 = (1 - w) 20 / 28.085; the second pair has its half of NiTiSi, 37.5 A^3 in 134.6454 g, at 71.9 wt%.
    """
    half = Design(quantity="phase_b_volume_fraction", limit=0.5)
    found = candidates(("Si-Ti", "si", "tisi2"), ("Si-Ni-Ti", "si", "nitisi"), design=half)
    expected = [(20 / SI) / (20 / SI + 39 / TI_SI2), (20 / SI) / (20 / SI + 37.5 / (SI + TI + NI))]
    assert found["phase_b"].tolist() == ["TiSi2"] * 3 + ["NiTiSi"] * 3
    assert found["design_point"].tolist() == [False, True, False] * 2
    assert found["design_note"].tolist() == ["limit met"] * 6
    points = found[found["design_point"]]
    assert points["phase_b_weight_fraction"].tolist() == pytest.approx(expected, abs=1e-4)
    assert points["phase_b_volume_fraction"].tolist() == pytest.approx([0.5, 0.5], abs=1e-4)
    assert (points["phase_b_volume_fraction"] >= 0.5).all()
    w = points["phase_b_weight_fraction"].iloc[0]
    assert points["capacity_inert_b_mah_per_g"].iloc[0] == pytest.approx((1 - w) * FARADAY_MAH_PER_MOL / SI)
    rest = found[~found["design_point"]].reset_index(drop=True)
    assert rest["phase_b_weight_fraction"].tolist() == [0.6, 0.8] * 2


@pytest.mark.parametrize(
    ("limit", "weight", "note"),
    [(0.1, 0.6, "limit met by the least B"), (0.9, 0.8, "limit exceeded by the most B")],
)
def test_design_point_at_an_end_of_the_window_stands_once(limit: float, weight: float, note: str) -> None:
    found = candidates(MIXTURE, design=Design(quantity="phase_b_volume_fraction", limit=limit))
    assert found["phase_b_weight_fraction"].tolist() == [0.6, 0.8] * 2
    assert found["design_point"].tolist() == [own == weight for own in (0.6, 0.8)] * 2
    assert set(found["design_note"]) == {note}


@pytest.mark.parametrize(
    ("reacts", "probability", "role"),
    [
        ({"NiSi2": 0.1, "TiSi2": 0.2}, 1 - 0.9 * 0.8, "inert matrix"),
        ({"NiSi2": 0.6, "TiSi2": 0.2}, 1 - 0.4 * 0.8, "active matrix"),
        ({"NiSi2": 0.0, "TiSi2": 1.0}, 1.0, "active matrix"),
    ],
)
def test_role_of_a_mixture_is_that_of_its_livelier_part(
    reacts: dict[str, float], probability: float, role: str
) -> None:
    found = candidates(MIXTURE, reacts=reacts)
    assert found["phase_b_reaction_probability"].tolist() == pytest.approx([probability] * 4)
    assert set(found["phase_b_role"]) == {role}


def test_expected_of_a_mixture_by_hand() -> None:
    """60 wt% B, a quarter of it NiSi2, which is said to react but by itself cannot; A does, by one Li."""
    first = candidates(MIXTURE, reacts={"Si": 1.0, "NiSi2": 0.7, "TiSi2": 0.2}).iloc[0]
    assert first["outcome_probability"] == pytest.approx(0.7 * 0.8)
    assert first["capacity_expected_mah_per_g"] == pytest.approx(0.4 * FARADAY_MAH_PER_MOL / SI)
    assert first["average_voltage_expected_v"] == pytest.approx(0.5)
    silicon, of_b = 0.4 / SI, 42 * 0.6 * 0.25 / NI_SI2 + 39 * 0.6 * 0.75 / TI_SI2
    growth = 11 * silicon / (20 * silicon + of_b)
    assert first["volume_change_expected_fraction"] == pytest.approx(growth)


def test_no_composites() -> None:
    found = candidates()
    assert found.empty
    assert list(found.columns) == [column.name for column in CANDIDATE_COLUMNS]
