"""The sheets of the best composites: all that a chemist takes to the lab."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from tieline.claims.columns import PROPERTY_COLUMNS
from tieline.core.columns import COMPOSITE_KEYS, Column
from tieline.core.errors import TableError
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import conventional_cell
from tieline.microstructure.diffraction import Lines
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.ranking.columns import LISTED_COLUMNS
from tieline.report.page.columnar import record
from tieline.report.page.curves import curves_by_composite, no_curves
from tieline.report.page.diagrams import phase_diagram
from tieline.report.page.links import database_page
from tieline.report.page.patterns import powder_pattern
from tieline.thermo.composites import rows_of
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

_LISTED = frozenset(column.name for column in LISTED_COLUMNS)

SHEET_COLUMNS: tuple[Column, ...] = tuple(column for column in PROPERTY_COLUMNS if column.name not in _LISTED)
"""What sheets show of properties.parquet beside what the ranked lists have."""

WEIGHT = "phase_b_weight_fraction"

OTHER_SHARES = (
    WEIGHT,
    "phase_b_volume_fraction",
    "capacity_expected_mah_per_g",
    "volume_change_expected_fraction",
    "cost_usd_per_kg",
)
"""What sheets show of a composite at other weight fractions."""


@dataclass(frozen=True)
class Evidence:
    """What sheets are made from."""

    phases: pd.DataFrame
    """phases.parquet."""

    curves: pd.DataFrame
    """Voltage curves of the composites of the sheets."""

    properties: pd.DataFrame
    """Properties of the composites of the sheets, at all weight fractions."""

    claims: pd.DataFrame
    """``rank, claim, verdict, basis, evidence`` of the composites of the sheets."""

    lines: Mapping[str, Lines]
    """Powder lines by phase."""

    diffraction: Diffraction
    """Section of the configuration."""

    microstructure: Microstructure
    """Section of the configuration."""


def make_sheets(chosen: pd.DataFrame, evidence: Evidence) -> dict[str, Any]:
    """Return the sheets of the composites in `chosen` for JSON, by rank.

    Parameters
    ----------
    chosen
        Rows of the ranked list.
    evidence
        What else is known of them.
    """
    phases = evidence.phases
    arrays = PhaseArrays.from_table(phases)
    hulls = SystemHulls(arrays)
    cm3_per_g = dict(zip(phases["phase_id"], arrays.cm3_per_g, strict=True))
    curves = curves_by_composite(evidence.curves)
    claims = {rank: own.to_numpy(object) for rank, own in evidence.claims.groupby("rank")[_CLAIM]}
    of_composite = dict(list(evidence.properties.groupby(list(COMPOSITE_KEYS))))
    sheets = {}
    for _, row in chosen.iterrows():
        key = tuple(str(row[name]) for name in COMPOSITE_KEYS)
        rows_of(pd.Series(phases_of(row)), phases["phase_id"])
        if key not in of_composite:
            raise TableError(
                f"{row['phase_a']} + {row['phase_b']} is ranked, but not among the candidates: are both of one run?"
            )
        own = of_composite[key]
        at_design = own.loc[(own[WEIGHT] - row[WEIGHT]).abs().idxmin()]
        sheets[str(row["rank"])] = {
            "properties": record(at_design, SHEET_COLUMNS),
            "shares": _shares(own),
            "claims": [[int(n), *map(str, rest)] for n, *rest in claims.get(row["rank"], [])],
            "curves": curves.get(key, no_curves()),
            "pattern": powder_pattern(row, evidence.lines, cm3_per_g, evidence.diffraction, evidence.microstructure),
            "diagram": phase_diagram(row["system"].split("-"), phases_of(row), phases, arrays, hulls),
        }
    return sheets


def describe_phases(chosen: pd.DataFrame, phases: pd.DataFrame, tolerance_angstrom: float) -> dict[str, Any]:
    """Return what is known of the phases in `chosen` for JSON, by identifier.

    Parameters
    ----------
    chosen
        Composites.
    phases
        phases.parquet.
    tolerance_angstrom
        Distance within which atoms count as equivalent; structures are shown in their conventional cells.
    """
    wanted = {name for _, row in chosen.iterrows() for name in phases_of(row)}
    found = {}
    for row in phases[phases["phase_id"].isin(wanted)].to_dict("records"):
        described: dict[str, Any] = {
            "formula": row["formula"],
            "energy": round(row["formation_energy_ev_per_atom"], 4),
            "level": row["energy_level"],
            "source": " ".join(filter(None, (row["source"], row["source_version"]))),
            "page": database_page(row["phase_id"]),
        }
        if row["numbers"] is not None:
            lattice, positions, numbers = conventional_cell(unit_cell_of(row), tolerance_angstrom)
            described |= {
                "numbers": numbers.tolist(),
                "lattice": lattice.ravel().round(4).tolist(),
                "positions": positions.ravel().round(5).tolist(),
            }
        found[row["phase_id"]] = described
    return found


def phases_of(row: pd.Series) -> list[str]:
    """Return the identifiers of A and of the phases of B."""
    names = [row[name] for name in ("phase_a_id", "phase_b1_id", "phase_b2_id")]
    return [str(name) for name in names if pd.notna(name)]


_CLAIM = ["claim", "verdict", "basis", "evidence"]


def _shares(own: pd.DataFrame) -> list[list[float | None]]:
    decimals = {column.name: column.decimals or 0 for column in PROPERTY_COLUMNS}
    rounded = own.sort_values(WEIGHT)[list(OTHER_SHARES)].round(decimals).drop_duplicates(WEIGHT)
    return [[None if pd.isna(value) else float(value) for value in row] for row in rounded.to_numpy()]
