"""Crystallites, shell and heat treatment of every candidate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.parallel import Resources, map_batches
from tieline.core.units import KJ_PER_MOL_PER_EV
from tieline.microstructure.columns import MICROSTRUCTURE
from tieline.microstructure.diffraction import Lines, mixed_lines
from tieline.microstructure.heat_treatment import MOBILITIES, crystallisation_onset_k, size_after_nm, stays_below_to_k
from tieline.microstructure.miedema import Parameters, amorphous_enthalpy_kj_per_mol
from tieline.microstructure.profile import Profile
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.microstructure.shell import covered_above_nm, shell_thickness_nm, zener_limit_nm
from tieline.microstructure.visibility import Detection, LinePair, visibility
from tieline.thermo.composites import Parts, composite_parts
from tieline.thermo.phase_arrays import PhaseArrays

Array = NDArray[np.float64]

SECONDS_PER_PAIR = 0.004
"""Typical time for the visibility of one pair at all weight fractions on one core."""

LARGEST_CLAIMED_NM = 100.0
"""Upper end of the sizes that the claims name."""


VOLUME = "phase_b_volume_fraction"

NEEDED_COLUMNS = (
    *CANDIDATE_KEYS,
    "phase_a",
    "phase_b",
    "phase_b1_id",
    "phase_b2_id",
    "phase_b2_weight_share",
    VOLUME,
)
"""What is needed of the candidates."""

HEAT_TREATMENT_COLUMNS = (
    "a_melting_point_k",
    "a_crystallisation_onset_k",
    "a_size_after_lowest_anneal_nm",
    "a_size_after_highest_anneal_nm",
    "a_stays_low_crystalline_to_k",
    "a_stays_below_100_nm_to_k",
)


@dataclass(frozen=True)
class CrystalData:
    """What is known of the phases, by row of the phase table."""

    ids: pd.Series
    """Identifiers."""

    arrays: PhaseArrays
    """Compositions, energies and volumes."""

    unit_cell_a3: Array
    """Volumes of the conventional unit cells; NaN where unknown."""

    lines: Mapping[str, Lines]
    """Powder lines by identifier."""

    problems: Mapping[str, str]
    """Why a phase has no lines, by its identifier; empty text if it has."""


@dataclass(frozen=True)
class ElementData:
    """What is known of the elements."""

    melting_points_k: Mapping[str, float]
    """By symbol; NaN where unknown."""

    miedema: Parameters
    """Parameters of Miedema's model, by symbol."""


def make_crystallites(
    candidates: pd.DataFrame,
    crystals: CrystalData,
    elements: ElementData,
    *,
    diffraction: Diffraction,
    microstructure: Microstructure,
    resources: Resources,
) -> pd.DataFrame:
    """Return the crystallite columns of the candidates.

    Parameters
    ----------
    candidates : DataFrame
        `NEEDED_COLUMNS` of the candidates.
    crystals
        The phases that they are made of.
    elements
        Melting points and Miedema's parameters.
    diffraction, microstructure
        Sections of the config.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `MICROSTRUCTURE`, one row per candidate in their order. What cannot be worked out is NaN, and
        ``microstructure_missing_reason`` says why.
    """
    table = candidates[list(NEEDED_COLUMNS)].reset_index(drop=True)
    parts = composite_parts(table, crystals.ids)
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
        **_visibilities(table, parts, crystals, detection, resources),
        **_shell(table, parts, crystals, microstructure),
        **_amorphisation(parts, crystals, elements),
    )
    table = table.assign(**_heat_treatment(table, elements, microstructure))
    table["microstructure_missing_reason"] = _reasons(table, parts, crystals, elements, microstructure)
    return table[list(MICROSTRUCTURE.names)]


def _visibilities(
    table: pd.DataFrame, parts: Parts, crystals: CrystalData, detection: Detection, resources: Resources
) -> dict[str, Array]:
    volume_b = table[VOLUME].to_numpy(np.float64)
    has_lines = crystals.ids.isin(crystals.lines).to_numpy()
    decidable = has_lines[parts.row_a] & has_lines[parts.rows_b].all(axis=1) & np.isfinite(volume_b)
    cm3_of_parts = parts.weight_shares_b * crystals.arrays.cm3_per_g[parts.rows_b]
    # Composites of one A stand together, so that a batch works out A's patterns once.
    groups = table[decidable].groupby(["phase_a_id", "phase_b_id"]).indices
    rows = np.flatnonzero(decidable)
    places = [rows[group] for group in groups.values()]
    pairs = []
    for (a, _), place in zip(groups, places, strict=True):
        of_b = [crystals.lines[name] for name in crystals.ids.iloc[parts.rows_b[place[0]]]]
        cm3 = cm3_of_parts[place[0]]
        b = mixed_lines(of_b, (cm3 / cm3.sum()).tolist()) if cm3[1] > 0.0 else of_b[0]
        pairs.append(LinePair(crystals.lines[str(a)], b, volume_b[place] / (1.0 - volume_b[place])))
    batches = map_batches(visibility, detection, pairs, resources=resources, item_s=SECONDS_PER_PAIR)
    names = {"a_xrd_detection_size_nm": "detection_size_nm", "a_first_seen_two_theta_deg": "first_seen_two_theta_deg"}
    columns = {name: np.full(len(table), np.nan) for name in names}
    for name, field in names.items() if batches else ():
        columns[name][np.concatenate(places)] = np.concatenate([getattr(batch, field) for batch in batches])
    return columns


