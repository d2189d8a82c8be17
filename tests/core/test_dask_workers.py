"""Schedulers and workers that cannot be used: each ends in one line, in time."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import distributed
import pytest

import tieline
from tieline.core import dask_client, dask_workers
from tieline.core.errors import ParallelError
from tieline.core.parallel import Parallel, Resources, map_batches

OLDER_DASK = os.environ.get("TIELINE_TEST_OLDER_DASK")
"""Python of an environment with another version of distributed, such as 2025.1.0."""

PACKAGE = Path(tieline.__file__).parent

HIDES_TIELINE = """
import sys
class Nowhere:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "tieline":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Nowhere())
"""

OLDER_VERSION = """
import importlib.metadata
version = importlib.metadata.version
importlib.metadata.version = lambda name: "2025.1.0" if name == "distributed" else version(name)
"""


def waits(common, batch):
    time.sleep(common)
    return list(batch)


def waits_long(begun, batch):
    Path(begun).touch()
    time.sleep(1.0)
    return list(batch)


def ends(_, __):
    os._exit(1)


# The tests' modules cannot be imported on a worker, so functions go there by value.
waits.__module__ = waits_long.__module__ = ends.__module__ = "__main__"


class Dask:
    """Dask processes of one test."""

    def __init__(self, stack, folder):
        self.stack = stack
        self.folder = folder
        self.begun = folder / "begun"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    def _start(self, module, *arguments, site="", path=None, python=sys.executable):
        folders = [str(path or PACKAGE.parent)]
        if site:
            self.folder.joinpath("sitecustomize.py").write_text(site, "utf-8")
            folders.insert(0, str(self.folder))
        command = [python, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
        with (self.folder / f"{module}.log").open("a") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, env=os.environ | {"PYTHONPATH": ":".join(folders)}
            )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process

    def scheduler(self, **options):
        port = self.address.split(":")[-1]
        process = self._start("dask_scheduler", "--host", "127.0.0.1", "--port", port, **options)
        until = time.monotonic() + 60.0
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), timeout=1.0):
                break
            time.sleep(0.1)
        return process

    def amid(self, action, *arguments, **options):
        """Act as soon as a batch is being worked on; `self.begun` is given to `waits_long` for that."""

        def wait():
            while not self.begun.exists():
                time.sleep(0.1)
            action(*arguments, **options)

        threading.Thread(target=wait, daemon=True).start()

    def worker(self, **options):
        return self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", **options)


@pytest.fixture
def dask(tmp_path):
    with ExitStack() as stack:
        yield Dask(stack, tmp_path)


def answer(function=waits, common=0.0, items=8, **settings):
    return map_batches(
        function, common, list(range(items)), resources=Resources(parallel=Parallel(**settings)), item_s=0.5
    )


def fault(within_s, function=waits, common=0.0, items=8, **settings):
    """Return the line that the work ends with, in time."""
    begun = time.monotonic()
    with pytest.raises(ParallelError) as told:
        answer(function, common, items, **settings)
    assert time.monotonic() - begun < within_s
    text = str(told.value)
    assert "\n" not in text
    return text


def test_a_worker_that_comes_late_is_waited_for(dask, caplog):
    class Starts(logging.Handler):
        def emit(self, _):
            dask.worker()

    dask.scheduler()
    waiting = logging.getLogger(dask_workers.__name__)
    waiting.addHandler(starts := Starts(logging.WARNING))
    try:
        batches = answer(scheduler_address=dask.address)
    finally:
        waiting.removeHandler(starts)
    assert [value for batch in batches for value in batch] == list(range(8))
    assert caplog.messages == [f"{dask.address} has no running workers yet; waiting for them, up to 60 s"]


def test_no_worker_comes(dask):
    dask.scheduler()
    text = fault(15, scheduler_address=dask.address, worker_timeout_s=1.0)
    assert text == (f"parallel: cannot use {dask.address}: no worker has come, for 1 s (parallel.worker_timeout_s)")


def test_a_worker_without_tieline(dask):
    dask.scheduler()
    dask.worker(site=HIDES_TIELINE)
    text = fault(30, scheduler_address=dask.address)
    assert text.startswith(f"parallel: cannot use {dask.address}: on its worker tcp://")
    assert "tieline is missing (No module named 'tieline')" in text


def test_a_worker_without_tieline_that_comes_later(dask):
    dask.scheduler()
    dask.worker()
    dask.amid(dask.worker, site=HIDES_TIELINE)
    assert "tieline is missing" in fault(120, waits_long, str(dask.begun), 400, scheduler_address=dask.address)


def test_a_worker_with_other_code_of_tieline(dask, tmp_path):
    other = tmp_path / "other" / "tieline"
    shutil.copytree(PACKAGE / "core", other / "core", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PACKAGE / "__init__.py", other)
    dask.scheduler()
    dask.worker(path=other.parent)
    text = fault(30, scheduler_address=dask.address)
    assert "code of tieline is " in text
    assert f"(here {dask_workers.environment()['code of tieline']})" in text


def test_a_worker_with_a_tieline_that_knows_less(dask, tmp_path):
    other = tmp_path / "other" / "tieline"
    other.mkdir(parents=True)
    other.joinpath("__init__.py").write_text('__version__ = "0.0.1"\n', "utf-8")
    dask.scheduler()
    dask.worker(path=other.parent)
    assert "tieline is another one (" in fault(30, scheduler_address=dask.address)


def test_a_worker_with_another_dask(dask):
    dask.scheduler()
    dask.worker(site=OLDER_VERSION)
    text = fault(30, scheduler_address=dask.address)
    assert "on its worker tcp://" in text
    assert "Dask is 2025.1.0 (here 20" in text


def test_a_scheduler_with_another_dask(dask):
    """Before a client is made, which may not get as far as to compare versions."""
    dask.scheduler(site=OLDER_VERSION + "import distributed\ndel distributed.Scheduler.identity\n")
    dask.worker()
    assert fault(30, scheduler_address=dask.address).startswith("parallel: cannot ")


@pytest.mark.skipif(OLDER_DASK is None, reason="TIELINE_TEST_OLDER_DASK names no Python with an older distributed")
@pytest.mark.parametrize("who", ["scheduler", "worker"])
def test_an_older_dask(dask, who):
    dask.scheduler(**({"python": OLDER_DASK} if who == "scheduler" else {}))
    dask.worker(python=OLDER_DASK)
    text = fault(30, scheduler_address=dask.address)
    assert ("of its scheduler" if who == "scheduler" else "on its worker tcp://") in text
    assert "Dask is 20" in text


def test_differences_are_named():
    """Python by its first two numbers: what is compiled for 3.11.2 runs on 3.11.9."""
    here = "{}.{}.99.final.0".format(*sys.version_info)
    own = distributed.__version__
    assert dask_workers.dask_difference({"host": {"python": here}, "packages": {"distributed": own}}) == ""
    text = dask_workers.dask_difference({"host": {"python": "3.8.1.final.0"}, "packages": {"distributed": "2022.1.0"}})
    assert text == f"Python is 3.8 (here {sys.version_info[0]}.{sys.version_info[1]}), Dask is 2022.1.0 (here {own})"


def test_all_workers_die_amid_the_work(dask):
    dask.scheduler()
    worker = dask.worker()
    dask.amid(worker.kill)
    text = fault(120, waits_long, str(dask.begun), 400, scheduler_address=dask.address, worker_timeout_s=20.0)
    assert "no worker is left, for 20 s (parallel.worker_timeout_s)" in text


def test_work_that_ends_its_worker(dask):
    dask.scheduler()
    dask.worker()
    assert "no worker is left" in fault(120, ends, scheduler_address=dask.address, worker_timeout_s=20.0)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_the_scheduler_goes_away_amid_the_work(dask, monkeypatch, number):
    monkeypatch.setattr(dask_workers, "ANSWER_TIMEOUT_S", 2.0)
    scheduler = dask.scheduler()
    dask.worker()
    dask.amid(scheduler.send_signal, number)
    text = fault(120, waits_long, str(dask.begun), 400, scheduler_address=dask.address, worker_timeout_s=20.0)
    assert ("went away" if number == signal.SIGKILL else "no answer (TimeoutError") in text


def test_a_worker_that_is_taken_for_a_scheduler(dask):
    dask.scheduler()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    dask._start("dask_worker", dask.address, "--no-nanny", "--host", "127.0.0.1", "--worker-port", port)
    text = fault(20, scheduler_address=f"tcp://127.0.0.1:{port}")
    assert text == f"parallel: cannot use tcp://127.0.0.1:{port}: it is a Dask worker, not a scheduler"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1", "tls://127.0.0.1:1", "ucx://127.0.0.1:1"])
def test_addresses_of_nothing(address):
    assert fault(20, scheduler_address=address).startswith(f"parallel: cannot reach {address} (")


def test_something_else_listens(monkeypatch):
    monkeypatch.setattr(dask_client, "CONNECT_TIMEOUT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        assert fault(10, scheduler_address=address).startswith(f"parallel: cannot reach {address} (TimeoutError")


def test_too_little_memory_for_a_worker(capfd):
    """10 MB: the nanny ends each worker as soon as it has started, and starts the next."""
    text = fault(60, workers=2, memory_per_worker_gb=0.01)
    assert "with no batch of work done in between; parallel.memory_per_worker_gb: 0.01 may be too little" in text
    assert capfd.readouterr() == ("", "")


def test_workers_that_do_not_start(monkeypatch):
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")
    assert fault(30, workers=2).startswith("parallel: workers on this machine do not start (")


def test_what_dask_says_goes_to_the_log_file(tmp_path, capfd):
    package = logging.getLogger("tieline")
    file = logging.FileHandler(tmp_path / "rule.log")
    package.handlers, package.propagate = [file], False
    before = logging.getLogger("distributed").handlers
    text = fault(60, ends, workers=2)
    file.close()
    assert text == "parallel: a batch of work ended its workers again and again; they may lack memory"
    assert "Removing worker" in tmp_path.joinpath("rule.log").read_text("utf-8")
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger("distributed").handlers == before
