"""Put every candidate into a full cell."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.full_cell.cells import make_cells
from tieline.full_cell.settings import Cell
from tieline.lithiation.settings import Lithiation
from tieline.thermo.systems import PHASE_COLUMNS


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        cells = make_cells(
            pd.read_parquet(inputs.candidates),
            pd.read_parquet(inputs.phases, columns=list(PHASE_COLUMNS)),
            cell=Cell(**params.cell),
            lithiation=Lithiation(**params.lithiation),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(cells, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
