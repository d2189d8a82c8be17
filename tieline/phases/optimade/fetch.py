"""Every phase of a search space from one OPTIMADE database: asked for once, kept page by page."""

from __future__ import annotations

import hashlib
import logging
import re
import reprlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from tieline.core.errors import FetchError, did_you_mean
from tieline.core.harmless import printable
from tieline.data.optimade_providers import Provider
from tieline.phases.fetched import Fetched
from tieline.phases.optimade.client import OptimadeServer, Page
from tieline.phases.optimade.queries import Query, queries
from tieline.phases.optimade.rows import SPACE_GROUP_FIELD, STRUCTURE_FIELDS, raw_row, value_at
from tieline.phases.pages import PageCache
from tieline.phases.progress import Progress, progress
from tieline.phases.settings import Space
from tieline.phases.source_settings import OptimadeSource
from tieline.phases.values import RowError

log = logging.getLogger(__name__)

UNITS = ("ev", "ev/atom", "")
"""What a server may say an energy is in, in small letters without blanks; per atom or not is the provider's affair."""


LARGEST_SERIES = 500_000
"""Entries that one query can have; the largest databases hold some millions in all."""

MORE_THAN_ANNOUNCED = 1.1
"""Entries over those that the first page announces: a database may grow while it is asked."""

LONGEST_LIST = 1000
"""Characters of what a server has, in a message."""

DATE = re.compile(r"\d{4}-\d\d-\d\d[\dTtZz:.+-]{0,30}")
"""A date as the standard has it."""


class WrongAnswerError(FetchError):
    """What came is no answer to what was asked: it is not kept, for the server may do better another time."""


def fetch(source: OptimadeSource, space: Space, working_ion: str, *, refresh: bool = False) -> Fetched:
    """Fetch the phases of a search space from an OPTIMADE database.

    Parameters
    ----------
    source
        Which database, and how to ask it.
    space
        The search space.
    working_ion
        Chemical symbol.
    refresh
        Whether to ask anew for what was fetched before. It is replaced only when everything has come.

    Raises
    ------
    FetchError
        If the server does not answer, does not have the properties that are needed, does not filter, or sends fewer
        entries than it announced. Whole pages that have come are kept.
    """
    provider = source.row
    kept = PageCache(source.cache / re.sub(r"[^\w.-]+", "_", provider.base_url.partition("://")[2]))
    pull = _Pull(source, kept.replacement() if refresh else kept)
    asked = queries(space, working_ion)
    with progress(source.name) as shown:
        entries = {query.name: pull.series(query, shown) for query in asked}
    if refresh:
        kept.replace()
    rows, rejected, n_above = _rows([entry for series in entries.values() for entry in series], source)
    log.info(
        "%s: %d entries of %d queries; %d requests, %.1f MB",
        source.name,
        sum(map(len, entries.values())),
        len(asked),
        pull.server.traffic.n_requests,
        pull.server.traffic.n_bytes / 1e6,
    )
    return Fetched(
        rows=rows,
        source_version=pull.newest_change,
        retrieved_at=pull.retrieved_at,
        rejected=rejected,
        described={
            "provider": asdict(provider),
            "max_energy_above_hull_ev_per_atom": source.max_energy_above_hull_ev_per_atom,
            "n_entries": sum(map(len, entries.values())),
            "n_entries_further_above_the_hull": n_above,
            "n_queries": len(asked),
        },
    )


