"""The columns of work/stability.parquet: how firmly each pair's tie-line holds."""

from __future__ import annotations

from tieline.core.columns import Column

STABILITY_COLUMNS: tuple[Column, ...] = (
    Column(
        "tie_line_margin_ev_per_atom",
        "How far B may rise, per atom of B, before A+B gives way to other phases (where A is a compound, the smaller "
        "of A's and B's); negative where A+B does not hold: how far B would have to sink",
        "eV/atom",
        5,
        "higher",
    ),
    Column(
        "coexistence_probability",
        "Share of random draws of the energies (section certainty) in which no mixture of other compositions lies "
        "below A+B",
        "1",
        4,
        "higher",
    ),
    Column(
        "tie_line_holds_to_k",
        "Temperature up to which the tie-line excess stays within the tolerance, at most temperature.highest_k; 0 if "
        "not even at 300 K; empty if compound A or B has no volume, or an element no thermodynamic data",
        "K",
        0,
        "higher",
    ),
)
"""Columns of stability.parquet behind `tieline.core.columns.PAIR_KEYS`."""
