"""Pages as they came, on disk: whatever was fetched once is never asked for again."""

from __future__ import annotations

import gzip
import hashlib
import json
import logging
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline.errors import FetchError
from tieline.outputs import atomic_write
from tieline.phases.materials_project.queries import Query

log = logging.getLogger(__name__)

PAGE_NAME = re.compile(r"(?P<skip>\d{7})\.(?P<n>\d+)of(?P<total>\d+)\.(?P<sha256>[0-9a-f]{64})\.json\.gz")
"""Name of a page's file: where it begins in its series, documents in it and in the series, checksum of the file."""

REPLACEMENT = ".refreshing"
"""Ending of the folder of a pull that is to replace another of the same version."""

FINISHED = "finished"
"""Marks a replacement that lacks nothing."""


@dataclass(frozen=True)
class Page:
    """A sound page on disk."""

    path: Path
    """Its file."""

    skip: int
    """Number of documents of the series before it."""

    n_documents: int
    """Number of documents in it."""

    total_doc: int
    """Number of documents in the whole series, as the server counted when it sent the page."""

    def content(self) -> tuple[list[dict[str, Any]], str]:
        """Return the documents as the server sent them, and the ISO date of that."""
        content = json.loads(gzip.decompress(self.path.read_bytes()))
        return content["documents"], content["retrieved_at"]


class Pull:
    """The pages of one database version and thermo type.

    A page's name holds the checksum of its file, so that name and content become visible at once; a file that does
    not fit its name counts as missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def pages(self, query: Query) -> dict[int, Page]:
        """Return the sound pages of one series by where they begin; delete damaged ones."""
        pages = {}
        for path in sorted((self.folder / query.stem).glob("*.json.gz")):
            name = PAGE_NAME.fullmatch(path.name)
            if name is None or hashlib.sha256(path.read_bytes()).hexdigest() != name["sha256"]:
                log.warning("%s is damaged and counts as not fetched", path)
                path.unlink()
                continue
            page = Page(path, skip=int(name["skip"]), n_documents=int(name["n"]), total_doc=int(name["total"]))
            pages[page.skip] = page
        return pages

    def holds(self, query: Query) -> bool:
        """Whether all of one series is there."""
        pages = self.pages(query)
        skip = 0
        while skip in pages and skip < pages[skip].total_doc:
            skip += pages[skip].n_documents
        return bool(pages) and skip == max(page.total_doc for page in pages.values())

    def store(self, query: Query, skip: int, documents: Sequence[Any], *, total_doc: int, retrieved_at: str) -> Page:
        """Keep one page of a series, atomically."""
        content = {"documents": documents, "retrieved_at": retrieved_at}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        # Without the time of packing, so that one content has one checksum.
        packed = gzip.compress(text.encode(), compresslevel=6, mtime=0)
        name = f"{skip:07d}.{len(documents)}of{total_doc}.{hashlib.sha256(packed).hexdigest()}.json.gz"
        path = self.folder / query.stem / name
        with atomic_write(path) as temporary:
            temporary.write_bytes(packed)
        return Page(path, skip=skip, n_documents=len(documents), total_doc=total_doc)

    def drop(self, query: Query) -> None:
        """Forget one series."""
        shutil.rmtree(self.folder / query.stem, ignore_errors=True)


class Cache:
    """Pulls from one server, by database version, of one thermo type."""

    def __init__(self, folder: Path, host: str, thermo_type: str) -> None:
        self.folder = folder / re.sub(r"[^\w.-]", "_", host)
        self.thermo_type = thermo_type

    def pull(self, database_version: str) -> Pull:
        """Return the pull of a version, new or begun.

        Raises
        ------
        FetchError
            If the version cannot be the name of a folder.
        """
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]*", database_version):
            raise FetchError(f"Materials Project: {database_version!r}, as the server says, is no database version")
        folder = self.folder / database_version / self.thermo_type
        if not folder.exists() and (self._replacement(folder) / FINISHED).exists():
            # Killed between the two steps of `replace`.
            self._replacement(folder).rename(folder)
        return Pull(folder)

    def replacement(self, database_version: str) -> Pull:
        """Return the pull that is to replace that of a version, new or begun."""
        return Pull(self._replacement(self.pull(database_version).folder))

    def replace(self, database_version: str) -> Pull:
        """Put the replacement, to which nothing lacks, in the place of the pull of a version."""
        folder = self.folder / database_version / self.thermo_type
        (self._replacement(folder) / FINISHED).touch()
        shutil.rmtree(folder, ignore_errors=True)
        return self.pull(database_version)

    def newest_full(self, queries: Sequence[Query]) -> str | None:
        """Return the newest version of which every series is there, if there is one."""
        versions = sorted((path.name for path in self.folder.glob("*") if path.is_dir()), reverse=True)
        return next((v for v in versions if all(self.pull(v).holds(query) for query in queries)), None)

    @staticmethod
    def _replacement(folder: Path) -> Path:
        return folder.with_name(folder.name + REPLACEMENT)
