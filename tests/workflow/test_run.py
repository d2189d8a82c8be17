"""What one run of the whole workflow leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.constants import physical_constants

from tieline.full_cell.columns import CELL_COLUMNS
from tieline.lithiation.columns import CANDIDATE_COLUMNS, SYSTEM_COLUMNS
from tieline.process.columns import PROCESS_COLUMNS
from tieline.ranking.columns import PROPERTY_COLUMNS, RANKED_COLUMNS

ROOT = Path(__file__).parents[2]
FARADAY_MAH_PER_MOL = physical_constants["Faraday constant"][0] / 3.6
SI_G_PER_MOL, TI_G_PER_MOL = 28.085, 47.867
CSV_FILES = {
    *("ranked", "ranked_Si", "ranked_Sn", "ranked_Zn", "pareto"),
    *("claims", "claims_summary", "systems", "excluded", "rejected", "changes", "columns"),
}


@pytest.fixture(scope="module")
def candidates(finished):
    return pd.read_parquet(finished.results / "candidates.parquet")


def rows_of(candidates, phase_b, weight_fraction):
    near = (candidates["phase_b_weight_fraction"] - weight_fraction).abs() < 1e-9
    return candidates[(candidates["phase_b_id"] == phase_b) & near]


def test_every_output_exists(finished):
    names = {path.name for path in finished.results.iterdir() if path.is_file()}
    assert names >= {f"{name}.csv" for name in CSV_FILES} | {
        "phases.parquet",
        "candidates.parquet",
        "voltage_curves.parquet",
        "properties.parquet",
        "claims.parquet",
        "ranked.parquet",
        "summary.txt",
        "provenance.json",
    }
    assert not [path for path in finished.results.rglob("*") if path.name.endswith(".tmp")]


def test_every_rule_leaves_a_log(extended):
    rules = {
        "potential_balloons",
        "phases",
        "coexistence",
        "candidates",
        "microstructure",
        "full_cell",
        "process",
        "claims",
    }
    rules |= {"ranking", "page", "validation", "comparison", "export", "export_candidates", "figures"}
    assert {path.stem for path in (extended.results / "logs").iterdir()} == rules


def test_tables_have_the_documented_columns(finished, candidates):
    assert list(candidates) == [column.name for column in CANDIDATE_COLUMNS]
    assert list(pd.read_csv(finished.results / "systems.csv")) == [column.name for column in SYSTEM_COLUMNS]
    for name in ("ranked", "ranked_Si", "ranked_Sn", "ranked_Zn", "pareto"):
        header = list(pd.read_csv(finished.results / f"{name}.csv"))
        assert header == [column.name for column in RANKED_COLUMNS]
    properties = pd.read_parquet(finished.results / "properties.parquet")
    assert list(properties) == [column.name for column in PROPERTY_COLUMNS]
    pd.testing.assert_frame_equal(properties[list(candidates)], candidates)


def test_columns_csv_describes_every_csv(finished):
    described = pd.read_csv(finished.results / "columns.csv", keep_default_na=False)
    assert (described["meaning"] != "").all()
    for name in CSV_FILES - {"columns"}:
        file = "ranked.csv" if name.startswith(("ranked", "pareto")) else f"{name}.csv"
        wanted = described[described["file"].str.contains(file, regex=False)]["name"]
        assert list(pd.read_csv(finished.results / f"{name}.csv")) == list(wanted), name


@pytest.mark.parametrize(("name", "columns"), [("cells", CELL_COLUMNS), ("process", PROCESS_COLUMNS)])
def test_work_tables_have_a_row_per_candidate(finished, candidates, name, columns):
    table = pd.read_parquet(finished.results / f"work/{name}.parquet")
    assert list(table) == [column.name for column in columns]
    keys = ["system", "phase_a_id", "phase_b_id", "phase_b_weight_fraction"]
    pd.testing.assert_frame_equal(table[keys], candidates[keys])


def test_full_cell_of_si_and_tisi2(finished, candidates):
    """NMC811 at 3.86 V against the 0.2 to 0.33 V of the table's Li-Si plateaus; charge lost, energy lost."""
    cells = pd.read_parquet(finished.results / "work/cells.parquet")
    row = cells.loc[rows_of(candidates, "tisi2-c54", 0.6).index[0]]
    assert 3.86 - 0.333 < row["cell_average_voltage_inert_b_v"] < 3.86 - 0.2
    assert 0.0 < row["cell_energy_after_loss_inert_b_wh_per_kg"] < row["cell_energy_inert_b_wh_per_kg"] < 500.0


