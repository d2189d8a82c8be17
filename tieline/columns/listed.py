"""The columns of the ranked lists: what ranking adds, the candidates', and a choice of their properties."""

from __future__ import annotations

from tieline.columns.candidates import CANDIDATE_COLUMNS
from tieline.columns.cells import CELL_COLUMNS
from tieline.columns.claims import CLAIM_COUNT_COLUMNS
from tieline.columns.column import Column
from tieline.columns.crystallites import CRYSTALLITE_COLUMNS
from tieline.columns.process import PROCESS_COLUMNS
from tieline.columns.ranking import RANKING_COLUMNS
from tieline.columns.stability import STABILITY_COLUMNS

_NAMES = frozenset(column.name for column in CANDIDATE_COLUMNS)

PROPERTY_COLUMNS: tuple[Column, ...] = (
    *CANDIDATE_COLUMNS,
    *(
        column
        for table in (STABILITY_COLUMNS, CRYSTALLITE_COLUMNS, PROCESS_COLUMNS, CELL_COLUMNS)
        for column in table
        if column.name not in _NAMES
    ),
)
"""Columns of properties.parquet, in order."""

_PROPERTIES = {column.name: column for column in PROPERTY_COLUMNS}

LISTED_PROPERTY_COLUMNS: tuple[Column, ...] = tuple(
    _PROPERTIES[name]
    for name in (
        "tie_line_margin_ev_per_atom",
        "coexistence_probability",
        "tie_line_holds_to_k",
        "a_invisible_below_nm",
        "shell_unit_cells",
        "a_covered_above_nm",
        "a_stays_low_crystalline_to_k",
        "a_stays_below_100_nm_to_k",
        "b_amorphisation_enthalpy_kj_per_mol",
        "melting_route",
        "hazards",
        "cost_usd_per_kg",
        "cost_usd_per_ah",
        "cell_average_voltage_inert_b_v",
        "cell_energy_inert_b_wh_per_kg",
        "cell_energy_inert_b_wh_per_l",
        "cell_energy_after_loss_inert_b_wh_per_kg",
    )
)
"""What the ranked lists show of properties.parquet: the numbers one chooses by."""

LISTED_COLUMNS: tuple[Column, ...] = (*CANDIDATE_COLUMNS, *LISTED_PROPERTY_COLUMNS, *CLAIM_COUNT_COLUMNS)
"""Columns that candidates are ranked with, in order."""

RANKED_COLUMNS: tuple[Column, ...] = (*RANKING_COLUMNS, *LISTED_COLUMNS)
"""Columns of ranked.csv, ranked_<host>.csv and pareto.csv, in order."""
