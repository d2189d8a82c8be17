"""The probability that A and B coexist, from the energies and from what is reported.

All phases must be there (`tieline.thermo.existence`), and nothing that is there may come between. Phases in contact
give way to others by reactions (`tieline.thermo.reactions`). If one compound does it alone, its composition lies
between theirs, and that it is there means that they do not all meet: in a binary system the phase beside the host is
the host-richest one that is there. If it takes several, the sign of the reaction energy decides, drawn at random within
the errors of the energies, in the draws in which all of them are there. A compound that is there does not lie above the
hull, so its energy is taken down to the hull of those that probably are there; compounds that experiment knows and the
data lack take part with that energy.

    P = prod p_i (i: A and the phases of B)  prod (1 - p_j) (j between them)  (share of draws without another reaction)

The phases of B are one, or two: a mixture coexists with A where every two of the three phases do and nothing lies in
their triangle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from tieline.core.parallel import Resources, map_batches
from tieline.thermo.composites import CompositeGroup, all_of_b, grouped_composites
from tieline.thermo.energy_errors import EnergyErrors
from tieline.thermo.existence import CompoundTable, ExistenceModel
from tieline.thermo.hull import lower_hull
from tieline.thermo.phase_arrays import SAME_COMPOSITION, PhaseArrays, System
from tieline.thermo.reactions import ZERO, Reactions, reactions_of
from tieline.thermo.reported import Evidence, Reports
from tieline.thermo.settings import Uncertainty

NEGLIGIBLE = 1e-3
"""Compounds less probable than this do not come between; for phases less probable than this no draws are made."""

FAR_IN_DEVIATIONS = 4.0
"""Reactions that cost more than this many standard deviations of a compound's energy do not run."""

SECONDS_PER_SYSTEM = 0.006
"""Typical time for the probabilities of the composites of one system on one core."""


@dataclass(frozen=True)
class ProbabilityTask:
    """What is needed for the probabilities of the composites of any system."""

    phases: PhaseArrays
    """All phases of the run."""

    reports: Reports
    """What is known of them."""

    model: ExistenceModel
    """How probable a compound is."""

    errors: EnergyErrors
    """How wrong the energies of reactions may be."""

    minimum_probability: float = 0.0
    """Composites that cannot be as probable as this are not looked at any further."""


def probable_composites(
    composites: pd.DataFrame,
    phases: pd.DataFrame,
    *,
    reports: Reports,
    model: ExistenceModel,
    minimum_probability: float,
    uncertainty: Uncertainty,
    resources: Resources,
) -> pd.DataFrame:
    """Return the composites whose phases probably coexist, with how probable it is.

    Parameters
    ----------
    composites : DataFrame
        What `find_pairs` or `find_mixtures` returns.
    phases : DataFrame
        Phase table, formation energies against the reference states.
    reports, model
        What is known of the phases, and how probable a compound is.
    minimum_probability
        Less probable composites are left out.
    uncertainty
        Section of the config: errors of the energies of reactions.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        Rows of `composites` with the columns of `tieline.thermo.columns.PROBABILITY_COLUMNS`, those of one system
        together.
    """
    ordered, groups = grouped_composites(composites, phases)
    errors = EnergyErrors(**uncertainty.model_dump())
    task = ProbabilityTask(PhaseArrays.from_table(phases), reports, model, errors, minimum_probability)
    batches = map_batches(coexistence_probabilities, task, groups, resources=resources, item_s=SECONDS_PER_SYSTEM)
    values = np.concatenate([np.zeros((0, 2)), *batches])
    found = ordered.reset_index(drop=True).assign(
        coexistence_probability=values[:, 0],
        coexistence_probability_energies=values[:, 1],
        reported_b=_all_reported(ordered, phases, reports),
    )
    return found[found["coexistence_probability"] >= minimum_probability].reset_index(drop=True)


def _all_reported(composites: pd.DataFrame, phases: pd.DataFrame, reports: Reports) -> pd.Series:
    """Return whether every phase of B is reported; missing where that rests on one of which nothing is known."""
    evidence = pd.Series(reports.evidence, index=phases["phase_id"])
    reported = (evidence >= Evidence.REPORTED).astype("boolean").mask(evidence == Evidence.UNKNOWN)
    return all_of_b(composites, reported).reset_index(drop=True)


