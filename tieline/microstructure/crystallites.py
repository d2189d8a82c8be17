"""Crystallites, shell and heat treatment of every candidate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.formulas import element_counts
from tieline.core.parallel import Parallel, map_batches
from tieline.microstructure.columns import CRYSTALLITE_COLUMNS
from tieline.microstructure.diffraction import Lines
from tieline.microstructure.heat_treatment import MOBILITIES, crystallisation_onset_k, size_after_nm, stays_below_to_k
from tieline.microstructure.miedema import Parameters, amorphous_enthalpy_kj_per_mol
from tieline.microstructure.profile import Profile
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.microstructure.shell import covered_above_nm, shell_thickness_nm, zener_limit_nm
from tieline.microstructure.visibility import Detection, LinePair, visibility

Array = NDArray[np.float64]

KJ_PER_MOL_PER_EV = 96.48533212
"""kJ/mol in one eV per particle (CODATA 2018)."""

SECONDS_PER_PAIR = 0.004
"""Typical time for the visibility of one pair at all weight fractions on one core."""

LARGEST_CLAIMED_NM = 100.0
"""Upper end of the sizes that the claims name."""


NAMES = ("phase_a", "phase_b")
VOLUME = "phase_b_volume_fraction"

HEAT_TREATMENT_COLUMNS = (
    "a_melting_point_k",
    "a_crystallisation_onset_k",
    "a_size_after_lowest_anneal_nm",
    "a_size_after_highest_anneal_nm",
    "a_stays_low_crystalline_to_k",
    "a_stays_below_100_nm_to_k",
)


@dataclass(frozen=True)
class ElementData:
    """What is known of the elements."""

    melting_points_k: Mapping[str, float]
    """By symbol; NaN where unknown."""

    miedema: Parameters
    """Parameters of Miedema's model, by symbol."""


def make_crystallites(
    candidates: pd.DataFrame,
    phases: pd.DataFrame,
    lines: Mapping[str, Lines],
    problems: Mapping[str, str],
    elements: ElementData,
    *,
    diffraction: Diffraction,
    microstructure: Microstructure,
    parallel: Parallel,
    cores: int,
) -> pd.DataFrame:
    """Return the crystallite columns of the candidates.

    Parameters
    ----------
    candidates : DataFrame
        What `tieline.lithiation.candidates.make_candidates` returns.
    phases : DataFrame
        Phase table with ``unit_cell_a3``.
    lines
        Powder lines by phase id.
    problems
        Why a phase has no lines, by its id.
    elements
        Melting points and Miedema's parameters.
    diffraction, microstructure, parallel, cores
        Sections of the config, and cores to use.

    Returns
    -------
    DataFrame
        `CANDIDATE_KEYS` and `CRYSTALLITE_COLUMNS`, one row per candidate in their order. What cannot be worked out
        is NaN, and ``crystallites_undecided`` says why.
    """
    table = candidates[[*CANDIDATE_KEYS, *NAMES, VOLUME]].reset_index(drop=True)
    known = phases.set_index("phase_id")
    detection = Detection(
        Profile(
            diffraction.wavelength_angstrom,
            diffraction.instrument_fwhm_deg,
            diffraction.scherrer_constant,
            diffraction.lorentzian_fraction,
        ),
        microstructure.phase_b_crystallite_nm,
        diffraction.background_fraction,
        diffraction.detection_limit,
    )
    table = table.assign(
        **_visibilities(table, lines, detection, parallel, cores),
        **_shell(table, known, microstructure),
        **_amorphisation(table, known, elements),
    )
    table = table.assign(**_heat_treatment(table, elements, microstructure))
    table["crystallites_undecided"] = _reasons(table, known, problems, elements, microstructure)
    return table[[*CANDIDATE_KEYS, *(column.name for column in CRYSTALLITE_COLUMNS)]]


def _visibilities(
    table: pd.DataFrame, lines: Mapping[str, Lines], detection: Detection, parallel: Parallel, cores: int
) -> dict[str, Array]:
    volume_b = table[VOLUME].to_numpy(np.float64)
    decidable = table["phase_a_id"].isin(lines) & table["phase_b_id"].isin(lines) & np.isfinite(volume_b)
    # Pairs of one A stand together, so that a batch works out A's patterns once.
    groups = table[decidable].groupby(["phase_a_id", "phase_b_id"]).indices
    rows = np.flatnonzero(decidable)
    places = [rows[group] for group in groups.values()]
    pairs = [
        LinePair(lines[a], lines[b], volume_b[place] / (1.0 - volume_b[place]))
        for (a, b), place in zip(groups, places, strict=True)
    ]
    batches = map_batches(visibility, detection, pairs, settings=parallel, cores=cores, item_s=SECONDS_PER_PAIR)
    names = {"a_invisible_below_nm": "invisible_below_nm", "a_first_seen_two_theta_deg": "first_seen_two_theta_deg"}
    columns = {name: np.full(len(table), np.nan) for name in names}
    for name, field in names.items() if batches else ():
        columns[name][np.concatenate(places)] = np.concatenate([getattr(batch, field) for batch in batches])
    return columns


