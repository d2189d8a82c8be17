"""Join everything known of each candidate into one table."""

from pathlib import Path

import pandas as pd

from tieline.claims.properties import join_properties
from tieline.core.files import write_parquet
from tieline.core.logs import stage


def main() -> None:
    inputs = snakemake.input
    with stage(snakemake.log[0]):
        joined = join_properties(
            pd.read_parquet(inputs.candidates), [pd.read_parquet(table) for table in inputs.tables]
        )
        write_parquet(joined, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
