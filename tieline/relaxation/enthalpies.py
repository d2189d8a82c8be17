"""Shifts of the elemental references, fitted to measured formation enthalpies.

A potential (or a density functional) errs more on elements than on differences between compounds. One shift per
element, delta, moves its reference energy: a compound with atomic fractions x then has the formation energy
E_f - x . delta. The shifts minimise

    sum over compounds of ((E_f - x . delta - H) / noise)^2  +  sum over elements of (delta / prior)^2

the fitted elemental-phase reference energies of Stevanović et al., Phys. Rev. B 85 (2012) 115104, with a prior that
leaves an element alone unless the measurements insist.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from ase.data import chemical_symbols
from ase.formula import Formula
from numpy.typing import NDArray

from tieline.core.elements import HOSTS
from tieline.core.errors import PhaseDataError
from tieline.core.units import KJ_PER_MOL_PER_EV

MEASURED_AGAINST: dict[str, str] = {"Sn": "A5"}
"""Prototype of the element that calorimetry refers to, where it is not the computed ground state."""

NOISE_EV_PER_ATOM = 0.05
"""What remains: measurements agree with each other within 0.08 eV/atom, those of one laboratory within 0.03."""

PRIOR_EV_PER_ATOM = 0.10
"""Expected size of a shift: the largest errors of 7net-l3i5 on elements are of this size."""

NOT_SHIFTED: frozenset[str] = frozenset({*HOSTS, "Li"})
"""Nearly all compounds measured here are of a host with a transition metal: what those leave over is the transition
metal's, and a host's shift fitted to them would be carried into the compounds with Li, Mg and Ca."""

STANDARD_ERRORS = 2.0
"""Shifts are applied if they improve left-out compounds by more than this many standard errors of the improvement."""

FEWEST_COMPOUNDS = 2
"""An element in fewer measured compounds than this is not shifted."""

COLUMNS = ("formula", "enthalpy_kj_per_mol_atoms", "uncertainty_kj_per_mol_atoms", "citation")
"""Columns of a table of measured enthalpies."""


@dataclass(frozen=True)
class Fit:
    """Shifts of the elemental references and how well they do."""

    shifts_ev_per_atom: NDArray[np.float64]
    """Shape (n_elements,): amount by which each element's reference energy is moved."""

    residuals_ev_per_atom: NDArray[np.float64]
    """Shape (n_compounds,): corrected minus measured."""

    left_out_ev_per_atom: NDArray[np.float64]
    """Shape (n_compounds,): the same with each compound in turn left out of the fit."""


def fit_shifts(
    fractions: NDArray[np.float64],
    computed_ev_per_atom: NDArray[np.float64],
    measured_ev_per_atom: NDArray[np.float64],
    noise_ev_per_atom: float,
    prior_ev_per_atom: float,
) -> Fit:
    """Fit one shift per element.

    Parameters
    ----------
    fractions : ndarray, shape (n_compounds, n_elements)
        Atomic fractions.
    computed_ev_per_atom, measured_ev_per_atom : ndarray, shape (n_compounds,)
        Formation energies and enthalpies, eV/atom.
    noise_ev_per_atom
        Expected size of what remains, measurement error included.
    prior_ev_per_atom
        Expected size of a shift.

    Notes
    -----
    A ridge regression, so leaving compound j out changes its residual r_j to r_j / (1 - h_j), h the diagonal of the
    hat matrix: exact, without refitting.
    """
    error = computed_ev_per_atom - measured_ev_per_atom
    normal = fractions.T @ fractions + (noise_ev_per_atom / prior_ev_per_atom) ** 2 * np.eye(fractions.shape[1])
    smoother = np.linalg.solve(normal, fractions.T)
    shifts = smoother @ error
    residuals = error - fractions @ shifts
    leverage = np.einsum("ce,ec->c", fractions, smoother)
    return Fit(shifts, residuals, residuals / (1 - leverage))


@dataclass(frozen=True)
class Comparison:
    """Computed against measured enthalpies, before and after shifting the references."""

    compounds: pd.DataFrame
    """One row per compound that is both measured and computed, in eV/atom."""

    shifts: pd.DataFrame
    """One row per element; ``applied_ev_per_atom`` is zero throughout unless compounds left out gain by the fit."""


