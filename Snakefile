import os
import sys
import time
from pathlib import Path

from snakemake.utils import min_version

from tieline.data.chemistries import chemistry_files
from tieline.ranking.settings import baseline_files
from tieline.config import load_config
from tieline.data import DATA
from tieline.core.errors import TielineError
from tieline.phases.inputs import input_files
from tieline.core.provenance import code_hash
from tieline.data.potentials import own_module

min_version("9.20")


configfile: "config/config.yaml"


# A mistake in the config ends here, in one line, before any rule is looked at.
try:
    SETTINGS = load_config(config)
    FETCHED = SETTINGS.results / "work/fetched"
    PHASE_FILES = input_files(SETTINGS.phases.sources, FETCHED)
    OTHER_FILES = input_files(filter(None, [SETTINGS.comparison.source]), FETCHED)
    BASELINE = baseline_files(SETTINGS.changes.baseline, SETTINGS.results)
except TielineError as error:
    sys.exit(f"tieline: {error}")

RESULTS = SETTINGS.results
# Whether data are fetched anew matters to the rules that fetch, and to nothing else.
SECTIONS = SETTINGS.model_dump(mode="json", exclude={"phases": {"refresh"}})
HOSTS = list(SETTINGS.space.screened_hosts)
CODE = code_hash()
ROOT = Path(workflow.basedir)
STARTED = time.time()
# Never the same twice, so that whoever asks for fresh data gets them.
REFRESH = STARTED if SETTINGS.phases.refresh else None
# Not workflow.cores, which insists on --cores where none are needed, as for --report.
CORES = SETTINGS.parallel.workers or workflow.resource_settings.cores or 1


# Rules that run in an environment of their own (--software-deployment-method conda) find the package here.
os.environ.update(
    PYTHONPATH=os.pathsep.join(filter(None, [str(ROOT), os.getenv("PYTHONPATH")]))
)


include: "workflow/rules/materials_project.smk"
include: "workflow/rules/optimade.smk"
include: "workflow/rules/potential.smk"
include: "workflow/rules/phases.smk"
include: "workflow/rules/stability.smk"
include: "workflow/rules/candidates.smk"
include: "workflow/rules/process.smk"
include: "workflow/rules/cells.smk"
include: "workflow/rules/assemblages.smk"
include: "workflow/rules/crystallites.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/ranking.smk"
include: "workflow/rules/validation.smk"
include: "workflow/rules/export.smk"


rule all:
    default_target: True
    input:
        rules.phase_table.output,
        rules.phases.output,
        rules.stability.output,
        rules.candidates.output,
        rules.process.output,
        rules.cells.output,
        rules.assemblages.output,
        rules.rank_assemblages.output,
        rules.crystallites.output,
        rules.properties.output,
        rules.claims.output,
        rules.rank.output,
        rules.claim_chart.output,
        rules.changes.output,
        RESULTS / "figures/trade_off.svg",
        rules.provenance.output,


# What this run has ranked; a run for something else has nothing to say of it.
onsuccess:
    for said in (RESULTS / "summary.txt", RESULTS / "work/changes.txt"):
        if said.exists() and said.stat().st_mtime >= STARTED:
            logger.info(said.read_text("utf-8"))
