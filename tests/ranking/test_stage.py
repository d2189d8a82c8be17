"""The ranked lists and what goes with them, from results made by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import small_run

from tieline.core.columns import CANDIDATE_KEYS
from tieline.ranking.columns import RANKED_COLUMNS

KEYS = list(CANDIDATE_KEYS)


@pytest.fixture(scope="module")
def ranked(small_results):
    return pd.read_parquet(small_results / "ranked.parquet")


@pytest.fixture(scope="module")
def text(small_results):
    return pd.read_csv(small_results / "ranked.csv", dtype=str, keep_default_na=False)


def test_composites_of_the_phases(ranked):
    """Si coexists with Mg2Si, both forms of TiSi2, and TiSi; of mixtures the best of the system, at its best share.

    TiSi and Si make TiSi2: of its composition (73 % of the weight TiSi) they lie 129.7/3 kJ per mol of atoms below the
    elements, C54 134.3/3. The difference is 1.53 kJ/mol, 15.9 meV/atom.
    """
    assert set(ranked["phase_a"]) == {"Si"}
    assert ranked["phase_b"].value_counts().to_dict() == {"Mg2Si + TiSi2": 1, "TiSi2": 2, "TiSi": 1, "Mg2Si": 1}
    excess = ranked.set_index("phase_b_id")["tie_line_excess_ev_per_atom"]
    assert excess["tisi"] == pytest.approx((134.3 - 129.7) / 3 / 96.48533, rel=1e-6)
    assert excess.drop(["tisi", "c49"]).tolist() == pytest.approx([0.0] * 3, abs=1e-9)


def test_all_tie_in_what_is_traded_off(ranked):
    """Only Si takes up lithium where B is inert: 15/4 per Si, whatever B. So no candidate beats another in both."""
    capacity = 15 / 4 * 26.801481 / 28.0855 * 1000
    expected = (1.0 - ranked["phase_b_weight_fraction"]) * capacity
    np.testing.assert_allclose(ranked["capacity_inert_b_mah_per_g"], expected, rtol=1e-4)
    assert set(ranked["pareto_rank"]) == {1}
    assert ranked["score"].is_monotonic_decreasing
    assert ranked["rank"].tolist() == [1, 2, 3, 4, 5]


def test_scores_of_inert_matrices(ranked):
    """TiSi2 of both forms and TiSi: three columns are better high, two low, weights of 8 in all.

    Of three values the middle one lies between the quantiles, which are a tenth of the way in from the ends.
    """
    inert = ranked[ranked["phase_b_role"] == "inert matrix"]
    assert set(inert["phase_b_id"]) == {"c49", "c54", "tisi"}
    printed = {"capacity_inert_b_mah_per_g": 1, "capacity_stable_b_mah_per_g": 1, "phase_b_volume_fraction": 4}
    falling = {"volume_change_inert_b_fraction": 4, "tie_line_excess_ev_per_atom": 5}
    total = np.zeros(3)
    for name, decimals in (printed | falling).items():
        values = inert[name].round(decimals).to_numpy() * (-1 if name in falling else 1)
        low, middle, high = np.sort(values)
        worst, best = low + 0.1 * (middle - low), high - 0.1 * (high - middle)
        scaled = np.clip((values - worst) / (best - worst), 0.0, 1.0) if best > worst else np.ones(3)
        total += small_run.WEIGHTS[name] * scaled
    np.testing.assert_allclose(inert["score"], total / 8, atol=0.5001e-4)


def test_numbers_are_those_of_the_candidates(small_results, ranked):
    """To the last bit, mixtures included."""
    candidates = pd.read_parquet(small_results / "candidates.parquet")
    both = candidates.set_index(KEYS).loc[pd.MultiIndex.from_frame(ranked[KEYS])].reset_index()
    shared = [name for name in candidates if name in ranked]
    pd.testing.assert_frame_equal(ranked[shared], both[shared], check_dtype=False)
    assert list(ranked) == [column.name for column in RANKED_COLUMNS]
    assert {*KEYS, "phase_b1_id", "phase_b2_weight_share", "capacity_expected_mah_per_g"} <= {*shared}


def test_one_design_point_of_each_composite(small_results, ranked):
    """At every share a mixture has one; the ranking keeps the share that ranks highest."""
    candidates = pd.read_parquet(small_results / "candidates.parquet")
    assert candidates.groupby("phase_b_id")["design_point"].sum().to_dict() == dict.fromkeys(
        {"mg2si", "tisi", "c49", "c54", *(f"{x:g} mg2si + {1 - x:g} c54" for x in (0.25, 0.5, 0.75))}, 1
    )
    assert ranked["design_point"].all()


def test_mixtures_have_the_space_groups_of_their_larger_part(small_results):
    """Mg2Si is Fm-3m (225), C54 Fddd (70)."""
    candidates = pd.read_parquet(small_results / "candidates.parquet")
    mixed = candidates[candidates["phase_b"] == "Mg2Si + TiSi2"]
    assert set(mixed["phase_b1_id"]) == {"mg2si"}
    by_share = mixed.drop_duplicates("phase_b1_weight_share").set_index("phase_b1_weight_share")
    assert by_share.loc[[0.25, 0.75], "spacegroup_b"].tolist() == [70, 225]
    assert by_share.loc[[0.25, 0.75], "phase_b_id"].tolist() == ["0.25 mg2si + 0.75 c54", "0.75 mg2si + 0.25 c54"]


def test_lists_as_text_say_the_same(small_results, ranked, text):
    assert text["rank"].tolist() == [str(rank) for rank in ranked["rank"]]
    assert text["phase_b_id"].tolist() == ranked["phase_b_id"].tolist()
    assert text["phase_b_weight_fraction"].tolist() == [f"{x:.4f}" for x in ranked["phase_b_weight_fraction"]]
    assert text["phase_b2_weight_share"].tolist() == [
        "" if np.isnan(x) else f"{x:.4f}" for x in ranked["phase_b2_weight_share"]
    ]
    # One host and one front: three lists of the same.
    for name in ("ranked_Si.csv", "pareto.csv"):
        assert (small_results / name).read_bytes() == (small_results / "ranked.csv").read_bytes()


def test_claims_go_by_the_rank(small_results, text):
    """Thirty rows for each composite, best first."""
    chart = pd.read_csv(small_results / "claims.csv", dtype=str, keep_default_na=False)
    assert chart["rank"].tolist() == [rank for rank in text["rank"] for _ in range(30)]
    assert chart["claim"].tolist() == [str(number) for number in range(1, 31)] * 5
    pd.testing.assert_frame_equal(chart.loc[::30, KEYS[:3]].reset_index(drop=True), text[KEYS[:3]])
    met = chart["verdict"].eq("met").groupby(chart["rank"].astype(int)).sum()
    assert met.astype(str).tolist() == text["n_claims_met"].tolist()


def test_claims_of_mixtures_in_the_summary(small_results):
    """TiSi2 is in C49, C54 and the mixture, as C49 in the first alone: neither in two, nor C49 in four of five."""
    summary = pd.read_csv(small_results / "claims_summary.csv").set_index("claim")
    assert summary.loc[23, "n_not_met"] == 2
    assert summary.loc[24, "n_not_met"] == 4
    ranked = pd.read_csv(small_results / "ranked.csv").set_index("rank")
    assert ranked.loc[summary.loc[24, "best_rank"], "phase_b_id"] == "c49"
    assert summary[["n_met", "n_window", "n_undecided", "n_not_met"]].sum(axis=1).eq(5).all()


def test_every_system_with_candidates_is_screened(small_results, ranked):
    systems = pd.read_csv(small_results / "systems.csv").set_index("system")
    assert systems["status"].to_dict() == dict.fromkeys(["Si-Mg", "Si-Ti", "Si-Mg-Ti"], "screened")
    assert set(ranked["system"]) == set(systems.index)
    # Each of TiSi2 and TiSi with Mg2Si: one of two is kept.
    assert systems.loc["Si-Mg-Ti", ["n_pairs", "n_mixtures", "n_mixtures_kept"]].tolist() == [0, 2, 1]


def test_summary_shows_compounds_and_mixtures(small_results):
    summary = (small_results / "summary.txt").read_text("utf-8")
    assert "5 composites" in summary
    assert [summary.count(f" {name} ") for name in ("Mg2Si + TiSi2", "TiSi")] == [1, 1]
    assert summary.endswith("no earlier ranking to compare with\n")
    assert "Si 2 of 2" in summary


@pytest.mark.usefixtures("_own_logging")
def test_alternatives(small_results, tmp_path, ranked):
    """To TiSi2 there is TiSi, of which it takes more, and so stores less; the others react themselves.

    Beside Mg2Si, which exceeds the limit even at the most B, the mixture needs less B: more capacity, less weight of B.
    """
    (found,) = pd.read_csv(small_results / "alternatives.csv").to_dict("records")
    assert (found["phase_b"], found["n_better"], found["n_worse"]) == ("TiSi", 1, 1)
    assert found["capacity_inert_b_mah_per_g"] < found["capacity_inert_b_mah_per_g_reference"]
    small_run.run_stage("ranking", small_results, results=tmp_path, reference={"a": "Si", "b": "Mg2Si"})
    (found,) = pd.read_csv(tmp_path / "alternatives.csv").to_dict("records")
    assert (found["phase_b"], found["n_better"], found["n_worse"]) == ("Mg2Si + TiSi2", 1, 1)
    own = ranked.set_index("phase_b").loc["Mg2Si + TiSi2"]
    assert found["rank"] == own["rank"]
    assert found["phase_b_weight_fraction"] == pytest.approx(own["phase_b_weight_fraction"], abs=1e-4)
    assert found["phase_b_weight_fraction_reference"] == 0.9
    assert found["better_in"].startswith("capacity_inert_b_mah_per_g")
    assert found["worse_in"].startswith("phase_b_weight_fraction 0.89, not 0.90")


def test_record_of_the_run(small_results):
    record = json.loads((small_results / "provenance.json").read_text("utf-8"))
    counts = record["counts"]
    assert (counts["phases"], counts["phases_excluded"], counts["systems"], counts["composites"]) == (9, 1, 3, 7)
    assert counts["systems_by_status"] == {"screened": 3}
    assert counts["candidates"] == len(pd.read_parquet(small_results / "candidates.parquet"))
    assert record["settings"]["space"]["partners"] == ["Mg", "Ti"]
    assert {"parallel", "changes", "comparison", "results"}.isdisjoint(record["settings"])


@pytest.mark.usefixtures("_own_logging")
def test_the_same_again_and_then_another_ranking(small_results, tmp_path):
    """By the density instead: what moves is compared with the ranking before."""
    for _ in range(2):
        small_run.run_stage("ranking", small_results, results=tmp_path)
    assert "no earlier ranking" in (tmp_path / "summary.txt").read_text("utf-8")
    assert pd.read_csv(tmp_path / "changes.csv").empty
    by_density = {"objectives": ["density_g_per_cm3"], "weights": {"density_g_per_cm3": 1.0}}
    small_run.run_stage("ranking", small_results, results=tmp_path, ranking=by_density)
    again = pd.read_parquet(tmp_path / "ranked.parquet")
    for _, own in again.groupby("phase_b_role"):
        assert own["density_g_per_cm3"].is_monotonic_increasing
        assert own["pareto_rank"].tolist() == list(range(1, len(own) + 1))
    changes = pd.read_csv(tmp_path / "changes.csv")
    assert "moved" in set(changes["change"])
    assert "pairs against the ranking before: " in (tmp_path / "summary.txt").read_text("utf-8")


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize(("excluded", "left", "count"), [(["Mg"], {"TiSi2", "TiSi"}, 4), (["Mg", "Ti"], set(), 7)])
def test_selection(small_results, tmp_path, excluded, left, count):
    """The composites with Mg are Mg2Si and the mixture at three shares."""
    small_run.run_stage("ranking", small_results, results=tmp_path, selection={"exclude_elements": excluded})
    assert set(pd.read_parquet(tmp_path / "ranked.parquet")["phase_b"]) == left
    assert f"not ranked, with excluded elements: {count} composites" in (tmp_path / "summary.txt").read_text("utf-8")
    for name in ("ranked", "pareto", "claims", "alternatives", "changes"):
        assert (tmp_path / f"{name}.csv").exists()
