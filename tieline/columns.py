"""The column dictionary: what every column of the results means, its unit and how it is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import pandas as pd


@dataclass(frozen=True)
class Column:
    """One column of the result tables."""

    name: str
    """Its name, with the unit where it is a number."""

    meaning: str
    """What it is, in one sentence."""

    unit: str = ""
    """Unit; empty for text, counts and flags; 1 for fractions."""

    decimals: int | None = None
    """Digits after the point in CSV files; None for what is not a float."""

    better: Literal["higher", "lower"] | None = None
    """Which way is better, for columns that candidates can be ranked by."""


CANDIDATE_COLUMNS: tuple[Column, ...] = (
    Column("system", "Chemical system of the composite: the host, then the partners in alphabetical order"),
    Column("host", "Active element of phase A"),
    Column("phase_a_id", "Identifier of phase A in phases.parquet"),
    Column("phase_b_id", "Identifier of phase B in phases.parquet"),
    Column("phase_a", "Reduced formula of phase A"),
    Column("phase_b", "Reduced formula of phase B"),
    Column("phase_b_weight_fraction", "Weight of B per weight of the composite", "1", 4, "higher"),
    Column("phase_b_volume_fraction", "Volume of B per volume of the composite", "1", 4, "higher"),
    Column(
        "tie_line_excess_ev_per_atom",
        "Largest energy of A+B mixtures above the hull within the weight-fraction window, per atom of host material; "
        "zero where a tie-line joins A and B",
        "eV/atom",
        5,
        "lower",
    ),
    Column(
        "phase_b_energy_above_hull_ev_per_atom",
        "Energy of B above the hull; a B above it counts as reacting where its decomposition products do",
        "eV/atom",
        5,
        "lower",
    ),
    Column("spacegroup_a", "Space-group number of A at the tight symmetry tolerance"),
    Column("spacegroup_b", "Space-group number of B at the tight symmetry tolerance"),
    Column("spacegroup_a_loose", "Space-group number of A at the loose symmetry tolerance"),
    Column("spacegroup_b_loose", "Space-group number of B at the loose symmetry tolerance"),
    Column("bravais_b", "Bravais lattice of B: crystal family and centring, A and B centring written C"),
    Column("centring_b", "First letter of B's Hermann-Mauguin symbol"),
    Column("cmcm_b", "Whether B is Cmcm (space group 63) at the tight tolerance"),
    Column("experimental_b", "Whether the source knows B from experiment; empty if it does not say"),
    Column(
        "capacity_equilibrium_mah_per_g",
        "Charge stored above the cut-off when A and B both react as thermodynamics says, "
        "per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_inert_b_mah_per_g",
        "Charge stored above the cut-off when only A reacts, per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_stable_b_mah_per_g",
        "Charge that A stores above both the cut-off and b_onset_v, where B is a stable matrix (Huggins), "
        "per gram of delithiated composite",
        "mAh/g",
        1,
        "higher",
    ),
    Column(
        "capacity_equilibrium_mah_per_cm3",
        "capacity_equilibrium_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "capacity_inert_b_mah_per_cm3",
        "capacity_inert_b_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "capacity_stable_b_mah_per_cm3",
        "capacity_stable_b_mah_per_g per volume of delithiated composite",
        "mAh/cm3",
        1,
        "higher",
    ),
    Column(
        "b_onset_v",
        "Voltage against the ion's metal at which pure B first takes up ions; empty if never above the cut-off",
        "V",
        4,
    ),
    Column("first_voltage_v", "Voltage of the first equilibrium step of the composite", "V", 4),
    Column("average_voltage_v", "Charge-weighted mean voltage of the equilibrium path", "V", 4, "lower"),
    Column("average_voltage_inert_b_v", "Charge-weighted mean voltage when only A reacts", "V", 4, "lower"),
    Column(
        "volume_change_fraction",
        "Volume at full equilibrium uptake over that of the delithiated composite, minus one",
        "1",
        4,
        "lower",
    ),
    Column(
        "volume_change_inert_b_fraction",
        "The same when only A reacts",
        "1",
        4,
        "lower",
    ),
    Column("density_g_per_cm3", "Density of the pore-free delithiated composite", "g/cm3", 4, "lower"),
    Column("composition_wt", "Weight fractions of the elements"),
    Column("composition_at", "Atomic fractions of the elements"),
)
"""Columns of candidates.parquet, in order."""

RANKING_COLUMNS: tuple[Column, ...] = (
    Column(
        "rank",
        "Place in the list, from 1: by pareto_rank, then by falling score; each list counts anew",
    ),
    Column("pareto_rank", "Front of the non-dominated sorting over ranking.objectives; 1 is the Pareto front"),
    Column(
        "score",
        "Weighted mean of ranking.weights' columns, each scaled linearly from the list's worst (0) to its best (1)",
        "1",
        4,
    ),
)
"""Columns that ranking puts before those of the candidates."""

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
    Column("row", "Where it stands: line, row or file"),
    Column("phase_id", "Its identifier, if it has one"),
    Column("action", "row rejected; or structure dropped, where the energy is used but the cell cannot be right"),
    Column("reason", "What is wrong with it"),
)
"""Columns of rejected.csv."""

RANKABLE: Mapping[str, Column] = MappingProxyType(
    {column.name: column for column in CANDIDATE_COLUMNS if column.better is not None}
)
"""Columns that can be objectives or carry a weight."""


def column_dictionary() -> pd.DataFrame:
    """Return columns.csv: file, name, meaning, unit and better direction of every column of the CSV results."""
    files = {
        "ranked.csv, ranked_<host>.csv, pareto.csv": RANKING_COLUMNS + CANDIDATE_COLUMNS,
        "systems.csv": SYSTEM_COLUMNS,
        "set_aside.csv": SET_ASIDE_COLUMNS,
        "rejected.csv": REJECTED_COLUMNS,
    }
    return pd.DataFrame(
        [
            {
                "file": file,
                "name": column.name,
                "meaning": column.meaning,
                "unit": column.unit,
                "better": column.better or "",
            }
            for file, columns in files.items()
            for column in columns
        ]
    )


def as_text(frame: pd.DataFrame, columns: tuple[Column, ...]) -> pd.DataFrame:
    """Return `frame` with exactly `columns`, floats as text of fixed decimals and missing values empty."""
    text = pd.DataFrame(index=frame.index)
    for column in columns:
        values = frame[column.name]
        if column.decimals is None:
            text[column.name] = values
        else:
            # Adding zero turns -0.0 into 0.0.
            rounded = values.round(column.decimals) + 0.0
            text[column.name] = rounded.map(f"{{:.{column.decimals}f}}".format, na_action="ignore")
    return text
