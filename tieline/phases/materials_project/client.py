"""mp-api's own client, asked page by page, with time-outs and patience of our own.

mp-api 0.46.5 by itself asks for the heartbeat without a time-out, gives up on a busy server within a second, drops what
it has of a series when a page fails, and takes a missing count for one.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from mp_api.client.core.exceptions import MPRestError, MPRestWarning
from mp_api.client.core.utils import validate_endpoint
from mp_api.client.routes.materials.thermo import ThermoRester

from tieline.core.errors import FetchError
from tieline.phases.materials_project.documents import ID_FIELDS, thermo_fields
from tieline.phases.materials_project.queries import Query
from tieline.phases.patience import BROKEN_OFF, Answer, ask_patiently, may_pass, require_reachable, retry_after_s
from tieline.phases.source_settings import MaterialsProjectSource

KEY_STATUS = frozenset({401, 403})
"""Answers to a key that is not accepted."""

LONGEST_REASON = 200
"""Characters of what went wrong; a server may answer with a page of text."""

HOW_TO_GET_A_KEY = "get a key at https://materialsproject.org/api and put it into the environment variable MP_API_KEY"


class RefusedError(requests.HTTPError):
    """An answer with a status other than 200."""

    def __init__(self, response: requests.Response) -> None:
        self.status = response.status_code
        said = " ".join(response.text.split())
        super().__init__(f"status {self.status}" + (f", {said!r}" if said else ""), response=response)


class DamagedPageError(Exception):
    """An answer that is no page, or not the page that was asked for."""


class CountChangedError(DamagedPageError):
    """A page of a series that has another number of documents than before."""


class DatabaseChangedError(FetchError):
    """The database is no longer what it was when the pages before came."""


class MeteredSession(requests.Session):
    """A session with a time-out on every request that counts them, and their bytes as they come over the wire."""

    def __init__(self, key: str | None, timeout_s: float) -> None:
        super().__init__()
        self.timeout_s = timeout_s
        self.n_requests = 0
        self.n_bytes = 0
        # Accept-Encoding is among the defaults of a session, which mp-api's own drops.
        self.headers["user-agent"] = "tieline (mp-api)"
        self.headers["x-api-key"] = key or ""

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Ask once; raise RefusedError unless the answer is status 200. Redirections would take the key elsewhere."""
        kwargs = {"timeout": self.timeout_s, **kwargs, "allow_redirects": False}
        self.n_requests += 1
        response = super().request(method, url, *args, **kwargs)
        self.n_bytes += response.raw.tell()
        if response.status_code != requests.codes.ok:
            raise RefusedError(response)
        return response


class _Rester(ThermoRester):  # type: ignore[misc]
    """mp-api's client of the thermo route, with a heartbeat that cannot hang."""

    def _get_heartbeat_info(self, endpoint: str) -> tuple[str, list[str]]:
        heartbeat = self.session.get(f"{endpoint}heartbeat").json()
        return str(heartbeat["db_version"]), heartbeat.get("access_controlled_batch_ids", [])


