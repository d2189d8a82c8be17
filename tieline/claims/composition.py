"""Criteria of composition: what A and B hold, and how much of each there is."""

from __future__ import annotations

import pandas as pd

from tieline.claims.finding import Finding, numbers, texts
from tieline.claims.limits import B_WEIGHT_FRACTIONS, FRACTION_DECIMALS, Limits
from tieline.claims.verdicts import all_of, at_least, at_most, where, where_true
from tieline.core.elements import HOSTS


def two_phases(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether A holds Si, Sn or Zn, B it too and a partner, and they differ (claims 1, 3, 7, 29)."""
    has_partner = where(facts["partners_b"].fillna("") != "", facts["phase_b_holds_host"].notna())
    return Finding(
        all_of(
            where_true(facts["host"].isin(HOSTS).astype("boolean")),
            where_true(facts["phase_a_holds_host"]),
            where_true(facts["phase_b_holds_host"]),
            where_true(facts["phases_differ"]),
            has_partner,
        ),
        {"host": texts(facts["host"]), "partners_b": texts(facts["partners_b"])},
    )


def weight_shares(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B is 60 to 95 % of the material's weight, and so A 5 to 40 % (claims 11, 12, 13)."""
    shares = facts["phase_b_weight_fraction"].astype("float64").round(FRACTION_DECIMALS)
    least, most = B_WEIGHT_FRACTIONS
    return Finding(
        all_of(at_least(shares, least), at_most(shares, most)),
        {
            "phase_b_weight_fraction": numbers(shares),
            "composition_wt": texts(facts["composition_wt"]),
            "composition_at": texts(facts["composition_at"]),
        },
    )


def silicon_and_titanium(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether A holds silicon, B titanium and silicon (claims 14, 18, 22)."""
    return Finding(
        all_of(where_true(facts["phase_a_holds_si"]), where_true(facts["phase_b_holds_ti_and_si"])),
        {"phase_a": texts(facts["phase_a"]), "phase_b": texts(facts["phase_b"])},
    )


def titanium_disilicide(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B is, or contains, TiSi2 (claims 15, 19, 23)."""
    return Finding(where_true(facts["phase_b_contains_tisi2"]), {"phase_b": texts(facts["phase_b"])})
