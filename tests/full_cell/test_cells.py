"""The table of full cells: alignment, and what is left empty."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
import pytest

from tieline.core.parallel import Resources
from tieline.full_cell.cells import make_cells
from tieline.full_cell.columns import CELL_COLUMNS
from tieline.full_cell.settings import Cell, Coating, NegativeCoating
from tieline.lithiation.candidates import make_candidates
from tieline.lithiation.settings import Design, Lithiation
from tieline.thermo.columns import EXCESS_COLUMNS, PROBABILITY_COLUMNS, STABILITY_COLUMNS
from tieline.thermo.settings import CompositeGrid, Mixtures

PHASES = pd.DataFrame(
    [
        ("si", "Si", 0.0, 20.0, 227),
        ("tisi2", "TiSi2", -0.5, 13.0, 63),
        ("tisi", "TiSi", -0.7, 14.0, 62),
        ("ti", "Ti", 0.0, 17.0, 194),
        ("li", "Li", 0.0, 20.0, 229),
        ("lisi", "LiSi", -0.25, 15.5, 88),
        ("li15si4", "Li15Si4", -0.2, 15.0, 220),
        ("ni", "Ni", 0.0, 11.0, 225),
        ("nisi2", "NiSi2", -0.4, 13.2, 225),
    ],
    columns=["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom", "spacegroup_number"],
)


@pytest.fixture(scope="module")
def candidates() -> pd.DataFrame:
    """Two pairs, and a mixture of three different shares."""
    numbers = {column.name: 0.0 for column in (*EXCESS_COLUMNS, *PROBABILITY_COLUMNS, *STABILITY_COLUMNS)}
    composites = pd.DataFrame(
        {
            "system": ["Si-Ni-Ti", "Si-Ti", "Si-Ti"],
            "phase_a_id": "si",
            "phase_b_id": ["nisi2 + tisi2", "tisi2", "tisi"],
            "phase_b1_id": ["nisi2", "tisi2", "tisi"],
            "phase_b2_id": ["tisi2", None, None],
        }
    ).assign(**numbers)
    groups = PHASES[["phase_id", "spacegroup_number"]].assign(
        spacegroup_number_loose=PHASES["spacegroup_number"], unit_cell_a3=np.nan
    )
    return make_candidates(
        composites,
        PHASES.assign(experimental=pd.NA),
        groups,
        searched=None,
        mixtures=Mixtures(),
        composition=CompositeGrid(),
        lithiation=Lithiation(),
        design=Design(),
        resources=Resources(),
    )


def cells(candidates: pd.DataFrame, phases: pd.DataFrame = PHASES, cell: Cell | None = None, ion: str = "Li"):
    return make_cells(
        candidates,
        phases,
        cell=cell or Cell(),
        lithiation=Lithiation(working_ion=ion),
        resources=Resources(),
    )


def test_whole_capacity_gives_the_candidates_own_voltages(candidates: pd.DataFrame) -> None:
    """With no loss and as much positive as negative electrode all of the path is used, of pairs and of mixtures."""
    assert set(candidates["phase_b2_id"].dropna()) == {"tisi2"}
    # Three shares of the phases in B, at eight weight fractions and a design point.
    assert candidates.loc[candidates["phase_b2_id"].notna(), "average_voltage_v"].nunique() == 3 * (8 + 1)
    cell = Cell(
        n_to_p_ratio=1.0,
        positive=Coating(first_cycle_loss_fraction=0.0),
        negative=NegativeCoating(first_cycle_loss_fraction=0.0),
    )
    found = cells(candidates, cell=cell)
    for path in ("", "_inert_b"):
        for loss in ("", "_after_loss"):
            np.testing.assert_allclose(
                found[f"cell_average_voltage{loss}{path}_v"], 3.86 - candidates[f"average_voltage{path}_v"]
            )
    pd.testing.assert_series_equal(
        found["cell_energy_wh_per_l"], found["cell_energy_after_loss_wh_per_l"], check_names=False
    )


def test_orders_of_what_must_be_larger(candidates: pd.DataFrame) -> None:
    found = cells(candidates)
    for path in ("", "_inert_b"):
        assert (found[f"cell_energy_after_loss{path}_wh_per_kg"] < found[f"cell_energy{path}_wh_per_kg"]).all()
        assert (found[f"cell_energy_charged{path}_wh_per_l"] < found[f"cell_energy{path}_wh_per_l"]).all()
    # More capacity makes a thinner electrode.
    reacting = found[found["phase_b_id"] == "tisi2"]
    assert (reacting["cell_negative_thickness_um"] < reacting["cell_negative_thickness_inert_b_um"]).all()
    assert reacting["cell_energy_inert_b_wh_per_kg"].is_monotonic_decreasing


def test_rows_do_not_depend_on_their_company(candidates: pd.DataFrame) -> None:
    shuffled = candidates.sample(frac=0.6, random_state=1)
    own = cells(candidates).iloc[shuffled.index].reset_index(drop=True)
    pd.testing.assert_frame_equal(cells(shuffled), own)


def test_columns_are_the_documented_ones(candidates: pd.DataFrame) -> None:
    found = cells(candidates, cell=Cell(positive_electrode="LFP"))
    assert list(found) == [column.name for column in CELL_COLUMNS]
    assert set(found["cell_positive_electrode"]) == {"LFP"}
    assert set(found["cell_electrolyte"]) == {"LiPF6-EC-EMC"}


def test_unknown_volume_of_b_leaves_what_needs_it_empty(candidates: pd.DataFrame) -> None:
    phases = PHASES.assign(volume_a3_per_atom=PHASES["volume_a3_per_atom"].mask(PHASES["phase_id"] == "li15si4"))
    found = cells(candidates, phases)
    assert found["cell_energy_charged_inert_b_wh_per_l"].isna().all()
    assert found["cell_energy_inert_b_wh_per_l"].notna().all()
    assert found["cell_average_voltage_inert_b_v"].notna().all()


def test_another_ion_leaves_the_cell_empty(candidates: pd.DataFrame, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "tieline.full_cell.cells"):
        found = cells(candidates, ion="Na")
    assert "the cell works with Li, the run with Na" in caplog.text
    assert len(found) == len(candidates)
    assert found["cell_energy_wh_per_kg"].isna().all()


def test_no_candidates_make_an_empty_table(candidates: pd.DataFrame) -> None:
    found = cells(candidates.iloc[:0])
    assert found.empty
    assert list(found) == [column.name for column in CELL_COLUMNS]
