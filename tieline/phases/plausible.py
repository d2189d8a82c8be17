"""Formation energies compared with what alloys have: with known compounds, and with the strongest bonds there are."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.constants import calorie, physical_constants

from tieline.core.elements import GROUP_OF, ION_CHARGE
from tieline.core.errors import PhaseDataError
from tieline.core.formulas import composition_key, element_counts
from tieline.core.units import KJ_PER_MOL_PER_EV
from tieline.data import DATA
from tieline.phases.inputs import EMBEDDED_SET
from tieline.phases.table import PHASES

log = logging.getLogger(__name__)

Array = NDArray[np.float64]

METALLIC = frozenset({*GROUP_OF, *ION_CHARGE})
"""Elements without those that make anions: the phases of the run have no others."""

FEWEST = 3
"""With fewer compounds nothing is said about the unit of a whole source."""

LOWEST_OF_AN_ALLOY_EV_PER_ATOM = -1.6
"""No compound of metals, boron, carbon, silicon and germanium lies lower: among 12,433 of the Materials Project (2019)
the lowest is YPt, at -1.26 eV/atom."""

MOST_IMPOSSIBLE = 0.2
"""If so large a share of the compounds lies below that, the source is refused, and not only these rows."""

FURTHEST_BELOW_KNOWN_EV_PER_ATOM = 0.35
"""A compound so far below its known energy is another quantity; the energies of 478 compounds of the Materials Project
(2019) lie at most 0.12 eV/atom below those known here."""

STRONGEST_EV = 3.0
"""Upper limit of the median of |formation energy| / (1 - sum of x^2), x the atomic fractions: the energy as if every
neighbour were of another element. Three or more compounds of the Materials Project have at most 2.5 eV."""

TOLERANCE_EV_PER_ATOM, TOLERANCE_SHARE = 0.05, 0.25
"""How far an energy may lie from the known one, plus a share of that, at a misfit of one: levels of theory, polymorphs
and measurements differ by less."""

MISFIT, FIT, TIMES_BETTER = 1.5, 0.6, 4.0
"""A source is of another unit if the median misfit is above the first, that in the other unit below the second, and
so many times smaller."""

UNITS_PER_EV = {
    "eV": 1.0,
    "kJ/mol": KJ_PER_MOL_PER_EV,
    "kcal/mol": KJ_PER_MOL_PER_EV / calorie,
    "meV": 1000.0,
    "Hartree": 1.0 / physical_constants["Hartree energy in eV"][0],
    "Ry": 1.0 / physical_constants["Rydberg constant times hc in eV"][0],
}
"""What one eV is in other units; moles are those of what an energy is per."""


@cache
def known_energies() -> dict[tuple[tuple[str, int], ...], float]:
    """Return formation energies of compounds in eV/atom, by composition: of the embedded set, else measured ones."""
    measured = pd.read_csv(DATA / "compounds/enthalpies.csv")
    known = {
        composition_key(formula): enthalpy / KJ_PER_MOL_PER_EV
        for formula, enthalpy in zip(measured["formula"], measured["enthalpy_kj_per_mol_atoms"], strict=True)
    }
    computed = PHASES.read(EMBEDDED_SET, ["formula", "n_elements", "formation_energy_ev_per_atom"])
    lowest = computed[computed["n_elements"] > 1].groupby("formula")["formation_energy_ev_per_atom"].min()
    return known | {composition_key(str(formula)): float(energy) for formula, energy in lowest.items()}


def require_plausible(rows: pd.DataFrame, source: str) -> None:
    """Refuse a source whose formation energies are of another unit, per another amount or of the other sign.

    Parameters
    ----------
    rows
        Rows of one source: ``formula, n_elements, n_atoms, energy_column, formation_energy_ev_per_atom``, the energies
        referred to the elements.
    source
        Name of the source, for the message.

    Raises
    ------
    PhaseDataError
        If the energies of at least `FEWEST` known compounds deviate from what is known and agree with it in another
        unit; or if those of all compounds are beyond what alloys have.

    Notes
    -----
    The misfit of an energy e to a known one k is abs(e - k) / (0.05 eV + 0.25 abs(k)), and that of a source the
    median over its known compositions, each by its lowest phase. On subsets of 3 to 15 compounds of the Materials
    Project's data of 2019, none of which is in another unit, no source is refused (`docs/method.md`).
    """
    metals = rows["formula"].map(lambda formula: METALLIC.issuperset(element_counts(formula)))
    compounds = rows[(rows["n_elements"] > 1) & metals & rows["formation_energy_ev_per_atom"].notna()]
    if len(compounds):
        _require_known_unit(compounds, source)
        _require_possible(compounds, source)


def implausible_rows(rows: pd.DataFrame) -> dict[Any, str]:
    """Return what is wrong with compounds whose formation energies are too low, by the index of the row.

    Parameters
    ----------
    rows
        As for `require_plausible`, and with ``elements``.
    """
    known = known_energies()
    reasons = {}
    for index, formula, energy in zip(rows.index, rows["formula"], rows["formation_energy_ev_per_atom"], strict=True):
        counts = element_counts(formula)
        if len(counts) == 1 or not METALLIC.issuperset(counts):
            continue
        reference = known.get(composition_key(formula), np.inf)
        if energy < reference - FURTHEST_BELOW_KNOWN_EV_PER_ATOM and np.isfinite(reference):
            reasons[index] = (
                f"formation energy {energy:g} eV/atom is {reference - energy:.2g} eV/atom below the known one of "
                f"{formula}, {reference:.3g}; per formula unit, or a total energy?"
            )
        elif energy < LOWEST_OF_AN_ALLOY_EV_PER_ATOM:
            reasons[index] = (
                f"formation energy {energy:g} eV/atom is lower than that of any alloy "
                f"({LOWEST_OF_AN_ALLOY_EV_PER_ATOM:g}); per formula unit, or a total energy?"
            )
    return reasons


def _require_known_unit(compounds: pd.DataFrame, source: str) -> None:
    known = known_energies()
    keys = compounds["formula"].map(composition_key)
    there = compounds.assign(key=keys, known=[known.get(key, np.nan) for key in keys]).dropna(subset="known")
    there = there.sort_values("formation_energy_ev_per_atom", kind="stable").drop_duplicates("key")
    if there.empty:
        return
    given = there["formation_energy_ev_per_atom"].to_numpy(np.float64)
    expected = there["known"].to_numpy(np.float64)
    as_given = _misfit(given, expected)
    if as_given <= MISFIT:
        return
    words, factors = min(_readings(there), key=lambda reading: _misfit(given / reading[1], expected))
    best = _misfit(given / factors, expected)
    if best < FIT and TIMES_BETTER * best < as_given:
        worst = int(np.abs(given - expected).argmax())
        example = (
            f"{there['formula'].iloc[worst]} has {given[worst]:.3g}, which would be "
            f"{given[worst] / factors[worst]:.2g} eV/atom (known: {expected[worst]:.2g})"
        )
        if len(there) < FEWEST:
            # Of so few, only what is too large is worth a question.
            if factors.min() <= 1.0 or np.median(given) > 0.0:
                return
            log.warning("%s: are the energies %s? %s, but is read as eV per atom", source, words, example)
            return
        raise PhaseDataError(
            f"{source}: the energies of {len(there)} known compounds are not in eV per atom; they agree with what is "
            f"known if read as {words}: {example}; convert them"
        )


def _readings(rows: pd.DataFrame) -> Iterator[tuple[str, Array]]:
    """Yield what else the energies may be, in words, and the factors that they are then off by."""
    ones = np.ones(len(rows))
    per = {"atom": ones}
    if (rows["energy_column"] == "formation_energy_ev_per_atom").all():
        # Others are total energies, divided and referred to the elements already.
        per["formula unit"] = np.array([sum(element_counts(formula).values()) for formula in rows["formula"]], float)
        per["cell"] = rows["n_atoms"].to_numpy(np.float64)
    for amount, factors in per.items():
        for unit, factor in UNITS_PER_EV.items():
            for sign, what in ((1.0, ""), (-1.0, " released, with the sign reversed")):
                if (sign, unit, amount) != (1.0, "eV", "atom"):
                    yield f"{unit} per {amount}{what}", sign * factor * factors


def _misfit(energies: Array, expected: Array) -> float:
    tolerance = TOLERANCE_EV_PER_ATOM + TOLERANCE_SHARE * np.abs(expected)
    return float(np.median(np.abs(energies - expected) / tolerance))


def _require_possible(compounds: pd.DataFrame, source: str) -> None:
    energies = compounds["formation_energy_ev_per_atom"].to_numpy(np.float64)
    impossible = int((energies < LOWEST_OF_AN_ALLOY_EV_PER_ATOM).sum())
    if len(energies) >= FEWEST and impossible > MOST_IMPOSSIBLE * len(energies):
        raise PhaseDataError(
            f"{source}: {impossible} of {len(energies)} formation energies of compounds are below "
            f"{LOWEST_OF_AN_ALLOY_EV_PER_ATOM:g} eV/atom, lower than any alloy's; are they per formula unit or cell, "
            f"total energies, or in another unit?"
        )
    strengths = np.abs(energies) / [_unlike_neighbours(formula) for formula in compounds["formula"]]
    middle = float(np.median(strengths))
    if len(strengths) >= FEWEST and middle > STRONGEST_EV and np.median(energies) < 0.0:
        raise PhaseDataError(
            f"{source}: the formation energies of {len(strengths)} compounds are larger than those of alloys (median "
            f"{np.median(energies):.3g} eV/atom, {middle:.2g} eV per pair of unlike neighbours; at most "
            f"{STRONGEST_EV:g}); are they per formula unit or cell?"
        )


def _unlike_neighbours(formula: str) -> float:
    amounts = np.array(list(element_counts(formula).values()), dtype=np.float64)
    return float(1.0 - ((amounts / amounts.sum()) ** 2).sum())
