"""What the claims are judged on: the candidates with all their properties, and what their formulas say."""

from __future__ import annotations

import operator
from collections.abc import Iterable

import numpy as np
import pandas as pd

from tieline.core.elements import PARTNER_GROUPS
from tieline.core.formulas import composition_key, element_counts, parts_of
from tieline.crystal.symmetry import CMCM, bravais_lattice

FDDD = 70
"""Number of the space group of C54, TiSi2's stable form."""

TISI2 = composition_key("TiSi2")

PARTNERS = frozenset(element for group in PARTNER_GROUPS.values() for element in group)

PROPERTIES: tuple[str, ...] = (
    "tie_line_margin_ev_per_atom",
    "coexistence_probability",
    "max_coexistence_temperature_k",
    "max_coexistence_temperature_low_k",
    "max_coexistence_temperature_high_k",
    "a_xrd_detection_size_nm",
    "shell_thickness_nm",
    "shell_unit_cells",
    "a_covered_above_nm",
    "zener_limit_nm",
    "a_crystallisation_onset_k",
    "a_size_after_lowest_anneal_nm",
    "a_size_after_highest_anneal_nm",
    "a_stays_low_crystalline_to_k",
    "a_stays_below_100_nm_to_k",
    "b_amorphisation_enthalpy_kj_per_mol",
    "b_amorphous_above_crystal_kj_per_mol",
    "lowest_boiling_point_k",
    "liquidus_estimate_k",
    "liquidus_low_k",
    "liquidus_high_k",
    "vapour_pressure_at_liquidus_bar",
    "cell_average_voltage_inert_b_v",
    "cell_energy_inert_b_wh_per_kg",
    "cell_energy_inert_b_wh_per_l",
    "cell_energy_after_loss_inert_b_wh_per_kg",
)
"""Numbers that the criteria read beside the columns of candidates.parquet."""

TEXTS: tuple[str, ...] = (
    "max_coexistence_temperature_undecided",
    "melting_route",
    "melting_route_low",
    "melting_route_high",
    "hazards",
    "microstructure_missing_reason",
    "cell_positive_electrode",
    "cell_electrolyte",
)
"""Texts that they read."""


PHASE_COLUMNS: tuple[str, ...] = (
    "phase_id",
    "formula",
    "elements",
    "formation_energy_ev_per_atom",
    "spacegroup_number_source",
)
"""Columns of the phase table that it takes to compare C49 with C54."""


