"""The workflow as a module of another one, in another folder."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

# The importing workflow's own configuration lies where tieline's would, and means other things.
SNAKEFILE = """
configfile: "config/config.yaml"

rule report:
    input: "results/ranked.csv"
    output: "report.csv"
    shell: "cp {{input}} {{output}}"

module tieline:
    snakefile: "{snakefile}"
    {config}

use rule * from tieline{names}
"""
OWN_CONFIG = "samples: [a, b]\ncoexistence: {tolerance_ev_per_atom: 0.5}\n"


@pytest.fixture
def importing(make_project):
    """Return a function that runs a workflow which imports that of the checkout, as Snakemake's command would."""
    project = make_project()

    def run(*options, config="", names="", snakefile="workflow/Snakefile"):
        text = SNAKEFILE.format(snakefile=project.checkout / snakefile, config=config, names=names)
        (project.folder / "Snakefile").write_text(text, "utf-8")
        (project.folder / "config").mkdir(exist_ok=True)
        (project.folder / "config/config.yaml").write_text(OWN_CONFIG, "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *options],
            cwd=project.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=project.environment,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    run.folder = project.folder
    return run


def test_same_bytes(finished, importing):
    config = yaml.safe_load((finished.folder / "my.yaml").read_text("utf-8"))
    importing(config=f"config: {config!r}")
    assert (importing.folder / "report.csv").read_bytes() == (finished.results / "ranked.csv").read_bytes()


@pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/Snakefile"])
def test_the_importing_workflow_keeps_its_target_and_its_configuration(importing, snakefile):
    """Without a configuration for the module its defaults hold."""
    said = importing("--dry-run", names=" as tieline_*", snakefile=snakefile)
    assert "rule report:" in said
    assert "rule tieline_ranking:" in said
    assert "embedded.parquet" in said
    assert "all" not in said