def coexistence_probabilities(task: ProbabilityTask, groups: Sequence[CompositeGroup]) -> NDArray[np.float64]:
    """Return the probability that the phases of each composite coexist, all groups in order.

    Parameters
    ----------
    task
        What all systems have in common.
    groups
        Composites by chemical system.

    Returns
    -------
    ndarray, shape (n_composites, 2)
        From energies and reports, and from the energies as if nothing were reported. Composites below the minimum have
        some probability below it first, and NaN second.

    Notes
    -----
    The numbers depend on the seed and the phases and on nothing else, so that every worker finds the same.
    """
    tables = [CompoundTable(task.phases, known) for known in (task.reports, Reports.nothing(task.phases))]
    found: list[list[float]] = []
    for group in groups:
        diagram = _Diagram(task, group.elements, tables)
        found += [diagram.probabilities(rows) for rows in np.column_stack([group.row_a, group.rows_b]).tolist()]
    return np.array(found, dtype=np.float64).reshape(-1, len(tables))


@dataclass(frozen=True)
class _Level:
    """The compounds of a chemical system at one level of knowledge."""

    reports: Reports
    """What is known of the phases."""

    there: NDArray[np.float64]
    """Shape (n_compounds,): how probable each compound is."""

    energies_ev_per_atom: NDArray[np.float64]
    """Shape (n_compounds,): formation energies, none above the hull of what probably is there."""


