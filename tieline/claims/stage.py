"""All that is known of every candidate, and how it fares against the claims."""

from __future__ import annotations

import pandas as pd

from tieline.claims.chart import write_chart
from tieline.claims.columns import PROPERTY_COLUMNS
from tieline.claims.facts import PHASE_COLUMNS, gather_facts
from tieline.claims.limits import Limits
from tieline.claims.properties import join_properties
from tieline.claims.registry import with_own_criteria
from tieline.claims.settings import Settings
from tieline.core.extensions import load_descriptors
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.core.tables import Table
from tieline.crystal.symmetry import SPACE_GROUPS
from tieline.full_cell.columns import CELLS
from tieline.lithiation.columns import CANDIDATES
from tieline.microstructure.columns import MICROSTRUCTURE
from tieline.phases.table import PHASES
from tieline.process.columns import PROCESS


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read the tables of ``candidates``, ``phases`` and ``space_groups``; write ``claims`` and ``properties``."""
    tables = {"microstructure": MICROSTRUCTURE, "process": PROCESS, "cells": CELLS}
    properties = join_properties(
        CANDIDATES.read(inputs["candidates"]), [table.read(inputs[name]) for name, table in tables.items()]
    )
    facts = gather_facts(
        properties,
        PHASES.read(inputs["phases"], PHASE_COLUMNS),
        SPACE_GROUPS.read(inputs["space_groups"], ["phase_id", "spacegroup_number", "spacegroup_number_loose"]),
    )
    limits = Limits.of(settings.coexistence, settings.microstructure, settings.lithiation)
    counts = write_chart(facts, limits, outputs["claims"], with_own_criteria(settings.criteria))
    properties = join_properties(properties, [counts])
    descriptors = load_descriptors(settings.descriptors)
    if descriptors:
        every_phase, known = PHASES.read(inputs["phases"]), properties[list(CANDIDATES.names)]
        own = [descriptor.table(known, every_phase) for descriptor in descriptors]
        properties = pd.concat([properties, *own], axis=1)
    columns = (column for descriptor in descriptors for column in descriptor.columns)
    Table((*PROPERTY_COLUMNS, *columns)).write(properties, outputs["properties"])
