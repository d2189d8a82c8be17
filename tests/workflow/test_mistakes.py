"""A user's mistake gets one line and a non-zero exit status; no traceback, nothing written."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml


def line_of(project, *options):
    """Run, expect refusal before anything is made, and return the line that says why."""
    done = project.run(*options)
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    assert not project.results.exists()
    (line,) = [line for line in said.splitlines() if line.startswith("tieline: ")]
    return line


@pytest.fixture
def project(make_project):
    return make_project()


def test_misspelt_key(project):
    project.write(coexistence={"tolerence_ev_per_atom": 0.1})
    line = line_of(project)
    assert "unknown key 'coexistence.tolerence_ev_per_atom'" in line
    assert "did you mean 'tolerance_ev_per_atom'?" in line


def test_impossible_value_on_the_command_line(project):
    line = line_of(project, "--config", "coexistence={tolerance_ev_per_atom: 7}")
    assert "coexistence.tolerance_ev_per_atom" in line
    assert "less than or equal to 1" in line


def test_missing_file(project):
    project.write({"kind": "file", "path": "phase.csv"})
    line = line_of(project)
    assert line == "tieline: phase.csv: no such file or folder (did you mean 'phases.csv'?)"


def test_broken_file_ends_in_one_line(project):
    """Only the first rule can know; it names file and column, and nothing half-written stays."""
    (project.folder / "mine.csv").write_text("phase_id,formula,energy\nx,TiSi2,-0.5\n", "utf-8")
    project.write({"kind": "file", "path": "mine.csv", "energy_level": "experiment"})
    done = project.run()
    said = done.stdout + done.stderr
    assert done.returncode != 0
    # That a profile was found, which rule began, and what is wrong.
    *_, rule, last = said.splitlines()
    assert len(said.splitlines()) == 3
    assert rule == "[1/9] phases"
    assert last.startswith("tieline: mine.csv: no energy column")
    assert last.endswith("(log: results/logs/phases.log)")
    assert not [path for path in project.results.rglob("*") if path.is_file() and "logs" not in path.parts]


def test_rejected_element_stops_the_run_and_says_where_the_rows_are(project):
    """Snakemake takes the outputs of a rule that stops away; the rejected rows stay beside its log."""
    rows = "phase_id,formula,formation_energy_ev_per_atom\nzr,Zr,nan\nzrsi2,ZrSi2,-0.5\n"
    (project.folder / "mine.csv").write_text(rows, "utf-8")
    source = {"kind": "file", "path": "mine.csv", "energy_level": "experiment"}
    project.write(source)
    done = project.run()
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert "Traceback" not in said
    (line,) = [line for line in said.splitlines() if line.startswith("tieline: ")]
    assert "mine.csv, row 2 (Zr): exactly one energy is needed" in line
    assert line.endswith("all rejected rows: results/logs/rejected.csv (log: results/logs/phases.log)")
    kept = project.results / "logs/rejected.csv"
    assert pd.read_csv(kept)["phase_id"].tolist() == ["zr"]
    assert not (project.results / "rejected.csv").exists()

    project.write(source)
    config = yaml.safe_load((project.folder / "my.yaml").read_text("utf-8"))
    config["phases"]["invalid_rows"] = "skip"
    (project.folder / "my.yaml").write_text(yaml.safe_dump(config), "utf-8")
    project.finish("--until", "phases")
    assert pd.read_csv(project.results / "rejected.csv")["phase_id"].tolist() == ["zr"]
    assert not kept.exists()


def test_results_that_are_a_file(project):
    line = line_of(project, "--config", "results=my.yaml/results")
    assert line.startswith("tieline: config: results = 'my.yaml/results': ")
    assert line.endswith("my.yaml is a file, not a folder")


def test_results_that_cannot_be_written(project, small_disk):
    from small_disk import remounted

    folder = small_disk(100)
    with remounted(folder, "ro"):
        line = line_of(project, "--config", f"results={folder}/results")
    assert line.startswith(f"tieline: {folder}/results: read-only file system; choose a folder that can be written")


def test_baseline_that_is_not_there(project):
    project.write(changes={"baseline": "old"})
    assert line_of(project).startswith("tieline: config: changes.baseline: no ranking old")


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (None, "tieline: my.yaml: no such file"),
        ("results: r".encode("utf-16"), "tieline: my.yaml, line 1: the text is not in UTF-8"),
        (b"phases: &a {sources: *a}", "tieline: my.yaml, line 1: *a stands within what it refers to"),
        (b"space: {hosts: [Si], hosts: [Sn]}", "tieline: my.yaml, line 1: key 'space.hosts' stands twice"),
        (b"results: phases.csv", "tieline: config: results = 'phases.csv': "),
        (b"uncertainty: {draws: true}", "tieline: config: uncertainty.draws = True: must be a number"),
    ],
)
@pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["run", "dry run"])
def test_configurations_that_cannot_be_used(project, content, start, options):
    """Whether Snakemake stumbles over it or reads on, there is one line, of a dry run too."""
    path = project.folder / "my.yaml"
    path.unlink() if content is None else path.write_bytes(content)
    done = project.run(*options)
    assert done.returncode != 0
    profile, line = (done.stdout + done.stderr).splitlines()
    assert profile.startswith("Using workflow specific profile")
    assert line.startswith(start)
