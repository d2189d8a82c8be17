"""The columns of the tables beside the candidates."""

from __future__ import annotations

from tieline.columns.column import Column

SYSTEM_COLUMNS: tuple[Column, ...] = (
    Column("system", "The host, then the partners in alphabetical order"),
    Column("host", "Active element of phase A"),
    Column("partners", "Partner elements"),
    Column("partner_groups", "Their old CAS groups, in the same order"),
    Column("n_phases", "Phases in play in the system and its subsystems"),
    Column("n_phases_b", "Phases that contain the host and all partners: the candidates for B"),
    Column("n_coexisting", "A+B pairs within the tie-line tolerance"),
    Column("n_pairs", "A+B pairs screened: coexisting, of different space group, A active"),
    Column("status", "screened, or why not"),
    Column(
        "not_searched",
        "Systems of two and three elements within it, the working ion included, that the phase data do not cover: what "
        "is stable there is not known to the run. Empty where they cover all, or do not say",
    ),
)
"""Columns of systems.csv."""

SET_ASIDE_COLUMNS: tuple[Column, ...] = (
    Column("phase_id", "Identifier of a phase that takes no part in the run"),
    Column("formula", "Its reduced formula"),
    Column("source", "Phase source it came from"),
    Column("reason", "Why it takes no part"),
)
"""Columns of set_aside.csv."""

REJECTED_COLUMNS: tuple[Column, ...] = (
    Column("source", "Phase source"),
    Column("file", "File or folder it is read from"),
    Column("row", "Where it stands there: line of a CSV file, row of a Parquet file from 0, or file of a folder"),
    Column("phase_id", "Its identifier, if it has one"),
    Column("formula", "Its formula, as far as it is known"),
    Column(
        "action",
        "row rejected; structure dropped, where the energy is used but the cell cannot be right; or row repeated, "
        "where another row says the same",
    ),
    Column("reason", "What is wrong with it"),
)
"""Columns of rejected.csv."""
