"""Judge every candidate against every claim."""

from pathlib import Path

import pandas as pd

from tieline.claims.chart import write_chart
from tieline.claims.facts import PHASE_COLUMNS, gather_facts
from tieline.claims.limits import Limits
from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.lithiation.settings import Lithiation
from tieline.microstructure.settings import Microstructure
from tieline.thermo.settings import Coexistence


def main() -> None:
    params, inputs, output = snakemake.params, snakemake.input, snakemake.output
    with stage(snakemake.log[0]):
        facts = gather_facts(
            pd.read_parquet(inputs.properties), pd.read_parquet(inputs.phases, columns=list(PHASE_COLUMNS))
        )
        limits = Limits.of(
            Coexistence(**params.coexistence),
            Microstructure(**params.microstructure),
            Lithiation(**params.lithiation),
        )
        write_parquet(write_chart(facts, limits, Path(output.chart)), Path(output.counts))


if __name__ == "__main__":
    main()
