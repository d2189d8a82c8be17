"""One OPTIMADE server, asked page by page through the consortium's own client."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from optimade.client import OptimadeClient

from tieline.core.errors import FetchError
from tieline.phases.patience import PASSING_STATUS, ask_patiently, require_reachable
from tieline.phases.source_settings import ServerSource

LONGEST_REASON = 300
"""Characters of a server's own words in an error message."""


@dataclass(frozen=True)
class Page:
    """Part of the answer to a query."""

    entries: list[dict[str, Any]]
    """Entries as the server sent them."""

    next_url: str | None
    """Where the next page is; None on the last."""

    n_returned: int | None
    """How many entries the whole query has, if the server says so."""

    retrieved_at: str
    """ISO date of the answer."""


@dataclass
class Traffic:
    """What went over the network."""

    n_requests: int = 0
    """Requests, repeated ones included."""

    n_bytes: int = 0
    """Bytes of the answers' bodies after unpacking."""


class OptimadeServer:
    """One OPTIMADE server.

    Attributes
    ----------
    base_url
        Address without the version.
    traffic
        Counts of what was asked so far.
    """

    def __init__(self, base_url: str, source: ServerSource) -> None:
        self.base_url = base_url
        self.traffic = Traffic()
        # The client swallows what goes wrong into a list of texts, asks again for nothing but "too many requests", and
        # for that without end. So waiting is done one floor below, in its HTTP session. Without a limit it would stop
        # at 1,000 entries; one page is asked for at a time, so that every page can be kept.
        self._client = OptimadeClient(
            base_urls=[base_url],
            max_results_per_provider=10**9,
            http_timeout=source.timeout_s,
            use_async=False,
            silent=True,
            http_client=_session_class(base_url, source, self.traffic),
        )
        # Silent as it is, it prints errors; they are told once, by whoever catches ours.
        self._client._progress.console.quiet = True

    def properties(self) -> dict[str, dict[str, Any]]:
        """Return what the server says of each property of its structures.

        Raises
        ------
        FetchError
            If it does not answer, or names no properties.
        """
        require_reachable(self.base_url)
        results = self._ask("info/structures")
        found = results.data.get("properties") if isinstance(results.data, dict) else None
        if not isinstance(found, dict) or not all(isinstance(about, dict) for about in found.values()):
            raise FetchError(f"{self.base_url} does not say which properties its structures have")
        return found

    def page(self, query: str, fields: Sequence[str], page_size: int, url: str | None = None) -> Page:
        """Return one page of a query.

        Parameters
        ----------
        query
            Filter in OPTIMADE's language.
        fields
            Properties to be sent.
        page_size
            Entries a page.
        url
            Address of the page, as the page before gave it; None for the first.

        Raises
        ------
        FetchError
            If the server does not answer, refuses, or answers with something else.
        """
        if url is not None and urlsplit(url).hostname != urlsplit(self.base_url).hostname:
            raise FetchError(f"{self.base_url} sends for its next page to another host, {url[:LONGEST_REASON]}")
        results = self._ask("structures", query, response_fields=list(fields), page_limit=page_size, override_url=url)
        entries = results.data
        if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get("id") for entry in entries):
            raise FetchError(f"{self.base_url} answers with something else than entries that have ids")
        link = results.links.get("next")
        next_url = link.get("href") if isinstance(link, dict) else link
        n_returned = results.meta.get("data_returned")
        return Page(
            entries,
            next_url or None,
            n_returned if isinstance(n_returned, int) else None,
            datetime.now(UTC).date().isoformat(),
        )

    def _ask(self, endpoint: str, query: str = "", **options: Any) -> Any:
        answers = self._client.get_one(endpoint, query, self.base_url, paginate=False, **options)
        (results,) = answers.values()
        if results.errors:
            raise FetchError(f"{self.base_url} {_reason(results.errors[0])}")
        return results


def _session_class(base_url: str, source: ServerSource, traffic: Traffic) -> type[requests.Session]:
    """Return the class of HTTP sessions that the client is to make."""

    class PatientSession(requests.Session):
        """Asks again where another answer is to be hoped for."""

        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            return ask_patiently(
                lambda: self._send_once(request, **options),
                source,
                say=lambda error: f"{base_url} {_reason(f'{type(error).__name__}: {error}')}",
            )

        def _send_once(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            traffic.n_requests += 1
            response = super().send(request, **options)
            traffic.n_bytes += len(response.content)
            if response.status_code in PASSING_STATUS:
                raise requests.HTTPError(f"{response.status_code} {response.reason}", response=response)
            return response

    return PatientSession


def _reason(error: Any) -> str:
    """Return what went wrong, from the client's text or a server's error object, as the end of a sentence."""
    if isinstance(error, dict):
        said = ": ".join(str(error[part]) for part in ("title", "detail") if error.get(part))
        return f"answers with an error: {_short(said)}"
    kind, _, text = str(error).partition(": ")
    if kind in ("ReadTimeout", "ConnectTimeout", "Timeout"):
        return "does not answer in time"
    if kind in ("ConnectionError", "ChunkedEncodingError", "SSLError", "ProxyError", "ContentDecodingError"):
        return f"cannot be reached or breaks off ({_short(text)})"
    if kind == "HTTPError":
        return f"answers only with {_short(text)}"
    refused = re.fullmatch(r"(\d{3}) - \S+: (.*)", text, flags=re.DOTALL)
    if refused:
        return f"refuses the request with {refused[1]}: {_short(refused[2])}"
    return f"answers with something else than OPTIMADE ({_short(text)})"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 3] + "..."
