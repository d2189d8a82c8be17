"""Compute crystallites, shell and heat treatment of every candidate."""

from pathlib import Path

import pandas as pd

from tieline.core.files import write_parquet
from tieline.core.logs import stage
from tieline.core.parallel import Parallel
from tieline.microstructure.crystallites import ElementData, make_crystallites
from tieline.microstructure.line_table import lines_by_id
from tieline.microstructure.miedema import read_parameters
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.process.melting import element_transitions

PHASE_COLUMNS = ["phase_id", "formation_energy_ev_per_atom", "unit_cell_a3"]
CANDIDATE_COLUMNS = [
    "system",
    "phase_a_id",
    "phase_b_id",
    "phase_a",
    "phase_b",
    "phase_b_weight_fraction",
    "phase_b_volume_fraction",
]


def main() -> None:
    params, inputs = snakemake.params, snakemake.input
    with stage(snakemake.log[0]):
        lines = pd.read_parquet(inputs.lines)
        miedema = read_parameters(Path(inputs.miedema))
        melting_points_k = {symbol: t.melting_point_k for symbol, t in element_transitions(miedema).items()}
        crystallites = make_crystallites(
            pd.read_parquet(inputs.candidates, columns=CANDIDATE_COLUMNS),
            pd.read_parquet(inputs.phases, columns=PHASE_COLUMNS),
            lines_by_id(lines),
            dict(zip(lines["phase_id"], lines["problem"], strict=True)),
            ElementData(melting_points_k, miedema),
            diffraction=Diffraction(**params.diffraction),
            microstructure=Microstructure(**params.microstructure),
            parallel=Parallel(**snakemake.config.get("parallel", {})),
            cores=snakemake.threads,
        )
        write_parquet(crystallites, Path(snakemake.output[0]))


if __name__ == "__main__":
    main()
