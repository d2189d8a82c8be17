"""Where the Dask client comes from, and how batches of work go through it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import Field

from tieline.core.errors import ParallelError, TielineError
from tieline.core.settings import Section

if TYPE_CHECKING:
    from distributed import Client, Future, LocalCluster

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

CONNECT_TIMEOUT = "10s"
"""How long to wait for a scheduler given by address."""

LARGE_GRAPH_WARNING = "1GB"
"""Above this Dask warns that much is sent through the scheduler; what batches have in common is tens of MB."""


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
        If the scheduler cannot be reached or a batch killed its workers again and again.
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
    # Half a second of imports that small work does without.
    from distributed import as_completed  # noqa: PLC0415

    results: dict[int, Result] = {}
    with _client(settings, workers) as client:
        # The result of a task, not scattered data: if every worker that holds it dies, it is made again.
        shared = client.submit(_itself, common, pure=False)
        futures = {
            client.submit(function, shared, batch, retries=RETRIES, pure=False): number
            for number, batch in enumerate(batches)
        }
        for future in as_completed(futures):
            if future.status != "finished":
                raise _reason(future)
            results[futures[future]] = future.result()
    return [results[number] for number in range(len(batches))]


def _itself(common: Common) -> Common:
    return common


def _reason(future: Future[Any]) -> TielineError:
    if future.status != "error":
        return ParallelError("parallel: the Dask scheduler went away in the middle of the work")
    error = future.exception()
    if isinstance(error, TielineError):
        return error
    return ParallelError(f"a batch of work failed on the Dask workers: {error!r}")


@contextmanager
def _client(settings: Parallel, workers: int) -> Iterator[Client]:
    """Yield a client of the configured scheduler, or of a cluster on this machine.

    An error while shutting down is logged and goes no further: the results are complete by then.
    """
    # One queued task per worker: a task that kills its worker takes no innocent ones with it.
    options = {
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.large-graph-warning-threshold": LARGE_GRAPH_WARNING,
    }
    import dask  # noqa: PLC0415

    with dask.config.set(options), ExitStack() as opened:
        yield _connected(settings, workers, opened)


def _connected(settings: Parallel, workers: int, opened: ExitStack) -> Client:
    """Return a connected client; what is opened on the way is closed with `opened`."""
    from distributed import Client, LocalCluster  # noqa: PLC0415

    try:
        if settings.scheduler_address is not None:
            client = Client(settings.scheduler_address, timeout=CONNECT_TIMEOUT)
            opened.callback(_close, client)
            if not client.nthreads():
                log.warning("%s has no workers yet; waiting for them", settings.scheduler_address)
            return client
        memory = settings.memory_per_worker_gb
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit="auto" if memory is None else f"{memory}GB",
            dashboard_address="127.0.0.1:0",
        )
        opened.callback(_close, cluster)
        client = Client(cluster)
    except (OSError, TimeoutError) as error:
        where = settings.scheduler_address or "a cluster on this machine"
        raise ParallelError(f"parallel: cannot reach {where} ({error})") from error
    opened.callback(_close, client)
    return client


def _close(part: Client | LocalCluster) -> None:
    try:
        part.close()
    except Exception:
        # Whatever goes wrong in shutting down, the results are complete by then.
        log.warning("Dask did not shut down cleanly; the results are not affected", exc_info=True)
