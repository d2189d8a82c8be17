"""Answers of a server, kept page by page: whole or not at all, and checked when they are read."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import shutil
import zlib
from pathlib import Path
from typing import Any, Self

from tieline.core.files import atomic_write

log = logging.getLogger(__name__)


REPLACEMENT = ".refreshing"
"""Ending of the folder of pages that are to replace others."""

FINISHED = "finished"
"""Marks such a folder as one that lacks nothing."""


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
        self._newer = folder.with_name(folder.name + REPLACEMENT)
        if (self._newer / FINISHED).exists():
            self._take_over()

    def path(self, key: str) -> Path:
        """Return where the page called `key` is kept; a key may name folders, as in ``Si-Li/0003``."""
        return self.folder / f"{key}.json.gz"

    def read(self, key: str) -> Any:
        """Return the page called `key`, or None if it is not there or damaged."""
        path = self.path(key)
        if not path.exists():
            return None
        try:
            digest, _, text = gzip.decompress(path.read_bytes()).partition(b"\n")
            if hashlib.sha256(text).hexdigest().encode() == digest:
                return json.loads(text)
        except (OSError, EOFError, ValueError, zlib.error) as error:
            log.debug("%s: %s", path, error)
        log.warning("%s is damaged and is fetched again", path)
        return None

    def write(self, key: str, page: Any) -> None:
        """Keep `page`, anything that JSON can hold, under `key`."""
        text = json.dumps(page, ensure_ascii=False, separators=(",", ":")).encode()
        content = hashlib.sha256(text).hexdigest().encode() + b"\n" + text
        with atomic_write(self.path(key)) as temporary:
            # The same page is the same bytes, whenever it is written.
            temporary.write_bytes(gzip.compress(content, compresslevel=6, mtime=0))

    def drop(self, series: str) -> None:
        """Forget one series."""
        shutil.rmtree(self.folder / series, ignore_errors=True)

    def clear(self) -> None:
        """Forget every page."""
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def replacement(self) -> Self:
        """Return the pages that are to replace these, new or begun."""
        return type(self)(self._newer)

    def replace(self) -> None:
        """Put the series of the replacement, which are whole, in the place of those of the same names; others stay."""
        (self._newer / FINISHED).touch()
        self._take_over()

    def _take_over(self) -> None:
        for series in sorted(path for path in self._newer.iterdir() if path.is_dir()):
            self.drop(series.name)
            self.folder.mkdir(parents=True, exist_ok=True)
            series.replace(self.folder / series.name)
        shutil.rmtree(self._newer)
