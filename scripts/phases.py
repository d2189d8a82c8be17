"""Recompute the space groups of every phase that is part of a pair."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.crystal.settings import Crystal
from tieline.crystal.symmetry import with_space_groups
from tieline.phases.table import read_phases


def main() -> None:
    with stage(snakemake.log[0]):
        pairs = pd.read_parquet(snakemake.input.pairs, columns=["phase_a_id", "phase_b_id"])
        phases = with_space_groups(
            read_phases(Path(snakemake.input.table)),
            {*pairs["phase_a_id"], *pairs["phase_b_id"]},
            Crystal(**snakemake.params.crystal),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(phases, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
