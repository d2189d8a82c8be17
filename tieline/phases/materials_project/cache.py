"""What was fetched before, by server, database version and thermo type: it is never asked for again."""

from __future__ import annotations

import re
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tieline.core.errors import FetchError
from tieline.phases.materials_project.queries import Query
from tieline.phases.pages import PageCache


@dataclass(frozen=True)
class Page:
    """Part of a series."""

    documents: list[dict[str, Any]]
    """Documents as the server sent them."""

    total_doc: int
    """Documents of the whole series, as the server counted when it sent the page."""

    retrieved_at: str
    """ISO date of that."""


class Pull(PageCache):
    """The pages of one database version and thermo type; each is named after the number of documents before it."""

    def page(self, query: Query, skip: int) -> Page | None:
        """Return the page of a series that has `skip` documents before it, or None if it is missing or damaged."""
        content = self.read(f"{query.stem}/{skip:07d}")
        return None if content is None else Page(**content)

    def store(self, query: Query, skip: int, page: Page) -> None:
        """Keep one page of a series."""
        self.write(f"{query.stem}/{skip:07d}", vars(page))

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
        if not re.fullmatch(r"[A-Za-z0-9][\w.-]{0,99}", database_version):
            raise FetchError(
                f"Materials Project: {reprlib.repr(database_version)}, as the server says, is no database version"
            )
        return Pull(self.folder / database_version / self.thermo_type)

    def newest_full(self, queries: Sequence[Query]) -> str | None:
        """Return the newest version of which every series is there, if there is one."""
        versions = sorted((path.name for path in self.folder.glob("*") if path.is_dir()), reverse=True)
        return next((v for v in versions if all(self.pull(v).holds(query) for query in queries)), None)
