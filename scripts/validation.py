"""Compare the computed neighbours of Si, Sn and Zn with assessed experimental phase diagrams."""

from pathlib import Path

from tieline.core.files import write_csv
from tieline.core.logs import stage
from tieline.evaluation.validation import validate_neighbours
from tieline.phases.settings import PhaseA
from tieline.phases.table import read_phases
from tieline.thermo.settings import Composition


def main() -> None:
    params = snakemake.params
    with stage(snakemake.log[0]):
        table = validate_neighbours(
            read_phases(Path(snakemake.input.table)),
            Path(snakemake.input.neighbours),
            params.tolerances,
            phase_a=PhaseA(**params.phase_a),
            composition=Composition(**params.composition),
            working_ion=params.lithiation["working_ion"],
        )
        write_csv(table, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
