"""Find the coexisting A+B pairs of every chemical system."""

from pathlib import Path

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.phases.settings import PhaseA, Space
from tieline.phases.space import host_systems
from tieline.phases.table import read_phases
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.settings import Coexistence, Composition

COLUMNS = [
    "phase_id",
    "formula",
    "elements",
    "n_elements",
    "formation_energy_ev_per_atom",
    "volume_a3_per_atom",
]


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0]):
        pairs, counts = find_pairs(
            read_phases(Path(snakemake.input.table), COLUMNS),
            host_systems(Space(**params.space)),
            phase_a=PhaseA(**params.phase_a),
            coexistence=Coexistence(**params.coexistence),
            composition=Composition(**params.composition),
            working_ion=params.lithiation["working_ion"],
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(pairs, Path(output.pairs))
        write_parquet(counts, Path(output.counts))


if __name__ == "__main__":
    main()
