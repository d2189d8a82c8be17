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
def n_candidates(ranked):
    """Two weight fractions of each of seven composites, and the design points that lie between them."""
    between = ranked["phase_b_weight_fraction"].between(0.6, 0.9, inclusive="neither")
    assert set(ranked["phase_b_weight_fraction"][~between]) == {0.6, 0.9}
    assert between.sum() <= 7
    return 7 * 2 + int(between.sum())


@pytest.fixture(scope="module")
def text(small_results):
    return pd.read_csv(small_results / "ranked.csv", dtype=str, keep_default_na=False)


def test_composites_of_the_phases(ranked, n_candidates):
    """Si coexists with Mg2Si, both forms of TiSi2, and TiSi; of mixtures the best of the system, in three shares.

    TiSi and Si make TiSi2: of its composition (73 % of the weight TiSi) they lie 129.7/3 kJ per mol of atoms below the
    elements, C54 134.3/3. The difference is 1.53 kJ/mol, 15.9 meV/atom.
    """
    assert len(ranked) == n_candidates
    composites = ranked[["phase_a", "phase_b", "phase_b_id"]].drop_duplicates()
    assert set(composites["phase_a"]) == {"Si"}
    assert composites["phase_b"].value_counts().to_dict() == {"Mg2Si + TiSi2": 3, "TiSi2": 2, "TiSi": 1, "Mg2Si": 1}
    excess = ranked.drop_duplicates("phase_b_id").set_index("phase_b_id")["tie_line_excess_ev_per_atom"]
    assert excess["tisi"] == pytest.approx((134.3 - 129.7) / 3 / 96.48533, rel=1e-6)
    assert excess.drop(["tisi", "c49"]).tolist() == pytest.approx([0.0] * 5, abs=1e-9)


def test_all_tie_in_what_is_traded_off(ranked):
    """Only Si takes up lithium where B is inert: 15/4 per Si, whatever B. So no candidate beats another in both."""
    capacity = 15 / 4 * 26.801481 / 28.0855 * 1000
    expected = (1.0 - ranked["phase_b_weight_fraction"]) * capacity
    np.testing.assert_allclose(ranked["capacity_inert_b_mah_per_g"], expected, rtol=1e-4)
    assert set(ranked["pareto_rank"]) == {1}


def test_scores_are_the_weighted_means(ranked):
    """Three columns are better high, two low; from the worst (0) to the best (1), weights of 8 in all."""
    printed = {"capacity_inert_b_mah_per_g": 1, "capacity_stable_b_mah_per_g": 1, "phase_b_volume_fraction": 4}
    falling = {"volume_change_inert_b_fraction": 4, "tie_line_excess_ev_per_atom": 5}
    total = np.zeros(len(ranked))
    for name, decimals in (printed | falling).items():
        values = ranked[name].round(decimals)
        scaled = (values - values.min()) / (values.max() - values.min())
        total += small_run.WEIGHTS[name] * (1.0 - scaled if name in falling else scaled)
    np.testing.assert_allclose(ranked["score"], total / 8, atol=0.5001e-4)
    assert ranked["score"].is_monotonic_decreasing
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))


def test_numbers_are_those_of_the_candidates(small_results, ranked):
    """To the last bit, mixtures included."""
    candidates = pd.read_parquet(small_results / "candidates.parquet")
    both = candidates.set_index(KEYS).loc[pd.MultiIndex.from_frame(ranked[KEYS])].reset_index()
    pd.testing.assert_frame_equal(ranked[list(candidates)], both[list(candidates)], check_dtype=False)
    assert list(ranked) == [column.name for column in RANKED_COLUMNS]


def test_mixtures_have_the_space_groups_of_their_larger_part(ranked):
    """Mg2Si is Fm-3m (225), C54 Fddd (70)."""
    mixed = ranked[ranked["phase_b"] == "Mg2Si + TiSi2"]
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


