"""Run the stages that a rule names: what every rule of the workflow executes."""

from pathlib import Path

from tieline.core.parallel import Parallel, Resources
from tieline.core.stage import run_stages

if __name__ == "__main__":
    run_stages(
        snakemake.params.stages,
        inputs=snakemake.input.items(),
        outputs=snakemake.output.items(),
        resources=Resources(snakemake.threads, Parallel(**snakemake.config.get("parallel", {}))),
        log_file=Path(snakemake.log[0]),
    )
