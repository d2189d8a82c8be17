"""Answers of a server, kept page by page: whole or not at all, and checked when they are read."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline.core.files import atomic_write

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class PageCache:
    """A folder of pages."""

    folder: Path
    """Where the pages are; made when the first is written."""

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

    def take_over(self, newer: PageCache) -> None:
        """Put the folders of `newer`, which is then empty, in the place of those of the same names; others stay."""
        for folder in sorted(path for path in newer.folder.glob("*") if path.is_dir()):
            old = self.folder / folder.name
            shutil.rmtree(old, ignore_errors=True)
            self.folder.mkdir(parents=True, exist_ok=True)
            folder.replace(old)
        newer.clear()

    def clear(self) -> None:
        """Forget every page."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
