"""Compute the powder diffraction lines of every phase that is part of a pair."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.microstructure.line_table import line_table
from tieline.microstructure.settings import Diffraction

COLUMNS = ["phase_id", "formula", "numbers", "cell_a", "scaled_positions"]


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        pairs = pd.read_parquet(inputs.pairs, columns=["phase_a_id", "phase_b_id"])
        lines = line_table(
            pd.read_parquet(inputs.phases, columns=COLUMNS),
            {*pairs["phase_a_id"], *pairs["phase_b_id"]},
            Diffraction(**params.radiation),
            cache=Path(params.cache),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(lines, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
