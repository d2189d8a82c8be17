"""The columns of the claim chart, of its summary, and of all that is known of the candidates."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table
from tieline.full_cell.columns import CELL_COLUMNS
from tieline.lithiation.columns import CANDIDATE_COLUMNS
from tieline.microstructure.columns import CRYSTALLITE_COLUMNS
from tieline.process.columns import PROCESS_COLUMNS

CHART_COLUMNS: tuple[Column, ...] = (
    Column(
        "rank",
        "Place of the candidate in ranked.csv; the chart is a technical reading, not legal advice",
        kind="integer",
    ),
    *KEY_COLUMNS[:3],
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    KEY_COLUMNS[3],
    Column(
        "claim",
        "Number of the claim, 1 to 30, from 31 criteria of your own; claims_summary.csv says what each asks for",
        kind="integer",
    ),
    Column(
        "verdict",
        "met; not met; window: met within the range of a design variable that the evidence states; "
        "undecided: something is missing. A dependent claim has the least of its own verdict and its parent's",
    ),
    Column(
        "basis",
        "What the claim's own test rests on: computed from phase data, modelled, or chosen in the configuration",
    ),
    Column("evidence", "Numbers the verdict rests on, units in their names; the claim at fault where it is another"),
)
"""Columns of claims.csv, in order."""

CLAIM_SUMMARY_COLUMNS: tuple[Column, ...] = (
    Column("claim", "Number of the claim", kind="integer"),
    Column("depends_on", "Claim that must hold too", kind="integer"),
    Column("says", "What it asks for, in tieline's words"),
    Column("basis", "What its own test rests on"),
    Column("n_met", "Candidates that meet it as designed", kind="integer"),
    Column("n_window", "Candidates that meet it within a range of a design variable", kind="integer"),
    Column("n_undecided", "Candidates for which something is missing", kind="integer"),
    Column("n_not_met", "Candidates that do not meet it", kind="integer"),
    Column("best_verdict", "Verdict of the best example; empty if no candidate meets the claim, even within a range"),
    Column("best_rank", "Its place in ranked.csv: the first of those with the best verdict", kind="integer"),
    Column("best_system", "Its chemical system"),
    Column("best_phase_a", "Its phase A"),
    Column("best_phase_b", "Its phase B"),
    Column("best_phase_b_weight_fraction", "Its weight fraction of B", "1", 4),
    Column("note", "What the chart is not"),
)
"""Columns of claims_summary.csv, in order."""

CLAIM_COUNT_COLUMNS: tuple[Column, ...] = (
    Column(
        "n_claims_met",
        "Claims of 30 that the candidate meets as designed; a technical reading",
        better="higher",
        kind="integer",
    ),
    Column("n_claims_window", "Claims that it meets within a range of a design variable", kind="integer"),
    Column("n_claims_undecided", "Claims for which something is missing", kind="integer"),
)
"""How many claims a candidate meets."""

CHART = Table(CHART_COLUMNS)
"""claims.csv."""

CLAIMS_PARQUET = Table(CHART_COLUMNS[1:])
"""claims.parquet."""

CLAIM_SUMMARY = Table(CLAIM_SUMMARY_COLUMNS)
"""claims_summary.csv."""

_NAMES = frozenset(column.name for column in CANDIDATE_COLUMNS)

PROPERTY_COLUMNS: tuple[Column, ...] = (
    *CANDIDATE_COLUMNS,
    *CRYSTALLITE_COLUMNS,
    *(column for table in (PROCESS_COLUMNS, CELL_COLUMNS) for column in table if column.name not in _NAMES),
    *CLAIM_COUNT_COLUMNS,
)
"""What is known of each candidate, in order."""