def gather_facts(properties: pd.DataFrame, phases: pd.DataFrame, space_groups: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates with everything a criterion reads.

    Parameters
    ----------
    properties
        Candidates with the columns of their property tables; a property that is not there counts as missing.
    phases
        `PHASE_COLUMNS` of the phase table.
    space_groups
        The columns of `tieline.crystal.symmetry.SPACE_GROUPS`, for the phases of the candidates.

    Returns
    -------
    DataFrame
        `properties`, all of `PROPERTIES` and `TEXTS`, and: ``phase_a_holds_host``, ``phase_b_holds_host``,
        ``phases_differ``, ``phase_a_holds_si``, ``phase_b_holds_ti_and_si``, ``phase_b_contains_tisi2`` (nullable
        flags), ``partners_b`` (text), ``bravais_b_loose``, ``spacegroup_tisi2``, ``spacegroup_tisi2_loose`` and
        ``c49_above_c54_ev_per_atom``.
    """
    facts = properties.reset_index(drop=True)
    absent = {name: np.nan for name in PROPERTIES if name not in facts}
    absent_texts = {name: pd.array([None] * len(facts), dtype="str") for name in TEXTS if name not in facts}
    facts = facts.assign(**absent, **absent_texts)
    facts = facts.merge(_formula_facts(facts), on=["host", "phase_a", "phase_b"], how="left", validate="m:1")
    lattices = {number: bravais_lattice(int(number))[0] for number in facts["spacegroup_b_loose"].dropna().unique()}
    facts["bravais_b_loose"] = facts["spacegroup_b_loose"].map(lattices).astype("str")
    known = phases.merge(space_groups, on="phase_id", how="left")
    step = c49_above_c54_ev_per_atom(known)
    return facts.assign(
        c49_above_c54_ev_per_atom=facts["phase_b_contains_tisi2"].map({True: step}).astype("float64"),
        **_space_groups_of_tisi2(facts, known),
    )


def _space_groups_of_tisi2(facts: pd.DataFrame, phases: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the space groups of the phase of B that is TiSi2, at both tolerances; empty where none is."""
    is_tisi2 = np.array([composition_key(formula) == TISI2 for formula in phases["formula"]], dtype=np.bool_)
    of_compound = phases[is_tisi2].set_index("phase_id")
    found = {}
    for tolerance in ("", "_loose"):
        numbers = of_compound[f"spacegroup_number{tolerance}"].to_dict()
        first, second = (facts[name].map(numbers).astype("Int64") for name in ("phase_b1_id", "phase_b2_id"))
        found[f"spacegroup_tisi2{tolerance}"] = first.fillna(second)
    return found


def _formula_facts(facts: pd.DataFrame) -> pd.DataFrame:
    """Return what the formulas of each pair say; nothing that rests on a formula that is not there."""
    pairs = facts[["host", "phase_a", "phase_b"]].drop_duplicates(ignore_index=True)
    formulas = pd.concat([pairs["phase_a"], pairs["phase_b"]]).dropna().unique()
    elements = {formula: frozenset().union(*map(element_counts, parts_of(formula))) for formula in formulas}
    compositions = {formula: {composition_key(part) for part in parts_of(formula)} for formula in formulas}
    in_a, in_b = pairs["phase_a"].map(elements), pairs["phase_b"].map(elements)
    known_a, known_b = in_a.notna(), in_b.notna()

    def flags(known: pd.Series, values: Iterable[bool]) -> pd.Series:
        return pd.Series(list(values), index=pairs.index, dtype="boolean").where(known)

    in_a, in_b = in_a.where(known_a, frozenset()), in_b.where(known_b, frozenset())
    keys_a = pairs["phase_a"].map(compositions).where(known_a, frozenset())
    keys_b = pairs["phase_b"].map(compositions).where(known_b, frozenset())
    partners = [sorted(PARTNERS & found - {host}) for host, found in zip(pairs["host"], in_b, strict=True)]
    return pairs.assign(
        phase_a_holds_host=flags(known_a, map(frozenset.__contains__, in_a, pairs["host"])),
        phase_b_holds_host=flags(known_b, map(frozenset.__contains__, in_b, pairs["host"])),
        phases_differ=flags(known_a & known_b, map(operator.ne, keys_a, keys_b)),
        phase_a_holds_si=flags(known_a, ("Si" in found for found in in_a)),
        phase_b_holds_ti_and_si=flags(known_b, (found >= {"Si", "Ti"} for found in in_b)),
        phase_b_contains_tisi2=flags(known_b, (TISI2 in keys for keys in keys_b)),
        partners_b=pd.array([" ".join(found) for found in partners], dtype="str"),
    )


def c49_above_c54_ev_per_atom(phases: pd.DataFrame) -> float:
    """Return the energy of the lowest Cmcm TiSi2 above that of the lowest Fddd TiSi2; NaN if one is not there.

    Parameters
    ----------
    phases
        Phase table with ``spacegroup_number``; where that is empty, what the source says counts.
    """
    forms = phases[phases["elements"].eq("Si-Ti")]
    forms = forms[np.array([composition_key(formula) == TISI2 for formula in forms["formula"]], dtype=bool)]
    groups = forms["spacegroup_number"].fillna(forms["spacegroup_number_source"])
    lowest = forms.groupby(groups)["formation_energy_ev_per_atom"].min()
    return float(lowest.get(CMCM, np.nan)) - float(lowest.get(FDDD, np.nan))
