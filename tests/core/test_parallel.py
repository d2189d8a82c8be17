"""Batches of work on Dask workers."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from distributed import LocalCluster

from tieline.core.errors import ParallelError, PhaseDataError
from tieline.core.parallel import Parallel, Resources, map_batches

ITEMS = list(range(12))


# The tests' modules cannot be imported on a worker, so functions go there by value.
def on_workers(function):
    function.__module__ = "__main__"
    return function


def scaled(common, batch):
    return [common * item for item in batch]


def scaled_slower_at_first(common, batch):
    time.sleep(0.3 if 0 in batch else 0.0)
    return [common * item for item in batch]


def flat(batches):
    return [value for batch in batches for value in batch]


@pytest.fixture(scope="module")
def scheduler():
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster:
        yield cluster.scheduler_address


@pytest.mark.parametrize("settings", [Parallel(workers=1), Parallel()], ids=["one worker", "too little work"])
def test_in_the_process_all_is_one_batch(settings):
    def where(_, batch):
        return os.getpid(), len(batch)

    assert map_batches(where, None, ITEMS, resources=Resources(cores=2, parallel=settings), item_s=0.01) == [
        (os.getpid(), len(ITEMS))
    ]


def test_no_items_start_no_workers():
    settings = Parallel(scheduler_address="tcp://127.0.0.1:1")
    assert map_batches(scaled, 2, [], resources=Resources(cores=2, parallel=settings), item_s=1.0) == []


def test_results_are_the_same_everywhere_and_in_order(scheduler):
    expected = [10 * item for item in ITEMS]
    for settings in (Parallel(workers=1), Parallel(workers=2), Parallel(scheduler_address=scheduler)):
        batches = map_batches(
            on_workers(scaled_slower_at_first), 10, ITEMS, resources=Resources(cores=1, parallel=settings), item_s=0.25
        )
        assert flat(batches) == expected
        assert len(batches) == (1 if settings.workers == 1 else 6)


def test_batches_are_long_enough_and_enough_for_all(scheduler):
    settings = Parallel(scheduler_address=scheduler, workers=2)
    quick = map_batches(on_workers(scaled), 1, ITEMS, resources=Resources(cores=1, parallel=settings), item_s=0.001)
    assert [len(batch) for batch in quick] == [12]
    slow = map_batches(
        on_workers(scaled), 1, list(range(64)), resources=Resources(cores=1, parallel=settings), item_s=10.0
    )
    assert [len(batch) for batch in slow] == [4] * 16


def test_killed_worker_is_replaced_and_its_batch_done_again(scheduler, tmp_path):
    """The only worker dies, and with it everything it was sent."""

    def dies_once(folder, batch):
        mark = Path(folder) / f"{batch[0]}"
        if batch[0] == 1 and not mark.exists():
            mark.touch()
            os._exit(1)
        return list(batch)

    settings = Parallel(scheduler_address=scheduler)
    batches = map_batches(
        on_workers(dies_once), str(tmp_path), [0, 1, 2], resources=Resources(cores=1, parallel=settings), item_s=1.0
    )
    assert batches == [[0], [1], [2]]
    assert (tmp_path / "1").exists()


def test_batch_that_always_fails(scheduler):
    def fails(_, batch):
        raise RuntimeError(f"no luck with {batch[0]}")

    settings = Parallel(scheduler_address=scheduler)
    with pytest.raises(ParallelError, match="no luck with 7"):
        map_batches(on_workers(fails), None, [7], resources=Resources(cores=1, parallel=settings), item_s=1.0)


def test_batch_that_fails_twice(scheduler, tmp_path):
    def fails_twice(folder, batch):
        marks = Path(folder)
        if len(list(marks.iterdir())) < 2:
            (marks / str(time.time_ns())).touch()
            raise RuntimeError
        return list(batch)

    settings = Parallel(scheduler_address=scheduler)
    assert map_batches(
        on_workers(fails_twice), str(tmp_path), [7], resources=Resources(cores=1, parallel=settings), item_s=1.0
    ) == [[7]]


def test_user_mistake_found_on_a_worker_stays_one(scheduler):
    def complains(_, batch):
        raise PhaseDataError(f"no elemental phase of {batch[0]}")

    settings = Parallel(scheduler_address=scheduler)
    with pytest.raises(PhaseDataError, match=r"^no elemental phase of Cu$"):
        map_batches(on_workers(complains), None, ["Cu"], resources=Resources(cores=1, parallel=settings), item_s=1.0)


def test_unreachable_scheduler(monkeypatch):
    from tieline.core import dask_client

    monkeypatch.setattr(dask_client, "CONNECT_TIMEOUT_S", 1.0)
    settings = Parallel(scheduler_address="tcp://127.0.0.1:1")
    with pytest.raises(ParallelError, match=r"^parallel: cannot reach tcp://127\.0\.0\.1:1 "):
        map_batches(scaled, 1, ITEMS, resources=Resources(cores=1, parallel=settings), item_s=1.0)


CLUSTER = """
import sys
from distributed import LocalCluster
cluster = LocalCluster(n_workers=1, processes=False, protocol="tcp", dashboard_address="127.0.0.1:0")
print(cluster.scheduler_address, flush=True)
sys.stdin.read()
"""


def test_scheduler_that_is_killed():
    def kills_scheduler(_, __):
        os._exit(1)

    # The worker is a thread of the scheduler's process.
    with subprocess.Popen(
        [sys.executable, "-c", CLUSTER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        settings = Parallel(scheduler_address=process.stdout.readline().decode().strip())
        with pytest.raises(ParallelError, match="scheduler went away"):
            map_batches(
                on_workers(kills_scheduler), None, [1], resources=Resources(cores=1, parallel=settings), item_s=1.0
            )
        process.kill()
