"""Agreement with experiment on the embedded set, and how it is counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tieline.config import Config
from tieline.data import DATA
from tieline.evaluation.measured.activity_fit import fit_parameters
from tieline.evaluation.measured.agreement import evaluate_activity, evaluate_capacities
from tieline.lithiation.reactivity import fitted_parameters
from tieline.lithiation.settings import ReactivityRule
from tieline.phases.embedded import read_embedded
from tieline.phases.merge import merge_phases

MEASURED = DATA / "validation"
CUTOFF_V = Config().lithiation.cutoff_v
SETTINGS = ReactivityRule()


@pytest.fixture(scope="module")
def phases() -> pd.DataFrame:
    config, read = Config(), read_embedded().phases
    merged = merge_phases(
        [read],
        elements=frozenset(read["elements"].str.split("-").explode()),
        required=("Si", "Sn", "Zn", "Li"),
        suppressed=config.phases.suppressed,
        polymorphs=config.phase_a.polymorphs,
        crystal=config.crystal,
    )
    return merged.included


@pytest.fixture(scope="module")
def activity(phases: pd.DataFrame) -> pd.DataFrame:
    return evaluate_activity(phases, MEASURED / "compound_activity.csv", SETTINGS, cutoff_v=CUTOFF_V)


@pytest.fixture(scope="module")
def capacities(phases: pd.DataFrame) -> pd.DataFrame:
    table = evaluate_capacities(phases, MEASURED / "measured_capacities.csv", SETTINGS, cutoff_v=CUTOFF_V)
    return table.set_index("name")


def test_activity_of_most_compounds_is_predicted_without_them(activity: pd.DataFrame) -> None:
    assert len(activity) == len(pd.read_csv(MEASURED / "compound_activity.csv", comment="#"))
    assert activity["agrees_leave_one_out"].mean() >= 0.85
    assert activity.loc[activity["host"] == "Si", "agrees_leave_one_out"].mean() >= 0.85


def test_shipped_parameters_are_those_of_the_fit(activity: pd.DataFrame) -> None:
    fitted = fit_parameters(
        activity["skeleton_load_per_ev"].to_numpy(), (activity["measured_class"] == "active").to_numpy()
    )
    assert vars(fitted_parameters()) == pytest.approx(vars(fitted), rel=2e-3)


@pytest.mark.parametrize(
    ("name", "li", "g_per_mol"),
    [
        ("Si", 15 / 4, 28.086),
        ("Sn", 7 / 2, 118.71),
        ("FeSn2", 7, 55.845 + 2 * 118.71),
        ("CoSn2", 7, 58.933 + 2 * 118.71),
        ("NiSn", 7 / 2, 58.693 + 118.71),
        ("Mg2Si (2015)", 15 / 4, 2 * 24.305 + 28.086),
        ("CrSi2", 0, 51.996 + 2 * 28.086),
    ],
)
def test_expected_capacity_is_that_of_the_reaction_in_the_cell(
    capacities: pd.DataFrame, name: str, li: float, g_per_mol: float
) -> None:
    assert capacities.loc[name, "capacity_expected_mah_per_g"] == pytest.approx(li * 26801.5 / g_per_mol, rel=1e-4)


def test_matrix_of_a_composite_stays_inert(capacities: pd.DataFrame) -> None:
    row = capacities.loc["Si70Ti15Ni15"]
    # 70 Si less 15/4 x 7 in Ti4Ni4Si7, at 3579 mAh/g, in 70 Si + 15 Ti + 15 Ni.
    free = (70 - 15 / 4 * 7) * 28.086 / (70 * 28.086 + 15 * 47.867 + 15 * 58.693)
    assert row["capacity_expected_mah_per_g"] == pytest.approx(3579 * free, rel=1e-3)
    assert row["capacity_expected_mah_per_g"] == pytest.approx(row["capacity_inert_b_mah_per_g"])


def test_agreement_is_within_a_quarter(capacities: pd.DataFrame) -> None:
    ratio = capacities["capacity_expected_mah_per_g"] / capacities["measured_mah_per_g"]
    assert capacities["agrees"].tolist() == ratio.between(0.75, 1.25).tolist()


def test_known_probability_changes_the_expected_capacity(phases: pd.DataFrame) -> None:
    settings = ReactivityRule(known_probabilities={"CrSi2": 1.0})
    table = evaluate_capacities(phases, MEASURED / "measured_capacities.csv", settings, cutoff_v=CUTOFF_V)
    row = table.set_index("name").loc["CrSi2"]
    assert row["capacity_expected_mah_per_g"] == pytest.approx(row["capacity_equilibrium_mah_per_g"])


def test_rows_without_data_are_left_out(phases: pd.DataFrame, tmp_path: Path) -> None:
    rows = ["FeSn2,Sn,active", "FeSi2,Si,inactive", "CuZn,Zn,inactive", "KSn,Sn,active", "NiSi2,Si,inactive"]
    (tmp_path / "activity.csv").write_text("\n".join(["compound,host,measured_class", *rows]), "utf-8")
    table = evaluate_activity(phases, tmp_path / "activity.csv", SETTINGS, cutoff_v=CUTOFF_V)
    assert table["compound"].tolist() == ["FeSn2", "FeSi2", "CuZn", "NiSi2"]
    assert np.isfinite(table["probability_leave_one_out"]).all()


def test_too_few_compounds_for_a_fit_are_compared_all_the_same(phases: pd.DataFrame, tmp_path: Path) -> None:
    """Without the one in question a single compound is left, to which nothing can be fitted."""
    rows = ["FeSn2,Sn,active", "FeSi2,Si,inactive"]
    (tmp_path / "activity.csv").write_text("\n".join(["compound,host,measured_class", *rows]), "utf-8")
    table = evaluate_activity(phases, tmp_path / "activity.csv", SETTINGS, cutoff_v=CUTOFF_V)
    assert table["agrees"].tolist() == [True, True]
    assert table[["probability_leave_one_out", "agrees_leave_one_out"]].isna().all(axis=None)


def test_phase_data_without_any_measured_compound(phases: pd.DataFrame) -> None:
    of_two = phases[phases["elements"].isin(["Li", "Ca"])].reset_index(drop=True)
    activity = evaluate_activity(of_two, MEASURED / "compound_activity.csv", SETTINGS, cutoff_v=CUTOFF_V)
    capacities = evaluate_capacities(of_two, MEASURED / "measured_capacities.csv", SETTINGS, cutoff_v=CUTOFF_V)
    assert (len(activity), len(capacities)) == (0, 0)
    assert {"agrees", "agrees_leave_one_out"} <= set(activity)
    assert {"agrees", "relative_error", "capacity_expected_mah_per_g"} <= set(capacities)
