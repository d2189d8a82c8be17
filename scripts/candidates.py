"""Compute what every pair stores and how much it swells, at every weight fraction."""

import json
from pathlib import Path

import pandas as pd

from tieline.candidates import make_candidates, pairs_of_one_space_group
from tieline.config.lithiation import Lithiation
from tieline.config.parallel import Parallel
from tieline.config.search import Composition, Space
from tieline.coverage import describe_systems
from tieline.outputs import write_csv, write_parquet
from tieline.space import host_systems
from tieline.stage import stage


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
