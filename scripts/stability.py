"""Compute how firmly every pair's tie-line holds, against errors in the energies and against heat."""

from pathlib import Path

import pandas as pd

from tieline.config.parallel import Parallel
from tieline.config.search import Composition
from tieline.config.thermo import Certainty, Coexistence, Temperature
from tieline.outputs import write_parquet
from tieline.phases.table import read_phases
from tieline.stage import stage
from tieline.thermo.stability import pair_stability
from tieline.thermo.systems import PHASE_COLUMNS


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        table = pair_stability(
            pd.read_parquet(inputs.pairs),
            read_phases(Path(inputs.table), PHASE_COLUMNS),
            coexistence=Coexistence(**params.coexistence),
            certainty=Certainty(**params.certainty),
            temperature=Temperature(**params.temperature),
            composition=Composition(**params.composition),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(table, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
