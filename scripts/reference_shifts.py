"""Fit the shifts of the elemental references to measured enthalpies of formation."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.logs import logging_to
from tieline.relaxation.enthalpies import compare, read_enthalpies


def main() -> None:
    with logging_to(snakemake.log[0]):
        relaxations = pd.read_parquet(snakemake.input.relaxations)
        comparison = compare(relaxations, read_enthalpies(Path(snakemake.input.enthalpies)))
        write_csv(comparison.compounds, Path(snakemake.output.compounds))
        write_csv(comparison.shifts, Path(snakemake.output.shifts))


if __name__ == "__main__":
    main()
