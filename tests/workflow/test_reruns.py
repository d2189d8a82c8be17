"""What is done again when something changes, and that it comes out the same."""

from __future__ import annotations

import os
import signal
import subprocess
import time

import ase.db
import pandas as pd
import pytest
from monty.serialization import loadfn

from tieline.ranking.settings import Ranking

ON_REQUEST = {"validation", "comparison", "export", "export_candidates", "figures"}
EVERY_TARGET = ("screen", *ON_REQUEST)

# Every rule, and the rules that read what it makes, directly or not.
AFTER = {
    "page": {"screen"},
    "ranking": {"page", "screen", "export_candidates", "figures"},
    "claims": {"ranking", "page", "screen", "export_candidates", "figures"},
    "microstructure": {"claims", "ranking", "page", "screen", "export_candidates", "figures"},
    "full_cell": {"claims", "ranking", "page", "screen", "export_candidates", "figures"},
    "process": {"claims", "ranking", "page", "screen", "export_candidates", "figures"},
    "validation": set(),
    "comparison": set(),
    "export": set(),
    "export_candidates": set(),
    "figures": set(),
}
AFTER["candidates"] = {"microstructure", "full_cell", "process"} | AFTER["process"]
AFTER["coexistence"] = {"candidates"} | AFTER["candidates"]
AFTER["phases"] = {"coexistence", "validation", "comparison", "export"} | AFTER["coexistence"]
AFTER["potential"] = {"phases"} | AFTER["phases"]


def test_second_run_has_nothing_to_do(finished, extended):
    assert finished.planned() == set()
    assert extended.planned("--", *EVERY_TARGET) == set()


@pytest.mark.parametrize("rule", AFTER)
def test_single_rules_can_be_rerun(extended, rule):
    assert extended.planned("--forcerun", rule, "--", *EVERY_TARGET) == {rule} | AFTER[rule]


@pytest.mark.parametrize("name", ["candidates.parquet", "systems.csv", "work/cells.parquet", "work/sources.json"])
def test_what_a_failed_job_took_away_is_made_again(rerun, name):
    """A job that fails leaves none of its outputs, while the ranking of the run before is still there."""
    (rerun.results / name).unlink()
    rule = {"candidates.parquet": "candidates", "systems.csv": "candidates", "work/cells.parquet": "full_cell"}
    assert {rule.get(name, "phases"), "ranking"} <= rerun.planned()


def test_a_run_can_end_after_any_rule(finished):
    assert finished.planned("--forcerun", "phases", "--until", "candidates") == {"phases", "coexistence", "candidates"}


@pytest.mark.parametrize(
    ("project", "module", "rules"),
    [
        ("finished", "thermo/hull.py", {"coexistence"}),
        ("extended", "thermo/hull.py", {"potential"}),
        ("extended", "lithiation/path.py", {"candidates", "validation", "comparison"}),
        ("extended", "report/figures.py", {"ranking"}),
        ("extended", "report/page/titles.py", {"page"}),
        ("extended", "config.py", set()),
    ],
)
def test_changed_code_reruns_the_rules_that_import_it(request, edit, project, module, rules):
    """A word more in a docstring. Of what reads the results of a rule that runs, Snakemake gives no other reason."""
    made = request.getfixturevalue(project)
    path = made.checkout / "tieline" / module
    docstring = path.read_text("utf-8").splitlines()[0]
    with edit(path, docstring, docstring.replace('"""', '"""Once more: ', 1)):
        reasons = made.reasons(*(EVERY_TARGET if project == "extended" else ["screen"]))
    assert {rule for rule, reason in reasons.items() if "Params have changed" in reason} == rules
    after = rules.union(*(AFTER[rule] for rule in rules))
    assert reasons.keys() == (after if project == "extended" else after - ON_REQUEST)


def test_a_changed_potential_is_computed_anew(extended, edit):
    with edit(extended.folder / "my_potential.py", "= 11.8", "= 11.9"):
        assert extended.planned("--until", "phases") == {"potential", "phases"}


def test_changed_weight_reruns_ranking_only(rerun):
    """A config file is merged into the defaults key by key, so the default weights are taken out by name."""
    before = rerun.contents()
    weights = dict.fromkeys(Ranking().weights, 0.0) | {"capacity_inert_b_mah_per_g": 1.0}
    rerun.write(ranking={"weights": weights})
    assert rerun.planned() == {"ranking", "page", "screen"}
    rerun.finish()
    ranked = pd.read_csv(rerun.results / "ranked.csv")
    best = ranked.sort_values("capacity_inert_b_mah_per_g")["score"].iloc[-1]
    assert best == 1.0
    after = rerun.contents()
    changed = {name for name, content in after.items() if before.get(name) != content}
    assert "ranked.csv" in changed
    tables = {f"{name}.parquet" for name in ("candidates", "properties", "claims", "phases")}
    assert changed.isdisjoint(tables | {"systems.csv", "excluded.csv"})


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ({"full_cell": {"positive_electrode": "LFP"}}, "full_cell"),
        ({"process": {"prices_usd_per_kg": {"Ti": 20.0}}}, "process"),
        ({"lithiation": {"cutoff_v": 0.1}}, "candidates"),
        ({"diffraction": {"detection_limit": 0.3}}, "microstructure"),
        ({"coexistence": {"minimum_probability": 0.9}}, "coexistence"),
        ({"space": {"exclude": ["Be"]}}, "phases"),
        ({"claims": {"max_csv_candidates": 10}}, "ranking"),
        ({"parallel": {"workers": 1}}, None),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_changed_setting_reruns_what_it_concerns(rerun, section, rule):
    rerun.write(**section)
    assert rerun.planned() == ({rule} | AFTER[rule] - ON_REQUEST if rule else set())