class _Pull:
    """One database's answers, from the cache where it has them."""

    def __init__(self, source: OptimadeSource, cache: PageCache) -> None:
        self.source = source
        self.provider: Provider = source.row
        self.server = OptimadeServer(self.provider.base_url, source)
        self.cache = cache
        self.n_kept = 0
        self._dates: set[str] = set()
        self._changes: set[str] = set()
        self.fields = self._fields()

    @property
    def retrieved_at(self) -> str:
        """ISO date of the first page that came."""
        return min(self._dates, default="")

    @property
    def newest_change(self) -> str:
        """Latest date that an entry was changed, as the database says; what comes nearest to a version."""
        return max(self._changes, default="")

    def series(self, query: Query, shown: Progress) -> list[dict[str, Any]]:
        """Return all entries of a query."""
        hull_property = self.provider.above_hull_property
        # A nested property cannot be filtered by: its parts are no identifiers of the language.
        text = query.filter(
            "" if "/" in hull_property else hull_property, self.source.max_energy_above_hull_ev_per_atom
        )
        stem = f"{query.name}-{hashlib.sha256(f'{text} {self.fields}'.encode()).hexdigest()[:12]}"
        try:
            entries = self._collected(stem, text, query, shown)
        except WrongAnswerError:
            self.cache.drop(stem)
            raise
        dates = (str(value_at(entry, "attributes/last_modified")) for entry in entries)
        self._changes |= {date for date in dates if DATE.fullmatch(date)}
        return entries

    def _collected(self, stem: str, text: str, query: Query, shown: Progress) -> list[dict[str, Any]]:
        """Return the entries of all pages, which must be what was asked for and as many as announced."""
        entries: dict[str, dict[str, Any]] = {}
        announced, most = 0, LARGEST_SERIES
        for number, page in enumerate(self._pages(stem, text)):
            if number == 0:
                self._check_filtered(page, query)
                announced = page.n_returned or 0
                most = min(most, int(MORE_THAN_ANNOUNCED * announced) + self.source.page_size) if announced else most
                shown.expect(announced)
            announced = max(announced, page.n_returned or 0)
            n_before = len(entries)
            entries |= {str(entry["id"]): entry for entry in page.entries}
            shown.add(len(page.entries))
            if page.next_url is not None and (len(entries) == n_before or len(entries) > most):
                says = f"more than {most} entries" if len(entries) > most else "the same entries again and again"
                raise WrongAnswerError(
                    f"{self.provider.base_url} sends {says} with {query.name}; they are dropped, the other queries' "
                    f"are kept: run again"
                )
        if len(entries) < announced:
            raise WrongAnswerError(
                f"{self.provider.base_url} announces {announced} entries with {query.name} and sends {len(entries)}; "
                f"they are dropped, the other queries' are kept: run again"
            )
        return list(entries.values())

    def _pages(self, stem: str, text: str) -> Iterator[Page]:
        url: str | None = None
        seen: set[str | None] = set()
        while url not in seen:
            seen.add(url)
            key = f"{stem}/{len(seen):04d}"
            kept = self.cache.read(key)
            page = self._asked(text, url) if kept is None else Page(**kept)
            if kept is None:
                self.cache.write(key, vars(page))
            self._dates.add(page.retrieved_at)
            self.n_kept += len(page.entries)
            yield page
            if page.next_url is None:
                return
            url = page.next_url
        raise WrongAnswerError(f"{self.provider.base_url} sends from page to page in a circle")

    def _asked(self, text: str, url: str | None) -> Page:
        try:
            return self.server.page(text, self.fields, self.source.page_size, url)
        except FetchError as error:
            raise FetchError(
                f"{error}; {self.n_kept} entries that came are kept in {self.cache.folder}: run again to go on"
            ) from error

    def _fields(self) -> tuple[str, ...]:
        """Return the properties to ask for; a filter by one that the server has not finds nothing, without a word."""
        known: Mapping[str, Mapping[str, Any]] | None = self.cache.read("info/properties")
        is_new = known is None
        if known is None:
            known = self.server.properties()
        own = [name for name in known if name.startswith("_")]
        for name in self.provider.properties:
            if name not in known:
                raise FetchError(
                    f"{self.provider.base_url} has no property {name!r}{did_you_mean(name, own)}; "
                    f"its own are {printable(', '.join(own))[:LONGEST_LIST] or 'none'}"
                )
        if "/" not in self.provider.energy_property:
            self._check_unit(known[self.provider.energy_property])
        if is_new:
            # Not before: a server that lacks a property may have it another time.
            self.cache.write("info/properties", known)
        wanted = (*STRUCTURE_FIELDS, *([SPACE_GROUP_FIELD] if SPACE_GROUP_FIELD in known else []))
        return (*wanted, *self.provider.properties)

    def _check_unit(self, about: Mapping[str, Any]) -> None:
        unit = str(about.get("x-optimade-unit") or about.get("unit") or "")
        if unit.lower().replace(" ", "") not in (*UNITS, "dimensionless", "inapplicable"):
            raise FetchError(
                f"{self.provider.base_url} gives {self.provider.energy_property} in {reprlib.repr(unit)}; "
                f"only eV can be read"
            )

    def _check_filtered(self, page: Page, query: Query) -> None:
        """Refuse a server that takes a filter and sends what it likes."""
        for entry in page.entries:
            elements = value_at(entry, "attributes/elements")
            symbols = set(map(str, elements.split(",") if isinstance(elements, str) else elements or ()))
            if symbols and not (
                symbols >= set(query.having)
                and symbols.isdisjoint(query.without)
                and len(symbols) <= query.max_elements
            ):
                raise WrongAnswerError(
                    f"{self.provider.base_url} does not filter by elements: asked for {query.name}, "
                    f"it sends {printable(str(entry['id']))} with {printable(', '.join(sorted(symbols)))}"
                )


def _rows(
    entries: Sequence[Mapping[str, Any]], source: OptimadeSource
) -> tuple[list[dict[str, Any]], list[tuple[str, str, str]], int]:
    """Return raw rows, entries that make none with the reason, and how many lie too far above the hull."""
    provider, limit = source.row, source.max_energy_above_hull_ev_per_atom
    rows: list[dict[str, Any]] = []
    rejected: list[tuple[str, str, str]] = []
    n_above = 0
    for entry in entries:
        attributes = entry.get("attributes") or {}
        said = value_at(attributes, provider.functional_property) if provider.functional_property else None
        if said is not None and str(said).casefold() != provider.functional.casefold():
            raise FetchError(
                f"{provider.base_url} holds {printable(str(said)[:LONGEST_LIST])} energies "
                f"({printable(str(entry['id']))}), and {provider.functional} is asked for"
            )
        above = value_at(attributes, provider.above_hull_property)
        if limit is not None and isinstance(above, int | float) and above > limit:
            n_above += 1
            continue
        try:
            rows.append(raw_row(entry, provider))
        except RowError as error:
            rejected.append((provider.base_url, printable(f"{provider.id_prefix}{entry['id']}"), printable(str(error))))
    return rows, rejected, n_above
