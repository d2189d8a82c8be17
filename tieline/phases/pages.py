"""Answers of a server, kept page by page: whole or not at all, and checked when they are read."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from typing import IO, Any, Self

from tieline.core.files import locked, take_lock
from tieline.core.store import Store

REPLACEMENT = ".refreshing"
"""Ending of the folder of pages that are to replace others."""

FINISHED = "finished"
"""Marks such a folder as one that lacks nothing."""

LOCK = ".lock"
"""Ending of the lock files beside a folder of pages and beside its replacement."""

_held: dict[Path, IO[str]] = {}
"""Locks that this process holds until it has replaced pages or ends, by folder of the replacement."""


class PageCache:
    """A folder of pages, one series of them to a folder below it.

    Where a run was killed while pages fetched anew were put in the place of others, that is done first.

    Attributes
    ----------
    folder
        Where the pages are; made when the first is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._store = Store(folder, ".json.gz")
        self._newer = folder.with_name(folder.name + REPLACEMENT)
        if (self._newer / FINISHED).exists():
            self._take_over()

    def path(self, key: str) -> Path:
        """Return where the page called `key` is kept; a key may name folders, as in ``Si-Li/0003``."""
        return self._store.path(key)

    def read(self, key: str) -> Any:
        """Return the page called `key`, or None if it is not there or damaged."""
        content = self._store.read(key)
        return None if content is None else json.loads(content)

    def write(self, key: str, page: Any) -> None:
        """Keep `page`, anything that JSON can hold, under `key`."""
        self._store.write(key, json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode())

    def drop(self, series: str) -> None:
        """Forget one series."""
        shutil.rmtree(self.folder / series, ignore_errors=True)

    def clear(self) -> None:
        """Forget every page."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def replacement(self) -> Self:
        """Return the pages that are to replace these, new or begun; waits for another run that fetches such pages."""
        if self._newer not in _held:
            _held[self._newer] = take_lock(self._newer.with_name(self._newer.name + LOCK))
        if (self._newer / FINISHED).exists():
            self._take_over()
        return type(self)(self._newer)

    def replace(self) -> None:
        """Put the series of the replacement, which are whole, in the place of those of the same names; others stay."""
        (self._newer / FINISHED).touch()
        self._take_over()
        if self._newer in _held:
            _held.pop(self._newer).close()

    def _take_over(self) -> None:
        with locked(self.folder.with_name(self.folder.name + LOCK)):
            if not (self._newer / FINISHED).exists():
                # Another run has done it.
                return
            for series in sorted(path for path in self._newer.iterdir() if path.is_dir()):
                self._put(series)
            shutil.rmtree(self._newer)

    def _put(self, series: Path) -> None:
        self.drop(series.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            series.replace(self.folder / series.name)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            # A run beside this one missed a page just now and wrote it.
            self._put(series)
