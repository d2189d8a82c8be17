"""One computation of the funnel: what is sent to a worker, and what the worker does with it."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from ase import Atoms

from tieline.core.errors import StructureError
from tieline.data.potentials import calculator, potential_version, weights_sha256
from tieline.relaxation.checks import Expectation
from tieline.relaxation.records import Record, Stage
from tieline.relaxation.relax import primitive, relax, search_volume
from tieline.relaxation.settings import Limits, PrescreenSettings, RelaxSettings, digest


@dataclass(frozen=True)
class Task:
    """One computation, with everything a worker needs."""

    stage: Stage
    """Step of the funnel."""

    prototype: str
    """Label of the prototype."""

    symbols: tuple[str, ...]
    """Symbols on the prototype's slots."""

    geometry: str
    """Digest of the prototype's geometry, so that a corrected prototype is computed anew."""

    start: Atoms
    """Structure to start from."""

    expected: Expectation
    """What the elements say of the result."""

    settings: PrescreenSettings | RelaxSettings
    """Settings of this stage."""

    limits: Limits
    """Bounds outside which a structure is lost."""

    @property
    def key(self) -> str:
        """What is computed with which settings."""
        slots = "-".join(self.symbols)
        return f"{self.stage}|{self.prototype}|{slots}|{self.geometry}|{digest(self.settings)}"


def geometry_digest(atoms: Atoms) -> str:
    """Return eight hexadecimal digits for the shape of `atoms`, whatever its volume."""
    shape = atoms.cell.array / np.cbrt(atoms.get_volume())
    values = np.round(np.concatenate([shape.ravel(), atoms.get_scaled_positions().ravel()]), 3) + 0.0
    return hashlib.sha256(values.tobytes() + atoms.numbers.tobytes()).hexdigest()[:8]


def compute(tasks: tuple[Task, ...]) -> tuple[Record, ...]:
    """Return the records of `tasks`, computed one after another in this process."""
    return tuple(_compute(task) for task in tasks)


def _compute(task: Task) -> Record:
    potential = calculator(task.settings.potential)
    started = time.process_time()
    atoms: Atoms | None = None
    energy = fmax = spacegroups = None
    steps, optimiser, reason = 0, "", ""
    try:
        if isinstance(task.settings, PrescreenSettings):
            found = search_volume(primitive(task.start), potential, task.expected, task.settings)
            atoms, energy, steps = found.atoms, found.energy_ev_per_atom, found.evaluations
        else:
            relaxed = relax(task.start, potential, task.expected, task.settings, task.limits)
            atoms, energy, steps = relaxed.atoms, relaxed.energy_ev_per_atom, relaxed.steps
            fmax, spacegroups, optimiser = relaxed.fmax_ev_per_a, relaxed.spacegroups, relaxed.optimiser
    except StructureError as error:
        reason = str(error)
    return Record(
        key=task.key,
        stage=task.stage,
        prototype=task.prototype,
        symbols=task.symbols,
        potential=task.settings.potential,
        potential_version=potential_version(task.settings.potential),
        weights_sha256=weights_sha256(task.settings.potential),
        reason=reason,
        energy_ev_per_atom=energy,
        fmax_ev_per_a=fmax,
        steps=steps,
        optimiser=optimiser,
        numbers=tuple(int(n) for n in (atoms or task.start).numbers),
        cell_a=() if atoms is None else tuple(atoms.cell.array.ravel().round(8).tolist()),
        scaled_positions=() if atoms is None else tuple(atoms.get_scaled_positions().ravel().round(8).tolist()),
        spacegroups=spacegroups,
        cpu_seconds=round(time.process_time() - started, 3),
        finished_on=datetime.now(UTC).date().isoformat(),
    )
