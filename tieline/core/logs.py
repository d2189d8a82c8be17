"""What every step of the workflow does around its work: log to its file, and turn errors into one line."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tieline.core.errors import TielineError

FORMAT = "%(asctime)s %(levelname)s %(message)s"

log = logging.getLogger(__name__)


@contextmanager
def stage(log_file: str | Path, *, shown: int = logging.WARNING) -> Iterator[None]:
    """Log to `log_file`, warnings and errors also to the terminal; end with status 1 on a tieline error.

    Parameters
    ----------
    log_file
        The rule's log file; written anew.
    shown
        Lowest level that reaches the terminal; `logging.INFO` where a user waits for a server.
    """
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(shown)
    terminal.setFormatter(logging.Formatter("tieline: %(message)s"))
    file = logging.FileHandler(log_file, mode="w", encoding="utf-8")
    file.setFormatter(logging.Formatter(FORMAT))
    package = logging.getLogger("tieline")
    package.setLevel(logging.INFO)
    package.propagate = False
    package.handlers = [terminal, file]
    try:
        yield
    except TielineError as error:
        # What a package, a driver or a worker said may be of several lines.
        log.error("%s", " ".join(filter(None, map(str.strip, str(error).splitlines()))))  # noqa: TRY400
        raise SystemExit(1) from None
    except Exception:
        # Not the user's mistake: the whole story goes to the log file.
        file.handle(package.makeRecord(package.name, logging.ERROR, __file__, 0, "unexpected", (), sys.exc_info()))
        raise
