"""Hulls, tie-lines and composite capacities: a plain pymatgen loop against tieline, same systems, same numbers.

    python benchmarks/thermodynamics.py --phases results/phases.parquet --systems 40 --seed 1

Both sides get the same random sample of host systems that hold at least one candidate for phase B, with A the
host's reference state, and do this for every A+B pair of each system, in one process:

1. *tie-lines*: the largest energy of A+B mixtures above the hull within the weight-fraction window;
2. *capacities*: the voltage at which pure B starts to react, the capacity with inert B, and the capacity at
   equilibrium at every weight fraction of the grid.

The pymatgen side is what a materials scientist would write, and writes well: entries are sorted by chemical system
beforehand, one `PhaseDiagram` is built per host system and one with the working ion and used for all its pairs and
weight fractions, the profile of A is found once per system. The excess is evaluated at the ends of the window and at
pymatgen's critical compositions, where alone it can be largest, not on a grid. The tieline side calls the functions
that the workflow calls; it also works out volumes and volume changes, which pymatgen is not asked for.

Times are CPU seconds; reading the phases is not counted on either side. tieline is timed three times and the median
taken. The program fails if any number differs by more than rounding.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.core import Composition as Amounts
from pymatgen.core import Element
from pymatgen.entries.computed_entries import ComputedEntry

from tieline.config import Config
from tieline.core.elements import masses_g_per_mol
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.data import DATA
from tieline.lithiation.composite import CompositeProperties, LithiationTask, composite_properties
from tieline.phases.merge import merge_phases, reference_phase_ids
from tieline.phases.space import HostSystem, host_systems
from tieline.phases.table import read_phases
from tieline.thermo.coexistence import Pairs, PairSearch, coexisting_pairs
from tieline.thermo.composites import PairGroup
from tieline.thermo.phase_arrays import PhaseArrays

EMBEDDED = DATA / "phases/embedded.parquet"

ENERGY_TOLERANCE_EV = 1e-9
CAPACITY_TOLERANCE_MAH_PER_G = 1e-3
"""pymatgen takes chemical potentials 1e-5 beyond each kink and so overlooks steps shorter than that."""

VOLTAGE_TOLERANCE_V = 1e-7

Result = TypeVar("Result")


@dataclass(frozen=True)
class Row:
    """What is compared of one pair: the numbers both sides produce."""

    excess_ev_per_atom: float
    b_onset_v: float
    inert_mah_per_g: tuple[float, ...]
    equilibrium_mah_per_g: tuple[float, ...]


Rows = dict[tuple[str, str, str], Row]
"""By system, id of A and id of B."""


@dataclass(frozen=True)
class Problem:
    """Systems and settings, the same for both sides."""

    config: Config
    phases: pd.DataFrame
    systems: Sequence[HostSystem]
    reference_ids: dict[str, str]


def timed(function: Callable[[], Result]) -> tuple[Result, float]:
    """Return what `function` returns and the CPU seconds it took."""
    start = time.process_time()
    result = function()
    return result, time.process_time() - start


class PymatgenLoop:
    """The plain loop."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.ion = Element(problem.config.lithiation.working_ion)
        self.entries: dict[frozenset[str], list[ComputedEntry]] = defaultdict(list)
        for phase in problem.phases.itertuples():
            formula = Amounts(phase.formula)
            entry = ComputedEntry(
                formula, phase.formation_energy_ev_per_atom * formula.num_atoms, entry_id=phase.phase_id
            )
            self.entries[frozenset(phase.elements.split("-"))].append(entry)
        self.by_id = {entry.entry_id: entry for entries in self.entries.values() for entry in entries}

    def _diagram(self, elements: Sequence[str]) -> PhaseDiagram:
        wanted = set(elements)
        return PhaseDiagram([entry for system, group in self.entries.items() if system <= wanted for entry in group])

    def tie_lines(self) -> dict[tuple[str, str, str], float]:
        """Return the excess of every pair."""
        found = {}
        for system in self.problem.systems:
            diagram = self._diagram(system.elements)
            phase_a = self.by_id[self.problem.reference_ids[system.host]]
            for phase_b in self.entries[frozenset(system.elements)]:
                pair = system.name, phase_a.entry_id, phase_b.entry_id
                found[pair] = self._excess(diagram, phase_a, phase_b)
        return found

    def _excess(self, diagram: PhaseDiagram, phase_a: ComputedEntry, phase_b: ComputedEntry) -> float:
        a, b = phase_a.composition.fractional_composition, phase_b.composition.fractional_composition
        window = self.problem.config.composition.phase_b_weight_fraction
        lowest, highest = (w / mass(b) / (w / mass(b) + (1 - w) / mass(a)) for w in (window.min, window.max))
        # The element in which A and B differ most tells how far along the segment a critical composition lies.
        symbol = max(b, key=lambda element: abs(b[element] - a[element]))
        kinks = [
            (kink[symbol] - a[symbol]) / (b[symbol] - a[symbol]) for kink in diagram.get_critical_compositions(a, b)
        ]
        shares = [lowest, highest, *(share for share in kinks if lowest < share < highest)]
        mixed = [phase_a.energy_per_atom * (1 - t) + phase_b.energy_per_atom * t for t in shares]
        stable = [diagram.get_hull_energy_per_atom(a * (1 - t) + b * t) for t in shares]
        return max(0.0, *(m - s for m, s in zip(mixed, stable, strict=True)))

    def capacities(self, pairs: dict[tuple[str, str, str], float]) -> Rows:
        """Return onset and capacities of the pairs."""
        grid = self.problem.config.composition.phase_b_weight_fraction.grid
        elements = {system.name: system.elements for system in self.problem.systems}
        diagrams, alone, rows = {}, {}, {}
        for (system, id_a, id_b), excess in pairs.items():
            if system not in diagrams:
                diagrams[system] = self._diagram([*elements[system], self.ion.symbol])
            diagram = diagrams[system]
            a, b = (self.by_id[i].composition / mass(self.by_id[i].composition) for i in (id_a, id_b))
            if (system, id_a) not in alone:
                alone[system, id_a] = self._capacity(diagram, a)
            rows[system, id_a, id_b] = Row(
                excess_ev_per_atom=excess,
                b_onset_v=self._onset(diagram, b),
                inert_mah_per_g=tuple((1 - w) * alone[system, id_a] for w in grid),
                equilibrium_mah_per_g=tuple(self._capacity(diagram, a * (1 - w) + b * w) for w in grid),
            )
        return rows

    def _profile(self, diagram: PhaseDiagram, host: Amounts) -> list[tuple[float, float]]:
        """Return voltages, and the uptake just above each."""
        charge = self.problem.config.lithiation.charge
        metal = diagram.el_refs[self.ion].energy_per_atom
        # Profiles drop amounts below 1e-5, so hosts are taken per mole of atoms, not per gram.
        atoms = host.num_atoms
        profile = diagram.get_element_profile(self.ion, host / atoms)
        return [((metal - step["chempot"]) / charge, step["evolution"] * atoms) for step in profile]

    def _capacity(self, diagram: PhaseDiagram, host: Amounts) -> float:
        cutoff = self.problem.config.lithiation.cutoff_v + 1e-9
        uptake = min((step for step in self._profile(diagram, host) if step[0] <= cutoff), key=lambda step: step[1])[1]
        return uptake * FARADAY_MAH_PER_MOL * self.problem.config.lithiation.charge

    def _onset(self, diagram: PhaseDiagram, host: Amounts) -> float:
        voltage = max(voltage for voltage, _ in self._profile(diagram, host))
        return voltage if voltage > self.problem.config.lithiation.cutoff_v + 1e-9 else float("nan")


