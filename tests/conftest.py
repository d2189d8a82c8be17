"""Hypothesis draws the same examples in every run; servers are made once."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("tieline", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("tieline")


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


@pytest.fixture(scope="session")
def materials_project_phases():
    """What the Materials Project's server holds: phases of 20 elements, and some of other functionals."""
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
