"""The energies of one source: referred to the elements, and held against each other to find slips of unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.constants import calorie

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts
from tieline.core.units import KJ_PER_MOL_PER_EV
from tieline.phases.plausible import METALLIC, implausible_rows

ENERGY_COLUMNS = ("formation_energy_ev_per_atom", "total_energy_ev_per_atom", "total_energy_ev")

LARGEST_FORMATION_ENERGY_EV_PER_ATOM = 5.0
"""Formation energies beyond this are another quantity or another unit."""

LARGEST_DEVIATION_EV_PER_ATOM = 4.0
"""An alloy or element further than this from its neighbours is another quantity or another unit; among 12,646 phases
of the Materials Project the furthest lies 3.1 eV/atom away."""

LOWEST_OF_AN_ELEMENT_EV_PER_ATOM = -0.5
"""An element further below zero has no formation energy but a total energy."""

USUAL_EV_PER_ATOM = 1.5
"""Formation energies of alloys lie between this and its negative, metastable ones included."""

FEWEST_FOR_A_UNIT = 3
"""With fewer compounds nothing is said about the unit of a whole source."""

MOST_UNUSUAL, MOST_USUAL = 0.7, 0.95
"""A source is in the other unit if less than the one share of its compounds have usual energies, and more than the
other share would have them in the other unit."""

UNITS_PER_EV_PER_ATOM = {"kJ/mol": KJ_PER_MOL_PER_EV, "kcal/mol": KJ_PER_MOL_PER_EV / calorie, "meV/atom": 1000.0}


def too_large(formation_energy: float) -> str:
    """Return why a formation energy (eV/atom) that is no formation energy cannot be used."""
    limit = LARGEST_FORMATION_ENERGY_EV_PER_ATOM
    return f"formation energy {formation_energy:g} eV/atom is beyond ±{limit:g}; are the units eV per atom?"


def formation_energies(rows: pd.DataFrame, given: Mapping[str, float], source: str) -> pd.Series:
    """Return formation energies in eV/atom, total energies referred to the elements of the same source.

    Parameters
    ----------
    rows
        Rows of one source: ``phase_id, formula, elements, n_elements, n_atoms, energy_column,
        formation_energy_ev_per_atom, total_energy_ev_per_atom``.
    given
        Total energies of elements as the config states them, in eV/atom; they win over the source's own.
    source
        Name of the source, for messages.

    Raises
    ------
    PhaseDataError
        If an element lacks its total energy, or its energy does not fit those of its compounds.
    """
    references = {**_lowest_elements(rows), **given}
    totals = rows[rows["total_energy_ev_per_atom"].notna()]
    for phase_id, elements in zip(totals["phase_id"], totals["elements"], strict=True):
        for symbol in elements.split("-"):
            if symbol not in references:
                raise PhaseDataError(
                    f"{source}: phase {phase_id} has a total energy, so the source must also hold elemental {symbol} "
                    f"with a total energy (or give formation energies, or element_energies_ev_per_atom in the config)"
                )
    energies = rows["formation_energy_ev_per_atom"].where(
        rows["total_energy_ev_per_atom"].isna(), _referred(rows, references)
    )
    _require_fitting_elements(rows, energies, source)
    return energies


def require_units(rows: pd.DataFrame, given: Mapping[str, float], source: str) -> None:
    """Refuse a source most of whose energies are in another unit.

    Parameters
    ----------
    rows, given, source
        As for `formation_energies`.

    Raises
    ------
    PhaseDataError
        If reading energies per cell as per atom, or the other way round, makes them usual ones; or if at least half
        of the formation energies of compounds are beyond what is possible.
    """
    is_compound = (rows["n_elements"] > 1) & rows["elements"].map(lambda text: METALLIC.issuperset(text.split("-")))
    for column, other, factor in (
        ("total_energy_ev_per_atom", "total_energy_ev", 1.0 / rows["n_atoms"]),
        ("total_energy_ev", "total_energy_ev_per_atom", rows["n_atoms"]),
    ):
        if is_compound.sum() < FEWEST_FOR_A_UNIT or (rows["energy_column"] != column).any():
            continue
        swapped = rows.assign(total_energy_ev_per_atom=rows["total_energy_ev_per_atom"] * factor)
        as_given, as_other = (
            _referred(some, {**_lowest_elements(some), **given})[is_compound] for some in (rows, swapped)
        )
        if _share_usual(as_given) < MOST_UNUSUAL and _share_usual(as_other) > MOST_USUAL:
            raise PhaseDataError(
                f"{source}: {column} makes formation energies of {as_given.median():.3g} eV/atom (median of "
                f"{len(as_given)} compounds); read as {other} they would be usual ones; map {other} instead"
            )
    stated = is_compound & (rows["energy_column"] == "formation_energy_ev_per_atom")
    _refuse_unit(rows.loc[stated, "formation_energy_ev_per_atom"], source)


def outliers(rows: pd.DataFrame) -> dict[Any, str]:
    """Return what is wrong with formation energies that cannot be, by the index of the row.

    Parameters
    ----------
    rows
        Rows of one source, with ``elements, n_elements, energy_column, formation_energy_ev_per_atom``.
    """
    reasons: dict[Any, str] = {}
    energies = rows["formation_energy_ev_per_atom"]
    for index in rows.index[energies.abs() > LARGEST_FORMATION_ENERGY_EV_PER_ATOM]:
        reasons[index] = too_large(energies[index]) + _per_cell_or_atom(rows.loc[index])
    stated = rows["energy_column"] == "formation_energy_ev_per_atom"
    low = stated & (rows["n_elements"] == 1) & (energies < LOWEST_OF_AN_ELEMENT_EV_PER_ATOM)
    for index in rows.index[low]:
        reasons.setdefault(
            index, f"formation energy {energies[index]:g} eV/atom of an element should be near zero; a total energy?"
        )
    for index, reason in implausible_rows(rows).items():
        reasons.setdefault(index, reason)
    for elements, members in energies.groupby(rows["elements"]):
        symbols = str(elements).split("-")
        if METALLIC.issuperset(symbols):
            # The elements, at zero, are neighbours too.
            for index, off in _deviations(members, [0.0] * len(symbols)).items():
                reasons.setdefault(
                    index,
                    f"formation energy {energies[index]:g} eV/atom is {abs(off):.2g} eV/atom "
                    f"{'above' if off > 0 else 'below'} its neighbours in {elements}; are the units eV per atom?"
                    + _per_cell_or_atom(rows.loc[index]),
                )
    return reasons


def elements_apart(rows: pd.DataFrame) -> dict[Any, str]:
    """Return elemental phases whose total energies cannot be of one element, by the index of the row.

    Parameters
    ----------
    rows
        Rows of one source, with ``elements, n_elements, total_energy_ev_per_atom``. They are looked at before any
        of them becomes a reference.
    """
    elemental = rows[(rows["n_elements"] == 1) & rows["total_energy_ev_per_atom"].notna()]
    reasons = {}
    for symbol, members in elemental.groupby("elements")["total_energy_ev_per_atom"]:
        for index, off in _deviations(members, []).items():
            reasons[index] = (
                f"total energy {members[index]:g} eV/atom is {abs(off):.2g} eV/atom "
                f"{'above' if off > 0 else 'below'} other phases of {symbol}; are the units right?"
            )
    return reasons


def _deviations(energies: pd.Series, more: list[float]) -> dict[Any, float]:
    """Return how far each energy lies from the median of the others and `more`, where that is too far."""
    values = energies.to_numpy(np.float64)
    everything = np.concatenate([values, more])
    if np.ptp(everything) <= LARGEST_DEVIATION_EV_PER_ATOM or len(everything) < 2:
        return {}
    off = {index: value - np.median(np.delete(everything, n)) for n, (index, value) in enumerate(energies.items())}
    return {index: value for index, value in off.items() if abs(value) > LARGEST_DEVIATION_EV_PER_ATOM}


def _lowest_elements(rows: pd.DataFrame) -> dict[str, float]:
    elemental = rows[(rows["n_elements"] == 1) & rows["total_energy_ev_per_atom"].notna()]
    lowest = elemental.groupby("elements")["total_energy_ev_per_atom"].min()
    return {str(symbol): float(energy) for symbol, energy in lowest.items()}


def _referred(rows: pd.DataFrame, references: Mapping[str, float]) -> pd.Series:
    """Return total energies less those of the elements, in eV/atom."""
    parts = {}
    for formula in rows["formula"].unique():
        counts = element_counts(formula)
        parts[formula] = sum(n * references.get(s, np.nan) for s, n in counts.items()) / sum(counts.values())
    return rows["total_energy_ev_per_atom"] - rows["formula"].map(parts)


def _refuse_unit(energies: pd.Series, source: str) -> None:
    beyond = int((energies.abs() > LARGEST_FORMATION_ENERGY_EV_PER_ATOM).sum())
    if beyond >= FEWEST_FOR_A_UNIT and 2 * beyond >= len(energies):
        middle = energies.median()
        read_as = ", ".join(f"{middle / factor:.2g} if {unit}" for unit, factor in UNITS_PER_EV_PER_ATOM.items())
        raise PhaseDataError(
            f"{source}: {beyond} of {len(energies)} formation energies are beyond "
            f"±{LARGEST_FORMATION_ENERGY_EV_PER_ATOM:g} eV/atom; are the units eV per atom? "
            f"The median is {middle:.3g} (in eV/atom: {read_as})"
        )


def _share_usual(energies: pd.Series) -> float:
    known = energies.dropna()
    return float((known.abs() < USUAL_EV_PER_ATOM).mean()) if len(known) else 0.0


def _require_fitting_elements(rows: pd.DataFrame, energies: pd.Series, source: str) -> None:
    """Refuse an element whose total energy puts all the compounds rich in it far from any formation energy."""
    totals = rows[rows["total_energy_ev_per_atom"].notna() & (rows["n_elements"] > 1)]
    per_amount: dict[str, list[float]] = {}
    for formula, energy in zip(totals["formula"], energies[totals.index], strict=True):
        counts = element_counts(formula)
        n_atoms = sum(counts.values())
        if METALLIC.issuperset(counts):
            for symbol, n in counts.items():
                if 2 * n >= n_atoms:
                    per_amount.setdefault(symbol, []).append(energy * n_atoms / n)
    for symbol, values in sorted(per_amount.items()):
        middle = float(np.median(values))
        if len(values) >= FEWEST_FOR_A_UNIT and abs(middle) > 2.0 * USUAL_EV_PER_ATOM:
            raise PhaseDataError(
                f"{source}: {len(values)} compounds rich in {symbol} come out at {middle:+.3g} eV per atom of "
                f"it; check the total energy of elemental {symbol} and the units"
            )


def _per_cell_or_atom(row: pd.Series) -> str:
    """Return a hint where a total energy divided by the number of atoms, or not divided, would explain a row."""
    if row["n_atoms"] == 1 or row["energy_column"] == "formation_energy_ev_per_atom":
        return ""
    total, formation = row["total_energy_ev_per_atom"], row["formation_energy_ev_per_atom"]
    per_cell = row["energy_column"] == "total_energy_ev_per_atom"
    other = total / row["n_atoms"] if per_cell else total * row["n_atoms"]
    if abs(formation + other - total) > USUAL_EV_PER_ATOM:
        return ""
    return f" It looks like an energy per {'cell' if per_cell else 'atom'}"
