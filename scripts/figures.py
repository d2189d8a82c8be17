"""Draw the trade-off between capacity and phase B."""

from pathlib import Path

import pandas as pd

from tieline.core.logs import stage
from tieline.report.figures import draw_trade_off


def main() -> None:
    with stage(snakemake.log[0]):
        tables = [pd.read_csv(path) for path in snakemake.input.by_host]
        draw_trade_off(dict(zip(snakemake.params.hosts, tables, strict=True)), Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
