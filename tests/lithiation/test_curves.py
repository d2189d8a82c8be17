"""Voltage curves worked by hand, and against pymatgen's hulls."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hand_worked import TABLE
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.core import Composition
from pymatgen.entries.computed_entries import ComputedEntry

from tieline.core.elements import masses_g_per_mol
from tieline.core.parallel import Parallel, Resources
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.lithiation.composite import LithiationTask
from tieline.lithiation.curves import voltage_curves
from tieline.lithiation.settings import Lithiation
from tieline.phases.embedded import read_embedded
from tieline.thermo.settings import CompositeGrid

SI, TI = masses_g_per_mol(["Si", "Ti"])
TI_SI2 = TI + 2 * SI
HAND_WORKED = TABLE.assign(phase_id=TABLE["formula"].str.lower())


def curves(
    phases: pd.DataFrame,
    *composites: tuple[str, str, Sequence[str], float],
    cutoff_v: float = 0.0,
    workers: int = 1,
    at_design: bool = True,
) -> pd.DataFrame:
    """Return the curves of composites (system, A, parts of B in equal weights, weight fraction of B), by formula."""
    id_of = phases.sort_values("formation_energy_ev_per_atom").drop_duplicates("formula").set_index("formula")
    rows = [
        {
            "system": system,
            "phase_a": a,
            "phase_b": " + ".join(b),
            "phase_a_id": id_of.loc[a, "phase_id"],
            "phase_b_id": " + ".join(id_of.loc[list(b), "phase_id"]),
            "phase_b1_id": id_of.loc[b[0], "phase_id"],
            "phase_b2_id": id_of.loc[b[1], "phase_id"] if len(b) == 2 else None,
            "phase_b1_weight_share": 1.0 / len(b),
            "phase_b_weight_fraction": w,
            "design_point": at_design,
        }
        for system, a, b, w in composites
    ]
    task = LithiationTask.of(phases, CompositeGrid(), Lithiation(cutoff_v=cutoff_v))
    return voltage_curves(pd.DataFrame(rows), phases, task, Resources(parallel=Parallel(workers=workers)))


def of_part(found: pd.DataFrame, part: str) -> pd.DataFrame:
    return found[found["part"] == part].reset_index(drop=True)


def test_silicon_and_its_silicide_by_hand() -> None:
    """0.5 V Si + Li -> LiSi; 0.4 V TiSi2 + Li -> TiSi + LiSi; 0.1636 V LiSi + 2.75 Li -> 1/4 Li15Si4."""
    found = curves(HAND_WORKED, ("Si-Ti", "Si", ["TiSi2"], 0.6))
    a, b = (FARADAY_MAH_PER_MOL * share for share in (0.4 / SI, 0.6 / TI_SI2))
    composite = of_part(found, "composite")
    assert composite["step"].tolist() == [1, 2, 3]
    assert composite["voltage_v"].tolist() == pytest.approx([0.5, 0.4, 0.45 / 2.75])
    assert composite["capacity_from_mah_per_g"].tolist() == pytest.approx([0.0, a, a + b])
    assert composite["capacity_to_mah_per_g"].tolist() == pytest.approx([a, a + b, 3.75 * (a + b)])
    assert [set(phases.split(" + ")) for phases in composite["phases"]] == [
        {"Si", "LiSi", "TiSi2"},
        {"LiSi", "TiSi2", "TiSi"},
        {"LiSi", "TiSi", "Li15Si4"},
    ]
    assert composite["phase_ids"].tolist() == composite["phases"].str.lower().tolist()
    silicon = of_part(found, "phase_a")
    assert silicon["capacity_to_mah_per_g"].tolist() == pytest.approx([a, 3.75 * a])
    assert [set(phases.split(" + ")) for phases in silicon["phases"]] == [{"Si", "LiSi"}, {"LiSi", "Li15Si4"}]
    silicide = of_part(found, "phase_b")
    assert silicide["voltage_v"].tolist() == pytest.approx([0.4, 0.45 / 2.75])
    assert silicide["capacity_to_mah_per_g"].tolist() == pytest.approx([b, 3.75 * b])
    assert found["part"].tolist() == ["composite"] * 3 + ["phase_a"] * 2 + ["phase_b"] * 2


def test_what_takes_up_nothing_has_no_curve() -> None:
    found = curves(HAND_WORKED, ("Si-Ti", "Si", ["TiSi2"], 0.6), cutoff_v=0.45)
    assert found[["part", "step"]].to_numpy().tolist() == [["composite", 1], ["phase_a", 1]]
    assert len(curves(HAND_WORKED, ("Si-Ti", "Si", ["TiSi2"], 0.6), cutoff_v=0.6)) == 0


def test_only_at_the_design_point() -> None:
    found = curves(HAND_WORKED, ("Si-Ti", "Si", ["TiSi2"], 0.6), at_design=False)
    assert len(found) == 0
    assert "phase_ids" in found


def test_plateaus_of_one_voltage_are_one() -> None:
    """With TiSi at -0.75 eV/atom TiSi2 reacts at 0.5 V as well, like silicon."""
    same = HAND_WORKED.assign(
        formation_energy_ev_per_atom=HAND_WORKED["formation_energy_ev_per_atom"].mask(
            HAND_WORKED["formula"] == "TiSi", -0.75
        )
    )
    composite = of_part(curves(same, ("Si-Ti", "Si", ["TiSi2"], 0.6)), "composite")
    assert composite["voltage_v"].tolist() == pytest.approx([0.5, 0.45 / 2.75])
    first = FARADAY_MAH_PER_MOL * (0.4 / SI + 0.6 / TI_SI2)
    assert composite["capacity_to_mah_per_g"].tolist() == pytest.approx([first, 3.75 * first])


EMBEDDED = (
    ("Si-Ti", "Si", ["TiSi2"], 0.75),
    ("Sn-Cu", "Sn", ["Cu6Sn5"], 0.95),
    ("Zn-Fe", "Zn", ["FeZn13"], 0.6),
    ("Si-Ni-Ti", "Si", ["NiSi2", "TiSi2"], 0.8),
)


@pytest.fixture(scope="module")
def phases() -> pd.DataFrame:
    return read_embedded().phases


def diagram_of(phases: pd.DataFrame, system: str) -> PhaseDiagram:
    """Return pymatgen's phase diagram of a system with lithium."""
    elements = {*system.split("-"), "Li"}
    own = phases[[set(Composition(formula).get_el_amt_dict()) <= elements for formula in phases["formula"]]]
    return PhaseDiagram(
        [
            ComputedEntry(formula, energy * Composition(formula).num_atoms)
            for formula, energy in zip(own["formula"], own["formation_energy_ev_per_atom"], strict=True)
        ]
    )


