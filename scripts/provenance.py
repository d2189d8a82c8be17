"""Record where the results came from."""

import json
from pathlib import Path

import pandas as pd

from tieline.core.files import write_json
from tieline.core.logs import stage
from tieline.core.provenance import describe_run


def main() -> None:
    inputs = snakemake.input
    with stage(snakemake.log[0]):
        record = describe_run(
            settings=dict(snakemake.params.settings),
            sources=json.loads(Path(inputs.sources).read_text("utf-8")),
            phases=pd.read_parquet(inputs.phases, columns=["phase_id"]),
            set_aside=pd.read_csv(inputs.set_aside),
            systems=pd.read_csv(inputs.systems),
            candidates=pd.read_parquet(inputs.candidates, columns=["system", "phase_a_id", "phase_b_id"]),
        )
        write_json(record, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