def _shell(table: pd.DataFrame, known: pd.DataFrame, settings: Microstructure) -> dict[str, Array]:
    volume_b = table[VOLUME].to_numpy(np.float64)
    unit_cell_nm = np.cbrt(known.loc[table["phase_b_id"], "unit_cell_a3"].to_numpy(np.float64)) / 10.0
    thickness_nm = shell_thickness_nm(settings.design_size_nm, volume_b)
    return {
        "shell_thickness_nm": thickness_nm,
        "shell_unit_cells": thickness_nm / unit_cell_nm,
        "a_covered_above_nm": covered_above_nm(settings.min_shell_unit_cells * unit_cell_nm, volume_b),
        "zener_limit_nm": zener_limit_nm(settings.phase_b_crystallite_nm, volume_b),
    }


def _amorphisation(table: pd.DataFrame, known: pd.DataFrame, elements: ElementData) -> dict[str, Array]:
    by_formula = {formula: _amorphous_enthalpy(formula, elements) for formula in table["phase_b"].unique()}
    amorphous = table["phase_b"].map(by_formula).to_numpy(np.float64)
    crystal = known.loc[table["phase_b_id"], "formation_energy_ev_per_atom"].to_numpy(np.float64)
    return {
        "b_amorphisation_enthalpy_kj_per_mol": amorphous,
        "b_amorphous_above_crystal_kj_per_mol": amorphous - crystal * KJ_PER_MOL_PER_EV,
    }


def _amorphous_enthalpy(formula: str, elements: ElementData) -> float:
    if _without_parameters(formula, elements):
        return np.nan
    counts = element_counts(formula)
    fractions = {symbol: amount / sum(counts.values()) for symbol, amount in counts.items()}
    return amorphous_enthalpy_kj_per_mol(fractions, elements.miedema, elements.melting_points_k)


def _without_parameters(formula: str, elements: ElementData) -> list[str]:
    known = {symbol for symbol in elements.miedema if np.isfinite(elements.melting_points_k.get(symbol, np.nan))}
    return sorted(set(element_counts(formula)) - known)


def _heat_treatment(table: pd.DataFrame, elements: ElementData, settings: Microstructure) -> dict[str, Array]:
    treatment = settings.heat_treatment
    start_nm, hours = settings.design_size_nm, treatment.duration_h
    columns = {name: np.full(len(table), np.nan) for name in HEAT_TREATMENT_COLUMNS}
    for formula in MOBILITIES:
        rows = np.flatnonzero(table["phase_a"] == formula)
        limit_nm = table["zener_limit_nm"].to_numpy(np.float64)[rows]
        mobility, melting_k = MOBILITIES[formula], elements.melting_points_k[formula]
        after = [
            size_after_nm(mobility, melting_k, temperature_k, hours, start_nm=start_nm, limit_nm=limit_nm)
            for temperature_k in (treatment.lowest_k, treatment.highest_k)
        ]
        stays = [
            stays_below_to_k(mobility, melting_k, size_nm, hours, start_nm=start_nm, limit_nm=limit_nm)
            for size_nm in (settings.low_crystalline_below_nm, LARGEST_CLAIMED_NM)
        ]
        onset_k = crystallisation_onset_k(mobility, melting_k, hours)
        for name, values in zip(HEAT_TREATMENT_COLUMNS, (melting_k, onset_k, *after, *stays), strict=True):
            columns[name][rows] = values
    return columns


def _reasons(
    table: pd.DataFrame,
    known: pd.DataFrame,
    problems: Mapping[str, str],
    elements: ElementData,
    settings: Microstructure,
) -> list[str]:
    """Return why cells are empty, row by row: what A lacks, what B lacks, what the pair lacks."""
    of_a = {formula: _reasons_of_a(formula, elements, settings) for formula in table["phase_a"].unique()}
    missing = {formula: _without_parameters(formula, elements) for formula in table["phase_b"].unique()}
    of_b = {
        formula: [f"no Miedema parameters of {', '.join(symbols)}"] if symbols else []
        for formula, symbols in missing.items()
    }
    no_cell = set(known.index[known["unit_cell_a3"].isna()])
    columns = (table[name] for name in ("phase_a_id", "phase_b_id", *NAMES, VOLUME))
    texts = []
    for id_a, id_b, name_a, name_b, volume_b in zip(*columns, strict=True):
        parts = [problems[phase_id] for phase_id in (id_a, id_b) if problems.get(phase_id)]
        if id_b in no_cell and not problems.get(id_b):
            parts.append(f"no unit cell of {name_b}")
        if not np.isfinite(volume_b):
            parts.append(f"no volume of {name_a} or {name_b}")
        texts.append("; ".join(parts + of_a[name_a] + of_b[name_b]))
    return texts


def _reasons_of_a(formula: str, elements: ElementData, settings: Microstructure) -> list[str]:
    if formula not in MOBILITIES:
        return [f"no growth data of {formula}"]
    melting_k, highest_k = elements.melting_points_k[formula], settings.heat_treatment.highest_k
    sizes_nm = (settings.low_crystalline_below_nm, LARGEST_CLAIMED_NM)
    reasons = [f"the design size is above {size:g} nm" for size in sizes_nm if settings.design_size_nm > size]
    if highest_k >= melting_k:
        reasons.append(f"{formula} melts at {melting_k:g} K, below {highest_k:g} K")
    return reasons
