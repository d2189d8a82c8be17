"""Logging to a file and to the terminal, and errors as one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieline.core.errors import TielineError, storage_error
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
        log.error("%s", " ".join(filter(None, map(str.strip, str(error).splitlines()))))  # noqa: TRY400
        raise SystemExit(1) from None
    except OSError as error:
        if error.errno is None:
            _tell(file)
            raise
        log.error("%s", storage_error(error))  # noqa: TRY400
        _tell(file)
        raise SystemExit(1) from None
    except Exception:
        _tell(file)
        raise


class _LogFile(logging.FileHandler):
    """A log that goes silent where it cannot be written: what the disk lacks is said by what needs it."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        del record


def _tell(file: logging.Handler) -> None:
    """Put the whole story of the present exception into the log file: it is not the user's mistake."""
    file.handle(logging.makeLogRecord(_UNEXPECTED | {"exc_info": sys.exc_info()}))


_UNEXPECTED = {"name": "tieline", "levelno": logging.ERROR, "levelname": "ERROR", "msg": "unexpected"}
