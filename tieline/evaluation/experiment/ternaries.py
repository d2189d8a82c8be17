"""How well the probabilities of coexistence agree with what experiment says of ternary systems."""

from __future__ import annotations

import logging

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.formulas import composition_key
from tieline.phases.merge import reference_phase_ids
from tieline.thermo.composites import CompositeGroup
from tieline.thermo.phase_arrays import System
from tieline.thermo.probability import ProbabilityTask, coexistence_probabilities

log = logging.getLogger(__name__)


def ternary_agreement(
    phases: pd.DataFrame, facts: pd.DataFrame, task: ProbabilityTask, *, minimum: float
) -> pd.DataFrame:
    """Compare the probabilities with facts of ternary systems.

    Parameters
    ----------
    phases : DataFrame
        Phase table, formation energies against the reference states.
    facts : DataFrame
        ``host, partners, kind, B, coexists_with_host``: whether B, or where `kind` is ``triple`` B1+B2 together,
        coexist with the elemental host (``yes`` or ``no``).
    task
        The same phases, what is reported of them, and the model.
    minimum
        Composites of at least this probability count as coexisting.

    Returns
    -------
    DataFrame
        ``host, partners, kind, phase_b, experiment, probability, probability_energies, agrees, agrees_energies``, of
        the structures of B the most probable. The last four are missing where the data lack a phase.
    """
    rows_of: dict[tuple[tuple[str, int], ...], list[int]] = {}
    for row, formula in enumerate(phases["formula"]):
        rows_of.setdefault(composition_key(formula), []).append(row)
    row_of_id = dict(zip(phases["phase_id"], range(len(phases)), strict=True))
    references = reference_phase_ids(phases)
    found = []
    for fact in facts.itertuples(index=False):
        compounds = [composition_key(formula) for formula in str(fact.B).split("+")]
        probability = np.full(2, np.nan)
        elements = tuple(sorted({str(fact.host), *str(fact.partners).split("-")}))
        if set(elements) <= references.keys() and rows_of.keys() >= set(compounds):
            row_a = row_of_id[references[str(fact.host)]]
            probability = _highest(task, elements, row_a, [rows_of[key] for key in compounds])
        experiment = fact.coexists_with_host == "yes"
        found.append((fact.host, fact.partners, fact.kind, fact.B, experiment, *probability.tolist()))
    columns = ["host", "partners", "kind", "phase_b", "experiment", "probability", "probability_energies"]
    table = pd.DataFrame(found, columns=columns)
    for name, of in (("agrees", "probability"), ("agrees_energies", "probability_energies")):
        agrees = ((table[of] >= minimum) == table["experiment"]).astype("boolean")
        table[name] = agrees.mask(table[of].isna())
        log.warning(
            "ternary systems, %s: %d of %d facts agree; of %d more the phase data lack a phase",
            "energies only" if of.endswith("energies") else "energies and reports",
            table[name].sum(),
            table[name].notna().sum(),
            table[name].isna().sum(),
        )
    return table


def _highest(task: ProbabilityTask, elements: System, row_a: int, structures: list[list[int]]) -> NDArray[np.float64]:
    """Return the highest probabilities among the structures of the compounds of B."""
    rows_b = np.stack(np.meshgrid(*structures, indexing="ij"), axis=-1).reshape(-1, len(structures))
    group = CompositeGroup(elements, np.full(len(rows_b), row_a), rows_b, np.full(rows_b.shape, np.nan))
    highest: NDArray[np.float64] = coexistence_probabilities(task, [group]).max(axis=0)
    return highest
