"""The columns of assemblages.parquet."""

from __future__ import annotations

from tieline.core.columns import Column
from tieline.lithiation.columns import CANDIDATE_COLUMNS

SHARED_NAMES = (
    "capacity_equilibrium_mah_per_g",
    "capacity_inert_b_mah_per_g",
    "capacity_stable_b_mah_per_g",
    "capacity_equilibrium_mah_per_cm3",
    "capacity_inert_b_mah_per_cm3",
    "capacity_stable_b_mah_per_cm3",
    "b_onset_v",
    "first_voltage_v",
    "average_voltage_v",
    "average_voltage_inert_b_v",
    "volume_change_fraction",
    "volume_change_inert_b_fraction",
    "density_g_per_cm3",
    "composition_wt",
    "composition_at",
)
"""Columns that mean what they mean for candidates, with B the mixture of B1 and B2."""

ASSEMBLAGE_COLUMNS: tuple[Column, ...] = (
    Column("system", "Chemical system of the assemblage: the host, then its two partners in alphabetical order"),
    Column("host", "Active element, phase A"),
    Column("phase_a_id", "Identifier of phase A in phases.parquet"),
    Column("phase_b1_id", "Identifier of phase B1 in phases.parquet"),
    Column("phase_b2_id", "Identifier of phase B2 in phases.parquet"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b1", "Reduced formula of phase B1"),
    Column("phase_b2", "Reduced formula of phase B2"),
    Column("phase_b_weight_fraction", "Weight of B, that is B1 and B2, per weight of the assemblage", "1", 4, "higher"),
    Column("phase_b1_weight_share", "Weight of B1 per weight of B1 and B2", "1", 4),
    Column("phase_b_volume_fraction", "Volume of B1 and B2 per volume of the assemblage", "1", 4, "higher"),
    Column(
        "tie_line_excess_ev_per_atom",
        "Largest energy of A+B1+B2 mixtures above the hull within the weight-fraction window, whatever the share of "
        "B1, per atom; zero where A, B1 and B2 are corners of one triangle",
        "eV/atom",
        5,
        "lower",
    ),
    Column("spacegroup_a", "Space-group number of A at the tight symmetry tolerance"),
    Column("spacegroup_b1", "Space-group number of B1 at the tight symmetry tolerance"),
    Column("spacegroup_b2", "Space-group number of B2 at the tight symmetry tolerance"),
    *(column for column in CANDIDATE_COLUMNS if column.name in SHARED_NAMES),
)
"""Columns of assemblages.parquet, in order."""
