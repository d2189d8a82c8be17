"""Read all phase sources into one table."""

from pathlib import Path

from tieline.core.files import write_csv, write_json
from tieline.core.logs import stage
from tieline.crystal.settings import Crystal
from tieline.phases.build import build_phase_table
from tieline.phases.settings import PhaseA, Space
from tieline.phases.source_settings import Phases
from tieline.phases.table import write_phases


def main() -> None:
    params, output = snakemake.params, snakemake.output
    # Not an output, for Snakemake takes the outputs of a rule that stops away.
    when_stopped = Path(snakemake.log[0]).with_name("rejected.csv")
    with stage(snakemake.log[0]):
        when_stopped.unlink(missing_ok=True)
        built = build_phase_table(
            Phases(**params.phases),
            Space(**params.space),
            PhaseA(**params.phase_a),
            params.lithiation["working_ion"],
            Crystal(**params.crystal),
            fetched=Path(params.fetched),
            rejected_when_stopped=when_stopped,
        )
        write_phases(built.merged.in_play, Path(output.table))
        write_csv(built.merged.set_aside, Path(output.set_aside))
        write_csv(built.rejected, Path(output.rejected))
        write_json(built.sources, Path(output.sources))
        write_json(built.searched, Path(output.searched))


if __name__ == "__main__":
    main()
