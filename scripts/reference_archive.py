"""Keep what was computed, compressed, beside the phase set."""

from pathlib import Path

from tieline.core.logs import logging_to
from tieline.relaxation.records import RecordFile


def main() -> None:
    with logging_to(snakemake.log[0]):
        RecordFile(Path(snakemake.params.store)).archive(Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
