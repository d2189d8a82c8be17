"""Compute the three-phase mixtures A + B1 + B2."""

from pathlib import Path

import pandas as pd

from tieline.assemblages import make_assemblages
from tieline.config.lithiation import Lithiation
from tieline.config.parallel import Parallel
from tieline.config.search import Composition, Space
from tieline.config.thermo import Assemblages, Coexistence
from tieline.outputs import write_parquet
from tieline.phases.table import read_phases
from tieline.space import host_systems
from tieline.stage import stage
from tieline.thermo.systems import PHASE_COLUMNS


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        found = make_assemblages(
            pd.read_parquet(inputs.candidates),
            read_phases(Path(inputs.table), PHASE_COLUMNS),
            host_systems(Space(**params.space)),
            coexistence=Coexistence(**params.coexistence),
            assemblages=Assemblages(**params.assemblages),
            composition=Composition(**params.composition),
            lithiation=Lithiation(**params.lithiation),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(found, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