class _Diagram:
    """The compounds of one chemical system, how probable each is, and what their reactions cost."""

    def __init__(self, task: ProbabilityTask, elements: System, tables: Sequence[CompoundTable]) -> None:
        self._task, self._elements, self._tables = task, elements, tables
        self._columns = task.phases.columns(elements)
        compounds = tables[0].within(elements)
        self._fractions = compounds.fractions
        self._held = ~np.isnan(compounds.energies_ev_per_atom)
        self._levels: dict[int, _Level] = {}
        self._errors: dict[int, NDArray[np.float64]] = {}
        self._luck: dict[int, NDArray[np.float64]] = {}

    def _level(self, number: int) -> _Level:
        if number not in self._levels:
            own = self._tables[number].within(self._elements)
            # Compounds that the data lack are in the first table alone; the others follow one order in all.
            known = self._held if number else np.ones(len(self._held), dtype=np.bool_)
            energies, there = np.full(len(known), np.nan), np.zeros(len(known))
            energies[known] = own.energies_ev_per_atom
            there[known] = self._task.model.probability(
                own.evidence, own.heights_ev_per_atom, np.nan_to_num(own.energies_ev_per_atom)
            )
            there[(self._fractions > 0.0).sum(axis=1) == 1] = 1.0
            believed = self._held & (there >= 0.5)
            hull = lower_hull(self._fractions[believed], energies[believed])
            lowered = np.fmin(energies, hull.energies_ev(self._fractions))
            self._levels[number] = _Level(self._tables[number].reports, there, lowered)
        return self._levels[number]

    def probabilities(self, rows: Sequence[int]) -> list[float]:
        """Return the probability that phases coexist, at each level of knowledge; see `coexistence_probabilities`."""
        ends = [self._compound(row) for row in rows]
        least = self._task.minimum_probability
        found = [np.nan] * len(self._tables)
        found[0] = self._phases_there(self._level(0), rows, ends)
        if found[0] < least:
            return found
        is_end = np.zeros(len(self._held), dtype=np.bool_)
        is_end[ends] = True
        for number in range(len(found)):
            level = self._level(number)
            others = np.flatnonzero((level.there >= NEGLIGIBLE) & ~is_end)
            found[number] = self._phases_there(level, rows, ends)
            if found[number] >= NEGLIGIBLE:
                found[number] *= self._nothing_comes_between(level, np.array(ends), others, least / found[number])
            if found[0] < least:
                break
        return found

    def _phases_there(self, level: _Level, rows: Sequence[int], ends: Sequence[int]) -> float:
        return float(np.prod([self._phase_there(level, row, end) for row, end in zip(rows, ends, strict=True)]))

    def _nothing_comes_between(
        self, level: _Level, ends: NDArray[np.int64], others: NDArray[np.int64], least: float
    ) -> float:
        """Return the probability that phases that are there coexist, or a number below `least` if it is."""
        reactions = reactions_of(self._fractions[ends], self._fractions[others])
        pool = np.concatenate([others, ends])
        there = level.there[pool]
        there[len(others) :] = 1.0
        alone = (reactions.products > ZERO).sum(axis=1) == 1
        between = (reactions.products[alone] > ZERO).any(axis=0)
        highest = float(np.prod(1.0 - there[between]))
        if highest < max(least, NEGLIGIBLE):
            return highest
        # What comes between is taken not to be there, so it is no product of another reaction either.
        several = ~alone & ~(reactions.products[:, between] > ZERO).any(axis=1)
        return highest * self._share_without(reactions.chosen(several), level, pool, there)

    def _share_without(
        self, reactions: Reactions, level: _Level, pool: NDArray[np.int64], there: NDArray[np.float64]
    ) -> float:
        """Return the share of draws in which none of the reactions runs."""
        ends = pool[len(pool) - reactions.reactants.shape[1] :]
        energies = level.energies_ev_per_atom
        cost = reactions.products @ energies[pool] - reactions.reactants @ energies[ends]
        size = np.sqrt((reactions.products**2).sum(axis=1) + (reactions.reactants**2).sum(axis=1))
        near = cost < FAR_IN_DEVIATIONS * self._task.errors.sigma_ev_per_atom * size
        if not near.any():
            return 1.0
        products, reactants = reactions.products[near], reactions.reactants[near]
        taking_part = (products > ZERO).any(axis=0)
        products, pool, there = products[:, taking_part], pool[taking_part], there[taking_part]
        drawn = cost[near, None] + products @ self._drawn_errors(pool) - reactants @ self._drawn_errors(ends)
        doubtful = there < 1.0
        absent = self._drawn_luck(pool[doubtful]) >= ndtri(there[doubtful])[:, None]
        all_there = (products[:, doubtful] > ZERO).astype(np.float64) @ absent == 0.0
        return 1.0 - float((all_there & (drawn < -ZERO)).any(axis=0).mean())

    def _drawn_errors(self, compounds: NDArray[np.int64]) -> NDArray[np.float64]:
        return self._drawn(self._errors, self._task.errors, compounds)

    def _drawn_luck(self, compounds: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return normal numbers, shape (n_compounds, draws), that say whether each compound is there."""
        errors = self._task.errors
        normal = replace(errors, seed=errors.seed + 1, sigma_ev_per_atom=1.0, shared_within_system=0.0)
        return self._drawn(self._luck, normal, compounds)

    def _drawn(
        self, known: dict[int, NDArray[np.float64]], errors: EnergyErrors, compounds: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        new = [compound for compound in compounds.tolist() if compound not in known]
        known |= dict(zip(new, errors.of_compositions(self._elements, self._fractions[new]), strict=True))
        return np.array([known[compound] for compound in compounds.tolist()]).reshape(-1, errors.draws)

    def _compound(self, row: int) -> int:
        fractions = self._task.phases.fractions[row, self._columns]
        return int(np.abs(self._fractions - fractions).max(axis=1).argmin())

    def _phase_there(self, level: _Level, row: int, compound: int) -> float:
        """Return how probable it is that a compound is there, in the structure of one of its phases."""
        phases = self._task.phases
        fractions, energies = phases.fractions, phases.formation_energy_ev_per_atom
        system = tuple(s for s, x in zip(phases.symbols, fractions[row], strict=True) if x > 0.0)
        if len(system) == 1:
            return 1.0
        rows = phases.rows_of_system[system]
        rows = rows[np.abs(fractions[rows] - fractions[row]).max(axis=1) < SAME_COMPOSITION]
        other = level.reports.other_polymorph
        excess = energies[row] - energies[rows[~other[rows]]].min()
        in_structure = self._task.model.of_polymorph(excess, energies[row], other_polymorph=bool(other[row]))
        return float(level.there[compound]) * in_structure
