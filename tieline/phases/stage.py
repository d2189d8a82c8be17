"""The phases of a run, from all sources."""

from __future__ import annotations

from tieline.core.files import write_json
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.phases.build import build_phase_table
from tieline.phases.columns import EXCLUDED, REJECTED
from tieline.phases.inputs import FETCHED
from tieline.phases.settings import Settings
from tieline.phases.table import write_phases


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read the configured sources; write ``phases``, ``excluded``, ``rejected`` and ``sources``.

    If there is no phase table, rejected.csv is written beside the log, for Snakemake takes the outputs of a stage that
    stops away.
    """
    results = outputs["phases"].parent
    when_stopped = results / "logs/rejected.csv"
    when_stopped.unlink(missing_ok=True)
    built = build_phase_table(
        settings.phases,
        settings.space,
        settings.phase_a,
        settings.working_ion,
        settings.crystal,
        fetched=results / FETCHED,
        rejected_when_stopped=when_stopped,
    )
    write_phases(built.merged.included, outputs["phases"])
    EXCLUDED.write(built.merged.excluded, outputs["excluded"])
    REJECTED.write(built.rejected, outputs["rejected"])
    write_json({"sources": built.sources, "searched": built.searched}, outputs["sources"])
