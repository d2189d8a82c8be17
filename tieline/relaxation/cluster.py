"""Dask workers for relaxations: one process and one thread each, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import dask
from distributed import Client, LocalCluster

ENVIRONMENT: dict[str, str] = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_TRIM_THRESHOLD_": str(8 << 30),
    "MALLOC_MMAP_THRESHOLD_": str(4 << 30),
}
"""Set in each worker before it starts. Dask's own value makes glibc hand the memory of every tensor back to the system
after use: the same relaxations then take 1.5 times as long, a third of it in the kernel."""


@contextmanager
def local_client(workers: int) -> Iterator[Client]:
    """Yield a client of `workers` new worker processes.

    Parameters
    ----------
    workers
        Number of processes; each holds a potential, 0.9-1.5 GB.
    """
    settings = {
        "distributed.nanny.pre-spawn-environ": ENVIRONMENT,
        # One queued task per worker: a task that kills its worker takes no innocent ones with it.
        "distributed.scheduler.worker-saturation": 1.0,
    }
    with (
        dask.config.set(settings),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=None,
            # None would be port 8787 of every address of this machine.
            dashboard_address="127.0.0.1:0",
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client
