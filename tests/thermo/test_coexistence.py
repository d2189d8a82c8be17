"""Which pairs are tested and which coexist, on a system small enough to list them all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.core.parallel import Parallel, Resources
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.coexistence import PairSearch, coexisting_pairs, find_pairs
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Coexistence, CompositeGrid, WeightFractionGrid

PHASES = pd.DataFrame(
    [
        # id, formula, energy in eV/atom; TiSi2 and TiSi are stable.
        ("si", "Si", 0.0),
        ("si-2", "Si", 0.1),
        ("ti", "Ti", 0.0),
        ("ni", "Ni", 0.0),
        ("li", "Li", 0.0),
        ("tisi2", "TiSi2", -0.5),
        ("tisi2-2", "TiSi2", -0.49),
        ("tisi", "TiSi", -0.7),
        ("nisi2", "NiSi2", -0.4),
        ("nitisi", "NiTiSi", -0.8),
        ("lisi", "LiSi", -0.2),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom"],
).assign(volume_a3_per_atom=15.0)
PHASES["elements"] = ["-".join(sorted({s for s in ("Li", "Ni", "Si", "Ti") if s in f})) for f in PHASES["formula"]]
PHASES["n_elements"] = PHASES["elements"].str.count("-") + 1

SI_TI = HostSystem("Si", ("Ti",))
SI_NI = HostSystem("Si", ("Ni",))
SI_NI_TI = HostSystem("Si", ("Ni", "Ti"))


def found(
    systems: list[HostSystem], *, kinds: tuple[str, ...] = ("element",), tolerance: float = 0.025, step: float = 0.05
) -> tuple[pd.DataFrame, pd.DataFrame]:
    return find_pairs(
        PHASES,
        systems,
        phase_a=PhaseA(kinds=list(kinds)),
        coexistence=Coexistence(tolerance_ev_per_atom=tolerance),
        composition=CompositeGrid(phase_b_weight_fraction=WeightFractionGrid(step=step)),
        working_ion="Li",
        resources=Resources(cores=1, parallel=Parallel(workers=1)),
    )


def pairs_of(*arguments: object, **settings: object) -> set[tuple[str, str]]:
    pairs, _ = found(*arguments, **settings)  # type: ignore[arg-type]
    return set(zip(pairs["phase_a_id"], pairs["phase_b_id"], strict=True))


def test_host_coexists_with_its_neighbour_and_with_what_is_within_the_tolerance() -> None:
    assert pairs_of([SI_TI]) == {("si", "tisi2"), ("si", "tisi2-2")}
    assert pairs_of([SI_TI], tolerance=0.0) == {("si", "tisi2")}


@pytest.mark.parametrize("step", [0.05, 0.1])
def test_excess_by_hand(step: float) -> None:
    """Si + TiSi lies above TiSi2 by 1/30 eV/atom at most, where TiSi holds 2/3 of the atoms.

    The polymorph 10 meV/atom above TiSi2 counts most at 95 wt%: there it holds
    x = (0.95 / 34.679) / (0.95 / 34.679 + 0.05 / 28.085) of the atoms, with 34.679 = (47.867 + 2 x 28.085) / 3.
    """
    # With a step of 0.1 the grid ends at 0.9, but the window does not.
    pairs, _ = found([SI_TI], tolerance=0.1, step=step)
    excess = pairs.set_index("phase_b_id")["tie_line_excess_ev_per_atom"]
    share = (0.95 / 34.679) / (0.95 / 34.679 + 0.05 / 28.085)
    assert excess["tisi2"] == pytest.approx(0.0, abs=1e-12)
    assert excess["tisi2-2"] == pytest.approx(0.01 * share, rel=1e-4)
    assert excess["tisi"] == pytest.approx(1 / 30)
    above_hull = pairs.set_index("phase_b_id")["phase_b_energy_above_hull_ev_per_atom"]
    assert above_hull.to_dict() == pytest.approx({"tisi2": 0.0, "tisi2-2": 0.01, "tisi": 0.0}, abs=1e-12)


def test_compounds_as_phase_a_share_no_composition_with_b() -> None:
    pairs = pairs_of([SI_TI], kinds=("compound",))
    assert pairs == {(a, b) for a in ("tisi2", "tisi2-2", "tisi") for b in ("tisi2", "tisi2-2", "tisi")} - {
        ("tisi", "tisi"),
        *((a, b) for a in ("tisi2", "tisi2-2") for b in ("tisi2", "tisi2-2")),
    }


def test_elements_of_a_and_b_are_together_those_of_the_system() -> None:
    both = pairs_of([SI_NI_TI], kinds=("element", "compound"), tolerance=1.0)
    assert ("si", "nitisi") in both
    assert ("nisi2", "tisi") in both
    assert ("tisi", "nisi2") in both
    assert not {("si", "tisi2"), ("si", "nisi2"), ("tisi", "tisi2")} & both
    assert not any("lisi" in pair or "si-2" in pair for pair in both)


def test_counts_name_every_system_searched_in_order() -> None:
    pairs, counts = found([SI_NI, SI_NI_TI, SI_TI])
    assert counts["system"].tolist() == ["Si-Ni", "Si-Ni-Ti", "Si-Ti"]
    assert counts["n_tested"].tolist() == [1, 1, 3]
    assert list(counts) == ["system", "n_tested"]
    assert list(pairs.columns) == [
        "system",
        "phase_a_id",
        "phase_b_id",
        "phase_b1_id",
        "phase_b2_id",
        "tie_line_excess_ev_per_atom",
        "phase_b_energy_above_hull_ev_per_atom",
    ]
    assert pairs["phase_b1_id"].tolist() == pairs["phase_b_id"].tolist()
    assert pairs["phase_b2_id"].isna().all()


def test_systems_without_an_elemental_phase_or_with_the_ion_are_not_searched() -> None:
    _, counts = found([SI_TI, HostSystem("Si", ("Zr",)), SI_NI])
    assert counts["system"].tolist() == ["Si-Ti", "Si-Ni"]
    _, counts = found([SI_TI, HostSystem("Si", ("Li",))])
    assert counts["system"].tolist() == ["Si-Ti"]


def test_nothing_found_leaves_empty_tables() -> None:
    pairs, counts = found([HostSystem("Si", ("Zr",))])
    assert pairs.empty
    assert counts.empty


def test_batches_do_not_change_what_is_found() -> None:
    search = PairSearch(
        phases=PhaseArrays.from_table(PHASES),
        elemental_a={"Si": 0},
        kinds=frozenset({"element", "compound"}),
        weight_fraction_window=(0.6, 0.95),
        tolerance_ev_per_atom=1.0,
    )
    systems = [SI_NI, SI_NI_TI, SI_TI]
    whole = coexisting_pairs(search, systems)
    parts = [coexisting_pairs(search, [system]) for system in systems]
    for name in ("n_tested", "row_a", "row_b", "excess_ev_per_atom"):
        np.testing.assert_array_equal(getattr(whole, name), np.concatenate([getattr(part, name) for part in parts]))
    assert whole.system.tolist() == [n for n, part in enumerate(parts) for _ in part.row_a]
