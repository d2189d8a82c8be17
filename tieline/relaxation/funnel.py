"""The funnel of one chemical system: which decorations are relaxed, how closely, and why the others are not.

A funnel is a generator: it yields the computations it needs, receives their records and returns the outcome of every
decoration. It neither computes nor stores, so replaying it against stored records gives the same outcomes.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

from ase import Atoms

from tieline.core.errors import StructureError
from tieline.prototypes.decorate import decorate, decorations
from tieline.relaxation.checks import Expectation
from tieline.relaxation.known import is_known
from tieline.relaxation.records import Record, Stage
from tieline.relaxation.selection import Outcome, judge, lowest
from tieline.relaxation.settings import PrescreenSettings, ReferenceSettings, RelaxSettings, Selection
from tieline.relaxation.tasks import Task, geometry_digest

Funnel = Generator[tuple[Task, ...], tuple[Record, ...], tuple[Outcome, ...]]
"""Yields tasks, is sent their records in the same order, returns outcomes."""

Finished = Mapping[tuple[str, ...], Sequence[Outcome]]
"""Outcomes of the systems done so far."""

EVERYTHING = Selection(window_ev_per_atom=math.inf, most=sys.maxsize)
"""After the last stage only failures and doubles are dropped."""

NOT_REPORTED = "not reported, and only reported compounds are computed in this system"
"""Why structures of a system that is not decorated are dropped."""


def funnel(system: tuple[str, ...], settings: ReferenceSettings, finished: Finished) -> Funnel:
    """Return the funnel of `system`.

    Parameters
    ----------
    system
        Sorted symbols.
    settings
        Settings of the reference workflow.
    finished
        Outcomes of every subsystem.

    Raises
    ------
    StructureError
        If an element of the system has no relaxed structure.
    """
    starts, dropped = _starts(system, settings)
    waiting = list(starts)
    geometries = {(o.prototype, o.symbols): geometry_digest(start) for o, start in starts.items()}
    stages: tuple[tuple[Stage, PrescreenSettings | RelaxSettings, Selection], ...] = (
        ("prescreen", settings.prescreen, settings.screen),
        ("relax", settings.relax, settings.shortlist),
        ("refine", settings.refine if len(system) > 1 else settings.refine_elements, EVERYTHING),
    )
    for stage, stage_settings, selection in stages:
        level: Stage = "refine" if stage == "refine" else "relax"
        elements = _elements(system, level, finished)
        tasks = []
        for outcome in waiting:
            start = outcome.last.atoms() if outcome.last is not None else starts[outcome]
            tasks.append(
                Task(
                    stage=stage,
                    prototype=outcome.prototype,
                    symbols=outcome.symbols,
                    geometry=geometries[outcome.prototype, outcome.symbols],
                    start=start,
                    expected=_expectation(start, elements),
                    settings=stage_settings,
                    limits=settings.limits,
                )
            )
        records = yield tuple(tasks)
        waiting = [replace(o, records=(*o.records, r)) for o, r in zip(waiting, records, strict=True)]
        others = [
            record
            for part, outcomes in finished.items()
            if set(part) < set(system)
            for outcome in outcomes
            if (record := outcome.at(level)) is not None
        ]
        references = {symbol: energy for symbol, (energy, _) in elements.items()} or None
        waiting, newly_dropped = judge(waiting, others, references, selection)
        dropped += newly_dropped
    return (*dropped, *waiting)


def _starts(system: tuple[str, ...], settings: ReferenceSettings) -> tuple[dict[Outcome, Atoms], list[Outcome]]:
    """Return every decoration with its starting structure, and those that are not worth one."""
    starts: dict[Outcome, Atoms] = {}
    dropped: list[Outcome] = []
    decorated = list(decorations(system))
    orders = Counter(prototype.label for prototype, _ in decorated)
    for prototype, symbols in decorated:
        known = is_known(prototype, symbols, slots_differ=orders[prototype.label] > 1)
        outcome = Outcome(system, prototype.label, symbols, known)
        if not known and system not in settings.decorated:
            dropped.append(replace(outcome, reason=NOT_REPORTED))
            continue
        most = settings.limits.max_atoms_known if outcome.known else settings.limits.max_atoms
        if prototype.n_atoms > most:
            reason = f"{prototype.n_atoms} atoms in the primitive cell, more than {most}"
            dropped.append(replace(outcome, reason=reason))
            continue
        try:
            starts[outcome] = decorate(prototype, symbols)
        except StructureError as error:
            dropped.append(replace(outcome, reason=str(error)))
    return starts, dropped


def _elements(system: tuple[str, ...], level: Stage, finished: Finished) -> dict[str, tuple[float, float]]:
    """Return energy (eV/atom) and volume (A^3/atom) of each element of a compound; nothing for an element."""
    if len(system) == 1:
        return {}
    elements = {}
    for symbol in system:
        record = lowest(finished.get((symbol,), ()), level)
        if record is None or record.energy_ev_per_atom is None:
            raise StructureError(f"{'-'.join(system)}: no relaxed structure of {symbol}")
        elements[symbol] = (record.energy_ev_per_atom, record.volume_a3_per_atom())
    return elements


def _expectation(start: Atoms, elements: Mapping[str, tuple[float, float]]) -> Expectation:
    if not elements:
        return Expectation(start.get_volume() / len(start), None)
    symbols = start.get_chemical_symbols()
    return Expectation(
        volume_a3_per_atom=sum(elements[symbol][1] for symbol in symbols) / len(symbols),
        energy_ev_per_atom=sum(elements[symbol][0] for symbol in symbols) / len(symbols),
    )
