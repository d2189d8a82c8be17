"""How far a download has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

log = logging.getLogger(__name__)


class Progress:
    """Counts documents that have come and documents that are still to come.

    Attributes
    ----------
    what
        Name of what is fetched.
    every_s
        Least time between two lines, in seconds, where there is no terminal.
    bar
        The bar on the terminal, if there is one.
    """

    def __init__(self, what: str, *, every_s: float, bar: Any = None) -> None:
        self.what = what
        self.every_s = every_s
        self.bar = bar
        self._come = self._expected = 0
        self._said = time.monotonic()

    def expect(self, n_documents: int) -> None:
        """Note that so many more documents are to come."""
        self._expected += n_documents
        if self.bar is not None:
            self.bar.total = self._expected
            self.bar.refresh()

    def add(self, n_documents: int) -> None:
        """Note that so many documents have come."""
        self._come += n_documents
        if self.bar is not None:
            self.bar.update(n_documents)
        elif time.monotonic() - self._said >= self.every_s:
            self._said = time.monotonic()
            log.info("%s: %d of %d documents so far", self.what, self._come, self._expected)


@contextmanager
def progress(what: str, *, every_s: float = 10.0) -> Iterator[Progress]:
    """Show how far the block has come with fetching `what`.

    On a terminal there is a bar, and the lines of the log go above it; elsewhere a line comes at most every `every_s`
    seconds.
    """
    if not sys.stderr.isatty():
        yield Progress(what, every_s=every_s)
        return
    bar = tqdm(desc=what, unit=" documents", unit_scale=True, file=sys.stderr, dynamic_ncols=True)
    with bar, logging_redirect_tqdm(loggers=[logging.getLogger("tieline")]):
        yield Progress(what, every_s=every_s, bar=bar)
