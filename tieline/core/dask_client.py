"""A Dask client whose workers can do the work: reached in time, alike, and watched while they are at it."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tieline.core.dask_workers import Watch, dask_difference, said
from tieline.core.errors import ParallelError

if TYPE_CHECKING:
    from distributed import Client, LocalCluster

    from tieline.core.parallel import Parallel

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_S = 10.0
"""How long to wait for the first answer of a scheduler given by address."""

START_TIMEOUT_S = 60.0
"""How long workers on this machine may take to start."""

LARGE_GRAPH_WARNING = "1GB"
"""Above this Dask warns that much is sent through the scheduler; what batches have in common is tens of MB."""


@contextmanager
def dask_client(settings: Parallel, workers: int) -> Iterator[tuple[Client, Watch]]:
    """Yield a client of the configured scheduler, or of a cluster on this machine, and what watches its workers.

    What Dask logs goes to the log file of the stage. An error while shutting down is logged and goes no further: the
    results are complete by then.

    Parameters
    ----------
    settings
        Where workers are.
    workers
        How many to start, if they are started here.

    Raises
    ------
    ParallelError
        If the scheduler cannot be used, or workers on this machine do not start.
    """
    options = {
        # One queued task per worker: a task that kills its worker takes no innocent ones with it.
        "distributed.scheduler.worker-saturation": 1.0,
        "distributed.admin.large-graph-warning-threshold": LARGE_GRAPH_WARNING,
    }
    import dask  # noqa: PLC0415
    import distributed  # noqa: F401, PLC0415  (its defaults would be lost with the options, were it imported later)

    with dask.config.set(options), _logged(), ExitStack() as opened:
        if settings.scheduler_address is not None:
            client = _connected(settings.scheduler_address, opened)
        else:
            client = _started(settings, workers, opened)
        yield client, Watch(client, settings)


def _connected(address: str, opened: ExitStack) -> Client:
    """Return a client of a running scheduler, closed with `opened`."""
    from distributed import Client  # noqa: PLC0415
    from distributed.versions import VersionMismatchWarning  # noqa: PLC0415

    try:
        difference = _greeted(address)
        with warnings.catch_warnings():
            # What must not differ is checked, and said, by us.
            warnings.simplefilter("ignore", VersionMismatchWarning)
            client = None if difference else Client(address, timeout=CONNECT_TIMEOUT_S)
    except Exception as error:
        # Whatever may listen there: Dask has no errors of its own for what it does not understand.
        raise ParallelError(f"parallel: cannot reach {address} ({said(error)})") from error
    if client is None:
        raise ParallelError(f"parallel: cannot use {address}: {difference}")
    opened.callback(_close, client)
    return client


def _greeted(address: str) -> str:
    """Return how a scheduler differs from what is needed; a client may not get so far as to say so."""
    from distributed import Security, rpc  # noqa: PLC0415
    from distributed.utils import LoopRunner  # noqa: PLC0415

    async def greeted() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        arguments = Security().get_connection_args("client")
        async with rpc(address, timeout=CONNECT_TIMEOUT_S, connection_args=arguments) as server:
            return await server.identity(), await server.versions()

    identity, versions = LoopRunner().run_sync(greeted, callback_timeout=CONNECT_TIMEOUT_S)
    if identity["type"] != "Scheduler":
        return f"it is a Dask {identity['type'].lower()}, not a scheduler"
    difference = dask_difference(versions)
    return f"of its scheduler {difference}; it needs the same software as this process" if difference else ""


def _started(settings: Parallel, workers: int, opened: ExitStack) -> Client:
    """Return a client of workers started on this machine; both are closed with `opened`."""
    from distributed import Client, LocalCluster  # noqa: PLC0415

    memory = settings.memory_per_worker_gb
    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit="auto" if memory is None else f"{memory}GB",
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
            death_timeout=START_TIMEOUT_S,
        )
        opened.callback(_close, cluster)
        client = Client(cluster)
    except Exception as error:
        # Anything may keep processes from starting.
        raise ParallelError(f"parallel: workers on this machine do not start ({said(error)})") from error
    opened.callback(_close, client)
    return client


def _close(part: Client | LocalCluster) -> None:
    try:
        part.close()
    except Exception:
        # Whatever goes wrong in shutting down, the results are complete by then.
        log.warning("Dask did not shut down cleanly; the results are not affected", exc_info=True)


class _ToLogFiles(logging.Handler):
    """Hands records to the files that the package logs to, and to no terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        for handler in logging.getLogger("tieline").handlers:
            if isinstance(handler, logging.FileHandler) and record.levelno >= handler.level:
                handler.handle(record)


@contextmanager
def _logged() -> Iterator[None]:
    """Let what Dask says go to the log file; what the user needs is said in one line of ours."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado", "asyncio")]
    before = [(logger, logger.handlers, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.handlers, logger.propagate = [_ToLogFiles()], False
    try:
        yield
    finally:
        for logger, handlers, propagate in before:
            logger.handlers, logger.propagate = handlers, propagate
