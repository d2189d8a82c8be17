"""Which structures of a stage go on to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from ase.data import chemical_symbols
from numpy.typing import NDArray

from tieline.phases.table import TWIN_EV_PER_ATOM, TWIN_VOLUME_FRACTION
from tieline.relaxation.records import Record, Stage
from tieline.relaxation.settings import Selection
from tieline.thermo.hull import lower_hull


@dataclass(frozen=True)
class Outcome:
    """What became of one decoration."""

    system: tuple[str, ...]
    """The chemical system, sorted."""

    prototype: str
    """Label of the prototype."""

    symbols: tuple[str, ...]
    """Symbols on the prototype's slots."""

    known: bool
    """Whether this compound is reported to crystallise in this type."""

    reason: str = ""
    """Why it was dropped; empty if it was not."""

    above_hull_ev_per_atom: float | None = None
    """Energy above the hull of the last stage judged; None before that."""

    records: tuple[Record, ...] = ()
    """One record per stage reached."""

    @property
    def last(self) -> Record | None:
        """The record of the last stage reached; None if nothing was computed."""
        return self.records[-1] if self.records else None

    def at(self, stage: Stage) -> Record | None:
        """Return the succeeded record of `stage`; None if there is none."""
        return next((r for r in self.records if r.stage == stage and r.succeeded), None)


def composition(record: Record, system: Sequence[str]) -> NDArray[np.float64]:
    """Return the atomic fractions of `record` over the elements of `system`."""
    counts = Counter(chemical_symbols[number] for number in record.numbers)
    return np.array([counts[symbol] for symbol in system], dtype=np.float64) / len(record.numbers)


def lowest(outcomes: Iterable[Outcome], stage: Stage) -> Record | None:
    """Return the record of lowest energy at `stage` among `outcomes`; None if there is none."""
    records = [record for outcome in outcomes if (record := outcome.at(stage)) is not None]
    return min(records, key=_energy, default=None)


def above_hull(
    system: Sequence[str], records: Sequence[Record], others: Sequence[Record], references: Mapping[str, float]
) -> NDArray[np.float64]:
    """Return the energies of `records` above the hull of themselves and `others`.

    Parameters
    ----------
    system
        Symbols of the elements.
    records
        Succeeded records of the system.
    others
        Succeeded records of its subsystems.
    references
        Energy of each element, eV/atom.

    Returns
    -------
    ndarray, shape (len(records),)
        In eV/atom; zero for a stable phase.
    """
    fractions = np.array([composition(record, system) for record in (*records, *others)]).reshape(-1, len(system))
    energies = np.array([_energy(record) for record in (*records, *others)])
    formation = energies - fractions @ np.array([references[symbol] for symbol in system])
    hull = lower_hull(np.vstack([np.eye(len(system)), fractions]), np.concatenate([np.zeros(len(system)), formation]))
    above: NDArray[np.float64] = formation - hull.energies_ev(fractions)
    return above[: len(records)]


def judge(
    outcomes: Sequence[Outcome],
    others: Sequence[Record],
    references: Mapping[str, float] | None,
    selection: Selection,
) -> tuple[list[Outcome], list[Outcome]]:
    """Divide `outcomes` by their last record into those that go on and those that are dropped.

    Parameters
    ----------
    outcomes
        Decorations of one system, each with a record.
    others
        Records of the subsystems in the same potential.
    references
        Energy of each element in that potential, eV/atom; None for a system of one element, which is its own.
    selection
        Window and largest number. Known compounds are exempt from both, and do not count; where the elements of one can
        sit on the type's slots in several ways, only those are within the window of the lowest.

    Returns
    -------
    kept, dropped : list of Outcome
        Lowest above the hull first; the dropped ones with a reason.
    """
    failed = [replace(o, reason=o.last.reason) for o in outcomes if o.last is not None and not o.last.succeeded]
    alive = [(o, o.last) for o in outcomes if o.last is not None and o.last.succeeded]
    if not alive:
        return [], failed
    system = alive[0][0].system
    records = [record for _, record in alive]
    if references is None:
        references = {system[0]: min(_energy(record) for record in records)}
    heights = above_hull(system, records, others, references)
    ranked = sorted(
        (
            replace(outcome, above_hull_ev_per_atom=round(float(height), 6))
            for (outcome, _), height in zip(alive, heights, strict=True)
        ),
        key=lambda o: (o.above_hull_ev_per_atom, o.prototype, o.symbols),
    )
    kept: list[Outcome] = []
    dropped = failed
    unknown = 0
    lowest_known: dict[tuple[str, bytes], float] = {}
    for outcome in ranked:
        twin = next((other for other in kept if _same(outcome, other)), None)
        height = outcome.above_hull_ev_per_atom or 0.0
        base = height
        if outcome.known and outcome.last is not None:
            compound = (outcome.prototype, composition(outcome.last, system).round(6).tobytes())
            base = lowest_known.setdefault(compound, height)
        if twin is not None and not (outcome.known and not twin.known):
            dropped.append(replace(outcome, reason=f"same as {twin.prototype} {'-'.join(twin.symbols)}"))
        elif height - base > selection.window_ev_per_atom:
            reason = f"{height - base:.3f} eV/atom above the same compound with other elements on the slots"
            dropped.append(replace(outcome, reason=reason))
        elif not outcome.known and height > selection.window_ev_per_atom:
            reason = f"{height:.3f} eV/atom above the hull, more than {selection.window_ev_per_atom}"
            dropped.append(replace(outcome, reason=reason))
        elif not outcome.known and unknown >= selection.most:
            dropped.append(replace(outcome, reason=f"{selection.most} structures lie nearer the hull"))
        else:
            unknown += not outcome.known
            kept.append(outcome)
    return kept, dropped


def _same(first: Outcome, second: Outcome) -> bool:
    one, other = first.last, second.last
    if one is None or other is None or one.spacegroups is None or other.spacegroups is None:
        return False
    return (
        one.spacegroups[1] == other.spacegroups[1]
        and bool(np.allclose(composition(one, first.system), composition(other, first.system)))
        and abs(_energy(one) - _energy(other)) < TWIN_EV_PER_ATOM
        and abs(one.volume_a3_per_atom() / other.volume_a3_per_atom() - 1) < TWIN_VOLUME_FRACTION
    )


def _energy(record: Record) -> float:
    if record.energy_ev_per_atom is None:
        raise ValueError(f"{record.key} has no energy")
    return record.energy_ev_per_atom
