"""From a key to raw rows: ask for what the cache lacks, check it against the server's own counts, make rows of it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymatgen.core import SETTINGS

from tieline.core.errors import FetchError
from tieline.phases.fetched import Fetched
from tieline.phases.materials_project.cache import Cache, Page, Pull
from tieline.phases.materials_project.client import HOW_TO_GET_A_KEY, Client, DatabaseChangedError, endpoint_of, host_of
from tieline.phases.materials_project.documents import RUN_TYPE, ids_of, rows_of
from tieline.phases.materials_project.queries import Query, queries
from tieline.phases.progress import Progress, progress
from tieline.phases.settings import Space
from tieline.phases.source_settings import MaterialsProjectSource
from tieline.phases.space import elements_of

log = logging.getLogger(__name__)

KEY_LENGTH = 32


@dataclass(frozen=True)
class Series:
    """All pages of one query, on disk."""

    pull: Pull
    """Where they are."""

    query: Query
    """What was asked."""

    begins: list[int]
    """The number of documents before each page."""

    dates: list[str]
    """When each page came."""

    total_doc: int
    """Documents in it."""

    n_fetched: int
    """How many pages were asked for in this run."""

    def documents(self) -> Iterator[dict[str, Any]]:
        """Yield the documents of all pages, which together need not fit into memory."""
        for skip in self.begins:
            page = self.pull.page(self.query, skip)
            if page is None:
                raise FetchError(f"{self.pull.folder}: a page that was there a moment ago cannot be read; run again")
            yield from page.documents


def api_key() -> str | None:
    """Return the API key: of the environment (MP_API_KEY) or of pymatgen's settings; None if there is none.

    Raises
    ------
    FetchError
        If what is given cannot be a key. The message does not show it.
    """
    key = str(os.environ.get("MP_API_KEY") or SETTINGS.get("PMG_MAPI_KEY") or "").strip()
    if key and not (len(key) == KEY_LENGTH and key.isascii() and key.isalnum()):
        raise FetchError(
            f"Materials Project: the API key is not one of {KEY_LENGTH} letters and digits; {HOW_TO_GET_A_KEY}"
        )
    return key or None


def fetch(source: MaterialsProjectSource, space: Space, working_ion: str, *, refresh: bool = False) -> Fetched:
    """Fetch what the hulls of a search space need, as far as the cache lacks it.

    Parameters
    ----------
    source
        The source as configured.
    space
        The search space.
    working_ion
        The ion's element.
    refresh
        Whether to ask for everything anew, whatever the cache holds of the same database version.

    Returns
    -------
    Fetched
        Raw rows with uncorrected total energies, and a description; the same for a killed and continued run.

    Raises
    ------
    FetchError
        If a page is lacking and there is no key, no answer or a wrong one. Pages that came are kept.
    """
    wanted = queries(
        space.screened_hosts,
        working_ion,
        space.max_partners,
        partner_systems=source.partner_systems,
        experimental_flags=source.experimental_flags,
    )
    cache = Cache(source.cache.expanduser(), host_of(endpoint_of(source)), source.thermo_type)
    full = None if refresh else cache.newest_full(wanted)
    version, client = _database(source, full)
    kept = cache.pull(version)
    pull = kept.replacement() if refresh else kept
    what = f"Materials Project {version}"
    try:
        with progress(what) as shown:
            series = [_pulled(pull, query, client, source.page_size, shown) for query in wanted]
    except DatabaseChangedError as error:
        if not refresh:
            raise
        # Kept, it would stop every later refresh at the same place.
        pull.clear()
        raise FetchError(f"{what}: the database changed while it was fetched anew; run again") from error
    finally:
        if client is not None:
            log.info("%s: %d requests, %.2f MB received", what, client.n_requests, client.n_bytes / 1e6)
    fetched = _fetched(series, version, source, elements_of(space, working_ion))
    if refresh:
        kept.replace()
    return fetched


def _database(source: MaterialsProjectSource, full: str | None) -> tuple[str, Client | None]:
    """Return the database version to use, and a client unless it is all in the cache.

    Parameters
    ----------
    source
        The source as configured.
    full
        Newest version that the cache has in full, if there is one.
    """
    key = api_key()
    if key is None and full is None:
        raise FetchError(
            f"Materials Project: no API key; {HOW_TO_GET_A_KEY}, or use the phases that ship with tieline: "
            f"phases.sources: [{{kind: embedded}}]"
        )
    try:
        client = Client(source, key, patient=full is None)
    except FetchError as error:
        if full is None:
            raise
        log.warning("%s; database %s is used, which the cache holds in full", error, full)
        return full, None
    if full is not None and key is None and client.database_version != full:
        log.warning(
            "the Materials Project is at database %s, but there is no API key; database %s is used, which the cache "
            "holds in full",
            client.database_version,
            full,
        )
        return full, None
    return client.database_version, client


def _pulled(pull: Pull, query: Query, client: Client | None, page_size: int, shown: Progress) -> Series:
    """Return one series, its missing pages asked for."""
    begins: list[int] = []
    dates: list[str] = []
    total: int | None = None
    skip, n_fetched = 0, 0
    ids: set[str] = set()
    while total is None or skip < total:
        page = pull.page(query, skip)
        if page is None:
            if client is None:
                raise FetchError(
                    f"Materials Project, {query.name}: a page from number {skip} on is lacking in {pull.folder}, "
                    f"and there is no connection"
                )
            # Up to the next page that is there.
            later = pull.next_after(query, skip)
            limit = page_size if later is None else min(page_size, later - skip)
            documents, counted = client.page(query, skip, limit, total)
            page = Page(documents, counted, datetime.now(UTC).date().isoformat())
            pull.store(query, skip, page)
            n_fetched += 1
        if total is None:
            total = page.total_doc
            shown.expect(total)
        if page.total_doc != total:
            raise DatabaseChangedError(
                f"Materials Project, {query.name}: pages of {total} and of {page.total_doc} documents, the "
                f"database has changed; fetch it anew with phases.refresh"
            )
        new = {str(document.get("material_id")) for document in page.documents}
        if new <= ids and page.documents:
            pull.drop(query.stem)
            raise FetchError(
                f"Materials Project, {query.name}: the server sends the same documents again and again; this series "
                f"was thrown away, run again to fetch it anew"
            )
        ids |= new
        begins.append(skip)
        dates.append(page.retrieved_at)
        shown.add(len(page.documents))
        skip += len(page.documents)
    series = Series(pull, query, begins, dates, total, n_fetched)
    if n_fetched:
        _verify(series)
    log.debug("%s: %d documents in %d pages, %d of them asked for", query.name, skip, len(begins), n_fetched)
    return series


def _verify(series: Series) -> None:
    """Refuse a series in which documents stand twice: the server then left out as many others."""
    n_different = len({str(document.get("material_id")) for document in series.documents()})
    if n_different != series.total_doc:
        series.pull.drop(series.query.stem)
        raise FetchError(
            f"Materials Project, {series.query.name}: the server counts {series.total_doc} documents, its pages hold "
            f"{n_different} different ones; this series was thrown away, run again to fetch it anew"
        )


def _fetched(
    series: Sequence[Series], version: str, source: MaterialsProjectSource, elements: frozenset[str]
) -> Fetched:
    thermo = [one for one in series if one.query.route == "thermo"]
    flags = [one for one in series if one.query.route == "experimental"]
    known = ids_of(document for one in flags for document in one.documents())
    made = rows_of(
        (document for one in thermo for document in one.documents()),
        thermo_type=source.thermo_type,
        elements=elements,
        experimental=known if source.experimental_flags else None,
    )
    dates = [date for one in series for date in one.dates]
    log.info(
        "Materials Project %s: %d phases of %d documents; %d series in %d pages, %d of them from the cache",
        version,
        len(made.rows),
        made.counts["n_documents"],
        len(series),
        len(dates),
        len(dates) - sum(one.n_fetched for one in series),
    )
    return Fetched(
        rows=made.rows,
        source_version=version,
        retrieved_at=max(dates),
        rejected=made.rejected,
        described={
            "database_version": version,
            "thermo_type": source.thermo_type,
            "energies": f"uncorrected {RUN_TYPE[source.thermo_type]}",
            "licences": made.licences,
            "retrieved_at": max(dates),
            "documents_by_series": {one.query.name: one.total_doc for one in series},
            **made.counts,
        },
    )