def test_pairs_are_those_of_the_hull(candidates):
    """TiSi2 and Mg2Si are next to Si, Mg2Sn next to Sn; C49, 3 kJ/mol higher, and TiSi are near enough."""
    pairs = candidates.loc[candidates["phase_b2_id"].isna(), ["phase_a_id", "phase_b_id"]].drop_duplicates()
    assert set(pairs.itertuples(index=False, name=None)) == {
        ("si", "tisi2-c54"),
        ("si", "tisi2-c49"),
        ("si", "tisi"),
        ("si", "mg2si"),
        ("beta-sn", "mg2sn"),
    }


def test_capacities_of_si_and_tisi2_by_hand(candidates):
    """0.4 g Si takes 3.75 Li an atom; TiSi2 decomposes to Ti5Si3, and frees 1.4 of its 2 Si."""
    for phase_b in ("tisi2-c54", "tisi2-c49"):
        (row,) = rows_of(candidates, phase_b, 0.6).to_dict("records")
        inert = 0.4 * 3.75 / SI_G_PER_MOL * FARADAY_MAH_PER_MOL
        from_b = 0.6 * 1.4 * 3.75 / (TI_G_PER_MOL + 2 * SI_G_PER_MOL) * FARADAY_MAH_PER_MOL
        assert row["capacity_inert_b_mah_per_g"] == pytest.approx(inert, rel=1e-6)
        assert row["capacity_equilibrium_mah_per_g"] == pytest.approx(inert + from_b, rel=1e-6)


def test_voltage_curves_end_at_the_capacities_of_the_candidates(finished, candidates):
    curves = pd.read_parquet(finished.results / "voltage_curves.parquet")
    keys = ["system", "phase_a_id", "phase_b_id", "phase_b_weight_fraction"]
    ends = curves.pivot_table("capacity_to_mah_per_g", keys, "part", aggfunc="max", fill_value=0.0)
    at_design = candidates[candidates["design_point"]].set_index(keys).loc[ends.index]
    assert len(ends) == candidates["design_point"].sum()
    np.testing.assert_allclose(ends["composite"], at_design["capacity_equilibrium_mah_per_g"], rtol=1e-12)
    np.testing.assert_allclose(ends["phase_a"], at_design["capacity_inert_b_mah_per_g"], rtol=1e-12)
    assert (ends["phase_b"].gt(0.0) == at_design["b_onset_v"].notna()).all()


def test_onset_of_tisi2_by_hand(candidates):
    """TiSi2 + 12/7 Li -> TiSi + 1/7 Li12Si7, from the enthalpies of the table."""
    ev_per_kj = 1 / 96.48533
    reaction = (-129.7 + 134.3) * ev_per_kj - 12 / 7 * 0.332
    (row,) = rows_of(candidates, "tisi2-c54", 0.6).to_dict("records")
    assert row["b_onset_v"] == pytest.approx(-reaction / (12 / 7), abs=1e-4)


def test_metastable_c49_costs_its_share_of_the_mixture(candidates):
    """The excess is 3 kJ per mol TiSi2, spread over the atoms at the window's end, 95 wt% B."""
    (row,) = rows_of(candidates, "tisi2-c49", 0.6).to_dict("records")
    mol_b = 0.95 / (TI_G_PER_MOL + 2 * SI_G_PER_MOL)
    atoms = 3 * mol_b + 0.05 / SI_G_PER_MOL
    assert row["tie_line_excess_ev_per_atom"] == pytest.approx(3 / 96.48533 * mol_b / atoms, abs=1e-6)
    (row,) = rows_of(candidates, "tisi2-c54", 0.6).to_dict("records")
    assert row["tie_line_excess_ev_per_atom"] == pytest.approx(0.0, abs=1e-9)


def test_space_groups_come_from_structures_where_there_are_some(candidates):
    lattices = candidates.groupby("phase_b_id")[["spacegroup_a", "spacegroup_b", "bravais_b", "cmcm_b"]].first()
    assert lattices.loc["tisi2-c49"].tolist() == [227, 63, "oC", True]
    assert lattices.loc["tisi2-c54"].tolist() == [227, 70, "oF", False]
    assert lattices.loc["mg2sn"].tolist() == [141, 225, "cF", False]


def test_alpha_tin_and_suppressed_phases_are_set_aside(finished):
    aside = pd.read_csv(finished.results / "excluded.csv").set_index("phase_id")["reason"]
    assert set(aside.index) == {"alpha-sn", "li22si5"}
    assert "141" in aside["alpha-sn"]
    assert "suppressed" in aside["li22si5"]


def test_energies_are_against_beta_tin(finished):
    """Mg2Sn is 76.6 kJ/mol below Mg and alpha-tin; a third of 21 meV less against beta-tin, per atom more stable."""
    phases = pd.read_parquet(finished.results / "phases.parquet").set_index("phase_id")
    energy = phases["formation_energy_ev_per_atom"]
    assert energy["beta-sn"] == 0.0
    assert energy["mg2sn"] == pytest.approx(-76.6 / 96.48533 / 3 - 0.021 / 3, abs=1e-9)


