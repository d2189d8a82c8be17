"""Chosen composites as a workbook, crystal structures and pymatgen's entries."""

from __future__ import annotations

from tieline.core.extensions import load_descriptors
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.report.export.collect import collect
from tieline.report.export.settings import Settings
from tieline.report.export.write import write_chosen


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read `tieline.report.export.collect.READ`; write ``workbook``, ``entries`` and the folder ``structures``."""
    own = [column for descriptor in load_descriptors(settings.descriptors) for column in descriptor.columns]
    chosen = collect(inputs, settings.export.candidates, settings.export.first, own)
    write_chosen(chosen, outputs, settings.crystal.symmetry_tolerance_angstrom)
