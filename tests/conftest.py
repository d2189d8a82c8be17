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
