"""Compute the three-phase mixtures A + B1 + B2."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.lithiation.assemblages import make_assemblages
from tieline.lithiation.settings import Lithiation
from tieline.phases.settings import Space
from tieline.phases.space import host_systems
from tieline.phases.table import read_phases
from tieline.thermo.settings import Assemblages, Coexistence, Composition
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
