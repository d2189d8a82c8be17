"""The candidates in order of merit, the chart of the best, what changed, and where it all came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tieline.claims.columns import CHART, CLAIM_SUMMARY
from tieline.claims.registry import with_own_criteria
from tieline.claims.summary import chart_of_the_best, read_verdicts, summarise_claims
from tieline.core.errors import TableError
from tieline.core.extensions import load_descriptors
from tieline.core.files import read_json, write_csv, write_json, write_text
from tieline.core.parallel import Resources
from tieline.core.provenance import describe_run
from tieline.core.stage import Files
from tieline.core.table_files import as_text
from tieline.core.tables import Table
from tieline.lithiation.columns import SYSTEMS
from tieline.phases.columns import EXCLUDED
from tieline.phases.table import PHASES
from tieline.ranking.alternatives import (
    alternatives_table,
    describe_alternatives,
    find_alternatives,
    is_the_reference,
)
from tieline.ranking.changes import changes_since, composites_of, remember
from tieline.ranking.columns import CHANGES, LISTED_COLUMNS, RANKED, RANKING_COLUMNS
from tieline.ranking.dictionary import column_dictionary
from tieline.ranking.rank import one_share_each, rank_candidates
from tieline.ranking.select import select
from tieline.ranking.settings import Settings
from tieline.ranking.summary import summarise


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read the ``properties``, their ``claims`` and what goes into the record; write the ranked lists.

    The outputs are ``ranked`` and ``ranked_table``, ``pareto``, ``alternatives``, ``claims``, ``claims_summary``,
    ``changes``, ``columns``, ``summary`` and ``provenance``, and a ranked list of each host beside the first.
    """
    own = tuple(column for descriptor in load_descriptors(settings.descriptors) for column in descriptor.columns)
    listed = (*LISTED_COLUMNS, *own)
    candidates = Table(listed).read(inputs["properties"])
    selected = select(candidates, settings.selection, settings.ranking.polymorphs_within_ev_per_atom)
    ranked = one_share_each(rank_candidates(selected.candidates, settings.ranking, own))
    text = as_text(ranked, (*RANKING_COLUMNS, *listed))
    composites = composites_of(text)
    # Not an output, for Snakemake takes outputs away before a rule runs.
    history = outputs["ranked"].with_name("history")
    changes, changed = changes_since(history, composites, settings.baseline)
    alternatives = find_alternatives(ranked, settings.reference, settings.ranking, own)
    systems = SYSTEMS.read(inputs["systems"])

    for host in settings.space.screened_hosts:
        write_csv(text[text["host"] == host], outputs["ranked"].with_name(f"ranked_{host}.csv"))
    write_csv(text, outputs["ranked"])
    write_csv(text[text["pareto_rank"] == 1], outputs["pareto"])
    Table((*RANKED.columns, *own)).write(ranked, outputs["ranked_table"])
    alternatives_table(settings.ranking, own).write(alternatives, outputs["alternatives"])
    _write_claims(inputs, outputs, candidates, ranked, settings)
    CHANGES.write(changes, outputs["changes"])
    write_csv(column_dictionary(own), outputs["columns"])
    summary = summarise(text, systems, selected.left_out, outputs["ranked"].parent)
    is_ranked = bool(is_the_reference(ranked, settings.reference).any())
    told = describe_alternatives(alternatives, settings.reference, is_ranked=is_ranked)
    write_text(f"{summary}\n{told}\n{changed}", outputs["summary"])
    record = describe_run(
        settings=settings.configuration,
        sources=read_json(inputs["sources"], "sources")["sources"],
        n_phases=len(PHASES.read(inputs["phases"], ["phase_id"])),
        n_excluded=len(EXCLUDED.read(inputs["excluded"], ["phase_id"])),
        systems=systems,
        candidates=candidates,
    )
    write_json(record, outputs["provenance"])
    remember(history, composites)


def _write_claims(
    inputs: Files, outputs: Files, candidates: pd.DataFrame, ranked: pd.DataFrame, settings: Settings
) -> None:
    claims = with_own_criteria(settings.claims.criteria)
    verdicts = read_verdicts(inputs["claims"], len(claims))
    if len(verdicts) != len(candidates):
        raise TableError(
            f"{inputs['claims']}: {len(verdicts)} candidates, but {len(candidates)} in {inputs['properties']}: "
            "are both of the same run?"
        )
    ranks = ranked["rank"].reindex(candidates.index)
    is_ranked = ranks.notna().to_numpy()
    of_ranked = ranks[is_ranked].to_numpy(np.int64)
    CLAIM_SUMMARY.write(
        summarise_claims(verdicts[is_ranked], candidates[is_ranked], of_ranked, claims), outputs["claims_summary"]
    )
    CHART.write(
        chart_of_the_best(
            inputs["claims"], ranks.to_numpy(np.float64), settings.claims.max_csv_candidates, len(claims)
        ),
        outputs["claims"],
    )
