"""Make the phase set that ships with tieline from the relaxations."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.logs import logging_to
from tieline.relaxation.embedded import (
    describe_systems,
    embedded_labels,
    pbe_element_energies,
    phase_set,
    write_embedded,
)
from tieline.relaxation.settings import read_settings


def main() -> None:
    with logging_to(snakemake.log[0]):
        settings = read_settings(Path(snakemake.input.settings))
        relaxations = pd.read_parquet(snakemake.input.relaxations)
        zero = pbe_element_energies() if settings.element_energies == "pbe" else {}
        phases = phase_set(
            relaxations,
            embedded_labels(settings.version),
            zero,
            penalty_ev_per_atom=settings.unreported_penalty_ev_per_atom,
            keep_ev_per_atom=settings.keep_ev_per_atom,
        )
        write_embedded(phases, Path(snakemake.output.phases))
        write_csv(describe_systems(relaxations, phases), Path(snakemake.output.systems))


if __name__ == "__main__":
    main()
