"""Compute how firmly every pair's tie-line holds, against errors in the energies and against heat."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.phases.table import read_phases
from tieline.thermo.settings import Certainty, Coexistence, Composition, Temperature
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