def test_lines_of_known_structures_are_kept(rerun):
    rerun.finish("--forcerun", "microstructure", "--until", "microstructure")
    assert "0 of them new" in (rerun.results / "logs/microstructure.log").read_text("utf-8")


@pytest.mark.parametrize("name", ["ranked_Si.csv", "rejected.csv"])
def test_a_lost_result_is_made_again(rerun, name):
    (rerun.results / name).unlink()
    assert rerun.planned() >= {"phases" if name == "rejected.csv" else "ranking"}


def test_added_user_file_is_taken_in(rerun):
    """Made-up compounds: one that counts, one in another energy unit, one of an unknown element."""
    rows = [
        "id,compound,e",
        "my-zrsi2,ZrSi2,-0.55",
        "my-zr,Zr,0.0",
        "kj,MgSi,-25.9",
        "typo,Zx2Si,-0.1",
        "other,FeO,-1.0",
    ]
    (rerun.folder / "mine.csv").write_text("\n".join(rows), "utf-8")
    columns = {"phase_id": "id", "formula": "compound", "formation_energy_ev_per_atom": "e"}
    rerun.write({"kind": "file", "path": "mine.csv", "energy_level": "experiment", "columns": columns})
    assert rerun.planned() == {"phases"} | AFTER["phases"] - ON_REQUEST
    said = rerun.finish()
    candidates = pd.read_parquet(rerun.results / "candidates.parquet")
    assert "my-zrsi2" in set(candidates["phase_b_id"])
    rejected = pd.read_csv(rerun.results / "rejected.csv").set_index("phase_id")
    assert rejected.loc["kj", "row"] == 4
    assert "-25.9 eV/atom is beyond" in rejected.loc["kj", "reason"]
    assert "'Zx' is no chemical symbol" in rejected.loc["typo", "reason"]
    assert set(rejected["file"]) == {"mine.csv"}
    assert rejected.loc["kj", "formula"] == "MgSi"
    changes = pd.read_csv(rerun.results / "changes.csv")
    assert ("appeared", "Si-Zr", "my-zrsi2") in set(changes[["change", "system", "phase_b_id"]].itertuples(index=False))
    # Beside Si + ZrSi2, its mixtures with Mg2Si and with TiSi2.
    assert "pairs against the ranking before: 3 appeared, 0 vanished" in said
    aside = pd.read_csv(rerun.results / "excluded.csv").set_index("phase_id")
    assert "outside the search space: O" in aside.loc["other", "reason"]
    assert "Traceback" not in said


def test_changes_outlive_repeated_runs(rerun, finished):
    """A pair less, the same again, and back: each time held against the last run that ranked otherwise."""
    changes = rerun.results / "changes.csv"
    assert pd.read_csv(changes).empty
    # TiSi is no neighbour of silicon: it would have to sink by 2.3 kJ per mol of atoms.
    without = {"min_coexistence_probability": 0.5}
    rerun.write(selection=without)
    assert "pairs against the ranking before: 0 appeared, 1 vanished" in rerun.finish()
    assert {*pd.read_csv(changes).query("change == 'vanished'")["phase_b_id"]} == {"tisi"}
    before = changes.read_bytes()
    assert rerun.planned() == set()
    changes.unlink()
    rerun.finish()
    assert changes.read_bytes() == before

    rerun.write(selection=without, changes={"baseline": str(finished.results)})
    assert f"pairs against {finished.results}/ranked.csv: 0 appeared, 1 vanished" in rerun.finish()
    assert changes.read_bytes() == before
    rerun.write()
    rerun.finish()
    back = pd.read_csv(changes)
    assert {*back["change"]} <= {"appeared", "moved"}
    assert {*back.query("change == 'appeared'")["phase_b_id"]} == {"tisi"}


def test_export_is_made_when_asked_for(finished, extended):
    assert not (finished.results / "export").exists()
    phases = pd.read_parquet(extended.results / "phases.parquet")
    with ase.db.connect(extended.results / "export/phases.db") as database:
        assert database.count() == len(phases)
    assert len(loadfn(extended.results / "export/entries.json.gz")) == len(phases)
    ranked = pd.read_csv(extended.results / "ranked.csv")
    assert pd.read_excel(extended.results / "export/candidates.xlsx")["Rank"].tolist() == ranked["rank"].tolist()[:10]


def test_results_do_not_depend_on_workers_or_cores(finished, make_project):
    """In the process, step by step with --until, and on two Dask workers."""
    serial = make_project(parallel={"workers": 1})
    serial.finish("--until", "phases", cores=1)
    assert {path.name for path in serial.results.glob("*.parquet")} == {"phases.parquet"}
    serial.finish(cores=1)
    assert serial.contents() == finished.contents()

    parallel = make_project(parallel={"workers": 2})
    parallel.finish("--until", "candidates", cores=2)
    assert "batches" in (parallel.results / "logs/coexistence.log").read_text("utf-8")
    made, expected = parallel.contents(), finished.contents()
    assert "candidates.parquet" in made
    assert made == {name: expected[name] for name in made}


def killed_after(project, name, signal_number):
    """Run until a result is there, and kill everything then."""
    with subprocess.Popen(
        project.command(),
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 240
        while not (project.results / name).exists():
            assert process.poll() is None, "ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.killpg(process.pid, signal_number)
        assert process.wait(timeout=60) != 0


def test_killed_run_resumes_to_the_same_results(finished, make_project):
    project = make_project()
    killed_after(project, "phases.parquet", signal.SIGTERM)
    killed_after(project, "candidates.parquet", signal.SIGKILL)
    assert list((project.folder / ".snakemake/locks").iterdir())
    project.finish()
    assert project.contents() == finished.contents()
