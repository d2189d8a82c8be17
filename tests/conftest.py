"""Hypothesis draws the same examples in every run; servers are made once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("tieline", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("tieline")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that the workers of pytest-xdist end together."""
    items.sort(key=lambda item: item.path.parent.name != "workflow")


@pytest.fixture(scope="session")
def optimade_app(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return a function that makes an OPTIMADE server by its provider's name, each once: alexandria, mp, oqmd."""
    folder = tmp_path_factory.mktemp("optimade")

    @cache
    def make(prefix: str) -> Any:
        # Takes seconds to import, and only some tests need it.
        import optimade_server

        entries = {
            "alexandria": optimade_server.alexandria,
            "mp": optimade_server.materials_project,
            "oqmd": optimade_server.oqmd,
        }
        return optimade_server.application(prefix, entries[prefix](), folder)

    return make


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Return a function that mounts an empty disk of so many kilobytes; the test is skipped where none can be."""
    import small_disk

    with ExitStack() as mounts:

        def make(kilobytes: int) -> Path:
            try:
                return mounts.enter_context(small_disk.mounted(tmp_path / "disk", kilobytes))
            except small_disk.NoMountsError as error:
                pytest.skip(f"no disk can be mounted: {error}")

        yield make


@pytest.fixture(scope="session")
def materials_project_phases():
    """What the Materials Project's server holds: phases of 14 elements, and some of other functionals."""
    from materials_project_server import Made, make_phases

    phases = make_phases()
    si, silicide = phases[0], next(p for p in phases if set(p.symbols) == {"Si", "Ti"})
    others = [
        Made(9001, si.prototype, ("Si",), -5.0, thermo_type="r2SCAN", run_type="r2SCAN"),
        Made(9002, silicide.prototype, silicide.symbols, -6.0, thermo_type="r2SCAN", run_type="r2SCAN"),
        Made(9003, silicide.prototype, silicide.symbols, -6.5, thermo_type="GGA_GGA+U_R2SCAN"),
    ]
    return phases, others


@pytest.fixture(scope="session")
def materials_project(materials_project_phases):
    """Address of the Materials Project's server on this machine."""
    from materials_project_server import server

    with server(*materials_project_phases) as address:
        yield address


@pytest.fixture
def network(materials_project):
    """A proxy in front of the server, for a test to play tricks with."""
    from materials_project_server import bad_network

    with bad_network(materials_project) as between:
        yield between


@pytest.fixture(scope="session")
def small_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of every stage on a few hand-made phases; tests leave them as they are."""
    import small_run

    folder = tmp_path_factory.mktemp("small")
    small_run.write_phases(folder / "mine.csv")
    with own_logging():
        for stage in small_run.INPUTS:
            small_run.run_stage(stage, folder)
    return folder


@pytest.fixture
def _own_logging() -> Iterator[None]:
    """Leave the package's logger as it was: stages set it up anew."""
    with own_logging():
        yield


@contextmanager
def own_logging() -> Iterator[None]:
    package = logging.getLogger("tieline")
    before = package.handlers, package.level, package.propagate
    yield
    package.handlers, package.propagate = before[0], before[2]
    package.setLevel(before[1])
