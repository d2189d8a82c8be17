"""Which phases A and B coexist, how firmly, and in which space groups."""

from __future__ import annotations

import json

import pandas as pd

from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.crystal.symmetry import SPACE_GROUPS, space_groups
from tieline.data.transitions import read_transitions
from tieline.phases.space import host_systems
from tieline.phases.table import PHASES
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.columns import COEXISTENCE, PAIR_COUNTS
from tieline.thermo.mixture_search import find_mixtures
from tieline.thermo.settings import Settings
from tieline.thermo.stability import with_stability


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:
    """Read ``phases``, ``sources`` and ``transitions``; write ``coexistence``, ``counts`` and ``space_groups``."""
    phases = PHASES.read(inputs["phases"])
    systems = host_systems(settings.space)
    pairs, counts = find_pairs(
        phases,
        systems,
        phase_a=settings.phase_a,
        coexistence=settings.coexistence,
        composition=settings.composition,
        working_ion=settings.working_ion,
        resources=resources,
    )
    mixtures, n_mixtures = find_mixtures(
        pairs,
        phases,
        systems,
        searched=json.loads(inputs["sources"].read_text("utf-8"))["searched"],
        coexistence=settings.coexistence,
        mixtures=settings.mixtures,
        composition=settings.composition,
        resources=resources,
    )
    coexistence = with_stability(
        pd.concat([pairs, mixtures], ignore_index=True),
        phases,
        read_transitions(inputs["transitions"]),
        coexistence=settings.coexistence,
        uncertainty=settings.uncertainty,
        resources=resources,
    )
    counts = counts.merge(n_mixtures, on="system", how="left").fillna({"n_mixtures": 0}).astype({"n_mixtures": "int64"})
    ids = {*pairs["phase_a_id"], *pairs["phase_b_id"]}
    COEXISTENCE.write(coexistence, outputs["coexistence"])
    PAIR_COUNTS.write(counts, outputs["counts"])
    SPACE_GROUPS.write(
        space_groups(phases[phases["phase_id"].isin(ids)], settings.crystal, resources=resources),
        outputs["space_groups"],
    )
