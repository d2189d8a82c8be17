"""Fetch the phases of the search space from an OPTIMADE database."""

import logging
from pathlib import Path

from tieline.config.search import Space
from tieline.config.sources import OptimadeSource
from tieline.phases.fetched import write_fetched
from tieline.phases.optimade.fetch import fetch_optimade
from tieline.stage import stage


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0], shown=logging.INFO):
        fetched = fetch_optimade(
            OptimadeSource(**params.source),
            Space(**params.space),
            params.working_ion,
            refresh=params.refresh,
        )
        write_fetched(fetched, Path(output.table), Path(output.about))


if __name__ == "__main__":
    main()