def with_lithium(composite: tuple[str, str, Sequence[str], float], part: str, mah: float) -> Composition:
    """Return mol of atoms in the part of a gram of composite with the charge `mah`."""
    _, a, b, w = composite
    of_a = {a: 1.0 - w} if part != "phase_b" else {}
    of_b = dict.fromkeys(b, w / len(b)) if part != "phase_a" else {}
    total = Composition({"Li": mah / FARADAY_MAH_PER_MOL})
    for formula, grams in (of_a | of_b).items():
        amounts = Composition(formula).get_el_amt_dict()
        total += Composition(formula) * (grams / (masses_g_per_mol(list(amounts)) @ list(amounts.values())))
    return total


@pytest.mark.parametrize("composite", EMBEDDED, ids=lambda composite: composite[0])
@pytest.mark.parametrize("part", ["composite", "phase_a", "phase_b"])
def test_against_the_hulls_of_pymatgen(
    phases: pd.DataFrame, composite: tuple[str, str, Sequence[str], float], part: str
) -> None:
    """Every plateau lies on pymatgen's hull and has its phases; the integral over the curve is the reaction energy."""
    found = of_part(curves(phases, composite), part)
    diagram = diagram_of(phases, composite[0])

    def energy(mah: float) -> float:
        at = with_lithium(composite, part, mah)
        return float(diagram.get_hull_energy_per_atom(at)) * float(at.num_atoms)

    start, end = (found[f"capacity_{where}_mah_per_g"].to_numpy() for where in ("from", "to"))
    assert len(found) > 0
    assert start.tolist() == [0.0, *end[:-1]]
    assert (np.diff(found["voltage_v"]) < 0.0).all()
    for low, high, voltage, names in zip(start, end, found["voltage_v"], found["phases"], strict=True):
        assert energy(low) - energy(high) == pytest.approx(voltage * (high - low) / FARADAY_MAH_PER_MOL, abs=1e-9)
        middle = (low + high) / 2.0
        assert energy(middle) == pytest.approx((energy(low) + energy(high)) / 2.0, abs=1e-9)
        there = diagram.get_decomposition(with_lithium(composite, part, middle))
        expected = {entry.reduced_formula for entry, amount in there.items() if amount > 1e-8}
        assert {Composition(name).reduced_formula for name in names.split(" + ")} == expected
    integral = (found["voltage_v"] * (end - start)).sum() / FARADAY_MAH_PER_MOL
    assert integral == pytest.approx(energy(0.0) - energy(end[-1]), abs=1e-9)


def test_same_on_two_workers(phases: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(curves(phases, *EMBEDDED, workers=2), curves(phases, *EMBEDDED), check_exact=True)
