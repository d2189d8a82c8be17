"""Criteria of microstructure: coexistence, coverage, crystallite sizes as made and after heat treatment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa

from tieline.claims.finding import Finding, as_one, numbers, span, texts
from tieline.claims.limits import B_WEIGHT_FRACTIONS, Limits
from tieline.claims.settings import HEAT_TREATMENT_K
from tieline.claims.verdicts import Verdict, Verdicts, above, all_of, at_least, at_most, where, within
from tieline.microstructure.visibility import SMALLEST_NM


def coexistence(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether A and B coexist: probably enough, and within the tolerance (claims 1, 3, 29)."""
    excess, probability = facts["tie_line_excess_ev_per_atom"], facts["coexistence_probability"]
    return Finding(
        all_of(at_most(excess, limits.tolerance_ev_per_atom), at_least(probability, limits.minimum_probability)),
        {
            "coexistence_probability": numbers(probability),
            "minimum_probability": numbers(limits.minimum_probability),
            "tie_line_excess_ev_per_atom": numbers(excess),
            "tolerance_ev_per_atom": numbers(limits.tolerance_ev_per_atom),
            "tie_line_margin_ev_per_atom": numbers(facts["tie_line_margin_ev_per_atom"]),
        },
    )


def coverage(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether the shell that B affords around A at the design size is thick enough (claims 1, 29)."""
    cells = facts["shell_unit_cells"]
    return Finding(
        at_least(cells, limits.min_shell_unit_cells),
        {
            "design_size_nm": numbers(limits.design_size_nm),
            "shell_thickness_nm": numbers(facts["shell_thickness_nm"]),
            "shell_unit_cells": numbers(cells),
            "min_shell_unit_cells": numbers(limits.min_shell_unit_cells),
            "because": why_missing(facts, cells),
        },
    )


def low_crystalline(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether A's crystallites are designed small enough to count as low crystalline (claim 1)."""
    sizes = np.full(len(facts), limits.design_size_nm)
    return Finding(
        at_most(sizes, limits.low_crystalline_below_nm),
        {
            "design_size_nm": numbers(limits.design_size_nm),
            "low_crystalline_below_nm": numbers(limits.low_crystalline_below_nm),
        },
    )


def invisible(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether no peak of A stands out of the composite's diffraction pattern at the design size (claim 2).

    A that is seen at the smallest size already is so at every design size.
    """
    largest = facts["a_xrd_detection_size_nm"]
    return Finding(
        all_of(at_least(largest, limits.design_size_nm), above(largest, SMALLEST_NM)),
        {
            "design_size_nm": numbers(limits.design_size_nm),
            "a_xrd_detection_size_nm": numbers(largest),
            "because": why_missing(facts, largest),
        },
    )


def covered_size(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether crystallites of A within the size window, the design size too, are covered by B (claim 3)."""
    least, most = limits.size_window_nm
    low = np.maximum(least, facts["a_covered_above_nm"].to_numpy(np.float64))
    return Finding(
        within(limits.design_size_nm, low, most),
        {
            "design_size_nm": numbers(limits.design_size_nm),
            "a_size_range_nm": span(low, most),
            "shell_unit_cells": numbers(facts["shell_unit_cells"]),
            "because": why_missing(facts, facts["a_covered_above_nm"]),
        },
    )


def stays_low_crystalline(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether A is still low crystalline after heat treatment at 100 C, and still beside B (claim 4)."""
    holds_to = facts["a_stays_low_crystalline_to_k"]
    return Finding(
        all_of(at_least(holds_to, HEAT_TREATMENT_K), _still_coexists(facts)),
        {
            "a_stays_low_crystalline_to_k": numbers(holds_to),
            **coexistence_limit(facts),
            "a_crystallisation_onset_k": numbers(facts["a_crystallisation_onset_k"]),
            "zener_limit_nm": numbers(facts["zener_limit_nm"]),
            "because": why_missing(facts, holds_to),
        },
    )


def stays_within_sizes(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether A's crystallites are of 5 to 100 nm after 100 C or more, A still beside B (claims 5, 6).

    Sizes rise with temperature. Those below 5 nm after the lowest configured treatment may reach it at a higher
    temperature: a window.
    """
    least, _ = limits.size_window_nm
    after_lowest = facts["a_size_after_lowest_anneal_nm"].to_numpy(np.float64)
    after_highest = facts["a_size_after_highest_anneal_nm"].to_numpy(np.float64)
    large_enough = np.select(
        [np.isnan(after_lowest), after_lowest >= least, np.isnan(after_highest), after_highest >= least],
        [Verdict.UNDECIDED, Verdict.MET, Verdict.UNDECIDED, Verdict.WINDOW],
        Verdict.NOT_MET,
    ).astype(np.int8)
    stays_to = facts["a_stays_below_100_nm_to_k"]
    lowest, highest = limits.anneal_temperatures_k[0], limits.anneal_temperatures_k[-1]
    return Finding(
        all_of(at_least(stays_to, HEAT_TREATMENT_K), _still_coexists(facts), large_enough),
        {
            "a_stays_below_100_nm_to_k": numbers(stays_to),
            **coexistence_limit(facts),
            f"a_size_after_{lowest:g}_k_nm": numbers(after_lowest),
            f"a_size_after_{highest:g}_k_nm": numbers(after_highest),
            "because": why_missing(facts, stays_to, facts["a_size_after_lowest_anneal_nm"]),
        },
    )


def partly_crystalline_b(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether crystals make up 60 to 95 % of B's weight, the rest being amorphous or another phase (claim 8).

    The share is set by milling and heat treatment: a window, whatever it costs to make B amorphous. That cost is its
    evidence, without which it is undecided.
    """
    enthalpy = facts["b_amorphisation_enthalpy_kj_per_mol"]
    verdicts = np.where(enthalpy.notna(), Verdict.WINDOW, Verdict.UNDECIDED).astype(np.int8)
    least, most = B_WEIGHT_FRACTIONS
    shares = span(np.full(len(facts), least), most)
    return Finding(verdicts, {"crystalline_share_b": shares, **_amorphisation(facts)})


def amorphous_share_b(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B can also hold an amorphous body of its elements (claims 17, 21, 25).

    The share is set by milling and heat treatment: a window, stated as the one that claim 8 leaves, where an
    amorphous alloy of B's composition lies below the crystalline elements, which drives these to form it when milled
    (C. Suryanarayana, Prog. Mater. Sci. 46, 1 (2001)).
    """
    enthalpy = facts["b_amorphisation_enthalpy_kj_per_mol"]
    driven = where(enthalpy < 0.0, enthalpy.notna())
    least, most = B_WEIGHT_FRACTIONS
    shares = span(np.full(len(facts), 1.0 - most), 1.0 - least)
    return Finding(np.minimum(driven, Verdict.WINDOW), {"amorphous_share_b": shares, **_amorphisation(facts)})


def _amorphisation(facts: pd.DataFrame) -> dict[str, pa.Array]:
    enthalpy = facts["b_amorphisation_enthalpy_kj_per_mol"]
    return {
        "b_amorphisation_enthalpy_kj_per_mol": numbers(enthalpy),
        "b_amorphous_above_crystal_kj_per_mol": numbers(facts["b_amorphous_above_crystal_kj_per_mol"]),
        "because": why_missing(facts, enthalpy),
    }


def why_missing(facts: pd.DataFrame, *needed: pd.Series) -> pa.Array:
    """Return why the crystallites of a candidate lack something, where any of `needed` is missing; else nothing."""
    missing = pd.concat(needed, axis=1).isna().any(axis=1)
    reasons = facts["microstructure_missing_reason"].fillna("").where(missing, "")
    return texts(as_one(reasons))


def coexistence_limit(facts: pd.DataFrame) -> dict[str, pa.Array]:
    """Return up to which temperature A and B coexist, as evidence: estimate, range, and why there is no estimate."""
    low, high = (facts[f"max_coexistence_temperature_{end}_k"] for end in ("low", "high"))
    return {
        "max_coexistence_temperature_k": numbers(facts["max_coexistence_temperature_k"]),
        "max_coexistence_temperature_range_k": span(low, high),
        "coexistence_undecided": texts(facts["max_coexistence_temperature_undecided"].fillna("")),
    }


def _still_coexists(facts: pd.DataFrame) -> Verdicts:
    """Say whether A and B coexist at 100 C: undecided where that lies within the range of the estimate."""
    low, high = (facts[f"max_coexistence_temperature_{end}_k"] for end in ("low", "high"))
    certain, possible = at_least(low, HEAT_TREATMENT_K), at_least(high, HEAT_TREATMENT_K)
    return np.where(certain == possible, certain, Verdict.UNDECIDED).astype(np.int8)
