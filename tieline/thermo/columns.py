"""The columns of work/coexistence.parquet and work/pair_counts.parquet."""

from __future__ import annotations

from tieline.core.columns import KEY_COLUMNS, Column
from tieline.core.tables import Table

PART_COLUMNS: tuple[Column, ...] = (
    Column("phase_b1_id", "Identifier of B, or of the first phase of a mixture, in phases.parquet", required=True),
    Column("phase_b2_id", "Identifier of the second phase of a mixture; empty where B is one phase"),
)
"""What B is made of."""

EXCESS_COLUMNS: tuple[Column, ...] = (
    Column(
        "tie_line_excess_ev_per_atom",
        "Largest energy of mixtures of A and B above the hull within the weight-fraction window, whatever the shares "
        "of the phases in B, per atom of the mixture; zero where A and B are joined by a tie-line, or are corners of "
        "one triangle",
        "eV/atom",
        5,
        "lower",
        required=True,
    ),
    Column(
        "phase_b_energy_above_hull_ev_per_atom",
        "Energy of B above the hull, of a mixture that of its less stable phase; a B above it counts as reacting where "
        "its decomposition products do",
        "eV/atom",
        5,
        "lower",
        required=True,
    ),
)
"""How near to the hull composites are."""

PROBABILITY_COLUMNS: tuple[Column, ...] = (
    Column(
        "coexistence_probability",
        "Probability that A and the phases of B coexist at 298 K, from the energies and from what is reported of the "
        "compounds",
        "1",
        4,
        "higher",
        required=True,
    ),
    Column(
        "coexistence_probability_energies",
        "The same from the energies alone, as if nothing were reported",
        "1",
        4,
        "higher",
        required=True,
    ),
    Column(
        "reported_b",
        "Whether every phase of B is a reported compound, by the source or the lists of tieline; empty where nothing "
        "is said of it",
        kind="flag",
    ),
)
"""How probable it is that the phases of a composite coexist."""

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
        "max_coexistence_temperature_k",
        "Temperature at which A and the phases of B begin to melt, never above the melting point of A, with a regular "
        "solution as the melt; empty where max_coexistence_temperature_undecided says why",
        "K",
        0,
        "higher",
    ),
    Column(
        "max_coexistence_temperature_low_k",
        "Lowest value within the errors of that estimate and of the entropies of solids; empty where an element has no "
        "data",
        "K",
        0,
        "higher",
    ),
    Column(
        "max_coexistence_temperature_high_k",
        "Highest value: the melting point of A; where A is a compound, the highest first liquid within the errors",
        "K",
        0,
        "higher",
    ),
    Column("max_coexistence_temperature_undecided", "Why there is no estimate; empty where there is one"),
)
"""How firmly the phases of a composite coexist."""


COEXISTENCE = Table((*KEY_COLUMNS[:3], *PART_COLUMNS, *EXCESS_COLUMNS, *PROBABILITY_COLUMNS, *STABILITY_COLUMNS))
"""work/coexistence.parquet: every A and B that coexist, whatever their amounts."""

PAIR_COUNTS = Table(
    (
        Column("system", "Chemical system", required=True),
        Column("n_tested", "A+B pairs tested", kind="integer", required=True),
        Column(
            "n_coexisting",
            "A+B pairs within the tolerance whose coexistence is probable enough",
            kind="integer",
            required=True,
        ),
        Column("n_mixtures", "Mixtures B1+B2 that coexist with A, by the same rules", kind="integer", required=True),
        Column(
            "reported_missing",
            "Compounds of assessed diagrams within the system that the phase data lack; they lower the probability of "
            "the pairs around them",
        ),
    )
)
"""work/pair_counts.parquet: what was found in each system that was searched."""
