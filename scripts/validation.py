"""Compare the computed neighbours of Si, Sn and Zn with assessed experimental phase diagrams."""

from pathlib import Path

from tieline.config.lithiation import Lithiation
from tieline.config.search import Composition, PhaseA
from tieline.outputs import write_csv
from tieline.phases.table import read_phases
from tieline.stage import stage
from tieline.validation import validate_neighbours


def main() -> None:
    params = snakemake.params
    with stage(snakemake.log[0]):
        table = validate_neighbours(
            read_phases(Path(snakemake.input.table)),
            Path(snakemake.input.neighbours),
            params.tolerances,
            phase_a=PhaseA(**params.phase_a),
            composition=Composition(**params.composition),
            lithiation=Lithiation(**params.lithiation),
        )
        write_csv(table, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
