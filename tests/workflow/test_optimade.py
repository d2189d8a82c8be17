"""The workflow from an OPTIMADE database to the ranked list."""

from __future__ import annotations

import json
import shutil

import pandas as pd
import pytest

from tieline.core.elements import PARTNER_GROUPS

SPACE = {
    "hosts": ["Si"],
    "partner_groups": ["IIA", "transition"],
    "exclude": sorted({*PARTNER_GROUPS["IIA"], *PARTNER_GROUPS["transition"]} - {"Mg", "Ti", "Ni"}),
}


@pytest.fixture(scope="module")
def server(optimade_app):
    from optimade_server import served

    with served(optimade_app("alexandria")) as running:
        yield running


@pytest.fixture(scope="module")
def project(make_project, server):
    """A project that reads from the server, after one run that found nobody and one that went through."""
    project = make_project()

    def write(url):
        patience = {"timeout_s": 60.0, "retries": 0, "page_size": 2}
        source = {"kind": "optimade", "provider": "alexandria", "base_url": url} | patience
        project.write(phases={"sources": [source]}, space=SPACE)

    write("http://127.0.0.1:9")
    refused = project.run()
    assert refused.returncode != 0
    (project.folder / "refused.txt").write_text(refused.stdout + refused.stderr, "utf-8")
    left = [path for path in project.results.rglob("*") if path.is_file() and "logs" not in path.parts]
    assert not left
    write(server.url)
    (project.folder / "said.txt").write_text(project.finish(), "utf-8")
    return project


def test_nobody_there_is_one_line(project):
    said = (project.folder / "refused.txt").read_text("utf-8")
    (line,) = [line for line in said.splitlines() if line.startswith("tieline: ")]
    assert line.startswith("tieline: http://127.0.0.1 cannot be reached (")
    assert "Traceback" not in said
    assert "Provider" not in said


def test_ranked_list(project):
    """Si lies on tie-lines with TiSi2 (C54), Mg2Si and NiSi2, the silicides richest in silicon; C49 is metastable."""
    ranked = pd.read_csv(project.results / "ranked.csv")
    assert {*ranked["phase_a_id"]} == {"agm-si-diamond"}
    assert {*ranked.loc[ranked["phase_b2_id"].isna(), "phase_b_id"]} == {"agm-tisi2-c54", "agm-mg2si", "agm-nisi2"}
    assert {*ranked.loc[ranked["phase_b2_id"].notna(), "system"]} == {"Si-Mg-Ni", "Si-Mg-Ti", "Si-Ni-Ti"}
    assert "agm-tisi2-c49" in {*pd.read_parquet(project.results / "candidates.parquet")["phase_b_id"]}


def test_formation_energies(project):
    phases = pd.read_parquet(project.results / "phases.parquet").set_index("phase_id")
    assert phases.loc["agm-tisi2-c54", "formation_energy_ev_per_atom"] == pytest.approx(-134.3 / 96.48533 / 3)
    assert phases.loc["agm-ti", "formation_energy_ev_per_atom"] == pytest.approx(0.0)
    assert {*phases["source"]} == {"alexandria"}
    assert {*phases["energy_level"]} == {"PBE (Alexandria)"}


def test_provenance(project, server):
    (source,) = json.loads((project.results / "provenance.json").read_text("utf-8"))["sources"]
    assert (source["kind"], source["names"], source["n_phases"]) == ("optimade", ["alexandria"], 11)
    assert source["provider"]["licence"] == "CC BY 4.0"
    assert source["provider"]["base_url"] == server.url
    assert source["versions"] == ["2024-05-03T10:00:00Z"]
    assert {*source["files"]} == {"alexandria.parquet", "alexandria.json"}


def test_how_much_was_asked_is_said(project):
    said = (project.folder / "said.txt").read_text("utf-8")
    assert "tieline: alexandria: 11 entries of 6 queries; 9 requests, " in said


def test_all_is_done(project):
    assert project.planned() == set()


def test_without_a_network(project, server, tmp_path):
    """Everything but the cache is gone, and so is the server."""
    project = project.copy_to(tmp_path / "offline")
    before = project.contents()
    shutil.rmtree(project.results)
    server.die()
    project.finish("--until", "phases")
    after = project.contents()
    assert after
    assert after == {name: before[name] for name in after}
