"""How well the compounds that a run would select agree with the assessed experimental binaries of Si, Sn and Zn."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import pandas as pd

from tieline.core.formulas import composition_key
from tieline.core.parallel import Resources
from tieline.evaluation.coexistence.calibration import LEVELS, NO_COMPOUND, known_at
from tieline.evaluation.coexistence.scores import scores
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.existence import shipped_model
from tieline.thermo.hull import TIE_EV_PER_ATOM
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.probability import probable_composites
from tieline.thermo.reported import Reports, reports_of
from tieline.thermo.settings import Coexistence, CompositeGrid, Uncertainty

log = logging.getLogger(__name__)

ON_THE_HULL = "tolerance_0"
"""The rule that takes what a tie-line joins to the host."""

RULES: Mapping[str, str] = {
    ON_THE_HULL: "tie-line excess zero",
    "energies": "probability, energies only",
    "lists": "probability, reports without assessed diagrams",
    "assessed": "probability, reports with assessed diagrams",
}
"""By which rule compounds are selected, and what it is called; a run goes by the last."""

FURTHEST_EV_PER_ATOM = 1.0
"""Compounds up to this tie-line excess count as held by the phase data."""

ALL = "all"
"""The rows of the scores over all hosts."""


def binary_compounds(
    phases: pd.DataFrame,
    expected: pd.DataFrame,
    *,
    uncertainty: Uncertainty,
    phase_a: PhaseA,
    composition: CompositeGrid,
    working_ion: str,
) -> pd.DataFrame:
    """Return the compounds of the assessed binaries, with how probable it is that they coexist with the host.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    expected : DataFrame
        ``anchor, metal, neighbour``: the host, its partner, and the compounds that may be called the neighbour, joined
        by ``|``, or ``none``.
    uncertainty, phase_a, composition
        Sections of the config; A is always the element here.
    working_ion
        Symbol of the working ion.

    Returns
    -------
    DataFrame
        ``system, host, partner, formula, is_neighbour, tie_line_excess_ev_per_atom`` and the probability at each of
        `LEVELS`, one row per composition, of its phases the highest probability and the smallest excess.
    """
    systems = {f"{row.anchor}-{row.metal}": row for row in expected.itertuples(index=False)}
    pairs, _ = find_neighbours(
        phases,
        [HostSystem(str(row.anchor), (str(row.metal),)) for row in systems.values()],
        FURTHEST_EV_PER_ATOM,
        phase_a=phase_a,
        composition=composition,
        working_ion=working_ion,
    )
    arrays = PhaseArrays.from_table(phases)
    for level in LEVELS:
        known = known_at(level)
        pairs[level] = probable_composites(
            pairs,
            phases,
            reports=Reports.nothing(arrays) if known is None else reports_of(phases, known),
            model=shipped_model(),
            minimum_probability=0.0,
            uncertainty=uncertainty,
            resources=Resources(),
        )["coexistence_probability"]
    pairs["formula"] = pairs["phase_b_id"].map(phases.set_index("phase_id")["formula"])
    best = dict.fromkeys(LEVELS, "max") | {"tie_line_excess_ev_per_atom": "min"}
    table = pairs.groupby(["system", "formula"], sort=False).agg(best).reset_index()
    rows = [systems[str(name)] for name in table["system"]]
    is_neighbour = [
        composition_key(formula) in _accepted(str(row.neighbour))
        for formula, row in zip(table["formula"], rows, strict=True)
    ]
    return table.assign(
        host=[str(row.anchor) for row in rows], partner=[str(row.metal) for row in rows], is_neighbour=is_neighbour
    )


def selections(compounds: pd.DataFrame, coexistence: Coexistence) -> dict[str, pd.Series]:
    """Return which compounds each of `RULES` selects.

    Parameters
    ----------
    compounds
        What `binary_compounds` returns.
    coexistence
        Section of the config.
    """
    excess = compounds["tie_line_excess_ev_per_atom"]
    near = excess <= coexistence.tolerance_ev_per_atom
    probable = {level: near & (compounds[level] >= coexistence.minimum_probability) for level in LEVELS}
    return {ON_THE_HULL: excess <= TIE_EV_PER_ATOM} | probable


def validate_neighbours(
    phases: pd.DataFrame, expected: pd.DataFrame, compounds: pd.DataFrame, coexistence: Coexistence
) -> pd.DataFrame:
    """Compare what each rule selects with the neighbours of experiment, binary by binary.

    Parameters
    ----------
    phases
        Phase table.
    expected, compounds
        As for `binary_compounds`, and what it returns.
    coexistence
        Section of the config.

    Returns
    -------
    DataFrame
        ``host, partner, experiment`` and the other columns of `expected`, and per rule ``computed_<rule>``
        (compositions selected, the smallest excess first) and ``agrees_<rule>``: whether an accepted neighbour is
        among them, or none is selected where experiment finds no compound. Empty where the data lack an element or, of
        the elements together, any compound though experiment knows some.
    """
    table = expected.rename(columns={"anchor": "host", "metal": "partner", "neighbour": "experiment"})
    held = set(phases["elements"])
    covered = [
        held.issuperset(elements := sorted((host, partner)))
        and (experiment == NO_COMPOUND or "-".join(elements) in held)
        for host, partner, experiment in table[["host", "partner", "experiment"]].to_numpy(str).tolist()
    ]
    names = (table["host"] + "-" + table["partner"]).tolist()
    nearest_first = compounds.sort_values("tie_line_excess_ev_per_atom", kind="stable")
    for rule, selected in selections(nearest_first, coexistence).items():
        found = {name: list(own) for name, own in nearest_first[selected].groupby("system")["formula"]}
        computed = [found.get(name, []) for name in names]
        table[f"computed_{rule}"] = ["|".join(formulas) or NO_COMPOUND for formulas in computed]
        table[f"agrees_{rule}"] = [
            _agrees(experiment, formulas) if known else None
            for experiment, formulas, known in zip(table["experiment"], computed, covered, strict=True)
        ]
    return table


def validation_scores(compounds: pd.DataFrame, coexistence: Coexistence) -> pd.DataFrame:
    """Return precision, recall and Brier score of each rule, by host and over all, and log them.

    Parameters
    ----------
    compounds
        What `binary_compounds` returns.
    coexistence
        Section of the config.

    Returns
    -------
    DataFrame
        ``rule, host`` and what `tieline.evaluation.coexistence.scores.scores` returns.
    """
    rows = []
    for rule, selected in selections(compounds, coexistence).items():
        probability = selected.astype("float64") if rule == ON_THE_HULL else compounds[rule]
        pairs = compounds.assign(data_set="", probability=probability)
        for host in (*dict.fromkeys(compounds["host"]), ALL):
            own = pairs["host"].eq(host) | (host == ALL)
            rows.append({"rule": rule, "host": host} | scores(pairs[own], selected[own]))
    for row in rows:
        log.warning(
            "%s, %s: %d of %d selected are neighbours (precision %.2f), %d of %d neighbours found (recall %.2f), "
            "Brier score %.3f",
            RULES[str(row["rule"])],
            *(row[name] for name in ("host", "right", "selected", "precision", "found", "binaries", "recall", "brier")),
        )
    return pd.DataFrame(rows)


def find_neighbours(
    phases: pd.DataFrame,
    systems: Sequence[HostSystem],
    tolerance_ev_per_atom: float,
    *,
    phase_a: PhaseA,
    composition: CompositeGrid,
    working_ion: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find what coexists with the elemental hosts; returns as `tieline.thermo.coexistence.find_pairs` does."""
    return find_pairs(
        phases,
        systems,
        phase_a=phase_a.model_copy(update={"kinds": ["element"]}),
        coexistence=Coexistence(tolerance_ev_per_atom=tolerance_ev_per_atom),
        composition=composition,
        working_ion=working_ion,
        resources=Resources(),
    )


def _accepted(experiment: str) -> set[tuple[tuple[str, int], ...]]:
    return set() if experiment == NO_COMPOUND else {composition_key(formula) for formula in experiment.split("|")}


def _agrees(experiment: str, computed: Sequence[str]) -> bool:
    accepted = _accepted(experiment)
    return not accepted.isdisjoint(map(composition_key, computed)) if accepted else not computed