def read_enthalpies(path: Path) -> pd.DataFrame:
    """Read the measured enthalpies at `path`, a CSV with `COLUMNS`.

    Raises
    ------
    PhaseDataError
        If a column is missing or a formula occurs twice.
    """
    measured = pd.read_csv(path)
    missing = [name for name in COLUMNS if name not in measured.columns]
    if missing:
        raise PhaseDataError(f"{path}: no column {missing[0]!r}")
    twice = measured["formula"][measured["formula"].duplicated()]
    if len(twice):
        raise PhaseDataError(f"{path}: {twice.iloc[0]} occurs twice")
    return measured


def compare(relaxations: pd.DataFrame, measured: pd.DataFrame) -> Comparison:
    """Compare computed with measured enthalpies and fit the shifts.

    Parameters
    ----------
    relaxations
        Table of `tieline.relaxation.embedded.RELAXATIONS`.
    measured
        Table of `COLUMNS`.

    Notes
    -----
    Energies at 0 K without zero-point motion stand for enthalpies at 298 K, as is usual for alloys (the difference
    is 1-2 kJ/mol of atoms). The lowest structure of a compound's composition stands for the compound.
    """
    rows = relaxations[(relaxations["stage"] == "refine") & (relaxations["reason"] == "")]
    energies: dict[str, float] = {}
    references: dict[str, float] = {}
    for numbers, energy, known, prototype in zip(
        rows["numbers"], rows["energy_ev_per_atom"], rows["known"], rows["prototype"], strict=True
    ):
        formula = _key([chemical_symbols[number] for number in numbers])
        if len(set(numbers)) > 1:
            energies[formula] = min(energy, energies.get(formula, np.inf))
        elif known and MEASURED_AGAINST.get(formula, prototype) == prototype:
            references[formula] = min(energy, references.get(formula, np.inf))
    counts = [Formula(formula).count() for formula in measured["formula"]]
    keys = [_key([symbol for symbol, n in count.items() for _ in range(n)]) for count in counts]
    both = [
        index
        for index, (key, count) in enumerate(zip(keys, counts, strict=True))
        if key in energies and set(count) <= set(references)
    ]
    elements = sorted({symbol for index in both for symbol in counts[index]})
    fractions = np.array([[counts[i].get(s, 0) / sum(counts[i].values()) for s in elements] for i in both])
    fractions = fractions.reshape(len(both), len(elements))
    computed = np.array([energies[keys[i]] for i in both]) - fractions @ np.array([references[s] for s in elements])
    enthalpies = measured["enthalpy_kj_per_mol_atoms"].to_numpy(dtype=np.float64)[both] / KJ_PER_MOL_PER_EV
    often = np.count_nonzero(fractions, axis=0)
    shifted = (often >= FEWEST_COMPOUNDS) & ~np.isin(elements, list(NOT_SHIFTED))
    fit = fit_shifts(fractions[:, shifted], computed, enthalpies, NOISE_EV_PER_ATOM, PRIOR_EV_PER_ATOM)
    gains = np.abs(computed - enthalpies) - np.abs(fit.left_out_ev_per_atom)
    helps = len(both) > 1 and gains.mean() > STANDARD_ERRORS * gains.std(ddof=1) / np.sqrt(len(both))
    shifts = np.zeros(len(elements))
    shifts[shifted] = fit.shifts_ev_per_atom
    return Comparison(
        compounds=pd.DataFrame(
            {
                "formula": measured["formula"].iloc[both].to_numpy(),
                "measured_ev_per_atom": enthalpies.round(4),
                "computed_ev_per_atom": computed.round(4),
                "shifted_ev_per_atom": (fit.residuals_ev_per_atom + enthalpies).round(4),
                "left_out_ev_per_atom": (fit.left_out_ev_per_atom + enthalpies).round(4),
                "citation": measured["citation"].iloc[both].to_numpy(),
            }
        ),
        shifts=pd.DataFrame(
            {
                "element": elements,
                "compounds": often,
                "fitted_ev_per_atom": shifts.round(4),
                "applied_ev_per_atom": shifts.round(4) if helps else np.zeros(len(elements)),
            }
        ),
    )


def _key(symbols: list[str]) -> str:
    """Return the reduced formula with symbols in alphabetical order."""
    return str(Formula.from_list(sorted(symbols)).reduce()[0].format("hill"))
