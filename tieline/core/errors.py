"""What can go wrong, as exceptions whose message is one line for the user."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path


class TielineError(Exception):
    """Base of every error that tieline raises on purpose; its message fits on one line."""


class ConfigError(TielineError):
    """A key or value of the configuration is wrong."""


class PhaseDataError(TielineError):
    """Phase data are unreadable, contradictory or incomplete."""


class TableError(PhaseDataError):
    """A table lacks a column, or a column holds values of another type than it should."""


class StorageError(TielineError):
    """A file cannot be read or written: no room, no permission, no such name."""


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


ADVICE = {
    errno.ENOSPC: "make room there and run again",
    errno.EDQUOT: "make room there and run again",
    errno.EROFS: "choose a folder that can be written, or have it mounted so, and run again",
    errno.EACCES: "change its permissions or choose another place, and run again",
    errno.EPERM: "change its permissions or choose another place, and run again",
    errno.EMFILE: "raise the limit (ulimit -n) or use fewer workers, and run again",
    errno.ENFILE: "close other programs and run again",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EIO: "check the disk or the connection to it, and run again",
    errno.ESTALE: "check the connection to the disk, and run again",
    errno.ENOTDIR: "a file is where a folder is needed: move it or choose another place",
    errno.EEXIST: "a file is where a folder is needed: move it or choose another place",
    errno.EISDIR: "a folder is where a file is needed: move it or choose another place",
    errno.ENOENT: "it was there before or should have been: put it back, or run again to have it made",
}
"""What to do, by what the operating system says."""


def storage_error(error: OSError, path: str | Path | None = None) -> StorageError:
    """Return what the operating system says of a file as one line: path, reason, what to do.

    Parameters
    ----------
    error
        What was raised.
    path
        The file as the user knows it; by default the one that the error names, if it names one.
    """
    named = error.filename if path is None else path
    reason = str(error) if error.errno is None else os.strerror(error.errno).lower()
    advice = ADVICE.get(error.errno or 0)
    where = "" if named is None else f"{os.fsdecode(named) if isinstance(named, bytes) else named}: "
    return StorageError(f"{where}{reason}" + (f"; {advice}" if advice else ""))