def test_no_system_vanishes(finished):
    """57 partners without radioactive ones, less the host itself: 3 x (56 + 56 x 55 / 2) systems."""
    systems = pd.read_csv(finished.results / "systems.csv").set_index("system")
    assert len(systems) == 3 * (56 + 56 * 55 // 2)
    assert systems["status"].notna().all()
    assert set(systems.index[systems["status"] == "screened"]) == {"Si-Ti", "Si-Mg", "Sn-Mg", "Si-Mg-Ti"}
    assert systems.loc["Sn-Ti", "status"] == "no phase B candidate"
    assert systems.loc["Si-Cu", "status"] == "no data for element Cu"
    assert systems.loc["Si-Ti", ["n_phases", "n_phases_b", "n_coexisting"]].tolist() == [6, 4, 3]


def test_pairs_are_as_stable_as_by_hand(finished):
    """TiSi2 decomposes to silicon and TiSi for 134.3 - 129.7 kJ; C49 and TiSi would have to sink by what they cost."""
    found = pd.read_parquet(finished.results / "work/coexistence.parquet").set_index("phase_b_id")
    ev_per_kj = 1 / 96.48533
    margin = found["tie_line_margin_ev_per_atom"]
    assert margin["tisi2-c54"] == pytest.approx(4.6 / 3 * ev_per_kj, abs=1e-9)
    assert margin["tisi"] == pytest.approx(-4.6 / 2 * ev_per_kj, abs=1e-9)
    assert margin["tisi2-c49"] == pytest.approx(-3.0 / 3 * ev_per_kj, abs=1e-9)
    assert margin["mg2si"] == pytest.approx(77.8 / 3 * ev_per_kj, abs=1e-9)
    probability = found["coexistence_probability"]
    assert probability["mg2si"] > 0.999
    assert 0.0 < probability["tisi2-c49"] < 0.5 < probability["tisi2-c54"] < 1.0
    # Silicon melts at 1414 C, tin at 231.93 C.
    melts_k = found["system"].str[:2].map({"Si": 1687.15, "Sn": 505.08})
    assert found["max_coexistence_temperature_high_k"].tolist() == melts_k.tolist()
    assert found["max_coexistence_temperature_low_k"].between(0.0, melts_k).all()


def test_silicides_of_two_metals_make_a_mixture(candidates):
    """Si + Mg2Si + TiSi2, C54 for TiSi2: on the hull, and so before Si + Mg2Si + TiSi."""
    found = candidates[candidates["phase_b2_id"].notna()]
    assert {*zip(found["system"], found["phase_b"], found["phase_b1_id"], found["phase_b2_id"], strict=True)} == {
        ("Si-Mg-Ti", "Mg2Si + TiSi2", "mg2si", "tisi2-c54")
    }
    assert found.groupby("phase_b_id")["phase_b1_weight_share"].unique().map(list).to_dict() == {
        "0.25 mg2si + 0.75 tisi2-c54": [0.25],
        "0.5 mg2si + 0.5 tisi2-c54": [0.5],
        "0.75 mg2si + 0.25 tisi2-c54": [0.75],
    }
    assert found["phase_b1_weight_share"].add(found["phase_b2_weight_share"]).eq(1.0).all()
    inert = (1 - found["phase_b_weight_fraction"]) * 3.75 / SI_G_PER_MOL * FARADAY_MAH_PER_MOL
    assert found["capacity_inert_b_mah_per_g"].to_numpy() == pytest.approx(inert.to_numpy(), rel=1e-6)
    assert found["tie_line_excess_ev_per_atom"].eq(0.0).all()


@pytest.fixture(scope="module")
def chart(finished):
    return pd.read_csv(finished.results / "claims.csv")


def test_chart_holds_every_claim_of_every_ranked_composite(finished, candidates, chart):
    ranked = pd.read_csv(finished.results / "ranked.csv")
    assert chart["rank"].tolist() == [rank for rank in ranked["rank"] for _ in range(30)]
    assert chart["claim"].tolist() == list(range(1, 31)) * len(ranked)
    assert chart["evidence"].notna().all()
    met = chart[chart["verdict"] == "met"].groupby("rank").size()
    assert met.tolist() == ranked["n_claims_met"].tolist()
    stored = pd.read_parquet(finished.results / "claims.parquet")
    assert len(stored) == 30 * len(candidates)
    assert stored["phase_b_id"].astype("str").tolist()[::30] == candidates["phase_b_id"].tolist()
    assert (~stored["verdict"].eq("undecided") | stored["evidence"].str.contains("missing|claim|disagree")).all()


@pytest.mark.parametrize(
    ("phase_b", "not_met"), [("tisi2-c49", set()), ("tisi2-c54", {10, 16, 20, 24})], ids=["Cmcm", "Fddd"]
)
def test_silicon_with_tisi2_at_80_wt(finished, phase_b, not_met):
    """At 20 nm: the claims on composition, structure and weight; with C54 all but those on Cmcm."""
    stored = pd.read_parquet(finished.results / "claims.parquet")
    own = stored[(stored["phase_b_id"] == phase_b) & (stored["phase_b_weight_fraction"] == 0.8)].set_index("claim")
    asked = {7, *range(9, 17), 18, 19, 20, 22, 23, 24}
    assert {claim for claim in asked if own.loc[claim, "verdict"] == "met"} == asked - not_met
    assert {claim for claim in asked if own.loc[claim, "verdict"] == "not met"} == not_met
    # C49 is put 3 kJ per mol of TiSi2 above C54.
    assert f"c49_above_c54_ev_per_atom={3 / 96.48533 / 3:.5f}" in own.loc[16, "evidence"]


def test_summary_of_the_chart(finished, chart):
    summary = pd.read_csv(finished.results / "claims_summary.csv").set_index("claim")
    counted = pd.crosstab(chart["claim"], chart["verdict"])
    for verdict in ("met", "not met", "window", "undecided"):
        expected = counted.get(verdict, pd.Series(0, index=counted.index))
        assert summary[f"n_{verdict.replace(' ', '_')}"].tolist() == expected.tolist()
    first = chart[chart["verdict"] == "met"].groupby("claim").first()
    assert len(first) > 10
    assert summary.loc[first.index, ["best_rank", "best_phase_b"]].to_numpy().tolist() == (
        first[["rank", "phase_b"]].to_numpy().tolist()
    )
    assert summary["note"].str.contains("not legal advice").all()


def test_ranked_lists_split_by_host(finished):
    """Every composite once, but C49 beside its more stable polymorph; a mixture at its best shares."""
    ranked = pd.read_csv(finished.results / "ranked.csv")
    assert ranked["rank"].tolist() == list(range(1, len(ranked) + 1))
    assert sorted(ranked["phase_b"]) == ["Mg2Si", "Mg2Si + TiSi2", "Mg2Sn", "TiSi", "TiSi2"]
    assert "tisi2-c54" in {*ranked["phase_b_id"]}
    parts = {host: pd.read_csv(finished.results / f"ranked_{host}.csv") for host in ("Si", "Sn", "Zn")}
    assert all((part["host"] == host).all() for host, part in parts.items())
    assert sum(map(len, parts.values())) == len(ranked)
    assert (pd.read_csv(finished.results / "pareto.csv")["pareto_rank"] == 1).all()


def test_provenance_counts_what_the_tables_hold(finished, candidates):
    record = json.loads((finished.results / "provenance.json").read_text("utf-8"))
    assert record["counts"]["candidates"] == len(candidates)
    assert record["counts"]["composites"] == 5 + 3
    assert record["counts"]["phases"] == 19
    assert record["counts"]["phases_excluded"] == 2
    assert record["sources"][0]["energy_levels"] == ["experiment"]
    assert str(finished.folder) not in json.dumps(record)


def test_log_ends_with_the_best_candidates(finished):
    said = (finished.folder / "said.txt").read_text("utf-8")
    assert "5 composites in results/ranked.csv" in said
    assert "Mg2Si" in said


def test_default_profile_is_loaded(finished):
    assert "profiles/default" in (finished.folder / "said.txt").read_text("utf-8")


def test_lint_is_clean(checkout):
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--lint", "--snakefile", str(checkout / "Snakefile")],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_source_of_computed_phases(extended):
    """By a potential in a module of the user's."""
    assert "Cu: " in (extended.folder / "said.txt").read_text("utf-8")
    phases = pd.read_parquet(extended.results / "phases.parquet").set_index("phase_id")
    row = phases.loc["balloons-Cu-A1"]
    assert (row["source"], row["experimental"]) == ("balloons", True)
    assert row["volume_a3_per_atom"] == pytest.approx(11.8, rel=1e-3)
    assert (extended.folder / "relaxations/balloons.jsonl").exists()


def test_computed_phases_of_another_level(extended, tmp_path):
    project = extended.copy_to(tmp_path / "project")
    config = yaml.safe_load((project.folder / "my.yaml").read_text("utf-8"))
    config["phases"]["sources"][1]["energy_level"] = "balloons"
    (project.folder / "my.yaml").write_text(yaml.safe_dump(config), "utf-8")
    done = project.run("--until", "phases")
    assert done.returncode == 1
    assert "energies of different levels make false hulls, found 'balloons'" in done.stdout + done.stderr
