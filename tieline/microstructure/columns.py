"""The columns of work/microstructure.parquet: crystallites, shell and heat treatment of each candidate."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table

CRYSTALLITE_COLUMNS: tuple[Column, ...] = (
    Column(
        "a_xrd_detection_size_nm",
        "Largest crystallite size of A at which no peak of A stands out in the composite's powder pattern; 1 where A "
        "must be amorphous, 1000 where it never stands out",
        "nm",
        2,
    ),
    Column(
        "a_first_seen_two_theta_deg",
        "Line of A that stands out first as its crystallites grow",
        "deg",
        2,
    ),
    Column(
        "shell_thickness_nm",
        "Thickness of the shell that all of B makes around cores of A of the design size",
        "nm",
        3,
    ),
    Column(
        "shell_unit_cells",
        "That thickness in unit cells of B: cube roots of the volume of its conventional cell",
        "1",
        3,
    ),
    Column(
        "a_covered_above_nm",
        "Smallest size of A's cores at which the shell is as many unit cells thick as the config asks for",
        "nm",
        2,
    ),
    Column("zener_limit_nm", "Size at which B's crystallites stop the growth of A's, if nothing else does", "nm", 2),
    Column("a_melting_point_k", "Melting point of A", "K", 1),
    Column(
        "a_crystallisation_onset_k",
        "Temperature at which amorphous A crystallises within the configured duration; for tin and zinc an upper bound",
        "K",
        1,
    ),
    Column(
        "a_size_after_lowest_anneal_nm",
        "Crystallite size of A, at first of the design size, after the coolest configured heat treatment",
        "nm",
        2,
    ),
    Column(
        "a_size_after_highest_anneal_nm",
        "The same after the hottest; empty where A melts",
        "nm",
        2,
    ),
    Column(
        "a_stays_low_crystalline_to_k",
        "Highest temperature of a heat treatment at which A stays within the low-crystalline size; A's melting point "
        "where B holds it there",
        "K",
        1,
    ),
    Column(
        "a_stays_below_100_nm_to_k",
        "Highest temperature of a heat treatment at which A stays within 100 nm, or A's melting point",
        "K",
        1,
    ),
    Column(
        "b_amorphisation_enthalpy_kj_per_mol",
        "Enthalpy of an amorphous alloy of B's composition against the crystalline elements, per mole of atoms "
        "(Miedema's model); below zero where milling the elements can make it",
        "kJ/mol",
        2,
    ),
    Column(
        "b_amorphous_above_crystal_kj_per_mol",
        "The same against crystalline B: what milling must put in to make B amorphous",
        "kJ/mol",
        2,
    ),
    Column("microstructure_missing_reason", "Why cells of this table are empty"),
)
"""What is worked out for each candidate."""

MICROSTRUCTURE = Table((*KEY_COLUMNS, *CRYSTALLITE_COLUMNS))
"""work/microstructure.parquet."""
