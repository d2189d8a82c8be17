"""From a key to ranked candidates, through three kills: the Materials Project's server code on this machine."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from materials_project_server import DATABASE_VERSION, HOSTS, ION, KEY, PARTNERS, bad_network, structure

SOURCE = {"kind": "materials_project", "cache": "cache", "page_size": 60, "backoff_s": 0.05, "timeout_s": 60}
PHASES = {"sources": [SOURCE]}


@pytest.fixture(scope="module", autouse=True)
def _a_key():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MP_API_KEY", KEY)
        yield


@pytest.fixture(scope="module")
def pulled(make_project, materials_project):
    """A project after one undisturbed run, what it said, and the pages it asked for."""
    project = make_project(phases=PHASES)
    with bad_network(materials_project) as network, pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPRESTER_ENDPOINT", network.address)
        said = project.finish()
    assert len(set(network.delivered)) == len(network.asked)
    return project, said, network.asked


def included(phases):
    """What the hulls need, worked out from the phases: the ion, and a host with two partners or two partners alone."""
    elements = {*HOSTS, ION, *PARTNERS}
    sound = [p for p in phases if not p.deprecated and p.licence == "BY-C" and set(p.symbols) <= elements]
    return {p.material_id: p for p in sound if len({*p.symbols} - {ION}) <= 2 + bool({*p.symbols} & {*HOSTS})}


def test_from_key_to_ranked(pulled, materials_project_phases):
    project, _, _ = pulled
    assert len(materials_project_phases[0]) > 1300
    ranked = pd.read_csv(project.results / "ranked.csv")
    assert len(ranked) > 100
    table = pd.read_parquet(project.results / "phases.parquet").set_index("phase_id")
    aside = pd.read_csv(project.results / "excluded.csv")
    expected = included(materials_project_phases[0])
    assert {*table.index, *aside["phase_id"]} == expected.keys()
    assert (table["experimental"] == [not expected[phase_id].theoretical for phase_id in table.index]).all()


def test_formation_energies_are_uncorrected_and_against_beta_tin(pulled, materials_project_phases):
    """Alpha-tin is 0.04 eV/atom below; every other element's reference is its lowest phase."""
    project, _, _ = pulled
    expected = included(materials_project_phases[0])
    of_element = {}
    for phase in expected.values():
        if len(phase.symbols) == 1 and (phase.symbols != ("Sn",) or phase.prototype == "beta-tin"):
            energy = of_element.get(phase.symbols[0], 0.0)
            of_element[phase.symbols[0]] = min(energy, phase.uncorrected_ev_per_atom)
    table = pd.read_parquet(project.results / "phases.parquet").set_index("phase_id")
    for phase_id, formation in table["formation_energy_ev_per_atom"].items():
        phase = expected[phase_id]
        cell = structure(phase.prototype, phase.symbols).composition
        references = sum(n * of_element[str(element)] for element, n in cell.items()) / cell.num_atoms
        assert formation == pytest.approx(phase.uncorrected_ev_per_atom - references, abs=1e-9)


def test_requests_and_bytes_are_said_and_few(pulled):
    _, said, asked = pulled
    (requests, megabytes), *more = re.findall(r"(\d+) requests, ([\d.]+) MB received", said)
    assert more == []
    (series, pages), *_ = re.findall(r"(\d+) series in (\d+) pages, 0 of them from the cache", said)
    assert int(pages) == len(asked)
    assert int(requests) == len(asked) + 1 <= int(series) + int(pages)
    assert 0.1 < float(megabytes) < 2.0


def test_provenance(pulled):
    project, _, _ = pulled
    (source,) = json.loads((project.results / "provenance.json").read_text("utf-8"))["sources"]
    assert source["database_version"] == DATABASE_VERSION
    assert source["thermo_type"] == "GGA_GGA+U"
    assert source["licences"] == ["CC BY 4.0"]
    assert source["n_documents"] > 800
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", source["retrieved_at"])
    assert source["energy_levels"] == ["PBE (Materials Project)"]


def test_nothing_to_do_until_fresh_data_are_asked_for(pulled):
    project, _, _ = pulled
    assert project.planned() == set()
    refreshed = project.planned("--config", "phases={refresh: true}")
    assert {"materials_project", "phases", "ranking"} <= refreshed


def command_lines():
    """The command line of every process of this machine."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:
            continue


def killed(project, network, after, signal_number):
    """Run until the server holds back its answer to request number `after`, and kill everything then."""
    network.hold_after = after
    network.holding.clear()
    network.let_go.clear()
    with subprocess.Popen(
        project.command("--nolock"),
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        assert network.holding.wait(timeout=240)
        assert not [line for line in command_lines() if KEY.encode() in line]
        os.killpg(process.pid, signal_number)
        said, _ = process.communicate(timeout=60)
        assert process.returncode != 0
    network.hold_after = None
    network.let_go.set()
    return said


def test_killed_three_times_and_restarted(pulled, make_project, materials_project, monkeypatch):
    """Byte for byte the same, and no page that came is asked for again; nor does the key show anywhere."""
    undisturbed, _, asked = pulled
    project = make_project(phases=PHASES)
    rng = random.Random(7)  # noqa: S311
    said = []
    with bad_network(materials_project) as network:
        monkeypatch.setenv("MPRESTER_ENDPOINT", network.address)
        for signal_number in (signal.SIGKILL, signal.SIGTERM, signal.SIGKILL):
            after = len(network.asked) + rng.randint(0, len(asked) // 4)
            said.append(killed(project, network, after, signal_number))
        said.append(project.finish("--nolock"))
    assert project.contents() == undisturbed.contents()
    # What was in the air when the process died came to nobody, and only that is asked for once more.
    assert sorted(set(network.delivered)) == sorted(network.delivered)
    assert {path.partition("?")[2] for path in network.delivered} == {path.partition("?")[2] for path in asked}
    assert sum(n - 1 for n in Counter(network.asked).values()) == 3
    assert len(network.asked) == len(asked) + 3
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    assert KEY not in "".join(said)


def test_no_key_is_one_line(make_project, monkeypatch, tmp_path):
    monkeypatch.delenv("MP_API_KEY")
    # Where pymatgen looks for its settings.
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    project = make_project(phases=PHASES)
    done = project.run()
    said = done.stdout + done.stderr
    assert done.returncode != 0
    (line,) = [line for line in said.splitlines() if line.startswith("tieline: ")]
    assert "no API key; get a key at" in line
    assert "kind: embedded" in line
    assert "Traceback" not in said
    assert not list(project.results.rglob("*.parquet"))
