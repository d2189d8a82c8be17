"""The columns that ranking puts before those of the candidates."""

from __future__ import annotations

from tieline.columns.column import Column

RANKING_COLUMNS: tuple[Column, ...] = (
    Column(
        "rank",
        "Place in the list, from 1: by pareto_rank, then by falling score; each list counts anew",
    ),
    Column("pareto_rank", "Front of the non-dominated sorting over ranking.objectives; 1 is the Pareto front"),
    Column(
        "score",
        "Weighted mean of ranking.weights' columns, each scaled linearly from the list's worst (0) to its best (1)",
        "1",
        4,
    ),
)
"""Columns that ranking puts before those of the candidates."""
