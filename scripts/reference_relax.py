"""Relax every decoration of the plan, going on from what an earlier run has stored."""

from pathlib import Path

from tieline.core.logs import logging_to
from tieline.core.table_files import write_parquet
from tieline.relaxation.cluster import local_client
from tieline.relaxation.embedded import relaxations_table
from tieline.relaxation.records import RecordFile
from tieline.relaxation.run import execute
from tieline.relaxation.settings import read_settings


def main() -> None:
    with logging_to(snakemake.log[0]):
        settings = read_settings(Path(snakemake.input.settings))
        store = RecordFile(Path(snakemake.params.store))
        store.start_from(Path(snakemake.params.archive))
        with local_client(snakemake.threads) as client:
            outcomes = execute(settings, store, client)
        write_parquet(relaxations_table(outcomes), Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
