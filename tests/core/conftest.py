"""What tests of the core leave as they found it."""

from __future__ import annotations

import logging

import pytest


@pytest.fixture(autouse=True)
def _restore_logger():
    package = logging.getLogger("tieline")
    before = (package.handlers, package.level, package.propagate)
    yield
    package.handlers, package.propagate = before[0], before[2]
    package.setLevel(before[1])
