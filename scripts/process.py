"""Say how every candidate can be made, what is hazardous in it and what its elements cost."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.process.prices import element_prices
from tieline.process.settings import Process
from tieline.process.table import make_process


def main() -> None:
    inputs = snakemake.input
    with stage(snakemake.log[0]):
        process = Process(**snakemake.params.process)
        prices = element_prices(Path(inputs.prices), process.prices_usd_per_kg)
        made = make_process(pd.read_parquet(inputs.candidates), prices, process)
        write_parquet(made, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
