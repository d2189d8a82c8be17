"""Fitting the probabilities of existence to assessed binary phase diagrams, and how well they do.

In a binary system the phase beside the host is the host-richest compound that is there, so with compounds 1, 2, ...
from the host on, the probability that i stands beside it is p_i (1 - p_1) ... (1 - p_(i-1)). Each parameter is fitted
by maximum likelihood at the level of knowledge it is for, and kept at the next:

    energies   nothing is known but the energies           log_odds_unknown, scale, scale_per_formation_energy
    lists      flags of the source, lists by structure     log_odds_reported, log_odds_unlisted
    assessed   assessed diagrams as well                   log_odds_assessed, log_odds_unreported

Log-odds have a normal prior of mean 0 and standard deviation `PRIOR_DEVIATION`, weakly informative on that scale
(after Gelman et al., Ann. Appl. Stat. 2 (2008) 1360): without it a list that is never wrong would make them infinite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize

from tieline.core.formulas import element_counts
from tieline.thermo.existence import CompoundTable, ExistenceModel
from tieline.thermo.phase_arrays import SAME_COMPOSITION, PhaseArrays
from tieline.thermo.reported import ReportedList, Reports, reported_list, reports_of
from tieline.thermo.systems import SystemHulls
from tieline.thermo.tielines import atomic_fraction_b, tie_line_excess_ev_per_atom

NO_COMPOUND = "none"
"""What the table of neighbours says where no compound stands beside the host."""

LEVELS: tuple[str, ...] = ("energies", "lists", "assessed")
"""Levels of knowledge, the least first."""


def known_at(level: str) -> ReportedList | None:
    """Return the reported compounds that count at a level of knowledge; None at the first, where none do."""
    return None if level == "energies" else reported_list(assessed=level == "assessed")


FITTED_AT: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "energies": ("log_odds_unknown", "scale_ev_per_atom", "scale_per_formation_energy"),
        "lists": ("log_odds_reported", "log_odds_unlisted"),
        "assessed": ("log_odds_assessed", "log_odds_unreported"),
    }
)
"""The parameters fitted at each level."""

START = ExistenceModel(
    log_odds_assessed=2.0,
    log_odds_reported=1.0,
    log_odds_unknown=0.0,
    log_odds_unlisted=-1.0,
    log_odds_unreported=-2.0,
    scale_ev_per_atom=0.01,
    scale_per_formation_energy=0.1,
)
"""Where the fit starts."""

PRIOR_DEVIATION = 2.5
"""Standard deviation of the prior of the log-odds."""

LEAST_PROBABILITY = 1e-6
"""Probabilities are kept this far from 0 and 1 in the likelihood."""


@dataclass(frozen=True)
class Labelled:
    """Compounds of assessed binaries at one level of knowledge, from the host on; one row per binary, padded."""

    host: NDArray[np.str_]
    """Shape (n_binaries,)."""

    partner: NDArray[np.str_]
    """Shape (n_binaries,)."""

    data_set: NDArray[np.str_]
    """Shape (n_binaries,): which phase table."""

    evidence: NDArray[np.int8]
    """Shape (n_binaries, n_compounds): what is known of each compound."""

    height_ev_per_atom: NDArray[np.float64]
    """Shape (n_binaries, n_compounds): as in `tieline.thermo.existence.Compounds`."""

    formation_energy_ev_per_atom: NDArray[np.float64]
    """Shape (n_binaries, n_compounds)."""

    present: NDArray[np.bool_]
    """Shape (n_binaries, n_compounds): False for the padding."""

    held: NDArray[np.bool_]
    """Shape (n_binaries, n_compounds): whether the phase table holds the compound; only those are pairs."""

    excess_ev_per_atom: NDArray[np.float64]
    """Shape (n_binaries, n_compounds): tie-line excess of the host and the compound; infinite where not held."""

    is_neighbour: NDArray[np.bool_]
    """Shape (n_binaries, n_compounds): whether the compound stands beside the host in the assessed diagram."""

    def chosen(self, rows: NDArray[np.bool_]) -> Labelled:
        """Return some of the binaries."""
        return Labelled(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def pairs(self, probability: NDArray[np.float64]) -> pd.DataFrame:
        """Return the compounds that the phase tables hold, with a probability, as `scores` takes them."""
        binary, compound = np.nonzero(self.held)
        return pd.DataFrame(
            {
                "data_set": self.data_set[binary],
                "host": self.host[binary],
                "partner": self.partner[binary],
                "tie_line_excess_ev_per_atom": self.excess_ev_per_atom[binary, compound],
                "is_neighbour": self.is_neighbour[binary, compound],
                "probability": probability[binary, compound],
            }
        )


def labelled_binaries(
    tables: Mapping[str, pd.DataFrame],
    neighbours: pd.DataFrame,
    reported: ReportedList | None,
    *,
    weight_fraction_window: tuple[float, float] = (0.60, 0.95),
) -> Labelled:
    """Return the compounds of the assessed binaries that the phase tables cover.

    Parameters
    ----------
    tables
        Phase tables by name, formation energies against the reference states.
    neighbours : DataFrame
        ``anchor, metal, neighbour``: the host, its partner, and the compounds that may be called the neighbour, joined
        by ``|``, or ``none``.
    reported
        The reported compounds; None: nothing is known but the energies.
    weight_fraction_window
        Smallest and largest weight fraction of B, for the tie-line excess.
    """
    binaries = [
        _Binary(str(row.anchor), str(row.metal), str(row.neighbour)) for row in neighbours.itertuples(index=False)
    ]
    found: list[dict[str, NDArray[np.generic]]] = []
    names: list[tuple[str, str, str]] = []
    for name, table in tables.items():
        phases = PhaseArrays.from_table(table)
        reports = Reports.nothing(phases) if reported is None else reports_of(table, reported)
        compounds, hulls = CompoundTable(phases, reports), SystemHulls(phases)
        for binary in binaries:
            if {binary.host, binary.partner} <= set(phases.symbols):
                names.append((binary.host, binary.partner, name))
                found.append(_compounds_of(binary, phases, compounds, hulls, weight_fraction_window))
    width = max((len(columns["evidence"]) for columns in found), default=0)
    padded = {
        key: np.array([np.pad(columns[key], (0, width - len(columns[key]))) for columns in found]) for key in found[0]
    }
    host, partner, data_set = (np.array(column) for column in zip(*names, strict=True))
    return Labelled(host=host, partner=partner, data_set=data_set, **padded)


@dataclass(frozen=True)
class _Binary:
    host: str
    partner: str
    neighbour: str

    @property
    def host_fractions(self) -> list[float]:
        if self.neighbour == NO_COMPOUND:
            return []
        counts = [element_counts(formula) for formula in self.neighbour.split("|")]
        return [count[self.host] / sum(count.values()) for count in counts]


def _compounds_of(
    binary: _Binary,
    phases: PhaseArrays,
    table: CompoundTable,
    hulls: SystemHulls,
    window: tuple[float, float],
) -> dict[str, NDArray[np.generic]]:
    system = tuple(sorted((binary.host, binary.partner)))
    own, (_, hull), columns = table.of_exactly(system), hulls.hull(system), phases.columns(system)
    share = own.fractions[:, phases.columns((binary.host,))[0]]
    order = np.argsort(-share, kind="stable")
    share, fractions, energies = share[order], own.fractions[order][:, columns], own.energies_ev_per_atom[order]
    held = ~np.isnan(energies)
    excess = np.full(len(order), np.inf)
    if held.any():
        rows = [phases.rows_of_system[(symbol,)][0] for symbol in system]
        masses = phases.mass_g_per_mol[rows]
        mass_host = np.full(held.sum(), masses[system.index(binary.host)])
        pure = np.tile([float(symbol == binary.host) for symbol in system], (len(mass_host), 1))
        excess[held] = tie_line_excess_ev_per_atom(
            hull,
            pure,
            np.zeros(len(mass_host)),
            fractions[held],
            energies[held],
            window=tuple(atomic_fraction_b(w, mass_host, fractions[held] @ masses) for w in window),  # type: ignore[arg-type]
        )
    return {
        "evidence": own.evidence[order],
        "height_ev_per_atom": own.heights_ev_per_atom[order],
        "formation_energy_ev_per_atom": np.nan_to_num(energies),
        "present": np.ones(len(order), dtype=np.bool_),
        "held": held,
        "excess_ev_per_atom": excess,
        "is_neighbour": (np.abs(share[:, None] - np.array(binary.host_fractions)) < SAME_COMPOSITION).any(axis=1),
    }


def neighbour_probability(model: ExistenceModel, labelled: Labelled) -> NDArray[np.float64]:
    """Return the probability that each compound stands beside the host, shape (n_binaries, n_compounds)."""
    there = model.probability(labelled.evidence, labelled.height_ev_per_atom, labelled.formation_energy_ev_per_atom)
    there = np.where(labelled.present, there, 0.0)
    none_before = np.cumprod(np.pad(1.0 - there, ((0, 0), (1, 0)), constant_values=1.0), axis=1)[:, :-1]
    probability: NDArray[np.float64] = there * none_before
    return probability


def fit(levels: Mapping[str, Labelled]) -> ExistenceModel:
    """Return the model of largest posterior probability, level by level.

    Parameters
    ----------
    levels
        The same binaries at each of `LEVELS`.
    """
    model = START
    for level in LEVELS:
        model = _fitted(model, FITTED_AT[level], levels[level])
    return model


def _fitted(model: ExistenceModel, names: tuple[str, ...], labelled: Labelled) -> ExistenceModel:
    # Scales are positive: their logarithms are fitted.
    is_scale = np.array([name.startswith("scale") for name in names])

    def of(values: NDArray[np.float64]) -> ExistenceModel:
        real = np.where(is_scale, np.exp(values), values)
        return replace(model, **dict(zip(names, real.tolist(), strict=True)))

    def loss(values: NDArray[np.float64]) -> float:
        probability = neighbour_probability(of(values), labelled).clip(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY)
        likelihood = np.where(labelled.is_neighbour, np.log(probability), np.log1p(-probability))[labelled.held].sum()
        return float(((values[~is_scale] / PRIOR_DEVIATION) ** 2).sum() / 2.0 - likelihood)

    start = [float(getattr(model, name)) for name in names]
    first = np.array([np.log(value) if scale else value for value, scale in zip(start, is_scale, strict=True)])
    found = minimize(loss, first, method="Nelder-Mead", options={"xatol": 1e-4, "fatol": 1e-6, "maxiter": 4000})
    return of(np.asarray(found.x))


def left_out_probability(
    levels: Mapping[str, Labelled], folds: NDArray[np.str_], level: str = "assessed"
) -> NDArray[np.float64]:
    """Return what the model says of each binary when fitted without those of its fold.

    Parameters
    ----------
    levels
        The same binaries at each of `LEVELS`.
    folds : ndarray, shape (n_binaries,)
        What is left out together: the partner, the data set, the host.
    level
        The level of knowledge to predict at.
    """
    labelled = levels[level]
    probability = np.zeros_like(labelled.height_ev_per_atom)
    for fold in np.unique(folds):
        inside = folds == fold
        model = fit({name: each.chosen(~inside) for name, each in levels.items()})
        probability[inside] = neighbour_probability(model, labelled.chosen(inside))
    return probability
