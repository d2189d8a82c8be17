"""Compute what every pair stores and how much it swells, at every weight fraction."""

import json
from pathlib import Path

import pandas as pd

from tieline.core.files import write_csv, write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.lithiation.candidates import make_candidates, pairs_of_one_space_group
from tieline.lithiation.coverage import describe_systems
from tieline.lithiation.settings import Lithiation
from tieline.phases.settings import Space
from tieline.phases.space import host_systems
from tieline.thermo.settings import Composition


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        phases = pd.read_parquet(inputs.phases)
        systems = host_systems(Space(**params.space))
        lithiation = Lithiation(**params.lithiation)
        pairs = pd.read_parquet(inputs.pairs)
        candidates = make_candidates(
            pairs,
            phases,
            systems,
            composition=Composition(**params.composition),
            lithiation=lithiation,
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        counts = pd.read_parquet(inputs.counts)
        searched = json.loads(Path(inputs.searched).read_text("utf-8"))
        described = describe_systems(
            systems, phases, counts, candidates, working_ion=lithiation.working_ion, searched=searched
        )
        write_parquet(candidates, Path(snakemake.output.candidates))
        write_csv(described, Path(snakemake.output.systems))
        write_csv(pairs_of_one_space_group(pairs, phases), Path(snakemake.output.left_out))


if __name__ == "__main__":
    main()
