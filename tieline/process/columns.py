"""The columns of work/process.parquet."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table
from tieline.process.criticality import SOURCE

PROCESS_COLUMNS: tuple[Column, ...] = (
    *KEY_COLUMNS,
    Column(
        "melting_route",
        "How the alloy can be made all liquid, at liquidus_estimate_k. melt: in an open crucible, where it does not "
        "boil, up to process.crucible_limit_k; arc melt: the same up to process.arc_furnace_limit_k; closed vessel: it "
        "boils, at up to process.closed_vessel_limit_bar, within the crucible's limit; mechanical alloying only: none "
        "of these; empty if data of an element are unknown",
    ),
    Column("melting_route_low", "The same at liquidus_low_k"),
    Column("melting_route_high", "The same at liquidus_high_k"),
    Column("highest_melting_element", "Element that melts last"),
    Column("highest_melting_point_k", "Its melting point (carbon: under pressure)", "K", 1),
    Column("lowest_boiling_element", "Element that boils first"),
    Column("lowest_boiling_point_k", "Its boiling point at atmospheric pressure (carbon: sublimation)", "K", 1),
    Column(
        "liquidus_estimate_k",
        "Temperature above which the composite is all liquid: a regular solution as the melt, against A, the phases "
        "of B and the elements; its relative error is 0.2 (root mean square) where compounds melt congruently",
        "K",
        0,
    ),
    Column("liquidus_low_k", "0.8 times liquidus_estimate_k, within that error", "K", 0),
    Column("liquidus_high_k", "1.2 times liquidus_estimate_k, within that error", "K", 0),
    Column(
        "vapour_pressure_at_liquidus_bar",
        "Pressure of the elements' vapours over the melt at liquidus_estimate_k, by Raoult's law",
        "bar",
        6,
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
