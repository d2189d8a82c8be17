"""Whether a compound takes up lithium in a cell at room temperature.

Thermodynamics says what a compound would turn into. Whether it does so is a matter of kinetics: the atoms that take no
lithium have to be moved out of the way and left as a skeleton, M in MSi2 + x Li -> M + 2 Li(x/2)Si. Three quantities
decide how hard that is:

- x_s, the share of atoms of elements that do not alloy with lithium: what has to be moved;
- tau = 298.15 K / T_m, the homologous temperature of the most mobile constituent, T_m being the melting point of the
  element: how easily atoms move. Diffusion in solids scales with it;
- w, the free energy that lithiation down to the cut-off voltage releases per atom of the compound,
  w = z sum over steps of dn (V - V_cutoff), in eV/atom: what drives them.

The rate of a driven process is mobility times driving force, so their *skeleton load*

    L = x_s / (tau w)                                       in 1/eV

compares what has to be moved with the rate at which it can be. Rates spread over orders of magnitude, so the
probability that the compound reacts is logistic in ln L,

    p = 1 / (1 + (L / L_half)^k),

with two parameters fitted to compounds whose activity is known. It is 1 without a skeleton, as in Si, Sn, Zn and Mg2Si,
and 0 without a driving force; both are limits of the model.

The model knows lithium alone, and no particle size: nanometre powders and thin films of an inactive compound can take
up some lithium.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
import yaml
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from tieline.core.formulas import element_counts
from tieline.data import DATA
from tieline.lithiation.path import voltage_paths
from tieline.thermo.phase_arrays import PhaseArrays, System, atomic_fractions
from tieline.thermo.systems import SystemHulls

ROOM_TEMPERATURE_K = 298.15

ION = "Li"
"""The working ion that the model is for."""

SAME_FRACTION = 1e-9
"""Atomic fractions closer than this are equal."""


class ReactivityParameters(BaseModel):
    """Parameters of the model."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    half_load_per_ev: float = Field(gt=0.0, description="Skeleton load L_half at which half of the compounds react")
    exponent: float = Field(gt=0.0, description="k: how sharply they stop to")


@dataclass(frozen=True)
class Reactivity:
    """How compounds react with lithium at room temperature; arrays of shape (n_compounds,)."""

    skeleton_fraction: NDArray[np.float64]
    """Share of atoms of elements that do not alloy with lithium; NaN where an element is unknown."""

    homologous_temperature: NDArray[np.float64]
    """Of the most mobile constituent at room temperature; NaN where an element is unknown."""

    reaction_energy_ev_per_atom: NDArray[np.float64]
    """Free energy that lithiation down to the cut-off releases, per atom of the compound; 0 or more."""

    skeleton_load_per_ev: NDArray[np.float64]
    """Skeleton that has to be moved over mobility and driving force; infinite without a driving force."""

    probability: NDArray[np.float64]
    """That the compound reacts; NaN where an element or the ion is unknown to the model."""


@cache
def element_mobility() -> pd.DataFrame:
    """Return ``melting_point_k`` and ``alloys_with_lithium`` by ``element``."""
    return pd.read_csv(DATA / "lithiation/element_mobility.csv", comment="#", index_col="element")


@cache
def fitted_parameters() -> ReactivityParameters:
    """Return the parameters that ship with tieline."""
    return ReactivityParameters(**yaml.safe_load((DATA / "lithiation/reactivity.yaml").read_text("utf-8")))


