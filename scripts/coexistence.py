"""Find the coexisting A+B pairs of every chemical system."""

from pathlib import Path

from tieline.config.lithiation import Lithiation
from tieline.config.parallel import Parallel
from tieline.config.search import Composition, PhaseA, Space
from tieline.config.thermo import Coexistence
from tieline.outputs import write_parquet
from tieline.phases.table import read_phases
from tieline.space import host_systems
from tieline.stage import stage
from tieline.thermo.coexistence import find_pairs

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
            lithiation=Lithiation(**params.lithiation),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(pairs, Path(output.pairs))
        write_parquet(counts, Path(output.counts))


if __name__ == "__main__":
    main()
