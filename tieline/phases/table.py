"""The phase table: one row per phase, one contract, whatever source a row came from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tieline.core.columns import Column
from tieline.core.tables import Table

PHASES = Table(
    (
        Column("phase_id", "Identifier of the phase", required=True),
        Column("formula", "Reduced formula", required=True),
        Column("elements", "Its elements, sorted and joined by hyphens", required=True),
        Column("n_elements", "How many they are", kind="integer", required=True),
        Column(
            "formation_energy_ev_per_atom",
            "Formation energy against the reference states of the elements",
            "eV/atom",
            6,
            required=True,
        ),
        Column("energy_level", "Level of theory of the energy", required=True),
        Column("volume_a3_per_atom", "Volume", "A^3/atom", 4),
        Column("numbers", "Atomic numbers; with the next two empty for a phase without a structure", kind="integers"),
        Column("cell_a", "Lattice vectors, nine numbers row by row", "A", kind="numbers"),
        Column("scaled_positions", "Fractional positions, three numbers per atom", kind="numbers"),
        Column("spacegroup_number_source", "Space-group number as the source says", kind="integer"),
        Column("experimental", "Whether the source knows it from experiment; empty if it does not say", kind="flag"),
        Column("source", "Phase source", required=True),
        Column("source_version", "Version of the source, may be empty text", required=True),
        Column("retrieved_at", "ISO date, or empty text", required=True),
    )
)
"""phases.parquet, in which every source ends."""

SORT_KEYS: tuple[str, ...] = ("n_elements", "elements", "formula", "phase_id")
"""The order of rows in every phase table."""

TWIN_EV_PER_ATOM = 0.001
"""Entries of one composition and space group, closer in energy and volume than this, are one phase computed twice."""

TWIN_VOLUME_FRACTION = 0.005
"""The relative difference in volume that goes with it."""


def write_phases(frame: pd.DataFrame, path: Path) -> None:
    """Write the columns of `PHASES` from `frame` to `path`, rows in their fixed order, atomically.

    Raises
    ------
    TableError
        If a column is missing or holds values of the wrong type.
    """
    # What is missing is for the table to name.
    keys, names = ([name for name in wanted if name in frame] for wanted in (SORT_KEYS, PHASES.names))
    PHASES.write(frame.sort_values(keys, kind="stable")[names], path)
