"""How batches of work go through Dask workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from tieline.core.dask_client import dask_client
from tieline.core.dask_workers import POLL_S, Watch
from tieline.core.errors import ParallelError, TielineError
from tieline.core.settings import Section

if TYPE_CHECKING:
    from distributed import Future

log = logging.getLogger(__name__)

Common = TypeVar("Common")
Item = TypeVar("Item")
Result = TypeVar("Result")

START_UP_S = 5.0
"""Work of fewer core-seconds than this is done in the process: starting workers costs about as much."""

BATCH_S = 0.5
"""Batches take at least about this long, so that the scheduler's milliseconds do not count."""

BATCHES_PER_WORKER = 8
"""Enough batches that workers finish together, where the work is long enough."""

RETRIES = 3
"""How often a batch that raised is tried again; one whose worker died is, as often as the scheduler allows."""


class Parallel(Section):
    """Where the work of each stage runs. Results do not depend on it."""

    workers: int | None = Field(
        None,
        ge=1,
        le=4096,
        description="Number of Dask workers of each stage. null: as many as the cores that Snakemake was given, if "
        "the work takes longer than starting them; 1: no workers, everything runs in the process of the stage.",
    )
    scheduler_address: str | None = Field(
        None,
        pattern=r"^(tcp|tls|ucx|ws|wss)://\S+$",
        description="Address of a running Dask scheduler, such as tcp://node01:8786. null: workers are started on "
        "this machine.",
    )
    memory_per_worker_gb: float | None = Field(
        None,
        gt=0.0,
        description="Memory limit of each worker on this machine. null: an equal share of the memory for each core.",
        json_schema_extra={"unit": "GB"},
    )
    worker_timeout_s: float = Field(
        60.0,
        gt=0.0,
        le=604800.0,
        description="Longest time that work waits while no Dask worker runs, for the first one as well as after all "
        "have ended. Raise it where workers stand in the queue of a cluster.",
        json_schema_extra={"unit": "s"},
    )


@dataclass(frozen=True)
class Resources:
    """What a stage may use."""

    cores: int = 1
    """Cores, where `parallel` does not say how many workers."""

    parallel: Parallel = field(default_factory=Parallel)
    """Where work runs."""


def map_batches(
    function: Callable[[Common, Sequence[Item]], Result],
    common: Common,
    items: Sequence[Item],
    *,
    resources: Resources,
    item_s: float,
) -> list[Result]:
    """Apply `function` to `items`, in batches, on Dask workers if that is worth starting them.

    Parameters
    ----------
    function
        Pure function of `common` and a batch of items; must be importable on the workers.
    common
        What every batch needs; sent to each worker once.
    items
        The work, in an order that keeps related items together.
    resources
        Cores, scheduler address, number of workers and memory; what `resources.parallel` says is used however small
        the work.
    item_s
        Rough time one item takes on one core, in seconds; decides the batch size and nothing else.

    Returns
    -------
    list
        Results of the batches, in the order of `items`, whatever order they finished in.

    Raises
    ------
    ParallelError
        If the scheduler or its workers cannot be used, no worker runs for too long, or a batch killed its workers
        again and again.
    """
    if not items:
        return []
    settings = resources.parallel
    workers = settings.workers or resources.cores
    work_s = len(items) * item_s
    too_small = settings.workers is None and work_s < START_UP_S
    if settings.scheduler_address is None and (workers == 1 or too_small):
        return [function(common, items)]
    size = max(1, round(BATCH_S / item_s), -(-len(items) // (workers * BATCHES_PER_WORKER)))
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    log.info("%d items in %d batches, about %.0f core-seconds", len(items), len(batches), work_s)
    results: dict[int, Result] = {}
    with dask_client(settings, workers) as (client, watch):
        watch.wait_for_worker()
        # The result of a task, not scattered data: if every worker that holds it dies, it is made again.
        shared = client.submit(_itself, common, pure=False)
        futures = {
            client.submit(function, shared, batch, retries=RETRIES, pure=False): number
            for number, batch in enumerate(batches)
        }
        for future in _done(list(futures), watch):
            if future.status != "finished":
                raise _reason(future)
            results[futures[future]] = future.result()
    return [results[number] for number in range(len(batches))]


def _itself(common: Common) -> Common:
    return common


def _done(futures: Sequence[Future[Any]], watch: Watch) -> Iterator[Future[Any]]:
    """Yield futures as they are done, or failed, with an eye on the workers."""
    done: SimpleQueue[Future[Any]] = SimpleQueue()
    for future in futures:
        future.add_done_callback(done.put)
    n_left = len(futures)
    while n_left:
        try:
            future = done.get(timeout=POLL_S)
        except Empty:
            watch.check()
        else:
            n_left -= 1
            yield future
            watch.progress()


def _reason(future: Future[Any]) -> TielineError:
    if future.status != "error":
        return ParallelError("parallel: the Dask scheduler went away in the middle of the work")
    error = future.exception()
    if isinstance(error, TielineError):
        return error
    if type(error).__name__ == "KilledWorker":
        return ParallelError("parallel: a batch of work ended its workers again and again; they may lack memory")
    return ParallelError(f"a batch of work failed on the Dask workers: {error!r}")
