"""What can go wrong, as exceptions whose message is one line for the user."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TielineError(Exception):
    """Base of every error that tieline raises on purpose; its message fits on one line."""


class ConfigError(TielineError):
    """A key or value of the configuration is wrong."""


class PhaseDataError(TielineError):
    """Phase data are unreadable, contradictory or incomplete."""


class TableError(PhaseDataError):
    """A table lacks a column, or a column holds values of another type than it should."""


class FetchError(TielineError):
    """A database on the network does not answer, or not as it should."""


class StructureError(TielineError):
    """A crystal structure is impossible or was lost on the way (relaxation, decoration)."""


class ParallelError(TielineError):
    """Work could not be done on the Dask workers."""


def did_you_mean(value: str, allowed: Iterable[str]) -> str:
    """Return `` (did you mean 'x'?)`` for the nearest allowed spelling, or an empty string.

    Parameters
    ----------
    value
        What was given.
    allowed
        The right spellings.
    """
    folded = {spelling.casefold(): spelling for spelling in allowed}
    matches = get_close_matches(value.casefold(), folded, n=1, cutoff=0.6)
    return f" (did you mean {folded[matches[0]]!r}?)" if matches else ""
