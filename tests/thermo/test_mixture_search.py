"""Which mixtures of two phases B are found, and how many are kept."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.elements import masses_g_per_mol
from tieline.core.parallel import Parallel, Resources
from tieline.phases.settings import PhaseA, Space
from tieline.phases.space import HostSystem, host_systems
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.mixture_search import best_mixtures, find_mixtures
from tieline.thermo.settings import Coexistence, CompositeGrid, Mixtures, WeightFractionGrid

SI, TI, NI, CU = masses_g_per_mol(["Si", "Ti", "Ni", "Cu"])
TI_SI2, NI_SI2 = TI + 2 * SI, NI + 2 * SI

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0),
        ("ti", "Ti", 0.0),
        ("ni", "Ni", 0.0),
        ("tisi2", "TiSi2", -0.6),
        ("nisi2", "NiSi2", -0.6),
        ("nisi2-b", "NiSi2", -0.59),
        ("nitisi", "NiTiSi", -0.9),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom"],
)
"""TiSi2 + NiSi2 -> NiTiSi + 3 Si costs 3.6 - 2.7 = 0.9 eV: the disilicides hold silicon together."""

SYSTEMS = [HostSystem("Si", ("Ni",)), HostSystem("Si", ("Ti",)), HostSystem("Si", ("Ni", "Ti"))]
NAMES = ["system", "phase_a_id", "phase_b_id", "phase_b1_id", "phase_b2_id"]
EXCESS, ABOVE_HULL = "tie_line_excess_ev_per_atom", "phase_b_energy_above_hull_ev_per_atom"
PROBABILITY = "coexistence_probability"


def pairs(*rows: tuple[str, str, float, float], phase_a: str = "si", probability: float = 0.9) -> pd.DataFrame:
    """Return pairs from system, B, excess and energy of B above the hull, all equally probable."""
    frame = pd.DataFrame(list(rows), columns=["system", "phase_b_id", EXCESS, ABOVE_HULL])
    frame = frame.assign(phase_a_id=phase_a, phase_b1_id=frame["phase_b_id"], phase_b2_id=None)
    return frame.astype(dict.fromkeys(NAMES, "str"))[[*NAMES, EXCESS, ABOVE_HULL]].assign(**{PROBABILITY: probability})


DISILICIDES = [
    ("Si-Ni", "nisi2-b", 0.009, 0.01),
    ("Si-Ni", "nisi2", 0.0, 0.0),
    ("Si-Ti", "tisi2", 0.0, 0.0),
]


def mixtures(
    known: pd.DataFrame | None = None,
    phases: pd.DataFrame = PHASES,
    systems: list[HostSystem] = SYSTEMS,
    *,
    searched: list[str] | None = None,
    tolerance: float = 0.025,
    uncovered: bool = False,
    workers: int = 1,
) -> pd.DataFrame:
    return find_mixtures(
        pairs(*DISILICIDES) if known is None else known,
        phases.assign(volume_a3_per_atom=15.0),
        systems,
        searched=searched,
        coexistence=Coexistence(tolerance_ev_per_atom=tolerance),
        mixtures=Mixtures(uncovered_systems=uncovered),
        composition=CompositeGrid(phase_b_weight_fraction=WeightFractionGrid(min=0.6, max=0.8, step=0.2)),
        resources=Resources(cores=1, parallel=Parallel(workers=workers)),
    )


def formulas(found: pd.DataFrame, phases: pd.DataFrame = PHASES) -> list[tuple[str, str]]:
    of = phases.set_index("phase_id")["formula"]
    return list(zip(of[found["phase_b1_id"]], of[found["phase_b2_id"]], strict=True))


def test_one_mixture() -> None:
    """Of the two forms of NiSi2 the one nearer the hull."""
    found = mixtures()
    assert set(found) == {*NAMES, EXCESS, ABOVE_HULL}
    (row,) = found.to_dict("records")
    assert [row[name] for name in NAMES] == ["Si-Ni-Ti", "si", "nisi2 + tisi2", "nisi2", "tisi2"]
    assert row[EXCESS] == pytest.approx(0.0, abs=1e-12)
    assert row[ABOVE_HULL] == 0.0


def test_less_stable_part_says_how_far_above_the_hull() -> None:
    """Whichever it is; the higher form of NiSi2 counts for its share of the atoms, which is largest in NiSi2 alone."""
    known = pairs(DISILICIDES[0], ("Si-Ti", "tisi2", 0.0, 0.002))
    found = mixtures(known)
    assert found["phase_b1_id"].tolist() == ["nisi2-b"]
    assert found[ABOVE_HULL].tolist() == [0.01]
    share = (0.8 / (NI_SI2 / 3)) / (0.8 / (NI_SI2 / 3) + 0.2 / SI)
    assert found[EXCESS].tolist() == pytest.approx([0.01 * share])
    found = mixtures(pairs(("Si-Ni", "nisi2", 0.0, 0.003), ("Si-Ti", "tisi2", 0.0, 0.02)))
    assert found[ABOVE_HULL].tolist() == [0.02]


def test_parts_that_react_with_each_other_do_not_coexist() -> None:
    """With NiTiSi at -1.3 eV/atom: TiSi2 + NiSi2 -> NiTiSi + 3 Si, -3.9 + 3.6 = -0.3 eV of six atoms.

    Equal amounts lie highest. At 80 wt% the share of atoms in B is (0.8 / m_B) / (0.8 / m_B + 0.2 / m_Si).
    """
    energy = "formation_energy_ev_per_atom"
    lower = PHASES.assign(**{energy: [*PHASES[energy][:-1], -1.3]})
    assert mixtures(phases=lower).empty
    found = mixtures(phases=lower, tolerance=0.05)
    mass_b = (TI_SI2 + NI_SI2) / 6
    share = 0.8 / mass_b / (0.8 / mass_b + 0.2 / SI)
    assert found[EXCESS].tolist() == pytest.approx([0.3 / 6 * share])


def test_matrices_are_those_whose_elements_are_the_systems() -> None:
    """Two compounds of nickel alone make none; a ternary one goes with either disilicide."""
    phases = pd.concat([PHASES, pd.DataFrame([("nisi", "NiSi", -0.7)], columns=PHASES.columns)], ignore_index=True)
    known = pairs(*DISILICIDES, ("Si-Ni", "nisi", 0.02, 0.0), ("Si-Ni-Ti", "nitisi", 0.0, 0.0))
    found = mixtures(known, phases, tolerance=1.0)
    assert sorted(formulas(found, phases)) == [
        ("NiSi", "NiTiSi"),
        ("NiSi", "TiSi2"),
        ("NiSi2", "NiTiSi"),
        ("NiSi2", "TiSi2"),
        ("TiSi2", "NiTiSi"),
    ]
    assert set(found["system"]) == {"Si-Ni-Ti"}
    # Each compound once.
    assert "nisi2-b" not in set(found["phase_b1_id"])


def test_three_phases_on_one_line_are_no_mixture() -> None:
    """Two ternary compounds that differ in silicon only lie on one line with silicon."""
    phases = pd.concat([PHASES, PHASES.iloc[-1:].assign(phase_id="nitisi2", formula="NiTiSi2")], ignore_index=True)
    known = pairs(*DISILICIDES, ("Si-Ni-Ti", "nitisi", 0.0, 0.0), ("Si-Ni-Ti", "nitisi2", 0.0, 0.0))
    found = mixtures(known, phases, tolerance=1.0)
    assert ("NiTiSi", "NiTiSi2") not in formulas(found, phases)
    assert ("TiSi2", "NiTiSi2") in formulas(found, phases)


MORE = pd.concat(
    [PHASES, pd.DataFrame([("cu", "Cu", 0.0), ("cu3si", "Cu3Si", -0.1)], columns=PHASES.columns)], ignore_index=True
)
MORE_SYSTEMS = [HostSystem("Si", own) for own in (("Cu", "Ti"), ("Cu", "Ni"), ("Ni", "Ti"), ("Cu",), ("Cu", "Zr"))]
MORE_PAIRS = pairs(*DISILICIDES, ("Si-Cu", "cu3si", 0.0, 0.0), ("Si-Ni-Ti", "nitisi", 0.2, 0.0))


def test_systems_stand_in_the_order_of_the_search_space() -> None:
    found = mixtures(MORE_PAIRS, MORE, MORE_SYSTEMS)
    assert found["system"].tolist() == ["Si-Cu-Ti", "Si-Cu-Ni", "Si-Ni-Ti"]
    assert formulas(found, MORE) == [("Cu3Si", "TiSi2"), ("Cu3Si", "NiSi2"), ("NiSi2", "TiSi2")]


COVERED = ["Cu", "Ni", "Si", "Ti", "Ni-Si", "Si-Ti", "Ni-Ti", "Cu-Si", "Ni-Si-Ti", "Cu-Ti"]


@pytest.mark.parametrize(
    ("searched", "uncovered", "expected"),
    [
        # Cu-Si-Ti and Cu-Ni are not known to the data: what is stable there could break a mixture.
        (COVERED, False, ["Si-Ni-Ti"]),
        ([*COVERED, "Cu-Si-Ti"], False, ["Si-Cu-Ti", "Si-Ni-Ti"]),
        (["Ni", "Si", "Ti", "Ni-Si", "Si-Ti", "Ni-Si-Ti"], False, []),
        (COVERED, True, ["Si-Cu-Ti", "Si-Cu-Ni", "Si-Ni-Ti"]),
        (None, False, ["Si-Cu-Ti", "Si-Cu-Ni", "Si-Ni-Ti"]),
    ],
)
def test_only_systems_that_the_data_cover(searched: list[str] | None, uncovered: bool, expected: list[str]) -> None:  # noqa: FBT001
    found = mixtures(MORE_PAIRS, MORE, MORE_SYSTEMS, searched=searched, uncovered=uncovered)
    assert found["system"].tolist() == expected


def test_all_within_the_tolerance_are_found() -> None:
    """TiSi2 + NiSi2 hold silicon, NiTiSi with either of them does not.

    NiTiSi + 3 Si -> TiSi2 + NiSi2 yields 0.9 eV of six atoms, most where nothing else is mixed to it: with 61 wt% of
    NiTiSi, which is within the window.
    """
    known = pairs(*DISILICIDES, ("Si-Ni-Ti", "nitisi", 0.1, 0.0), ("Si-Cu", "cu3si", 0.0, 0.0))
    systems = [HostSystem("Si", ("Ni", "Ti")), HostSystem("Si", ("Cu", "Ni"))]
    found = mixtures(known, MORE, systems, tolerance=0.5)
    assert found["system"].tolist() == ["Si-Ni-Ti"] * 3 + ["Si-Cu-Ni"]
    own = found[found["system"] == "Si-Ni-Ti"]
    assert formulas(own.sort_values(EXCESS), MORE)[0] == ("NiSi2", "TiSi2")
    assert sorted(own[EXCESS]) == pytest.approx([0.0, 0.15, 0.15], abs=1e-12)
    assert mixtures(known, MORE, systems, tolerance=0.14)["system"].tolist() == ["Si-Ni-Ti", "Si-Cu-Ni"]


@pytest.mark.parametrize(("high", "low", "taken"), [(0.8, 0.3, "nisi2-b"), (0.3, 0.8, "nisi2"), (0.8, 0.8, "nisi2")])
def test_the_most_probable_structure_of_a_compound_is_taken(high: float, low: float, taken: str) -> None:
    """Of equally probable ones that of the smaller excess."""
    found = mixtures(pairs(*DISILICIDES).assign(**{PROBABILITY: [high, low, 0.9]}))
    assert found[NAMES].to_numpy().tolist() == [["Si-Ni-Ti", "si", f"{taken} + tisi2", taken, "tisi2"]]


@pytest.mark.parametrize(("keep", "kept"), [(0, []), (1, [2, 3]), (2, [1, 2, 3]), (9, [0, 1, 2, 3])])
def test_the_most_probable_mixtures_are_kept_in_their_order(keep: int, kept: list[int]) -> None:
    """Of equally probable ones those of the smallest excess."""
    found = pd.DataFrame(
        [("Si-Ni-Ti", 0.7, 0.0), ("Si-Ni-Ti", 0.9, 0.02), ("Si-Ni-Ti", 0.9, 0.01), ("Si-Ti-V", 0.6, 0.0)],
        columns=["system", PROBABILITY, EXCESS],
    )
    assert best_mixtures(found, Mixtures(max_per_system=keep)).index.tolist() == kept


def test_pairs_of_a_run_lead_to_its_mixtures() -> None:
    """Both steps as the workflow has them, of both forms of NiSi2."""
    known, _ = find_pairs(
        PHASES.assign(
            volume_a3_per_atom=15.0, elements=["Si", "Ti", "Ni", "Si-Ti", "Ni-Si", "Ni-Si", "Ni-Si-Ti"]
        ).assign(n_elements=[1, 1, 1, 2, 2, 2, 3]),
        SYSTEMS,
        phase_a=PhaseA(kinds=["element", "compound"]),
        coexistence=Coexistence(tolerance_ev_per_atom=0.025),
        composition=CompositeGrid(),
        working_ion="Li",
        resources=Resources(),
    )
    assert {"nisi2", "nisi2-b", "tisi2"} <= set(known["phase_b_id"])
    found = mixtures(known.assign(**{PROBABILITY: 0.9}))
    assert set(found) == set(known)
    assert found[NAMES].to_numpy().tolist() == [["Si-Ni-Ti", "si", "nisi2 + tisi2", "nisi2", "tisi2"]]


def test_workers_change_nothing() -> None:
    one, other = (mixtures(MORE_PAIRS, MORE, MORE_SYSTEMS, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    ("known", "systems"),
    [
        (pairs(), SYSTEMS),
        (pairs(*DISILICIDES), []),
        (pairs(*DISILICIDES), host_systems(Space(hosts=["Si"], max_partners=1))),
        # The host itself holds the matrix, no compound of it.
        (pairs(*DISILICIDES, phase_a="tisi2"), SYSTEMS),
    ],
    ids=["no pairs", "no systems", "one partner", "compound"],
)
def test_nothing_to_mix(known: pd.DataFrame, systems: list[HostSystem]) -> None:
    found = mixtures(known, systems=systems)
    assert found.empty
    assert set(found) == {*NAMES, EXCESS, ABOVE_HULL}
