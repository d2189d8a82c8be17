"""The columns of changes.csv."""

from __future__ import annotations

from tieline.columns.column import Column

CHANGE_COLUMNS: tuple[Column, ...] = (
    Column("change", "appeared, vanished, or moved: what became of a pair since the ranking it is held against"),
    Column("system", "Chemical system of the pair"),
    Column("phase_a_id", "Identifier of phase A"),
    Column("phase_b_id", "Identifier of phase B"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("pair_rank", "Place among all pairs of ranked.csv, each at the weight fraction where it ranks highest"),
    Column("pair_rank_previous", "The same in the ranking it is held against"),
    Column("places_moved", "Places gained (lost if negative) among the pairs of both rankings"),
    Column("phase_b_weight_fraction", "Weight fraction of B where the pair ranks highest", "1"),
    Column("phase_b_weight_fraction_previous", "The same in the ranking it is held against", "1"),
    Column("pareto_rank", "Pareto rank there"),
    Column("pareto_rank_previous", "The same in the ranking it is held against"),
    Column("score", "Score there; scores of two rankings are scaled by different candidates", "1"),
    Column("score_previous", "The same in the ranking it is held against", "1"),
)
"""Columns of changes.csv; numbers as they are printed in the rankings."""
