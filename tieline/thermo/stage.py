"""Which phases A and B coexist, how probably and how firmly, and in which space groups."""

from __future__ import annotations

import pandas as pd

from tieline.core.files import read_json
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.crystal.symmetry import SPACE_GROUPS, space_groups
from tieline.data.transitions import read_transitions
from tieline.phases.space import host_systems
from tieline.phases.table import PHASES
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.columns import COEXISTENCE, PAIR_COUNTS
from tieline.thermo.existence import shipped_model
from tieline.thermo.mixture_search import best_mixtures, find_mixtures
from tieline.thermo.probability import probable_composites
from tieline.thermo.reported import reported_list, reports_of
from tieline.thermo.settings import Settings
from tieline.thermo.stability import with_stability


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:
    """Read ``phases``, ``sources`` and ``transitions``; write ``coexistence``, ``counts`` and ``space_groups``."""
    phases = PHASES.read(inputs["phases"])
    systems = host_systems(settings.space)
    reports = reports_of(phases, reported_list())

    def probable(composites: pd.DataFrame) -> pd.DataFrame:
        return probable_composites(
            composites,
            phases,
            reports=reports,
            model=shipped_model(),
            minimum_probability=settings.coexistence.minimum_probability,
            uncertainty=settings.uncertainty,
            resources=resources,
        )

    near, counts = find_pairs(
        phases,
        systems,
        phase_a=settings.phase_a,
        coexistence=settings.coexistence,
        composition=settings.composition,
        working_ion=settings.working_ion,
        resources=resources,
    )
    pairs = probable(near)
    mixtures = find_mixtures(
        pairs,
        phases,
        systems,
        searched=read_json(inputs["sources"], "searched")["searched"],
        coexistence=settings.coexistence,
        mixtures=settings.mixtures,
        composition=settings.composition,
        resources=resources,
    )
    mixtures = probable(mixtures)
    coexistence = with_stability(
        pd.concat([pairs, best_mixtures(mixtures, settings.mixtures)], ignore_index=True),
        phases,
        read_transitions(inputs["transitions"]),
        uncertainty=settings.uncertainty,
        resources=resources,
    )
    number = {
        name: counts["system"].map(found["system"].value_counts()).fillna(0).astype("int64")
        for name, found in (("n_coexisting", pairs), ("n_mixtures", mixtures))
    }
    missing = [reports.missing_within(system.split("-")) for system in counts["system"]]
    counts = counts.assign(**number, reported_missing=[" ".join(formulas) for formulas in missing])
    ids = {*pairs["phase_a_id"], *pairs["phase_b_id"]}
    COEXISTENCE.write(coexistence, outputs["coexistence"])
    PAIR_COUNTS.write(counts, outputs["counts"])
    SPACE_GROUPS.write(
        space_groups(phases[phases["phase_id"].isin(ids)], settings.crystal, resources=resources),
        outputs["space_groups"],
    )
