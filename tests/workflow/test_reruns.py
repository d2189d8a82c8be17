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

AFTER_RANK = {"rank", "claim_chart", "changes", "figures", "provenance", "all"}
AFTER_RANKING = {"rank_assemblages"} | AFTER_RANK
AFTER_PROPERTIES = {"properties", "claims"} | AFTER_RANK
AFTER_CANDIDATES = {"process", "cells", "crystallites", "assemblages"} | AFTER_PROPERTIES | AFTER_RANKING
EVERYTHING = {"phase_table", "coexistence", "phases", "stability", "lines", "candidates"} | AFTER_CANDIDATES


def test_second_run_has_nothing_to_do(finished):
    assert finished.planned() == set()


def test_changed_weight_reruns_ranking_only(rerun):
    """A config file is merged into the defaults key by key, so the default weights are taken out by name."""
    before = rerun.contents()
    weights = dict.fromkeys(Ranking().weights, 0.0) | {"capacity_inert_b_mah_per_g": 1.0}
    rerun.write(ranking={"weights": weights})
    assert rerun.planned() == AFTER_RANKING
    rerun.finish()
    ranked = pd.read_csv(rerun.results / "ranked.csv")
    best = ranked.sort_values("capacity_inert_b_mah_per_g")["score"].iloc[-1]
    assert best == 1.0
    after = rerun.contents()
    changed = {name for name, content in after.items() if before.get(name) != content}
    assert "ranked.csv" in changed
    tables = {f"{name}.parquet" for name in ("candidates", "properties", "claims", "assemblages", "phases")}
    assert changed.isdisjoint(tables | {"systems.csv", "set_aside.csv"})


def test_single_rules_can_be_rerun(finished):
    assert finished.planned("--forcerun", "rank") == AFTER_RANK
    assert finished.planned("--forcerun", "phase_table", "--until", "phases") == {
        "phase_table",
        "coexistence",
        "phases",
    }


def test_another_cell_or_price_reruns_its_own_table_and_what_reads_it(rerun):
    rerun.write(cell={"positive_electrode": "LFP"})
    assert rerun.planned() == {"cells"} | AFTER_PROPERTIES
    rerun.write(process={"prices_usd_per_kg": {"Ti": 20.0}})
    assert rerun.planned() == {"process"} | AFTER_PROPERTIES


def test_other_settings_rerun_what_depends_on_them(rerun):
    rerun.write(lithiation={"cutoff_v": 0.05})
    assert rerun.planned() >= {"candidates", "cells", "rank"}
    rerun.write(parallel={"workers": 1})
    assert rerun.planned() == set()


def test_other_peaks_need_no_new_lines(rerun):
    rerun.write(diffraction={"detection_limit": 0.3})
    planned = rerun.planned()
    assert "crystallites" in planned
    assert planned.isdisjoint({"lines", "phases", "candidates"})
    rerun.write(diffraction={"two_theta_max_deg": 70.0})
    assert rerun.planned() >= {"lines", "crystallites"}


def test_lines_of_known_structures_are_kept(rerun):
    rerun.finish("--forcerun", "lines", "--until", "lines")
    assert "0 of them new" in (rerun.results / "logs/lines.log").read_text("utf-8")


@pytest.mark.parametrize("name", ["ranked_Si.csv", "rejected.csv"])
def test_a_lost_result_is_made_again(rerun, name):
    (rerun.results / name).unlink()
    assert rerun.planned() >= {"phase_table" if name == "rejected.csv" else "rank"}


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
    assert rerun.planned() == EVERYTHING
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
    assert "pairs against the ranking before: 1 appeared, 0 vanished" in said
    aside = pd.read_csv(rerun.results / "set_aside.csv").set_index("phase_id")
    assert "outside the search space: O" in aside.loc["other", "reason"]
    assert "Traceback" not in said


def test_changes_outlive_repeated_runs(rerun, finished):
    """A pair less, the same again, and back: each time held against the last run that ranked otherwise."""
    changes = rerun.results / "changes.csv"
    assert pd.read_csv(changes).empty
    rerun.write(coexistence={"tolerance_ev_per_atom": 0.005})
    said = rerun.finish()
    assert "pairs against the ranking before: 0 appeared, " in said
    vanished = pd.read_csv(changes)
    assert set(vanished.loc[vanished["change"] == "vanished", "phase_b_id"]) <= {"tisi", "tisi2-c49"}
    assert (vanished["change"] == "vanished").any()
    before = changes.read_bytes()
    assert rerun.planned() == set()
    rerun.finish("--forcerun", "rank")
    assert changes.read_bytes() == before
    changes.unlink()
    rerun.finish()
    assert changes.read_bytes() == before

    rerun.write(coexistence={"tolerance_ev_per_atom": 0.005}, changes={"baseline": str(finished.results)})
    said = rerun.finish()
    assert f"pairs against {finished.results}/ranked.csv: 0 appeared" in said
    assert changes.read_bytes() == before
    rerun.write()
    rerun.finish()
    appeared = pd.read_csv(changes)
    assert set(appeared["change"]) <= {"appeared", "moved"}
    assert set(appeared.loc[appeared["change"] == "appeared", "phase_b_id"]) == set(
        vanished.loc[vanished["change"] == "vanished", "phase_b_id"]
    )


def test_export_is_made_when_asked_for(finished, rerun):
    assert not (finished.results / "export").exists()
    rerun.finish("--", "export")
    with ase.db.connect(rerun.results / "export/phases.db") as database:
        assert database.count() == len(pd.read_parquet(rerun.results / "work/phase_table.parquet"))
    assert len(loadfn(rerun.results / "export/entries.json.gz")) == 19


def test_results_do_not_depend_on_workers_or_cores(finished, make_project):
    """In the process, step by step with --until, and on two Dask workers."""
    serial = make_project(parallel={"workers": 1})
    serial.finish("--until", "phases", cores=1)
    assert {path.name for path in serial.results.glob("*.parquet")} == {"phases.parquet"}
    serial.finish(cores=1)
    assert serial.contents() == finished.contents()

    parallel = make_project(parallel={"workers": 2})
    parallel.finish(cores=2)
    assert "batches" in (parallel.results / "logs/coexistence.log").read_text("utf-8")
    assert parallel.contents() == finished.contents()


@pytest.mark.parametrize(
    ("signal_number", "after"), [(signal.SIGTERM, "work/phase_table.parquet"), (signal.SIGKILL, "candidates.parquet")]
)
def test_killed_run_resumes_to_the_same_results(finished, make_project, signal_number, after):
    project = make_project()
    with subprocess.Popen(
        project.command(),
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        deadline = time.monotonic() + 240
        while not (project.results / after).exists():
            assert process.poll() is None, "ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        os.killpg(process.pid, signal_number)
        assert process.wait(timeout=60) != 0
    if signal_number == signal.SIGKILL:
        project.finish("--unlock")
    project.finish()
    assert project.contents() == finished.contents()