def _main_rows(parts: Parts) -> NDArray[np.int64]:
    """Return the row of the larger phase of each B."""
    larger = parts.weight_shares_b.argmax(axis=1)
    main: NDArray[np.int64] = parts.rows_b[np.arange(len(larger)), larger]
    return main


def _shell(table: pd.DataFrame, parts: Parts, crystals: CrystalData, settings: Microstructure) -> dict[str, Array]:
    volume_b = table[VOLUME].to_numpy(np.float64)
    unit_cell_nm = np.cbrt(crystals.unit_cell_a3[_main_rows(parts)]) / 10.0
    thickness_nm = shell_thickness_nm(settings.design_size_nm, volume_b)
    return {
        "shell_thickness_nm": thickness_nm,
        "shell_unit_cells": thickness_nm / unit_cell_nm,
        "a_covered_above_nm": covered_above_nm(settings.min_shell_unit_cells * unit_cell_nm, volume_b),
        "zener_limit_nm": zener_limit_nm(settings.phase_b_crystallite_nm, volume_b),
    }


def _amorphisation(parts: Parts, crystals: CrystalData, elements: ElementData) -> dict[str, Array]:
    """Return enthalpies per mol of atoms of B, of a mixture the mean of its phases, each amorphous by itself."""
    rows = np.unique(parts.rows_b)
    enthalpy = np.full(len(crystals.ids), np.nan)
    counts = [_fractions(crystals.arrays, row) for row in rows]
    enthalpy[rows] = [_amorphous_enthalpy(fractions, elements) for fractions in counts]
    atoms = parts.weight_shares_b / crystals.arrays.mass_g_per_mol[parts.rows_b]
    share = atoms / atoms.sum(axis=1, keepdims=True)
    amorphous = (share * enthalpy[parts.rows_b]).sum(axis=1)
    crystal = (share * crystals.arrays.formation_energy_ev_per_atom[parts.rows_b]).sum(axis=1)
    return {
        "b_amorphisation_enthalpy_kj_per_mol": amorphous,
        "b_amorphous_above_crystal_kj_per_mol": amorphous - crystal * KJ_PER_MOL_PER_EV,
    }


def _fractions(arrays: PhaseArrays, row: int) -> dict[str, float]:
    """Return the atomic fractions of one phase by symbol."""
    named = zip(arrays.symbols, arrays.fractions[row].tolist(), strict=True)
    return {symbol: fraction for symbol, fraction in named if fraction > 0.0}


def _amorphous_enthalpy(fractions: Mapping[str, float], elements: ElementData) -> float:
    if _without_parameters(fractions, elements):
        return np.nan
    return amorphous_enthalpy_kj_per_mol(fractions, elements.miedema, elements.melting_points_k)


def _without_parameters(symbols: Iterable[str], elements: ElementData) -> list[str]:
    known = {symbol for symbol in elements.miedema if np.isfinite(elements.melting_points_k.get(symbol, np.nan))}
    return sorted(set(symbols) - known)


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
    table: pd.DataFrame, parts: Parts, crystals: CrystalData, elements: ElementData, settings: Microstructure
) -> list[str]:
    """Return why cells are empty, row by row: what A lacks, what B lacks, what the composite lacks."""
    of_a = {formula: _reasons_of_a(formula, elements, settings) for formula in table["phase_a"].unique()}
    texts: dict[tuple[object, ...], str] = {}
    rows = np.column_stack([parts.row_a, parts.rows_b, _main_rows(parts)]).tolist()
    names = table[["phase_a", "phase_b"]].itertuples(index=False, name=None)
    found = []
    for own, (name_a, name_b), volume_b in zip(rows, names, np.isfinite(table[VOLUME].to_numpy()), strict=True):
        key = (*own, volume_b)
        if key not in texts:
            row_a, *rows_b, main = own
            ids = dict.fromkeys(crystals.ids.iloc[[row_a, *rows_b]])
            reasons = [crystals.problems[phase_id] for phase_id in ids if crystals.problems.get(phase_id)]
            if np.isnan(crystals.unit_cell_a3[main]) and not crystals.problems.get(crystals.ids.iloc[main]):
                reasons.append(f"no unit cell of {name_b}")
            if not volume_b:
                reasons.append(f"no volume of {name_a} or {name_b}")
            symbols = {symbol for row in rows_b for symbol in _fractions(crystals.arrays, row)}
            missing = _without_parameters(symbols, elements)
            of_b = [f"no Miedema parameters of {', '.join(missing)}"] if missing else []
            texts[key] = "; ".join(reasons + of_a[name_a] + of_b)
        found.append(texts[key])
    return found


def _reasons_of_a(formula: str, elements: ElementData, settings: Microstructure) -> list[str]:
    if formula not in MOBILITIES:
        return [f"no growth data of {formula}"]
    melting_k, highest_k = elements.melting_points_k[formula], settings.heat_treatment.highest_k
    sizes_nm = (settings.low_crystalline_below_nm, LARGEST_CLAIMED_NM)
    reasons = [f"the design size is above {size:g} nm" for size in sizes_nm if settings.design_size_nm > size]
    if highest_k >= melting_k:
        reasons.append(f"{formula} melts at {melting_k:g} K, below {highest_k:g} K")
    return reasons
