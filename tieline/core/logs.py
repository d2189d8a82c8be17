"""Logging to a file and to the terminal, and errors as one line."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieline.core.errors import TielineError

FORMAT = "%(asctime)s %(levelname)s %(message)s"

ERROR_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ ERROR (.+)$", re.MULTILINE)
"""An error in a log file."""

SHOWN_LATER = "TIELINE_ERRORS_SHOWN_LATER"
"""Environment variable that is set where whoever runs the rules shows the errors at the end, from the log files."""

log = logging.getLogger(__name__)


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
    terminal.setFormatter(logging.Formatter("tieline: %(message)s"))
    if os.getenv(SHOWN_LATER):
        terminal.addFilter(lambda record: record.levelno < logging.ERROR)
    file = logging.FileHandler(log_file, mode="w", encoding="utf-8")
    file.setFormatter(logging.Formatter(FORMAT))
    package = logging.getLogger("tieline")
    package.setLevel(logging.INFO)
    package.propagate = False
    package.handlers = [terminal, file]
    try:
        yield terminal
    except TielineError as error:
        # What a package, a driver or a worker said may be of several lines.
        log.error("%s", _one_line(str(error)))  # noqa: TRY400
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001
        # Not the user's mistake: the whole story goes to the log file.
        file.handle(package.makeRecord(package.name, logging.INFO, __file__, 0, "traceback", (), sys.exc_info()))
        log.error("unexpected %s: %s; please report it with the log", type(error).__name__, _one_line(str(error)))  # noqa: TRY400
        raise SystemExit(1) from None


def last_error(log_file: Path) -> str | None:
    """Return the message of the last error in a log file; None if there is none, or no such file."""
    try:
        errors = ERROR_LINE.findall(log_file.read_text("utf-8"))
    except OSError:
        return None
    return errors[-1] if errors else None


def _one_line(text: str) -> str:
    return " ".join(filter(None, map(str.strip, text.splitlines())))
