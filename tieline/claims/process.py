"""Criteria of the process: melting, quenching and mechanical alloying; heat treatment of the powder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tieline.claims.finding import Finding, as_one, numbers, span, texts
from tieline.claims.limits import Limits
from tieline.claims.microstructure import why_missing
from tieline.claims.settings import HEAT_TREATMENT_K
from tieline.claims.verdicts import all_of, where, within

MELTABLE = ("melt", "arc melt")
"""Routes of `tieline.process.melting` by which the elements can be melted together; the third is milling alone."""


def melted_together(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether the elements can be melted together, none boiling before all are molten (claim 29)."""
    route = facts["melting_route"]
    return Finding(
        where(route.isin(MELTABLE), route.notna()),
        {
            "melting_route": texts(route),
            "highest_melting_point_k": numbers(facts["highest_melting_point_k"]),
            "lowest_boiling_point_k": numbers(facts["lowest_boiling_point_k"]),
            "liquidus_estimate_k": numbers(facts["liquidus_estimate_k"]),
            "b_amorphisation_enthalpy_kj_per_mol": numbers(facts["b_amorphisation_enthalpy_kj_per_mol"]),
            "hazards": texts(as_one(facts["hazards"])),
        },
    )


def heat_treatment(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether the milled powder can be heat-treated at the configured temperatures (claim 30).

    From 100 C up to where A grows beyond 100 nm or the tie-line ends.
    """
    stays_to, holds_to = facts["a_stays_below_100_nm_to_k"], facts["tie_line_holds_to_k"]
    # np.minimum passes NaN on; that of pandas would not.
    highest = np.minimum(stays_to.to_numpy(np.float64), holds_to.to_numpy(np.float64))
    temperatures = limits.anneal_temperatures_k
    return Finding(
        all_of(*(within(temperature, HEAT_TREATMENT_K, highest) for temperature in temperatures)),
        {
            "heat_treatment_range_k": span(HEAT_TREATMENT_K, highest),
            "heat_treatment_temperatures_k": texts(
                pd.Series(" ".join(f"{temperature:g}" for temperature in temperatures), index=facts.index)
            ),
            "a_stays_below_100_nm_to_k": numbers(stays_to),
            "tie_line_holds_to_k": numbers(holds_to),
            "because": why_missing(facts, stays_to),
        },
    )
