"""Hints and the family of errors."""

from __future__ import annotations

import pytest

from tieline.core.errors import (
    ConfigError,
    FetchError,
    ParallelError,
    PhaseDataError,
    StructureError,
    TableError,
    TielineError,
    did_you_mean,
)


@pytest.mark.parametrize("error", [ConfigError, FetchError, ParallelError, PhaseDataError, StructureError, TableError])
def test_one_family(error):
    assert issubclass(error, TielineError)


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("tolerence", " (did you mean 'tolerance'?)"),
        ("TOLERANCE", " (did you mean 'tolerance'?)"),
        ("ti", " (did you mean 'Ti'?)"),
        ("quite different", ""),
        ("", ""),
    ],
)
def test_nearest_spelling(value, hint):
    assert did_you_mean(value, iter(["tolerance", "Ti", "workers"])) == hint
