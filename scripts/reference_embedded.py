"""Make the phase set that ships with tieline from the relaxations."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.logs import logging_to
from tieline.relaxation.embedded import describe_systems, embedded_labels, phase_set, write_embedded
from tieline.relaxation.settings import read_settings


def main() -> None:
    with logging_to(snakemake.log[0]):
        settings = read_settings(Path(snakemake.input.settings))
        shifts = pd.read_csv(snakemake.input.shifts)
        relaxations = pd.read_parquet(snakemake.input.relaxations)
        applied = dict(zip(shifts["element"], shifts["applied_ev_per_atom"], strict=True))
        labels = embedded_labels(settings.version, shifted=any(applied.values()))
        phases = phase_set(relaxations, labels, applied, settings.keep_ev_per_atom)
        write_embedded(phases, Path(snakemake.output.phases))
        write_csv(describe_systems(relaxations, phases), Path(snakemake.output.systems))


if __name__ == "__main__":
    main()