def skeleton_fraction(symbols: System, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of atoms of elements that do not alloy with lithium.

    Parameters
    ----------
    symbols
        Elements of the columns of `fractions`.
    fractions : ndarray, shape (n_compounds, n_symbols)
        Atomic fractions.

    Returns
    -------
    ndarray, shape (n_compounds,)
        NaN where an element is unknown to `element_mobility`.

    Examples
    --------
    >>> skeleton_fraction(("Si", "Ti"), np.array([[2 / 3, 1 / 3]])).round(3)
    array([0.333])
    """
    alloys = element_mobility()["alloys_with_lithium"].astype(float).reindex(list(symbols)).to_numpy()
    total: NDArray[np.float64] = np.where(fractions > 0.0, fractions * (1.0 - alloys), 0.0).sum(axis=1)
    return total


def homologous_temperature(symbols: System, fractions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 298.15 K over the lowest melting point among the constituents; arguments as for `skeleton_fraction`.

    Returns
    -------
    ndarray, shape (n_compounds,)
        NaN where an element is unknown to `element_mobility`.

    Examples
    --------
    >>> homologous_temperature(("Fe", "Sn"), np.array([[1 / 3, 2 / 3]])).round(2)
    array([0.59])
    """
    melting_point_k = element_mobility()["melting_point_k"].reindex(list(symbols)).to_numpy(np.float64)
    lowest: NDArray[np.float64] = np.where(fractions > 0.0, melting_point_k, np.inf).min(axis=1, initial=np.inf)
    return ROOM_TEMPERATURE_K / lowest


def skeleton_load_per_ev(
    skeleton_fraction: NDArray[np.float64],
    homologous_temperature: NDArray[np.float64],
    reaction_energy_ev_per_atom: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return x_s / (tau w) of the module's docstring; infinite where `reaction_energy_ev_per_atom` is zero."""
    rate = homologous_temperature * reaction_energy_ev_per_atom
    unmoved = np.where(np.isnan(rate), np.nan, np.inf)
    load: NDArray[np.float64] = np.divide(skeleton_fraction, rate, out=unmoved, where=rate > 0.0)
    return load


def reaction_energy_ev_per_atom(
    phases: PhaseArrays, fractions: NDArray[np.float64], *, ion: str, charge: int, cutoff_v: float
) -> NDArray[np.float64]:
    """Return the free energy that compounds release on lithiation down to the cut-off.

    Parameters
    ----------
    phases
        All phases that can form.
    fractions : ndarray, shape (n_compounds, n_symbols)
        Atomic fractions of the compounds, none of the ion; columns as in `phases`. They need not be among the phases.
    ion, charge, cutoff_v
        Symbol and charge of the working ion, and the voltage at which uptake ends.

    Returns
    -------
    ndarray, shape (n_compounds,)
        In eV per atom of the compound, 0 or more; work against the cut-off voltage is taken off.

    Raises
    ------
    PhaseDataError
        If an element has no elemental phase.

    Notes
    -----
    What a metastable compound releases by decomposing without lithium does not count.
    """
    hulls = SystemHulls(phases)
    energy = np.zeros(len(fractions))
    systems, group = np.unique(fractions > 0.0, axis=0, return_inverse=True)
    for number, present in enumerate(systems):
        own = np.flatnonzero(group.ravel() == number)
        elements = [symbol for symbol, there in zip(phases.symbols, present, strict=True) if there]
        system, hull = hulls.hull((*elements, ion))
        hosts = fractions[own[:, None], phases.columns(system)]
        paths = voltage_paths(hull, hosts, system.index(ion), charge=charge, cutoff_v=cutoff_v)
        energy[own] = charge * (paths.uptakes @ (paths.voltages_v - cutoff_v))
    return energy


def reactivity(
    phases: PhaseArrays,
    fractions: NDArray[np.float64],
    *,
    ion: str,
    charge: int,
    cutoff_v: float,
    parameters: ReactivityParameters | None = None,
    known_probabilities: Mapping[str, float] | None = None,
) -> Reactivity:
    """Return how compounds react with lithium at room temperature.

    Parameters
    ----------
    phases, fractions, ion, charge, cutoff_v
        As for `reaction_energy_ev_per_atom`.
    parameters
        Of the model; None takes those that ship with tieline.
    known_probabilities
        Probabilities by formula that replace the model's.

    Raises
    ------
    PhaseDataError
        If an element has no elemental phase.
    """
    parameters = parameters or fitted_parameters()
    skeleton = skeleton_fraction(phases.symbols, fractions)
    tau = homologous_temperature(phases.symbols, fractions)
    energy = reaction_energy_ev_per_atom(phases, fractions, ion=ion, charge=charge, cutoff_v=cutoff_v)
    load = skeleton_load_per_ev(skeleton, tau, energy)
    probability = reaction_probability(load, parameters)
    if ion != ION:
        probability[:] = np.nan
    for formula, value in (known_probabilities or {}).items():
        probability[_has_composition(phases.symbols, fractions, formula)] = value
    return Reactivity(skeleton, tau, energy, load, probability)


def reaction_probability(
    skeleton_load_per_ev: NDArray[np.float64], parameters: ReactivityParameters
) -> NDArray[np.float64]:
    """Return the probability that compounds of given skeleton loads react.

    Examples
    --------
    >>> reaction_probability(np.array([0.0, 2.0, np.inf]), ReactivityParameters(half_load_per_ev=2.0, exponent=3.0))
    array([1. , 0.5, 0. ])
    """
    relative = skeleton_load_per_ev / parameters.half_load_per_ev
    probability: NDArray[np.float64] = 1.0 / (1.0 + relative**parameters.exponent)
    return probability


def _has_composition(symbols: System, fractions: NDArray[np.float64], formula: str) -> NDArray[np.bool_]:
    if not element_counts(formula).keys() <= set(symbols):
        return np.zeros(len(fractions), dtype=np.bool_)
    same: NDArray[np.bool_] = np.abs(fractions - atomic_fractions(formula, symbols)).max(axis=1) < SAME_FRACTION
    return same
