"""Compare the phase data of the run with another set."""

from pathlib import Path

import pandas as pd

from tieline.core.errors import ConfigError
from tieline.core.files import write_csv
from tieline.core.logs import stage
from tieline.crystal.settings import Crystal
from tieline.evaluation.comparison import compare_neighbours, compare_phases, log_agreement, measured_plateaus, plateaus
from tieline.evaluation.settings import Comparison
from tieline.lithiation.settings import Lithiation
from tieline.phases.build import build_phase_table
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import Phases
from tieline.phases.space import host_systems
from tieline.phases.table import read_phases
from tieline.thermo.settings import Composition


def main() -> None:
    params, output = snakemake.params, snakemake.output
    with stage(snakemake.log[0]):
        source = Comparison(**params.comparison).source
        if source is None:
            raise ConfigError("config: comparison.source is not set: what should the phase data be compared with?")
        space, phase_a, crystal = Space(**params.space), PhaseA(**params.phase_a), Crystal(**params.crystal)
        lithiation = Lithiation(**params.lithiation)
        settings = Phases(**params.phases).model_copy(update={"sources": [source]})
        theirs = build_phase_table(
            settings, space, phase_a, lithiation.working_ion, crystal, fetched=Path()
        ).merged.in_play
        ours = read_phases(Path(snakemake.input.table))
        compounds = compare_phases(ours, theirs, crystal)
        neighbours = compare_neighbours(
            ours,
            theirs,
            host_systems(space.model_copy(update={"max_partners": 1})),
            phase_a=phase_a,
            composition=Composition(**params.composition),
            working_ion=lithiation.working_ion,
        )
        log_agreement(compounds, neighbours)
        tables = {"run": ours, "other": theirs}
        steps = [plateaus(table, space.screened_hosts, lithiation).assign(data=name) for name, table in tables.items()]
        measured = measured_plateaus(Path(snakemake.input.plateaus)).assign(data="measured")
        write_csv(compounds, Path(output.compounds))
        write_csv(neighbours, Path(output.neighbours))
        write_csv(pd.concat([*steps, measured], ignore_index=True).round(4), Path(output.plateaus))


if __name__ == "__main__":
    main()
