"""The columns of work/process.parquet."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table
from tieline.process.criticality import SOURCE

PROCESS_COLUMNS: tuple[Column, ...] = (
    *KEY_COLUMNS,
    Column(
        "melting_route",
        "melt: every element melts below the lowest boiling point and within process.crucible_limit_k; "
        "arc melt: up to process.arc_furnace_limit_k; mechanical alloying only: one boils before the last one melts, "
        "or that one melts beyond the furnace; empty if a boiling point is unknown",
    ),
    Column("highest_melting_element", "Element that melts last"),
    Column("highest_melting_point_k", "Its melting point (carbon: under pressure)", "K", 1),
    Column("lowest_boiling_element", "Element that boils first"),
    Column("lowest_boiling_point_k", "Its boiling point at atmospheric pressure (carbon: sublimation)", "K", 1),
    Column(
        "liquidus_estimate_k",
        "Mean of the elements' melting points weighted by atoms: a rough estimate that knows of no compounds and "
        "no eutectics (some 160 K off on average, up to 560 K)",
        "K",
        0,
    ),
    Column(
        "hazards",
        "Elements that EU law calls fatal, carcinogenic or toxic to reproduction (category 1), or limits in batteries, "
        "with the reason and the law; empty if there are none",
    ),
    Column(
        "criticality",
        "Elements of the composite that are critical raw materials of the EU, those that are strategic too marked so "
        f"({SOURCE})",
    ),
    Column(
        "cost_usd_per_kg",
        "Cost of the elements per kilogram of composite, at market prices of mostly 2019 and 2020 in US dollars of "
        "their year (tieline/data/process); empty if an element has no price",
        "USD/kg",
        2,
        "lower",
        scale="log",
    ),
    Column(
        "cost_usd_per_ah",
        "cost_usd_per_kg per ampere-hour of capacity_inert_b_mah_per_g",
        "USD/Ah",
        5,
        "lower",
        scale="log",
    ),
)
"""Columns of work/process.parquet, in order; the first four are the candidate's key."""

PROCESS = Table(PROCESS_COLUMNS)
"""work/process.parquet."""
