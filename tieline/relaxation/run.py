"""Running the funnels of many chemical systems on Dask workers, so that a killed run loses only what was in flight."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from distributed import Client, Future, as_completed

from tieline.core.errors import ParallelError, StructureError
from tieline.data.potentials import weights_sha256
from tieline.relaxation.funnel import funnel
from tieline.relaxation.records import Record, RecordFile
from tieline.relaxation.selection import Outcome
from tieline.relaxation.settings import ReferenceSettings
from tieline.relaxation.tasks import Task, compute

logger = logging.getLogger(__name__)

PRESCREENS_PER_BATCH = 8
"""Volume searches take some 0.3 s each; a batch should outlast the scheduling of it many times."""

RETRIES = 2
"""Times a batch is computed again after it raised."""

System = tuple[str, ...]
"""Sorted symbols of a chemical system."""

Outcomes = dict[System, tuple[Outcome, ...]]
"""Outcomes by chemical system."""


class _Course:
    """The funnel of one system, fed with records as they come."""

    def __init__(self, system: System, settings: ReferenceSettings, finished: Outcomes) -> None:
        self._stream = funnel(system, settings, finished)
        self._tasks = next(self._stream)
        self._found: dict[str, Record] = {}
        self.outcomes: tuple[Outcome, ...] | None = None
        """What became of the system; None until its funnel ends."""

    def feed(self, records: Mapping[str, Record]) -> tuple[Task, ...]:
        """Go on as far as `records` reach and return the tasks that wait for a record."""
        while self.outcomes is None:
            self._found |= {task.key: records[task.key] for task in self._tasks if task.key in records}
            missing = tuple(task for task in self._tasks if task.key not in self._found)
            if missing:
                return missing
            try:
                self._tasks = self._stream.send(tuple(self._found[task.key] for task in self._tasks))
            except StopIteration as stop:
                self.outcomes = stop.value
        return ()


def replay(settings: ReferenceSettings, stored: Mapping[str, Record]) -> Outcomes:
    """Return the outcomes of every system of the plan whose funnel the `stored` records take to its end."""
    finished: Outcomes = {}
    touched = {tuple(sorted(set(record.symbols))) for record in stored.values()}
    for system in settings.plan():
        started = system in touched or system not in settings.decorated
        if not started or not all(part in finished for part in _parts(system)):
            continue
        try:
            course = _Course(system, settings, finished)
            course.feed(stored)
        except StructureError as error:
            logger.warning("%s", error)
            continue
        if course.outcomes is not None:
            finished[system] = course.outcomes
    return finished


def execute(settings: ReferenceSettings, store: RecordFile, client: Client) -> Outcomes:
    """Compute whatever the plan needs and `store` lacks, writing each record as it comes.

    Parameters
    ----------
    settings
        Plan and settings.
    store
        Where records are kept; this process is its only writer.
    client
        Dask client whose workers can import the potentials.

    Returns
    -------
    dict
        Outcomes of every system.

    Raises
    ------
    ParallelError
        If a system could not be brought to its end, after everything else is done.
    """
    run = _Run(settings, store, client)
    run.start_what_fits()
    while run.owner:
        run.collect_one()
        run.start_what_fits()
    if run.lost:
        system, reason = next(iter(run.lost.items()))
        raise ParallelError(f"{len(run.lost)} systems are unfinished, first {'-'.join(system)}: {reason}")
    return run.finished


class _Run:
    """The state of `execute`: which systems wait, which are under way, and who works for which."""

    def __init__(self, settings: ReferenceSettings, store: RecordFile, client: Client) -> None:
        self.owner: dict[Future[tuple[Record, ...]], System] = {}
        """System of each batch on the workers."""

        self.finished: Outcomes = {}
        self.lost: dict[System, str] = {}
        """Why systems could not be finished."""

        self._settings, self._store, self._client = settings, store, client
        self._stored = _up_to_date(store.read(), settings)
        self._waiting = list(settings.plan())
        self._order = {system: number for number, system in enumerate(self._waiting)}
        self._courses: dict[System, _Course] = {}
        self._sent: set[str] = set()
        self._completed = as_completed()
        self._enough = 2 * sum(client.nthreads().values())
        logger.info("%s: %d records; %d systems", store.path, len(self._stored), len(self._waiting))

    def start_what_fits(self) -> None:
        """Start systems in the order of the plan until every worker has something to do next."""
        for system in tuple(self._waiting):
            if len(self.owner) >= self._enough:
                return
            if any(part in self.lost for part in _parts(system)):
                self._waiting.remove(system)
                self.lost[system] = "a part of it is unfinished"
            elif all(part in self.finished for part in _parts(system)):
                self._waiting.remove(system)
                try:
                    self._courses[system] = _Course(system, self._settings, self.finished)
                except StructureError as error:
                    self.lost[system] = str(error)
                    continue
                self._feed(system)

    def collect_one(self) -> None:
        """Wait for a batch, keep its records, and send what its system needs next."""
        future = next(self._completed)
        system = self.owner.pop(future)
        if future.status != "finished":
            self._courses.pop(system, None)
            self.lost[system] = f"{type(future.exception()).__name__}: {future.exception()}"
            logger.error("%s: %s", "-".join(system), self.lost[system])
            return
        records: tuple[Record, ...] = future.result()
        self._store.append(records)
        self._stored.update((record.key, record) for record in records)
        if system in self._courses:
            self._feed(system)

    def _feed(self, system: System) -> None:
        course = self._courses[system]
        missing = [task for task in course.feed(self._stored) if task.key not in self._sent]
        self._sent |= {task.key for task in missing}
        for batch in _batches(missing):
            future = self._client.submit(compute, batch, pure=False, retries=RETRIES, priority=-self._order[system])
            self.owner[future] = system
            self._completed.add(future)
        if course.outcomes is not None:
            del self._courses[system]
            self.finished[system] = course.outcomes
            kept = sum(not outcome.reason for outcome in course.outcomes)
            logger.info("%s: %d decorations, %d kept", "-".join(system), len(course.outcomes), kept)


def _up_to_date(records: Mapping[str, Record], settings: ReferenceSettings) -> dict[str, Record]:
    """Return the records that the potentials of `settings` made as they are now; a retrained one starts anew."""
    names = {stage.potential for stage in (settings.prescreen, settings.relax, settings.refine)}
    current = {name: weights_sha256(name) for name in names}
    return {key: record for key, record in records.items() if record.weights_sha256 == current.get(record.potential)}


def _batches(tasks: Sequence[Task]) -> Iterator[tuple[Task, ...]]:
    """Yield `tasks` in batches: volume searches together, relaxations by themselves."""
    size = PRESCREENS_PER_BATCH if tasks and tasks[0].stage == "prescreen" else 1
    for start in range(0, len(tasks), size):
        yield tuple(tasks[start : start + size])


def _parts(system: System) -> Iterator[System]:
    """Yield every chemical system within `system`, itself left out."""
    for size in range(1, len(system)):
        yield from combinations(system, size)
