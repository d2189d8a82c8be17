"""Three-phase mixtures worked by hand, and which ones there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.constants import Avogadro
from tieline.lithiation.assemblage_columns import ASSEMBLAGE_COLUMNS
from tieline.lithiation.assemblages import make_assemblages

from tieline.core.elements import masses_g_per_mol
from tieline.core.parallel import Parallel, Resources
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.settings import Lithiation
from tieline.phases.settings import Space
from tieline.phases.space import HostSystem, host_systems
from tieline.thermo.settings import Assemblages, Coexistence, CompositeGrid, WeightFractionGrid, WeightShareGrid

SI, TI, NI = masses_g_per_mol(["Si", "Ti", "Ni"])
TI_SI2, NI_SI2 = TI + 2 * SI, NI + 2 * SI

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0, 20.0),
        ("ti", "Ti", 0.0, 17.0),
        ("ni", "Ni", 0.0, 11.0),
        ("li", "Li", 0.0, 20.0),
        ("lisi", "LiSi", -0.25, 15.5),
        ("tisi2", "TiSi2", -0.6, 13.0),
        ("nisi2", "NiSi2", -0.6, 14.0),
        ("nisi2-b", "NiSi2", -0.59, 14.0),
        ("nitisi", "NiTiSi", -0.9, 12.5),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
)
"""Si + Li -> LiSi at 0.5 V. Alone the disilicides do not react:

    TiSi2 + 2 Li -> Ti + 2 LiSi            -1.0 + 1.8 = +0.8 eV, and NiSi2 likewise

but together they do:

    TiSi2 + NiSi2 + 3 Li -> NiTiSi + 3 LiSi      -2.7 - 1.5 + 3.6 = -0.6 eV: 0.2 V