class Client:
    """One session with the server; making one asks for the heartbeat, once.

    Attributes
    ----------
    database_version
        Version of the database, as the server says.
    """

    def __init__(self, source: MaterialsProjectSource, key: str | None, *, patient: bool = True) -> None:
        """Say hello.

        Parameters
        ----------
        source
            Where and how to ask.
        key
            The API key; without one only the heartbeat answers.
        patient
            Whether to try more than once.

        Raises
        ------
        FetchError
            If the server does not answer.
        """
        self._source = source if patient else source.model_copy(update={"retries": 0})
        self._key = key
        self.endpoint = endpoint_of(source)
        self._session = MeteredSession(key, source.timeout_s)
        # Retries are ours alone.
        for prefix in ("https://", "http://"):
            self._session.mount(prefix, requests.adapters.HTTPAdapter(max_retries=0))
        require_reachable(self.endpoint)
        self._rester = self._patiently("heartbeat", self._new_rester)
        self.database_version: str = self._rester.db_version

    @property
    def n_requests(self) -> int:
        """Number of requests so far, answered or not."""
        return self._session.n_requests

    @property
    def n_bytes(self) -> int:
        """Size of the answers so far, as they came over the wire, in bytes."""
        return self._session.n_bytes

    def page(self, query: Query, skip: int, limit: int, total_doc: int | None) -> tuple[list[dict[str, Any]], int]:
        """Return one page of a series, and how many documents the server counts in the series.

        Parameters
        ----------
        query
            The series.
        skip
            Number of documents of the series before the page.
        limit
            Most documents in the page.
        total_doc
            The count of an earlier page, if there is one.

        Raises
        ------
        FetchError
            If the page did not come, sound and of the right length, as often as it was asked for.
        """
        thermo_type = self._source.thermo_type
        if query.route == "thermo":
            url = self._rester.endpoint
            (name,) = self._rester._check_thermo_types([thermo_type])
            parameters: dict[str, Any] = {"thermo_types": name, "_fields": ",".join(thermo_fields(thermo_type))}
        else:
            url = validate_endpoint(self.endpoint, suffix="materials/summary")
            parameters = {"theoretical": False, "deprecated": False, "_fields": ",".join(ID_FIELDS)}
        parameters |= {"chemsys": query.chemsys, "_skip": skip, "_limit": limit}

        def ask() -> tuple[list[dict[str, Any]], int]:
            return _checked(self._answer(url, parameters), skip, limit, total_doc)

        return self._patiently(query.name, ask)

    def _answer(self, url: str, parameters: Mapping[str, Any]) -> Any:
        try:
            answer, _ = self._rester._submit_request_and_process(
                url=url,
                verify=True,
                params=dict(parameters),
                use_document_model=False,
                timeout=self._source.timeout_s,
            )
        except (ValueError, AttributeError, TypeError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise DamagedPageError(f"no JSON of the expected form ({str(error).splitlines()[0]})") from error
        return answer

    def _new_rester(self) -> _Rester:
        try:
            with warnings.catch_warnings():
                # That there is no key is said elsewhere.
                warnings.simplefilter("ignore", MPRestWarning)
                return _Rester(
                    api_key=self._key,
                    endpoint=self.endpoint,
                    session=self._session,
                    use_document_model=False,
                    mute_progress_bars=True,
                )
        except (KeyError, TypeError, AttributeError, requests.JSONDecodeError) as error:
            raise DamagedPageError("no heartbeat of the expected form") from error

    def _patiently(self, what: str, ask: Callable[[], Answer]) -> Answer:
        """Return what `ask` returns, asked again after passing troubles."""
        try:
            return ask_patiently(
                ask,
                self._source,
                passes=self._passes,
                say=lambda error: f"Materials Project, {what}: {self._reason(error)}",
            )
        except (DamagedPageError, MPRestError, requests.RequestException) as error:
            kind = DatabaseChangedError if isinstance(error, CountChangedError) else FetchError
            raise kind(self._last_words(what, error)) from None

    def _passes(self, error: BaseException) -> bool:
        """Whether the trouble may pass."""
        if isinstance(error, MPRestError):
            # The client wraps the time-out of a connection, and nothing else that passes.
            return isinstance(error.__context__, requests.RequestException)
        in_time = retry_after_s(error) <= self._source.longest_wait_s
        return isinstance(error, DamagedPageError) or (may_pass(error) and in_time)

    def _last_words(self, what: str, error: Exception) -> str:
        if isinstance(error, RefusedError) and error.status in KEY_STATUS:
            return f"Materials Project: the API key is refused ({self._reason(error)}); {HOW_TO_GET_A_KEY}"
        if (rest_s := retry_after_s(error)) > self._source.longest_wait_s:
            return (
                f"Materials Project, {what}: {self._reason(error)}; the server asks for {rest_s:g} s of rest, "
                f"longest_wait_s is {self._source.longest_wait_s:g}; what came is kept, run again later"
            )
        retries = self._source.retries if self._passes(error) else 0
        tries = f"asked {retries + 1} times" if retries else "asked once"
        return (
            f"Materials Project, {what}: {self._reason(error)} from {self.endpoint} ({tries}); what came so far is "
            f"kept, run again to go on"
        )

    def _reason(self, error: BaseException | None) -> str:
        """Return what went wrong on one line, without the key."""
        if isinstance(error, (RefusedError, DamagedPageError)):
            text = str(error)
        elif isinstance(error, (requests.Timeout, MPRestError)):
            text = f"no answer within {self._source.timeout_s:g} s"
        elif isinstance(error, BROKEN_OFF):
            text = "the answer broke off"
        else:
            text = f"no connection ({type(error).__name__})"
        # In this order, for half a key is too much.
        text = text.replace(self._key, "***") if self._key else text
        return text if len(text) <= LONGEST_REASON else f"{text[: LONGEST_REASON - 3]}..."


def endpoint_of(source: MaterialsProjectSource) -> str:
    """Return the address of the API: the source's own, or what mp-api takes by default or from the environment."""
    return str(validate_endpoint(source.endpoint))


def host_of(endpoint: str) -> str:
    """Return host and port of an address."""
    return urlsplit(endpoint).netloc.rpartition("@")[2]


def _checked(answer: Any, skip: int, limit: int, total_doc: int | None) -> tuple[list[dict[str, Any]], int]:
    documents, meta = answer.get("data"), answer.get("meta")
    # mp-api takes a missing count for one.
    counted = meta.get("total_doc") if isinstance(meta, dict) else None
    if not isinstance(counted, int) or counted < 0:
        raise DamagedPageError("an answer without the number of documents")
    if not isinstance(documents, list) or not all(isinstance(document, dict) for document in documents):
        raise DamagedPageError("an answer without documents")
    if total_doc is not None and counted != total_doc:
        raise CountChangedError(
            f"the server counts {counted} documents where it counted {total_doc} before; if that stays so, the "
            f"database has changed: fetch it anew with phases.refresh"
        )
    expected = max(0, min(limit, counted - skip))
    if len(documents) != expected:
        raise DamagedPageError(
            f"{len(documents)} documents from number {skip} on, of {counted} that the server counts; {expected} are due"
        )
    return documents, counted
