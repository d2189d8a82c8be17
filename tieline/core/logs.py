"""Logging to a file and to the terminal, and errors as one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieline.core.errors import TielineError
from tieline.core.harmless import printable

FORMAT = "%(asctime)s %(levelname)s %(message)s"

log = logging.getLogger(__name__)


class _Printable(logging.Formatter):
    """Spells out control characters: what a server sends must not forge lines, nor reach the terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = printable(record.message)
        return super().formatMessage(record)


@contextmanager
def logging_to(log_file: str | Path) -> Iterator[logging.Handler]:
    """Log to `log_file`, warnings and errors also to the terminal; end with status 1 on a tieline error.

    Parameters
    ----------
    log_file
        The rule's log file; written anew.

    Yields
    ------
    Handler
        What writes to the terminal.
    """
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.WARNING)
    terminal.setFormatter(_Printable("tieline: %(message)s"))
    file = logging.FileHandler(log_file, mode="w", encoding="utf-8")
    file.setFormatter(_Printable(FORMAT))
    package = logging.getLogger("tieline")
    package.setLevel(logging.INFO)
    package.propagate = False
    package.handlers = [terminal, file]
    try:
        yield terminal
    except TielineError as error:
        # What a package, a driver or a worker said may be of several lines.
        log.error("%s", " ".join(filter(None, map(str.strip, str(error).splitlines()))))  # noqa: TRY400
        raise SystemExit(1) from None
    except Exception:
        # Not the user's mistake: the whole story goes to the log file.
        file.handle(package.makeRecord(package.name, logging.ERROR, __file__, 0, "unexpected", (), sys.exc_info()))
        raise