def mass(composition: Amounts) -> float:
    """Return the mass of `composition` in g, with tieline's atomic masses."""
    amounts = composition.get_el_amt_dict()
    return float(masses_g_per_mol(list(amounts)) @ np.array(list(amounts.values())))


class Tieline:
    """The functions that the workflow calls."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.arrays = PhaseArrays.from_table(problem.phases)
        _ = self.arrays.rows_of_system, self.arrays.mass_g_per_mol
        self.ids = problem.phases["phase_id"].tolist()

    def tie_lines(self) -> Pairs:
        """Return every pair with its excess."""
        row_of = {phase_id: row for row, phase_id in enumerate(self.ids)}
        window = self.problem.config.composition.phase_b_weight_fraction
        search = PairSearch(
            phases=self.arrays,
            elemental_a={host: row_of[phase_id] for host, phase_id in self.problem.reference_ids.items()},
            kinds=frozenset({"element"}),
            weight_fraction_window=(window.min, window.max),
            tolerance_ev_per_atom=np.inf,
        )
        return coexisting_pairs(search, self.problem.systems)

    def capacities(self, pairs: Pairs) -> CompositeProperties:
        """Return the properties of all composites of the pairs."""
        lithiation = self.problem.config.lithiation
        task = LithiationTask(
            phases=self.arrays,
            weight_fractions_b=np.array(self.problem.config.composition.phase_b_weight_fraction.grid),
            ion=lithiation.working_ion,
            charge=lithiation.charge,
            cutoff_v=lithiation.cutoff_v,
        )
        groups = [
            PairGroup(self.problem.systems[number].elements, pairs.row_a[mask], pairs.row_b[mask])
            for number in np.unique(pairs.system)
            for mask in [pairs.system == number]
        ]
        return composite_properties(task, groups)

    def rows(self, pairs: Pairs, found: CompositeProperties) -> Rows:
        """Return what is compared."""
        n = len(self.problem.config.composition.phase_b_weight_fraction.grid)
        return {
            (self.problem.systems[system].name, self.ids[a], self.ids[b]): Row(
                excess_ev_per_atom=float(pairs.excess_ev_per_atom[i]),
                b_onset_v=float(found.b_onset_v[i * n]),
                inert_mah_per_g=tuple(found.capacity_inert_b_mah_per_g[i * n : (i + 1) * n]),
                equilibrium_mah_per_g=tuple(found.capacity_equilibrium_mah_per_g[i * n : (i + 1) * n]),
            )
            for i, (system, a, b) in enumerate(zip(pairs.system, pairs.row_a, pairs.row_b, strict=True))
        }


def largest_differences(ours: Rows, theirs: Rows) -> dict[str, float]:
    """Return the largest difference of each number; stop if one is more than rounding."""
    if set(ours) != set(theirs):
        raise SystemExit(f"the pairs differ: {sorted(set(ours) ^ set(theirs))}")
    names = {
        "excess_ev_per_atom": ENERGY_TOLERANCE_EV,
        "b_onset_v": VOLTAGE_TOLERANCE_V,
        "inert_mah_per_g": CAPACITY_TOLERANCE_MAH_PER_G,
        "equilibrium_mah_per_g": CAPACITY_TOLERANCE_MAH_PER_G,
    }
    differences = {}
    for name, allowed in names.items():
        one, other = (np.array([getattr(rows[key], name) for key in sorted(ours)]) for rows in (ours, theirs))
        if not np.allclose(one, other, rtol=0.0, atol=allowed, equal_nan=True):
            raise SystemExit(f"{name} differs by {np.nanmax(np.abs(one - other)):.3g}, allowed {allowed:.3g}")
        differences[name] = float(np.nanmax(np.abs(one - other), initial=0.0))
    return differences


def load(path: Path, count: int, seed: int) -> Problem:
    """Return a random sample of the systems of a phase table that hold a candidate for B."""
    config = Config()
    systems = host_systems(config.space)
    phases = merge_phases(
        [read_phases(path)],
        elements=frozenset({symbol for system in systems for symbol in system.elements})
        | {config.lithiation.working_ion},
        required=[config.lithiation.working_ion],
        suppressed=config.phases.suppressed,
        polymorphs=config.phase_a.polymorphs,
        crystal=config.crystal,
    ).included
    present = set(phases["elements"])
    systems = [s for s in systems if "-".join(s.elements) in present and present.issuperset(s.elements)]
    chosen = np.random.default_rng(seed).permutation(len(systems))[:count]
    return Problem(config, phases, [systems[i] for i in sorted(chosen)], reference_phase_ids(phases))


def main() -> None:
    """Time both sides, compare their numbers, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phases", type=Path, default=EMBEDDED, help="phase table (default: the embedded set)")
    parser.add_argument("--systems", type=int, default=40, help="host systems in the sample (default: 40)")
    parser.add_argument("--seed", type=int, default=1, help="of the sample (default: 1)")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore", module="pymatgen")
    problem = load(arguments.phases, arguments.systems, arguments.seed)

    plain, fast = PymatgenLoop(problem), Tieline(problem)
    excesses, plain_lines_s = timed(plain.tie_lines)
    theirs, plain_capacities_s = timed(lambda: plain.capacities(excesses))
    lines_s, capacities_s = [], []
    for _ in range(3):
        pairs, seconds = timed(fast.tie_lines)
        lines_s.append(seconds)
        found, seconds = timed(lambda pairs=pairs: fast.capacities(pairs))
        capacities_s.append(seconds)

    grid = problem.config.composition.phase_b_weight_fraction.grid
    print(f"{len(problem.phases)} phases, {len(problem.systems)} systems")
    print(f"{len(theirs)} pairs at {len(grid)} weight fractions")
    print(f"{'':12}{'pymatgen':>12}{'tieline':>12}{'ratio':>8}")
    stages = {
        "tie-lines": (plain_lines_s, statistics.median(lines_s)),
        "capacities": (plain_capacities_s, statistics.median(capacities_s)),
    }
    stages["together"] = tuple(map(sum, zip(*stages.values(), strict=True)))
    for stage, (slow_s, fast_s) in stages.items():
        print(f"{stage:12}{slow_s:>10.2f} s{fast_s:>10.4f} s{slow_s / fast_s:>8.0f}")
    for name, difference in largest_differences(fast.rows(pairs, found), theirs).items():
        print(f"largest difference in {name}: {difference:.1e}")


if __name__ == "__main__":
    main()
