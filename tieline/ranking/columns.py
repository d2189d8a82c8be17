"""The columns of the ranked lists, and of what changed since an earlier one."""

from __future__ import annotations

from tieline.claims.columns import CLAIM_COUNT_COLUMNS, PROPERTY_COLUMNS
from tieline.core.columns import Column
from tieline.core.tables import Table
from tieline.lithiation.columns import CANDIDATE_COLUMNS

RANKING_COLUMNS: tuple[Column, ...] = (
    Column(
        "rank",
        "Place in the list, from 1: composites with lithiation_searched first, then by falling score; the same in the "
        "list of each host",
        kind="integer",
        required=True,
    ),
    Column(
        "pareto_rank",
        "Front of the non-dominated sorting over ranking.objectives among composites of the same role of B; 1 is the "
        "Pareto front",
        kind="integer",
        required=True,
    ),
    Column(
        "score",
        "Weighted mean of ranking.weights' columns, each scaled from its 5 % quantile (0) to its 95 % quantile (1) "
        "among composites of the same role of B, costs on a logarithmic scale; what is missing does not count",
        "1",
        4,
    ),
    Column("missing_values", "Columns of ranking.objectives and ranking.weights that are not known of the composite"),
)
"""Columns that ranking puts before those of the candidates."""

_PROPERTIES = {column.name: column for column in PROPERTY_COLUMNS}

LISTED_PROPERTY_COLUMNS: tuple[Column, ...] = tuple(
    _PROPERTIES[name]
    for name in (
        "a_xrd_detection_size_nm",
        "shell_unit_cells",
        "a_covered_above_nm",
        "a_stays_low_crystalline_to_k",
        "a_stays_below_100_nm_to_k",
        "b_amorphisation_enthalpy_kj_per_mol",
        "melting_route",
        "hazards",
        "criticality",
        "cost_usd_per_kg",
        "cost_usd_per_ah",
        "cell_average_voltage_inert_b_v",
        "cell_energy_inert_b_wh_per_kg",
        "cell_energy_inert_b_wh_per_l",
        "cell_energy_after_loss_inert_b_wh_per_kg",
    )
)
"""What the ranked lists show of properties.parquet: the numbers one chooses by."""

NOT_LISTED = frozenset({"max_coexistence_temperature_undecided"})
"""What they leave out of candidates.parquet: texts that say why a number is missing."""

LISTED_COLUMNS: tuple[Column, ...] = (
    *(column for column in CANDIDATE_COLUMNS if column.name not in NOT_LISTED),
    *LISTED_PROPERTY_COLUMNS,
    *CLAIM_COUNT_COLUMNS,
)
"""Columns that candidates are ranked with, in order."""

RANKED_COLUMNS: tuple[Column, ...] = (*RANKING_COLUMNS, *LISTED_COLUMNS)
"""Columns of ranked.csv, ranked_<host>.csv and pareto.csv, in order."""

ALTERNATIVE_COLUMNS: tuple[Column, ...] = (
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("phase_b_id", "Identifier of phase B"),
    Column("rank", "Its place in ranked.csv", kind="integer"),
    Column("better_in", "What it has better than the reference, by how much"),
    Column("worse_in", "What it has worse, by how much"),
    Column("n_better", "Objectives in which it is better", kind="integer", required=True),
    Column("n_worse", "Objectives in which it is worse", kind="integer", required=True),
    Column("phase_b_weight_fraction", "Weight fraction of B at the design point", "1", 4),
    Column("volume_change_expected_fraction", "Swelling there", "1", 4),
)
"""First columns of alternatives.csv; each objective of ranking.objectives follows, with its value for the reference."""

CHANGE_COLUMNS: tuple[Column, ...] = (
    Column("change", "appeared, vanished, or moved: what became of a pair since the ranking it is held against"),
    Column("system", "Chemical system of the pair"),
    Column("phase_a_id", "Identifier of phase A"),
    Column("phase_b_id", "Identifier of phase B"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("pair_rank", "Place among all pairs of ranked.csv, each at the weight fraction where it ranks highest"),
    Column("pair_rank_previous", "The same in the ranking it is held against"),
    Column("places_moved", "Places gained (lost if negative) among the pairs of both rankings", kind="integer"),
    Column("phase_b_weight_fraction", "Weight fraction of B where the pair ranks highest, as printed", "1"),
    Column("phase_b_weight_fraction_previous", "The same in the ranking it is held against", "1"),
    Column("pareto_rank", "Pareto rank there"),
    Column("pareto_rank_previous", "The same in the ranking it is held against"),
    Column("score", "Score there; scores of two rankings are scaled by different candidates", "1"),
    Column("score_previous", "The same in the ranking it is held against", "1"),
)
"""Columns of changes.csv; numbers as they are printed in the rankings."""

RANKED = Table(RANKED_COLUMNS)
"""ranked.csv, ranked_<host>.csv, pareto.csv and ranked.parquet."""

CHANGES = Table(CHANGE_COLUMNS)
"""changes.csv."""
