"""What was fetched before, by server, database version and thermo type: it is never asked for again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline.core.errors import FetchError
from tieline.phases.materials_project.queries import Query
from tieline.phases.pages import PageCache

REPLACEMENT = ".refreshing"
"""Ending of the folder of a pull that is to replace another of the same version."""

FINISHED = "finished"
"""Marks a replacement that lacks nothing."""


@dataclass(frozen=True)
class Page:
    """Part of a series."""

    documents: list[dict[str, Any]]
    """Documents as the server sent them."""

    total_doc: int
    """Documents of the whole series, as the server counted when it sent the page."""

    retrieved_at: str
    """ISO date of that."""


class Pull:
    """The pages of one database version and thermo type; each is named after the number of documents before it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cache = PageCache(folder)

    def page(self, query: Query, skip: int) -> Page | None:
        """Return the page of a series that has `skip` documents before it, or None if it is missing or damaged."""
        content = self._cache.read(f"{query.stem}/{skip:07d}")
        return None if content is None else Page(**content)

    def store(self, query: Query, skip: int, page: Page) -> None:
        """Keep one page of a series."""
        self._cache.write(f"{query.stem}/{skip:07d}", vars(page))

    def next_after(self, query: Query, skip: int) -> int | None:
        """Return where the next page of a series after one begins, among those kept; None if none is."""
        begins = (int(path.name.split(".")[0]) for path in (self.folder / query.stem).glob("*.json.gz"))
        return min((begin for begin in begins if begin > skip), default=None)

    def holds(self, query: Query) -> bool:
        """Whether all of one series is there, sound."""
        page, skip = self.page(query, 0), 0
        while page is not None and skip + len(page.documents) < page.total_doc:
            skip += len(page.documents)
            page = self.page(query, skip) if page.documents else None
        return page is not None

    def drop(self, query: Query) -> None:
        """Forget one series."""
        shutil.rmtree(self.folder / query.stem, ignore_errors=True)

    def clear(self) -> None:
        """Forget every series."""
        self._cache.clear()


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
        replacement = self._replacement(folder)
        if (replacement / FINISHED).exists():
            PageCache(folder).take_over(PageCache(replacement))
        return Pull(folder)

    def replacement(self, database_version: str) -> Pull:
        """Return the pull that is to replace that of a version, new or begun."""
        return Pull(self._replacement(self.pull(database_version).folder))

    def replace(self, database_version: str) -> Pull:
        """Put the series of the replacement, which are whole, in the place of those of the pull of a version.

        Series that it does not hold stay. Should it be killed, the next call of `pull` goes on.
        """
        (self.replacement(database_version).folder / FINISHED).touch()
        return self.pull(database_version)

    def newest_full(self, queries: Sequence[Query]) -> str | None:
        """Return the newest version of which every series is there, if there is one."""
        versions = sorted((path.name for path in self.folder.glob("*") if path.is_dir()), reverse=True)
        return next((v for v in versions if all(self.pull(v).holds(query) for query in queries)), None)

    @staticmethod
    def _replacement(folder: Path) -> Path:
        return folder.with_name(folder.name + REPLACEMENT)