"""

SYSTEMS = [HostSystem("Si", ("Ni",)), HostSystem("Si", ("Ti",)), HostSystem("Si", ("Ni", "Ti"))]

CANDIDATES = pd.DataFrame(
    [
        ("Si-Ni", "nisi2", "NiSi2", 0.0, 225),
        ("Si-Ni", "nisi2-b", "NiSi2", 0.009, 60),
        ("Si-Ti", "tisi2", "TiSi2", 0.0, 63),
    ],
    columns=["system", "phase_b_id", "phase_b", "tie_line_excess_ev_per_atom", "spacegroup_b"],
).assign(host="Si", phase_a="Si", phase_a_id="si", spacegroup_a=227)


def assemblages(
    candidates: pd.DataFrame = CANDIDATES,
    phases: pd.DataFrame = PHASES,
    systems: list[HostSystem] = SYSTEMS,
    *,
    tolerance: float = 0.025,
    workers: int = 1,
) -> pd.DataFrame:
    return make_assemblages(
        candidates,
        phases,
        systems,
        coexistence=Coexistence(tolerance_ev_per_atom=tolerance),
        assemblages=Assemblages(phase_b1_weight_share=WeightShareGrid(min=0.25, max=0.75, step=0.5)),
        composition=CompositeGrid(phase_b_weight_fraction=WeightFractionGrid(min=0.6, max=0.8, step=0.2)),
        lithiation=Lithiation(),
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


def test_rows_of_one_triple() -> None:
    found = assemblages()
    assert list(found) == [column.name for column in ASSEMBLAGE_COLUMNS]
    assert found["phase_b1_weight_share"].tolist() == [0.25, 0.25, 0.75, 0.75]
    assert found["phase_b_weight_fraction"].tolist() == [0.6, 0.8, 0.6, 0.8]
    first = found.iloc[0]
    # Of the two forms of NiSi2 the one nearer the hull.
    expected = {
        "system": "Si-Ni-Ti",
        "host": "Si",
        "phase_a": "Si",
        "phase_b1": "NiSi2",
        "phase_b2": "TiSi2",
        "phase_a_id": "si",
        "phase_b1_id": "nisi2",
        "phase_b2_id": "tisi2",
        "spacegroup_a": 227,
        "spacegroup_b1": 225,
        "spacegroup_b2": 63,
    }
    assert {name: first[name] for name in expected} == expected
    assert first["tie_line_excess_ev_per_atom"] == pytest.approx(0.0, abs=1e-12)


def test_what_a_mixture_stores_by_hand() -> None:
    """60 wt% B, a quarter of it NiSi2: three Li for each Ni; TiSi2 is left over."""
    first = assemblages().iloc[0]
    silicon, nickel, titanium = 0.4 / SI, 0.6 * 0.25 / NI_SI2, 0.6 * 0.75 / TI_SI2
    assert nickel < titanium
    assert first["capacity_inert_b_mah_per_g"] == pytest.approx(silicon * FARADAY_MAH_PER_MOL)
    assert first["capacity_equilibrium_mah_per_g"] == pytest.approx((silicon + 3 * nickel) * FARADAY_MAH_PER_MOL)
    assert first["capacity_stable_b_mah_per_g"] == pytest.approx(silicon * FARADAY_MAH_PER_MOL)
    assert first["b_onset_v"] == pytest.approx(0.2)
    assert first["first_voltage_v"] == pytest.approx(0.5)
    mean = (0.5 * silicon + 0.2 * 3 * nickel) / (silicon + 3 * nickel)
    assert first["average_voltage_v"] == pytest.approx(mean)


def test_volumes_by_hand() -> None:
    """LiSi has 31 A^3 a formula, Si 20, NiSi2 42, TiSi2 39, NiTiSi 37.5."""
    first = assemblages().iloc[0]
    silicon, nickel, titanium = 0.4 / SI, 0.6 * 0.25 / NI_SI2, 0.6 * 0.75 / TI_SI2
    of_b = 42 * nickel + 39 * titanium
    before = 20 * silicon + of_b
    full = 31 * (silicon + 3 * nickel) + 37.5 * nickel + 39 * (titanium - nickel)
    assert first["phase_b_volume_fraction"] == pytest.approx(of_b / before)
    assert first["density_g_per_cm3"] == pytest.approx(1e24 / Avogadro / before)
    assert first["volume_change_fraction"] == pytest.approx(full / before - 1)
    assert first["volume_change_inert_b_fraction"] == pytest.approx((31 * silicon + of_b) / before - 1)


def test_compositions_by_hand() -> None:
    first = assemblages().iloc[0]
    nickel, titanium = 0.6 * 0.25 * NI / NI_SI2, 0.6 * 0.75 * TI / TI_SI2
    assert first["composition_wt"] == f"Si {1 - nickel - titanium:.4f} Ni {nickel:.4f} Ti {titanium:.4f}"
    moles = np.array([(1 - nickel - titanium) / SI, nickel / NI, titanium / TI])
    silicon, nickel, titanium = moles / moles.sum()
    assert first["composition_at"] == f"Si {silicon:.4f} Ni {nickel:.4f} Ti {titanium:.4f}"


def test_partners_that_react_with_each_other_do_not_coexist() -> None:
    """With NiTiSi at -1.3 eV/atom: TiSi2 + NiSi2 -> NiTiSi + 3 Si, -3.9 + 3.6 = -0.3 eV of six atoms.

    Equal amounts lie highest. At 80 wt% the share of atoms in B is (0.8 / m_B) / (0.8 / m_B + 0.2 / m_Si).
    """
    lower = PHASES.assign(formation_energy_ev_per_atom=[*PHASES["formation_energy_ev_per_atom"][:-1], -1.3])
    assert assemblages(phases=lower).empty
    found = assemblages(phases=lower, tolerance=0.05)
    mass_b = (TI_SI2 + NI_SI2) / 6
    share = 0.8 / mass_b / (0.8 / mass_b + 0.2 / SI)
    assert found["tie_line_excess_ev_per_atom"].tolist() == pytest.approx([0.3 / 6 * share] * 4)


def with_candidates(*rows: tuple[str, str, str]) -> pd.DataFrame:
    more = pd.DataFrame(list(rows), columns=["system", "phase_b_id", "phase_b"])
    return pd.concat([CANDIDATES, more.assign(**CANDIDATES.iloc[0].drop(list(more)).to_dict())], ignore_index=True)


def test_triples_are_those_whose_elements_are_the_systems() -> None:
    """Two compounds of nickel alone make no assemblage; a ternary one goes with either disilicide."""
    candidates = with_candidates(("Si-Ni-Ti", "nitisi", "NiTiSi"))
    found = assemblages(candidates, tolerance=1.0).drop_duplicates(["phase_b1_id", "phase_b2_id"])
    assert list(zip(found["phase_b1"], found["phase_b2"], strict=True)) == [
        ("NiSi2", "TiSi2"),
        ("NiSi2", "NiTiSi"),
        ("TiSi2", "NiTiSi"),
    ]


def test_three_phases_on_one_line_are_no_triangle() -> None:
    """Two ternary compounds that differ in silicon only lie on one line with silicon."""
    phases = pd.concat([PHASES, PHASES.iloc[-1:].assign(phase_id="nitisi2", formula="NiTiSi2")], ignore_index=True)
    candidates = with_candidates(("Si-Ni-Ti", "nitisi", "NiTiSi"), ("Si-Ni-Ti", "nitisi2", "NiTiSi2"))
    found = assemblages(candidates, phases, tolerance=1.0)
    pairs = set(zip(found["phase_b1"], found["phase_b2"], strict=True))
    assert ("NiTiSi", "NiTiSi2") not in pairs
    assert ("TiSi2", "NiTiSi2") in pairs


def test_workers_change_nothing() -> None:
    pd.testing.assert_frame_equal(assemblages(workers=2), assemblages(), check_exact=True)


@pytest.mark.parametrize(
    ("candidates", "systems"),
    [
        (CANDIDATES.iloc[:0], SYSTEMS),
        (CANDIDATES, host_systems(Space(max_partners=1))),
        (CANDIDATES.assign(phase_a="LiSi"), SYSTEMS),
    ],
)
def test_nothing_to_mix(candidates: pd.DataFrame, systems: list[HostSystem]) -> None:
    found = assemblages(candidates, systems=systems)
    assert found.empty
    assert list(found) == [column.name for column in ASSEMBLAGE_COLUMNS]
