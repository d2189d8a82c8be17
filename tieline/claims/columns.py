"""The columns of the claim chart, of its summary and of the counts that go into the ranking."""

from __future__ import annotations

from tieline.core.columns import Column

CHART_COLUMNS: tuple[Column, ...] = (
    Column("rank", "Place of the candidate in ranked.csv; the chart is a technical reading, not legal advice"),
    Column("system", "Chemical system of the composite"),
    Column("phase_a_id", "Identifier of phase A in phases.parquet"),
    Column("phase_b_id", "Identifier of phase B in phases.parquet"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4),
    Column("claim", "Number of the claim, 1 to 30; claims_summary.csv says what each asks for"),
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
"""Columns of claims.csv, in order; claims.parquet has them but for rank."""

CLAIM_SUMMARY_COLUMNS: tuple[Column, ...] = (
    Column("claim", "Number of the claim"),
    Column("depends_on", "Claim that must hold too"),
    Column("says", "What it asks for, in tieline's words"),
    Column("basis", "What its own test rests on"),
    Column("n_met", "Candidates that meet it as designed"),
    Column("n_window", "Candidates that meet it within a range of a design variable"),
    Column("n_undecided", "Candidates for which something is missing"),
    Column("n_not_met", "Candidates that do not meet it"),
    Column("best_verdict", "Verdict of the best example; empty if no candidate meets the claim, even within a range"),
    Column("best_rank", "Its place in ranked.csv: the first of those with the best verdict"),
    Column("best_system", "Its chemical system"),
    Column("best_phase_a", "Its phase A"),
    Column("best_phase_b", "Its phase B"),
    Column("best_phase_b_weight_fraction", "Its weight fraction of B", "1", 4),
    Column("note", "What the chart is not"),
)
"""Columns of claims_summary.csv, in order."""

CLAIM_COUNT_COLUMNS: tuple[Column, ...] = (
    Column("n_claims_met", "Claims of 30 that the candidate meets as designed; a technical reading", better="higher"),
    Column("n_claims_window", "Claims that it meets within a range of a design variable"),
    Column("n_claims_undecided", "Claims for which something is missing"),
)
"""Columns of claims_met.parquet that are joined to the candidates."""
