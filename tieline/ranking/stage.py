"""The candidates in order of merit, the chart of the best, what changed, and where it all came from."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from tieline.claims.columns import CHART, CLAIM_SUMMARY
from tieline.claims.registry import with_own_criteria
from tieline.claims.summary import chart_of_the_best, read_verdicts, summarise_claims
from tieline.core.extensions import load_descriptors
from tieline.core.files import write_csv, write_json, write_text
from tieline.core.parallel import Resources
from tieline.core.provenance import describe_run
from tieline.core.stage import Files
from tieline.core.table_files import as_text
from tieline.core.tables import Table
from tieline.lithiation.columns import SYSTEMS
from tieline.phases.columns import SET_ASIDE
from tieline.phases.table import PHASES
from tieline.ranking.changes import changes_since, pairs_of, remember
from tieline.ranking.columns import CHANGES, LISTED_COLUMNS, RANKED, RANKING_COLUMNS
from tieline.ranking.dictionary import column_dictionary
from tieline.ranking.rank import rank_candidates
from tieline.ranking.settings import Settings
from tieline.ranking.summary import summarise


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read the ``properties``, their ``claims`` and what goes into the record; write the ranked lists.

    The outputs are ``ranked`` and ``ranked_table``, ``pareto``, ``claims``, ``claims_summary``, ``changes``,
    ``columns``, ``summary`` and ``provenance``, and a ranked list of each host beside the first.
    """
    own = tuple(column for descriptor in load_descriptors(settings.descriptors) for column in descriptor.columns)
    listed = (*LISTED_COLUMNS, *own)
    candidates = Table(listed).read(inputs["properties"])
    ranked = rank_candidates(candidates, settings.ranking, own)
    printed = as_text(candidates, listed)
    text = _printed(ranked, printed)
    pairs = pairs_of(text)
    # Not an output, for Snakemake takes outputs away before a rule runs.
    history = outputs["ranked"].with_name("history")
    changes, changed = changes_since(history, pairs, settings.baseline)
    systems = SYSTEMS.read(inputs["systems"])

    for host in settings.space.screened_hosts:
        of_host = rank_candidates(candidates[candidates["host"] == host], settings.ranking, own)
        write_csv(_printed(of_host, printed), outputs["ranked"].with_name(f"ranked_{host}.csv"))
    write_csv(text, outputs["ranked"])
    write_csv(text[text["pareto_rank"] == 1], outputs["pareto"])
    Table((*RANKED.columns, *own)).write(ranked, outputs["ranked_table"])
    _write_claims(inputs, outputs, candidates, ranked, settings)
    CHANGES.write(changes, outputs["changes"])
    write_csv(column_dictionary(own), outputs["columns"])
    summary = summarise(text, systems, outputs["ranked"].parent)
    write_text(f"{summary}\n{changed}", outputs["summary"])
    record = describe_run(
        settings=settings.configuration,
        sources=json.loads(inputs["sources"].read_text("utf-8"))["sources"],
        n_phases=len(PHASES.read(inputs["phases"], ["phase_id"])),
        n_set_aside=len(SET_ASIDE.read(inputs["set_aside"], ["phase_id"])),
        systems=systems,
        candidates=candidates,
    )
    write_json(record, outputs["provenance"])
    remember(history, pairs)


def _printed(ranked: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return a ranking as text; `printed` has the candidates' own columns."""
    return pd.concat([as_text(ranked, RANKING_COLUMNS), printed.loc[ranked.index]], axis=1)


def _write_claims(
    inputs: Files, outputs: Files, candidates: pd.DataFrame, ranked: pd.DataFrame, settings: Settings
) -> None:
    ranks = ranked["rank"].reindex(candidates.index).to_numpy(np.int64)
    claims = with_own_criteria(settings.claims.criteria)
    CLAIM_SUMMARY.write(
        summarise_claims(read_verdicts(inputs["claims"], len(claims)), candidates, ranks, claims),
        outputs["claims_summary"],
    )
    CHART.write(
        chart_of_the_best(inputs["claims"], ranks, settings.claims.max_csv_candidates, len(claims)), outputs["claims"]
    )
