from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts
from tieline.crystal.structures import unit_cell_of
from tieline.data import DATA
from tieline.evaluation.experiment.structures import lattice_agreement
from tieline.phases.settings import Space
from tieline.phases.space import host_systems, uncovered
from tieline.phases.table import PHASES, SORT_KEYS
from tieline.relaxation.embedded import (
    ENERGY_LEVEL,
    PROVENANCE,
    embedded_labels,
    formation_energies,
    pbe_element_energies,
    phase_set,
)
from tieline.thermo.hull import lower_hull

SHIPPED = DATA / "phases/embedded.parquet"
LABELS = embedded_labels("test")


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return pd.read_parquet(SHIPPED)


def above_hull(phases: pd.DataFrame, *elements: str) -> pd.Series:
    """Return, by phase_id, the energies above the hull of one chemical system."""
    rows = phases[[set(system.split("-")) <= set(elements) for system in phases["elements"]]]
    counts = [element_counts(formula) for formula in rows["formula"]]
    fractions = np.array([[count.get(s, 0) / sum(count.values()) for s in elements] for count in counts])
    energies = rows["formation_energy_ev_per_atom"].to_numpy()
    hull = lower_hull(fractions, energies)
    return pd.Series(energies - hull.energies_ev(fractions), index=rows["phase_id"])


def test_schema_order_and_size(shipped: pd.DataFrame) -> None:
    assert pq.read_schema(SHIPPED).names == [*PHASES.names, *PROVENANCE.names]
    assert SHIPPED.stat().st_size < 10_000_000
    assert shipped["phase_id"].is_unique
    pd.testing.assert_frame_equal(shipped, shipped.sort_values(list(SORT_KEYS), ignore_index=True))


def test_one_level_from_one_potential_all_converged(shipped: pd.DataFrame) -> None:
    assert shipped["energy_level"].unique().tolist() == [ENERGY_LEVEL]
    for column in ("potential", "potential_version", "weights_sha256", "source", "source_version"):
        assert (shipped[column] == shipped[column].iloc[0]).all(), column
    assert shipped["converged"].all()
    assert (shipped["fmax_ev_per_a"] <= 0.02).all()
    assert shipped["formation_energy_ev_per_atom"].between(-1.5, 0.3).all()


def test_every_element_has_a_reference_at_zero(shipped: pd.DataFrame) -> None:
    elements = {symbol for system in shipped["elements"] for symbol in system.split("-")}
    lowest = shipped[shipped["n_elements"] == 1].groupby("elements")["formation_energy_ev_per_atom"].min()
    assert set(lowest.index) == elements
    assert (lowest == 0).all()


def test_structures_match_their_rows(shipped: pd.DataFrame) -> None:
    for _, row in shipped.iterrows():
        lattice, positions, numbers = unit_cell_of(row)
        assert len(positions) == len(numbers)
        volume = abs(np.linalg.det(lattice)) / len(numbers)
        assert volume == pytest.approx(row["volume_a3_per_atom"], rel=1e-5)
        assert sorted(element_counts(row["formula"])) == row["elements"].split("-")
        assert row["n_elements"] == row["elements"].count("-") + 1


@pytest.mark.parametrize(
    ("host", "metal", "neighbour"),
    [
        ("Si", "Ti", "TiSi2"),
        ("Si", "Zr", "ZrSi2"),
        ("Si", "V", "VSi2"),
        ("Si", "Fe", "FeSi2"),
        ("Si", "Co", "CoSi2"),
        ("Si", "Ni", "NiSi2"),
        ("Si", "Mo", "MoSi2"),
        ("Si", "Mg", "Mg2Si"),
        ("Sn", "Ca", "CaSn3"),
        ("Sn", "Mg", "Mg2Sn"),
        ("Zn", "Fe", "FeZn13"),
        ("Zn", "Mg", "Mg2Zn11"),
    ],
)
def test_the_phase_next_to_the_host_is_the_one_of_the_phase_diagram(
    shipped: pd.DataFrame, host: str, metal: str, neighbour: str
) -> None:
    above = above_hull(shipped, host, metal)
    rows = shipped.set_index("phase_id").loc[above[above < 0.003].index]
    stable = [element_counts(formula) for formula in rows["formula"] if formula not in {host, metal}]
    nearest = max(stable, key=lambda count: count[host] / sum(count.values()))
    assert nearest == element_counts(neighbour)


def test_lithium_and_silicon_give_their_published_voltage(shipped: pd.DataFrame) -> None:
    # 15 Li + 4 Si -> Li15Si4: 0.306 V by PBE (Chevrier et al., J. Alloys Compd. 496 (2010) 25, gives 0.3 V).
    phases = shipped.set_index("phase_id")
    energy = phases.loc["tl-Li15Si4-D8_6", "formation_energy_ev_per_atom"] * 19
    assert -energy / 15 == pytest.approx(0.306, abs=0.01)


