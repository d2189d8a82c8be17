"""The report page: reads what a run has written, and puts it into one HTML file."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd

from tieline import __version__
from tieline.claims.columns import CLAIM_SUMMARY, PROPERTY_COLUMNS
from tieline.claims.summary import chart_of_the_best
from tieline.core.columns import CANDIDATE_KEYS, COMPOSITE_KEYS
from tieline.core.elements import HOSTS
from tieline.core.extensions import load_descriptors
from tieline.core.files import write_text
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.core.tables import Table
from tieline.lithiation.columns import SYSTEMS, VOLTAGE_CURVES
from tieline.microstructure.line_table import LINES, lines_by_id
from tieline.phases.table import PHASES
from tieline.ranking.alternatives import is_the_reference
from tieline.ranking.columns import ALTERNATIVE_COLUMNS, RANKED
from tieline.report.page.choice import chosen_for_sheets
from tieline.report.page.columnar import columnar
from tieline.report.page.curves import NEEDED as NEEDED_OF_CURVES
from tieline.report.page.facts import agreement, coverage, described_sources, funnel
from tieline.report.page.html import page
from tieline.report.page.sheets import OTHER_SHARES, SHEET_COLUMNS, Evidence, describe_phases, make_sheets
from tieline.report.page.titles import describe_column
from tieline.report.settings import PageSettings as Settings
from tieline.thermo.columns import PAIR_COUNTS

PROPERTIES = Table(PROPERTY_COLUMNS)
"""properties.parquet, without columns of the user's own."""

NEEDED_PROPERTIES = tuple(dict.fromkeys((*CANDIDATE_KEYS, *OTHER_SHARES, *(column.name for column in SHEET_COLUMNS))))
"""What sheets need of it."""


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read what the run has written; write ``page``."""
    own = tuple(column for descriptor in load_descriptors(settings.descriptors) for column in descriptor.columns)
    columns = (*RANKED.columns, *own)
    ranked = Table(columns).read(inputs["ranked_table"])
    systems = SYSTEMS.read(inputs["systems"])
    provenance = json.loads(inputs["provenance"].read_text("utf-8"))
    summary = CLAIM_SUMMARY.read(inputs["claims_summary"])
    chosen = chosen_for_sheets(ranked, settings.reference, settings.report.sheets)
    evidence = _evidence(inputs, chosen, settings, len(summary))
    content = {
        "meta": {
            "version": __version__,
            "ion": settings.working_ion,
            "hosts": list(settings.space.screened_hosts),
            "claimed_hosts": list(HOSTS),
            "reference": {"a": settings.reference.a, "b": settings.reference.b},
            "reference_ranks": ranked.loc[is_the_reference(ranked, settings.reference), "rank"].tolist(),
            "batch_g": settings.report.batch_g,
            "sheets": settings.report.sheets,
            "size_a_nm": settings.microstructure.design_size_nm,
            "size_b_nm": settings.microstructure.phase_b_crystallite_nm,
            "wavelength": settings.diffraction.wavelength_angstrom,
        },
        "columns": [describe_column(column) for column in columns],
        "sheet_columns": [describe_column(column) for column in SHEET_COLUMNS],
        "table": columnar(ranked, columns),
        "alternatives": _alternatives(inputs),
        "run": {
            "funnel": funnel(
                systems, PAIR_COUNTS.read(inputs["counts"], ["system", "n_tested"]), provenance, len(ranked)
            ),
            "sources": described_sources(provenance),
            "settings": [[key, *map(_plain, values)] for key, *values in settings.changed],
            "settings_sha256": provenance["settings_sha256"],
            "coverage": coverage(systems, settings.space.screened_hosts, ranked),
            "agreement": _agreement(inputs),
        },
        "claims": {str(row.claim): row.says for row in summary.itertuples()},
        "sheets": make_sheets(chosen, evidence),
        "phases": describe_phases(chosen, evidence.phases, settings.crystal.symmetry_tolerance_angstrom),
    }
    write_text(page(content), outputs["page"])


def _evidence(inputs: Files, chosen: pd.DataFrame, settings: Settings, n_claims: int) -> Evidence:
    curves = VOLTAGE_CURVES.read(inputs["voltage_curves"], NEEDED_OF_CURVES)
    properties = PROPERTIES.read(inputs["properties"], NEEDED_PROPERTIES)
    keys = list(CANDIDATE_KEYS)
    # Both are of full precision, so that weight fractions are the same numbers.
    ranks = properties[keys].merge(chosen[[*keys, "rank"]], on=keys, how="left")["rank"].to_numpy(np.float64)
    of_chosen = _composites(chosen)
    return Evidence(
        phases=PHASES.read(inputs["phases"]),
        curves=curves[_composites(curves).isin(of_chosen)],
        properties=properties[_composites(properties).isin(of_chosen)],
        claims=chart_of_the_best(inputs["claims"], ranks, None, n_claims),
        lines=lines_by_id(LINES.read(inputs["lines"])),
        diffraction=settings.diffraction,
        microstructure=settings.microstructure,
    )


def _composites(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[list(COMPOSITE_KEYS)])


def _alternatives(inputs: Files) -> dict[str, list[str]]:
    """Return by rank what an alternative to the reference has better and worse."""
    frame = Table(ALTERNATIVE_COLUMNS).read(inputs["alternatives"], ["rank", "better_in", "worse_in"])
    columns = (frame["rank"], frame["better_in"].fillna(""), frame["worse_in"].fillna(""))
    return {str(rank): [better, worse] for rank, better, worse in zip(*columns, strict=True)}


def _agreement(inputs: Files) -> dict[str, Any]:
    """Return how far the phase data agree with experiment, empty unless that was asked for."""
    names = ("scores", "activity", "capacities")
    return agreement(*(pd.read_csv(inputs[name]) for name in names)) if "scores" in inputs else {}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
