"""An OPTIMADE server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from optimade_server import Served, served


@pytest.fixture
def serve(optimade_app: Callable[[str], Any]) -> Iterator[Callable[..., Served]]:
    """Return a function that serves a provider's database until the test is over."""
    with ExitStack() as stack:

        def start(prefix: str = "alexandria", port: int = 0) -> Served:
            return stack.enter_context(served(optimade_app(prefix), port))

        yield start


@pytest.fixture
def server(serve: Callable[..., Served]) -> Served:
    """Alexandria."""
    return serve()