@pytest.mark.parametrize(
    ("phase", "volume"),
    # Experimental volumes at room temperature, A^3 per atom; PBE is within about 3 %.
    [("tl-Si-A4", 20.02), ("tl-Sn-A5", 27.05), ("tl-Zn-A3-Zn", 15.2), ("tl-TiSi2-C54", 14.0), ("tl-Mg2Si-C1", 21.4)],
)
def test_volumes_are_those_measured(shipped: pd.DataFrame, phase: str, volume: float) -> None:
    found = shipped.set_index("phase_id").loc[phase, "volume_a3_per_atom"]
    assert found == pytest.approx(volume, rel=0.05)


LATTICES = pd.read_csv(DATA / "validation/element_lattices.csv", comment="#", keep_default_na=False)


@pytest.fixture(scope="module")
def lattices(shipped: pd.DataFrame) -> pd.DataFrame:
    return lattice_agreement(shipped, LATTICES).set_index("element")


def test_every_element_with_a_measured_lattice_has_that_structure(
    shipped: pd.DataFrame, lattices: pd.DataFrame
) -> None:
    elements = {symbol for system in shipped["elements"] for symbol in system.split("-")}
    assert elements - set(lattices.index) == {"B", "Hg"}  # neither alpha-Hg nor beta-B is in the table


@pytest.mark.parametrize("element", LATTICES["element"])
def test_elements_have_their_measured_volume_and_axial_ratio(lattices: pd.DataFrame, element: str) -> None:
    row = lattices.loc[element]
    # Deviations beyond 5 % are errors of the functional or the potential, and the table says so.
    volume_is_right = abs(row["volume_ratio"] - 1) < 0.05
    axes_are_right = abs(row["axial_ratio"] / row["axial_ratio_measured"] - 1) < 0.05
    assert (volume_is_right and axes_are_right) or row["known_error"]


@pytest.mark.parametrize(("element", "measured"), [("Zn", 1.856), ("Cd", 1.886)])
def test_zinc_and_cadmium_are_elongated(lattices: pd.DataFrame, element: str, measured: float) -> None:
    assert lattices.loc[element, "axial_ratio"] == pytest.approx(measured, rel=0.05)


def test_150_systems_of_two_partners_are_searched_with_lithium() -> None:
    searched = frozenset(pd.read_csv(SHIPPED.with_name("systems.csv"), keep_default_na=False)["elements"])
    two_partners = [system for system in host_systems(Space()) if len(system.partners) == 2]
    covered = [system for system in two_partners if not uncovered({*system.elements, "Li"}, searched)]
    assert len(covered) >= 150


def test_unreported_structures_are_stable_beside_the_reported_ones(shipped: pd.DataFrame) -> None:
    # By 50 meV/atom each, against all others of its own elements.
    for row in shipped[shipped["experimental"].isna()].itertuples():
        others = shipped[(shipped["phase_id"] != row.phase_id) & (shipped["formula"] != row.formula)]
        elements = row.elements.split("-")
        rows = others[[set(system.split("-")) <= set(elements) for system in others["elements"]]]
        rows = rows[rows["experimental"].notna() | (rows["n_elements"] == 1)]
        counts = [element_counts(formula) for formula in [*rows["formula"], row.formula]]
        fractions = np.array([[count.get(s, 0) / sum(count.values()) for s in elements] for count in counts])
        hull = lower_hull(fractions[:-1], rows["formation_energy_ev_per_atom"].to_numpy())
        assert row.formation_energy_ev_per_atom <= hull.energies_ev(fractions[-1:])[0] - 0.05, row.formula


def test_formation_energies_by_hand() -> None:
    fractions = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.5, 0.5]])
    energies = np.array([-1.0, -4.0, -3.9, -2.8])
    found = formation_energies(fractions, energies, ["Al", "Sn"], {"Al": -0.9})
    # -2.8 - (-0.9 - 4.0) / 2; the polymorphs of tin are compared with each other.
    np.testing.assert_allclose(found, [0.0, 0.0, 0.1, -0.35])


def test_the_energies_of_the_elements_are_the_published_ones() -> None:
    energies = pbe_element_energies()
    assert len(energies) == 45
    # The Materials Project's uncorrected energies of diamond Si and bcc Li.
    assert energies["Si"] == pytest.approx(-5.425, abs=0.002)
    assert energies["Li"] == pytest.approx(-1.908, abs=0.002)


def test_an_element_without_a_structure_is_an_error() -> None:
    with pytest.raises(PhaseDataError, match="no structure of element Sn"):
        formation_energies(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([-1.0, -2.0]), ["Al", "Sn"], {})


def test_two_potentials_are_refused() -> None:
    table = pd.DataFrame(
        {
            "stage": "refine",
            "reason": "",
            "known": True,
            "elements": ["Al", "Cu"],
            "potential": ["7net-l3i5", "7net-0"],
            "weights_sha256": ["aaaaaaaaaa", "bbbbbbbbbb"],
        }
    )
    with pytest.raises(PhaseDataError, match="one potential is needed, found 7net-0 bbbbbbbb, 7net-l3i5 aaaaaaaa"):
        phase_set(table, LABELS, {}, penalty_ev_per_atom=0.05, keep_ev_per_atom=0.1)
    with pytest.raises(PhaseDataError, match="found none"):
        phase_set(table.assign(stage="relax"), LABELS, {}, penalty_ev_per_atom=0.05, keep_ev_per_atom=0.1)
