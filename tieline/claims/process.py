"""Criteria of the process: melting, quenching and mechanical alloying; heat treatment of the powder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tieline.claims.finding import Finding, as_one, numbers, span, texts
from tieline.claims.limits import Limits
from tieline.claims.microstructure import coexistence_limit, why_missing
from tieline.claims.settings import HEAT_TREATMENT_K
from tieline.claims.verdicts import Verdict, all_of, within

OPEN = ("melt", "arc melt")
"""Routes of `tieline.process.melting` in an open vessel."""

CLOSED = "closed vessel"
"""Its route under pressure; the fourth is mechanical alloying alone."""


def melted_together(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether the alloy can be made all liquid without boiling away (claim 29).

    At the highest liquidus within the error of the estimate it is met in an open vessel, and a window where only a
    closed one helps. Where none helps there, it is not met if none does at the lowest liquidus either, else undecided.
    """
    hottest, coldest = facts["melting_route_high"], facts["melting_route_low"]
    open_at, closed_at, possible = hottest.isin(OPEN), hottest == CLOSED, coldest.isin((*OPEN, CLOSED))
    known = facts["melting_route"].notna()
    verdicts = np.select(
        [~known, open_at, closed_at, possible],
        [Verdict.UNDECIDED, Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED],
        Verdict.NOT_MET,
    ).astype(np.int8)
    return Finding(
        verdicts,
        {
            "melting_route": texts(facts["melting_route"]),
            "melting_route_high": texts(hottest),
            "liquidus_estimate_k": numbers(facts["liquidus_estimate_k"]),
            "liquidus_range_k": span(facts["liquidus_low_k"], facts["liquidus_high_k"]),
            "vapour_pressure_at_liquidus_bar": numbers(facts["vapour_pressure_at_liquidus_bar"]),
            "lowest_boiling_point_k": numbers(facts["lowest_boiling_point_k"]),
            "b_amorphisation_enthalpy_kj_per_mol": numbers(facts["b_amorphisation_enthalpy_kj_per_mol"]),
            "hazards": texts(as_one(facts["hazards"])),
        },
    )


def heat_treatment(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether the milled powder can be heat-treated at the configured temperatures (claim 30).

    From 100 C up to where A grows beyond 100 nm or A and B cease to coexist, taken at the low end of its range. Where
    100 C lies within that range it is undecided.
    """
    stays_to = facts["a_stays_below_100_nm_to_k"]
    # np.minimum passes NaN on; that of pandas would not.
    low, high = (
        np.minimum(stays_to.to_numpy(np.float64), facts[f"max_coexistence_temperature_{end}_k"].to_numpy(np.float64))
        for end in ("low", "high")
    )
    temperatures = limits.anneal_temperatures_k
    certain, possible = (
        all_of(*(within(temperature, HEAT_TREATMENT_K, highest) for temperature in temperatures))
        for highest in (low, high)
    )
    unsure = (certain == Verdict.NOT_MET) & (possible != Verdict.NOT_MET)
    return Finding(
        np.where(unsure, Verdict.UNDECIDED, certain).astype(np.int8),
        {
            "heat_treatment_range_k": span(HEAT_TREATMENT_K, low),
            "heat_treatment_temperatures_k": texts(
                pd.Series(" ".join(f"{temperature:g}" for temperature in temperatures), index=facts.index)
            ),
            "a_stays_below_100_nm_to_k": numbers(stays_to),
            **coexistence_limit(facts),
            "because": why_missing(facts, stays_to),
        },
    )
