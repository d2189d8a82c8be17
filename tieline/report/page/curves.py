"""Voltage curves for the page, from voltage_curves.parquet."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tieline.core.columns import COMPOSITE_KEYS
from tieline.lithiation.columns import CURVE_PARTS

NEEDED = (*COMPOSITE_KEYS, "part", "step", "capacity_from_mah_per_g", "capacity_to_mah_per_g", "voltage_v", "phases")
"""What is needed of the table."""

MAH_DECIMALS, VOLT_DECIMALS = 1, 4
"""Digits that the page has of charges and voltages."""


def curves_by_composite(table: pd.DataFrame) -> dict[tuple[str, ...], dict[str, list[dict[str, Any]]]]:
    """Return the curves of composites for JSON.

    Parameters
    ----------
    table
        `NEEDED` of voltage_curves.parquet.

    Returns
    -------
    dict
        By system and identifiers of A and B, and then by part: plateaus in the order in which they are passed, each
        with the charge taken up before it and by its end in mAh per gram of delithiated composite, its voltage in V,
        and the formulas of the phases that are present.
    """
    curves: dict[tuple[str, ...], dict[str, list[dict[str, Any]]]] = {}
    for row in table.sort_values("step", kind="stable").to_dict("records"):
        own = curves.setdefault(tuple(row[name] for name in COMPOSITE_KEYS), no_curves())
        own[row["part"]].append(
            {
                "from": round(row["capacity_from_mah_per_g"], MAH_DECIMALS),
                "to": round(row["capacity_to_mah_per_g"], MAH_DECIMALS),
                "voltage": round(row["voltage_v"], VOLT_DECIMALS),
                "phases": row["phases"],
            }
        )
    return curves


def no_curves() -> dict[str, list[dict[str, Any]]]:
    """Return the curves of a composite that takes up nothing."""
    return {part: [] for part in CURVE_PARTS}
