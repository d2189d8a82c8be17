"""What a run knows of chosen composites, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.claims.columns import CHART, CLAIM_SUMMARY
from tieline.claims.summary import chart_of_the_best
from tieline.core.columns import CANDIDATE_KEYS, Column
from tieline.core.formulas import PLUS
from tieline.core.stage import Files
from tieline.core.tables import Table
from tieline.lithiation.columns import VOLTAGE_CURVE_COLUMNS, VOLTAGE_CURVES
from tieline.phases.table import PHASES
from tieline.ranking.columns import LISTED_COLUMNS, RANKED, RANKING_COLUMNS
from tieline.report.export.choose import choose, with_ranks

READ: Mapping[str, str] = {
    "properties": "properties.parquet",
    "ranked_table": "ranked.parquet",
    "voltage_curves": "voltage_curves.parquet",
    "phases": "phases.parquet",
    "claims": "claims.parquet",
    "claims_summary": "claims_summary.csv",
}
"""What is read of a run, below its results."""

STRUCTURE = ("numbers", "cell_a", "scaled_positions")
"""Columns of phases that no sheet has room for."""

PART_IDS = ("phase_a_id", "phase_b1_id", "phase_b2_id")
"""Columns that name the phases of a composite."""

CLAIM_COLUMNS: tuple[Column, ...] = (
    *(column for column in CHART.columns if column.name != "basis"),
    next(column for column in CLAIM_SUMMARY.columns if column.name == "says"),
)
"""What is told of a claim."""


class Sheet(NamedTuple):
    """A table with what its columns mean."""

    frame: pd.DataFrame
    """The values; its columns are those of `columns`."""

    columns: tuple[Column, ...]
    """Names, units and meanings."""


class Chosen(NamedTuple):
    """What is known of the chosen composites."""

    candidates: Sheet
    """A row each, at the design point."""

    voltage_curves: Sheet
    """Their plateaus."""

    phases: Sheet
    """A, the phases of B, and what they turn into; without structures."""

    claims: Sheet
    """Their verdicts."""

    structures: pd.DataFrame
    """The phase table of the same phases, with structures."""

    in_composites: frozenset[str]
    """Identifiers of A and the phases of B."""


def collect(inputs: Files, names: Sequence[str], first: int, own: Sequence[Column] = ()) -> Chosen:
    """Return what a run knows of the first composites of its ranking, and of those named.

    Parameters
    ----------
    inputs
        Paths of `READ`.
    names, first
        See `choose`.
    own
        Columns of the user's own among the properties.

    Raises
    ------
    UnknownCandidateError
        If a name is none of a composite.
    TableError
        If a table cannot be read.
    """
    listed = (*LISTED_COLUMNS, *own)
    properties = Table(listed).read(inputs["properties"])
    ranked = RANKED.read(inputs["ranked_table"], [*CANDIDATE_KEYS, *(column.name for column in RANKING_COLUMNS)])
    chosen = choose(with_ranks(properties, ranked), names, first)
    keys = pd.MultiIndex.from_frame(chosen[list(CANDIDATE_KEYS)])
    merit = ranked.set_index(list(CANDIDATE_KEYS)).drop(columns="rank").reindex(keys).set_index(chosen.index)
    columns = tuple(column for column in (*RANKING_COLUMNS, *listed) if column.name != "design_point")
    candidates = pd.concat([chosen, merit], axis=1)[[column.name for column in columns]]

    curves = VOLTAGE_CURVES.read(inputs["voltage_curves"])
    place = keys.get_indexer(pd.MultiIndex.from_frame(curves[list(CANDIDATE_KEYS)]))
    curves = curves.assign(place=place)[place >= 0].sort_values("place", kind="stable").drop(columns="place")

    in_composites = frozenset(pd.concat([chosen[name] for name in PART_IDS]).dropna())
    table = PHASES.read(inputs["phases"])
    present = in_composites.union(*(ids.split(PLUS) for ids in curves["phase_ids"].unique()))
    structures = table[table["phase_id"].isin(present)].reset_index(drop=True)
    phase_columns = tuple(column for column in PHASES.columns if column.name not in STRUCTURE)
    return Chosen(
        Sheet(candidates.reset_index(drop=True), columns),
        Sheet(curves.reset_index(drop=True), VOLTAGE_CURVE_COLUMNS),
        Sheet(structures[[column.name for column in phase_columns]], phase_columns),
        Sheet(_claims(inputs, len(properties), properties.index.get_indexer(chosen.index), chosen), CLAIM_COLUMNS),
        structures,
        in_composites,
    )


def _claims(inputs: Files, n_candidates: int, rows: NDArray[np.int64], chosen: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of the chosen candidates, which are `rows` of the table, in their order."""
    summary = CLAIM_SUMMARY.read(inputs["claims_summary"], ["claim", "says"])
    order = np.full(n_candidates, np.nan)
    order[rows] = np.arange(len(rows))
    chart = chart_of_the_best(inputs["claims"], order, None, len(summary))
    # The chart calls the order that it was given a rank.
    ranks = chosen["rank"].array[chart["rank"].to_numpy(np.int64)]
    told = chart.assign(rank=ranks, says=chart["claim"].map(summary.set_index("claim")["says"].to_dict()))
    return told[[column.name for column in CLAIM_COLUMNS]]
