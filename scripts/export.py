"""Write the phase table for other programs."""

from pathlib import Path

from tieline.core.logs import stage
from tieline.phases.export import write_ase_database, write_entries
from tieline.phases.table import read_phases


def main() -> None:
    output = snakemake.output
    with stage(snakemake.log[0]):
        phases = read_phases(Path(snakemake.input.table))
        write_ase_database(phases, Path(output.database))
        write_entries(phases, Path(output.entries))


if __name__ == "__main__":
    main()
