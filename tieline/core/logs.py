"""Logging to a file and to the terminal, and errors as one line."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieline.core.errors import TielineError, storage_error
from tieline.core.harmless import printable

FORMAT = "%(asctime)s %(levelname)s %(message)s"

ERROR_LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ ERROR (.+)$", re.MULTILINE)
"""An error in a log file."""

SHOWN_LATER = "TIELINE_ERRORS_SHOWN_LATER"
"""Environment variable that is set where whoever runs the rules shows the errors at the end, from the log files."""

log = logging.getLogger(__name__)


class _Printable(logging.Formatter):
    """Spells out control characters: what a server sends must not forge lines, nor reach the terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        record.message = printable(record.message)
        return super().formatMessage(record)


@contextmanager
def logging_to(log_file: str | Path) -> Iterator[logging.Handler]:
    """Log to `log_file`, warnings and errors also to the terminal; end with status 1 on an error of tieline or storage.

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
    if os.getenv(SHOWN_LATER):
        terminal.addFilter(lambda record: record.levelno < logging.ERROR)
    package = logging.getLogger("tieline")
    package.setLevel(logging.INFO)
    package.propagate = False
    package.handlers = [terminal]
    file: logging.Handler = logging.NullHandler()
    try:
        file = _LogFile(log_file, mode="w", encoding="utf-8")
        file.setFormatter(_Printable(FORMAT))
        package.addHandler(file)
        yield terminal
    except TielineError as error:
        # What a package, a driver or a worker said may be of several lines.
        log.error("%s", _one_line(str(error)))  # noqa: TRY400
        raise SystemExit(1) from None
    except OSError as error:
        _tell(file)
        said = storage_error(error) if error.errno is not None else _unexpected(error)
        log.error("%s", said)  # noqa: TRY400
        raise SystemExit(1) from None
    except Exception as error:  # noqa: BLE001
        _tell(file)
        log.error("%s", _unexpected(error))  # noqa: TRY400
        raise SystemExit(1) from None


class _LogFile(logging.FileHandler):
    """A log that goes silent where it cannot be written: what the disk lacks is said by what needs it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        del record


def _tell(file: logging.Handler) -> None:
    """Put the whole story of the present exception into the log file: it is not the user's mistake."""
    file.handle(logging.makeLogRecord(_STORY | {"exc_info": sys.exc_info()}))


_STORY = {"name": "tieline", "levelno": logging.INFO, "levelname": "INFO", "msg": "traceback"}


def _unexpected(error: Exception) -> str:
    return f"unexpected {type(error).__name__}: {_one_line(str(error))}; please report it with the log"


def last_error(log_file: Path) -> str | None:
    """Return the message of the last error in a log file; None if there is none, or no such file."""
    try:
        errors = ERROR_LINE.findall(log_file.read_text("utf-8"))
    except OSError:
        return None
    return errors[-1] if errors else None


def _one_line(text: str) -> str:
    return " ".join(filter(None, map(str.strip, text.splitlines())))