def test_claims_go_by_the_rank(small_results, text, n_candidates):
    """Thirty rows for each candidate, best first."""
    chart = pd.read_csv(small_results / "claims.csv", dtype=str, keep_default_na=False)
    assert chart["rank"].tolist() == [rank for rank in text["rank"] for _ in range(30)]
    assert chart["claim"].tolist() == [str(number) for number in range(1, 31)] * n_candidates
    pd.testing.assert_frame_equal(chart.loc[::30, KEYS[:3]].reset_index(drop=True), text[KEYS[:3]])
    met = chart["verdict"].eq("met").groupby(chart["rank"].astype(int)).sum()
    assert met.astype(str).tolist() == text["n_claims_met"].tolist()


def test_claims_of_mixtures_in_the_summary(small_results, text):
    """TiSi2 is in C49, C54 and the three mixtures; as C49 in none of the mixtures."""
    summary = pd.read_csv(small_results / "claims_summary.csv").set_index("claim")
    assert summary.loc[23, "n_not_met"] == text["phase_b"].isin(["Mg2Si", "TiSi"]).sum()
    assert summary.loc[24, "n_not_met"] == text["phase_b_id"].ne("c49").sum()
    best = text[text["rank"] == f"{summary.loc[24, 'best_rank']:.0f}"].iloc[0]
    assert (best["phase_b_id"], summary.loc[24, "best_phase_b"]) == ("c49", "TiSi2")


def test_every_system_with_candidates_is_screened(small_results, ranked):
    systems = pd.read_csv(small_results / "systems.csv").set_index("system")
    assert systems["status"].to_dict() == dict.fromkeys(["Si-Mg", "Si-Ti", "Si-Mg-Ti"], "screened")
    assert set(ranked["system"]) == set(systems.index)
    # TiSi2 and TiSi, each with Mg2Si: one of two is kept.
    assert systems.loc["Si-Mg-Ti", ["n_pairs", "n_mixtures", "n_mixtures_kept"]].tolist() == [0, 2, 1]


def test_summary_shows_compounds_and_mixtures(small_results, n_candidates):
    summary = (small_results / "summary.txt").read_text("utf-8")
    assert f"{n_candidates} candidates" in summary
    assert [summary.count(f" {name} ") for name in ("Mg2Si + TiSi2", "TiSi")] == [1, 1]
    assert summary.endswith("no earlier ranking to compare with\n")
    assert "Si 2 of 2" in summary


def test_record_of_the_run(small_results, n_candidates):
    record = json.loads((small_results / "provenance.json").read_text("utf-8"))
    assert record["counts"] == {
        "phases": 9,
        "phases_set_aside": 1,
        "systems": 3,
        "systems_by_status": {"screened": 3},
        "composites": 7,
        "candidates": n_candidates,
    }
    assert record["settings"]["space"]["partners"] == ["Mg", "Ti"]
    assert {"parallel", "changes", "comparison", "results"}.isdisjoint(record["settings"])


@pytest.mark.usefixtures("_own_logging")
def test_the_same_again_and_then_another_ranking(small_results, tmp_path, monkeypatch):
    """By the density instead of the default: what moves is held against the ranking before."""
    for _ in range(2):
        small_run.run_stage("ranking", small_results, results=tmp_path)
    assert "no earlier ranking" in (tmp_path / "summary.txt").read_text("utf-8")
    assert pd.read_csv(tmp_path / "changes.csv").empty
    weights = {"ranking": {"objectives": ["density_g_per_cm3"], "weights": {"density_g_per_cm3": 1.0}}}
    usual = small_run.configuration
    monkeypatch.setattr(small_run, "configuration", lambda folder: usual(folder) | weights)
    small_run.run_stage("ranking", small_results, results=tmp_path)
    again = pd.read_parquet(tmp_path / "ranked.parquet")
    assert again["density_g_per_cm3"].round(4).is_monotonic_increasing
    assert again["score"].iloc[[0, -1]].tolist() == [1.0, 0.0]
    changes = pd.read_csv(tmp_path / "changes.csv")
    assert set(changes["change"]) == {"moved"}
    assert "pairs against the ranking before: 0 appeared, 0 vanished" in (tmp_path / "summary.txt").read_text("utf-8")
