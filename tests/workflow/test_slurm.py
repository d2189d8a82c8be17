"""The workflow on a Slurm of one node, through the profile that ships."""

from __future__ import annotations

import subprocess
import sys

import pytest
from one_node_slurm import SlurmError, missing_programs, one_node_slurm

pytest.importorskip("snakemake_executor_plugin_slurm", reason="snakemake-executor-plugin-slurm is not installed")


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The environment in which Slurm's commands reach a cluster of this machine."""
    if missing := missing_programs():
        pytest.skip(f"Slurm is not installed: no {', '.join(missing)}")
    try:
        with one_node_slurm(tmp_path_factory.mktemp("slurm")) as environment:
            yield environment
    except SlurmError as error:
        pytest.skip(f"Slurm does not start on this machine: {error}")


def run(project, slurm):
    files = (str(project.checkout / "config/config.yaml"), "my.yaml")
    return subprocess.run(
        [
            *(sys.executable, "-m", "snakemake", "--profile", str(project.checkout / "profiles/slurm")),
            *("--directory", str(project.folder), "--snakefile", str(project.checkout / "Snakefile")),
            *("--slurm-init-seconds-before-status-checks", "1", "--latency-wait", "5", "--configfile", *files),
        ],
        cwd=project.folder,
        env=slurm | {"PYTHONPATH": project.environment["PYTHONPATH"]},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def job_states(slurm):
    """How each job so far has ended, in the order of their submission."""
    asked = ["squeue", "--states=all", "--noheader", "--sort=i", "--format=%T"]
    return subprocess.run(asked, env=slurm, capture_output=True, text=True, check=True).stdout.splitlines()


def test_results_are_the_bytes_of_a_local_run(slurm, make_project, finished):
    """In two jobs: the phases with their coexistence, and all that follows."""
    project = make_project()
    before = job_states(slurm)
    done = run(project, slurm)
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.contents() == finished.contents()
    assert job_states(slurm) == [*before, "COMPLETED", "COMPLETED"]


def test_what_is_wrong_with_the_data_is_said_on_the_login_node(slurm, make_project):
    project = make_project()
    table = project.folder / "phases.csv"
    table.write_text(table.read_text("utf-8").replace("formation_energy_ev_per_atom", "energy"), "utf-8")
    done = run(project, slurm)
    assert done.returncode == 1
    assert "phases.csv" in done.stdout + done.stderr
    assert job_states(slurm)[-1] == "FAILED"
