"""Dask workers: whether they have the software of this process, and whether they get on with the work."""

from __future__ import annotations

import hashlib
import logging
import sys
import time
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tieline.core.errors import ParallelError

if TYPE_CHECKING:
    from distributed import Client

    from tieline.core.parallel import Parallel

log = logging.getLogger(__name__)

ANSWER_TIMEOUT_S = 30.0
"""How long to wait for what workers say of themselves; they import tieline for it."""

POLL_S = 1.0
"""How often workers are looked at."""

DEATHS_PER_WORKER = 4
"""Workers that die so often, with no batch done in between, will not do better; Dask gives up on a task as soon."""

PACKAGES = ("dask", "distributed", "numpy", "scipy", "spglib")
"""What the work is done with; its results, or whether it can be sent at all, depend on the versions."""


class Watch:
    """Looks after the workers of a client before and while they work.

    Parameters
    ----------
    client
        Connected.
    settings
        Where the workers are, and how long to wait while none of them runs.
    """

    def __init__(self, client: Client, settings: Parallel) -> None:
        self._client = client
        self._settings = settings
        self._where = settings.scheduler_address or "the workers on this machine"
        self._known: frozenset[str] = frozenset()
        self._had_workers = False
        self._most_workers = 1
        self._deaths_before = 0
        self._progress = True
        self._running_at = self._checked_at = time.monotonic()

    def wait_for_worker(self) -> None:
        """Return when a worker runs.

        Raises
        ------
        ParallelError
            As `check` does.
        """
        self.check()
        if not self._had_workers:
            log.warning(
                "%s has no running workers yet; waiting for them, up to %g s",
                self._where,
                self._settings.worker_timeout_s,
            )
        while not self._had_workers:
            time.sleep(POLL_S)
            self.check()

    def progress(self) -> None:
        """Note that a batch is done, and check the workers if that was long ago."""
        self._progress = True
        if time.monotonic() - self._checked_at > POLL_S:
            self.check()

    def check(self) -> None:
        """Look at the workers.

        Raises
        ------
        ParallelError
            If new workers differ from this process, none has been running for too long, or they die one after the
            other.
        """
        try:
            workers = self._ask("identity")["workers"]
            if self._settings.scheduler_address is not None and (new := workers.keys() - self._known):
                self._require_alike(new)
            deaths = self._deaths()
        except (OSError, TimeoutError) as error:
            self._wait(f"no answer ({said(error)})")
            return
        finally:
            self._checked_at = time.monotonic()
        self._known = frozenset(workers)
        self._most_workers = max(self._most_workers, len(workers))
        if self._progress:
            self._deaths_before, self._progress = deaths, False
        elif deaths - self._deaths_before >= DEATHS_PER_WORKER * self._most_workers:
            raise ParallelError(
                f"parallel: cannot use {self._where}: workers died {deaths - self._deaths_before} times with no batch "
                f"of work done in between{self._hint()}"
            )
        statuses = {worker["status"] for worker in workers.values()}
        if "running" in statuses:
            self._had_workers = True
            self._running_at = self._checked_at
        elif "paused" in statuses:
            self._wait("all workers are paused, as their memory is nearly full")
        else:
            self._wait("no worker is left" if self._had_workers else "no worker has come")

    def _wait(self, why: str) -> None:
        """Raise if that has been so for too long."""
        patience_s = self._settings.worker_timeout_s
        if time.monotonic() - self._running_at > patience_s:
            raise ParallelError(
                f"parallel: cannot use {self._where}: {why}, for {patience_s:g} s "
                f"(parallel.worker_timeout_s){self._hint()}"
            )

    def _hint(self) -> str:
        """Say where to look, as the end of a sentence."""
        limit = self._settings.memory_per_worker_gb
        if self._settings.scheduler_address is not None:
            return "; the log of the workers says why" if self._had_workers else ""
        return "" if limit is None else f"; parallel.memory_per_worker_gb: {limit:g} may be too little"

    def _deaths(self) -> int:
        """Return how many workers have gone that nobody sent away, or were ended for want of memory."""
        gone = sum(
            event["action"] == "remove-worker" and not event["expected"]
            for _, event in self._ask("events", topic="all")
        )
        return max(int(gone), len(self._ask("events", topic="worker-restart-memory")))

    def _require_alike(self, addresses: Collection[str]) -> None:
        """Raise unless workers have the same software as this process."""
        # Another Dask or Python may not even understand what is to be run.
        question = {"op": "versions", "packages": []}
        answers = self._ask("broadcast", msg=question, workers=[*addresses], on_error="ignore")
        different = {address: dask_difference(answer) for address, answer in answers.items()}
        if not any(different.values()):
            answers = self._ask_workers(environment, addresses)
            different = {address: _difference(answer) for address, answer in answers.items()}
        wrong = sorted(address for address, difference in different.items() if difference)
        if wrong:
            others = f" (like {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            raise ParallelError(
                f"parallel: cannot use {self._where}: on its worker {wrong[0]}{others} {different[wrong[0]]}; "
                f"workers need the same software as this process"
            )

    def _ask(self, question: str, **options: Any) -> Any:
        """Return what the scheduler answers, in time."""
        return self._client.sync(
            getattr(self._client.scheduler, question), callback_timeout=ANSWER_TIMEOUT_S, **options
        )

    def _ask_workers(self, function: Callable[[], Any], addresses: Collection[str]) -> Any:
        """Return by worker what `function` returns there or the error that it raises, in time."""

        async def answers() -> Any:
            return await self._client.run(function, workers=[*addresses], on_error="return")

        return self._client.sync(answers, callback_timeout=ANSWER_TIMEOUT_S)


def environment() -> dict[str, str]:
    """Return what the results depend on: versions by package, and a checksum of the package's code."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root).as_posix()
        # An installed package holds the workflow besides.
        if not name.startswith("_workflow/"):
            digest.update(f"{name}\n".encode() + path.read_bytes())
    return {package: _version(package) for package in PACKAGES} | {"code of tieline": digest.hexdigest()[:12]}


def dask_difference(versions: Mapping[str, Any]) -> str:
    """Say how Python and Dask elsewhere, by what a Dask server says of its versions, differ from those here."""
    python = ".".join(str(versions["host"]["python"]).split(".")[:2])
    there = {"Python": python} | {"Dask": versions["packages"].get("distributed")}
    here = {"Python": "{}.{}".format(*sys.version_info), "Dask": _version("distributed")}
    return _compared(there, here)


def _difference(answer: Mapping[str, str] | Exception) -> str:
    """Say how an environment elsewhere differs from that here."""
    if isinstance(answer, (OSError, TimeoutError)):
        # The worker has gone in the meantime.
        return ""
    if isinstance(answer, Exception):
        # Over the network another type may come than was raised.
        missing = "No module named 'tieline'"
        return (
            f"tieline is missing ({missing})" if missing in str(answer) else f"tieline is another one ({said(answer)})"
        )
    return _compared(answer, environment())


def _compared(there: Mapping[str, str | None], here: Mapping[str, str]) -> str:
    return ", ".join(
        f"{name} is {there.get(name) or 'missing'} (here {own})" for name, own in here.items() if there.get(name) != own
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def said(error: BaseException) -> str:
    """Return what an error is and says, on one line."""
    """Return type and text of an error on one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())
