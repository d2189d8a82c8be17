"""Compute the phases of a source of kind potential."""

import logging
from pathlib import Path

from tieline.core.logs import stage
from tieline.phases.fetched import write_fetched
from tieline.phases.source_settings import PotentialSource
from tieline.relaxation.cluster import local_client
from tieline.relaxation.source import predict_phases


def main() -> None:
    with stage(snakemake.log[0], shown=logging.INFO):
        source = PotentialSource(**snakemake.params.source)
        with local_client(snakemake.threads) as client:
            fetched = predict_phases(source, client)
        write_fetched(fetched, Path(snakemake.output.table), Path(snakemake.output.about))


if __name__ == "__main__":
    main()
