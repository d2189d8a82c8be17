"""How well the phase data reproduce the assessed experimental phase diagrams next to Si, Sn and Zn."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tieline.core.formulas import composition_key
from tieline.core.parallel import Resources
from tieline.phases.settings import PhaseA
from tieline.phases.space import HostSystem
from tieline.thermo.coexistence import find_pairs
from tieline.thermo.settings import Coexistence, CompositeGrid

log = logging.getLogger(__name__)

NO_COMPOUND = "none"


def validate_neighbours(
    phases: pd.DataFrame,
    neighbours: Path,
    tolerances_ev_per_atom: Sequence[float],
    *,
    phase_a: PhaseA,
    composition: CompositeGrid,
    working_ion: str,
) -> pd.DataFrame:
    """Compare the phases that coexist with the host with those of experiment, binary by binary.

    Parameters
    ----------
    phases
        Phase table, formation energies against the reference states.
    neighbours
        CSV of which phase coexists with (nearly pure) Si, Sn or Zn in assessed experimental binaries.
    tolerances_ev_per_atom
        Tie-line tolerances to compare at, in eV/atom.
    phase_a, composition
        Sections of the config; A is always the element here.
    working_ion
        Symbol of the working ion.

    Returns
    -------
    DataFrame
        ``host, partner, experiment``, and per tolerance ``computed_<meV>_mev`` (compositions that coexist with the
        host, the lowest excess first) and ``agrees_<meV>_mev``: whether an accepted neighbour is among them, or
        nothing coexists where experiment finds no compound. Empty where the data lack an element or, of the
        elements together, any compound that experiment knows.
    """
    expected = pd.read_csv(neighbours, comment="#")
    systems = [HostSystem(host, (metal,)) for host, metal in expected[["anchor", "metal"]].to_numpy(str).tolist()]
    held = set(phases["elements"])
    table = expected.rename(columns={"anchor": "host", "metal": "partner", "neighbour": "experiment"})
    for tolerance in tolerances_ev_per_atom:
        pairs, _ = find_neighbours(
            phases, systems, tolerance, phase_a=phase_a, composition=composition, working_ion=working_ion
        )
        pairs = pairs.sort_values("tie_line_excess_ev_per_atom", kind="stable")
        formulas = pairs["phase_b_id"].map(phases.set_index("phase_id")["formula"])
        found = {name: list(dict.fromkeys(group)) for name, group in formulas.groupby(pairs["system"])}
        label = f"{1000 * tolerance:g}_mev"
        computed = [found.get(system.name, []) for system in systems]
        table[f"computed_{label}"] = ["|".join(formulas) or NO_COMPOUND for formulas in computed]
        table[f"agrees_{label}"] = [
            _agrees(experiment, formulas) if _covered(system, experiment, held) else None
            for system, experiment, formulas in zip(systems, table["experiment"], computed, strict=True)
        ]
        verdicts = table[f"agrees_{label}"].dropna()
        log.warning(
            "tolerance %g eV/atom: %d of %d binaries agree; %d more are not covered by the phase data",
            tolerance,
            verdicts.sum(),
            len(verdicts),
            len(table) - len(verdicts),
        )
    return table


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


def _covered(system: HostSystem, experiment: str, held: set[str]) -> bool:
    if not held.issuperset(system.elements):
        return False
    return experiment == NO_COMPOUND or "-".join(system.elements) in held


def _agrees(experiment: str, computed: list[str]) -> bool:
    if experiment == NO_COMPOUND:
        return not computed
    return not {composition_key(f) for f in experiment.split("|")}.isdisjoint(composition_key(f) for f in computed)
