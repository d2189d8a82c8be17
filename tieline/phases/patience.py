"""Asking a server again where another answer is to be hoped for."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt, wait_exponential, wait_random
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from tieline.core.errors import FetchError
from tieline.phases.source_settings import ServerSource

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same question may do better."""

BROKEN_OFF = (ChunkedEncodingError, ContentDecodingError)
"""What is raised where an answer does not come whole."""

REACHED_WITHIN_S = 6.0
"""Seconds after which a server that has not been reached yet counts as unreachable."""

LONGEST_RETRY_AFTER_S = 10**9
"""Limit of what urllib3 reads, far above any that a server means."""


def retry_after_s(error: BaseException | None) -> float:
    """Return the seconds that the answer behind an error asks to wait (Retry-After, RFC 9110); 0 if it does not."""
    if not isinstance(error, requests.RequestException) or error.response is None:
        return 0.0
    try:
        asked = Retry(retry_after_max=LONGEST_RETRY_AFTER_S).get_retry_after(error.response.raw)
    except (InvalidHeader, ValueError, OverflowError):
        return 0.0
    return asked or 0.0


def may_pass(error: BaseException) -> bool:
    """Whether what `requests` raised, or a status of an answer behind it, is a trouble that may pass."""
    if not isinstance(error, requests.RequestException):
        return False
    if error.response is not None:
        return error.response.status_code in PASSING_STATUS
    return isinstance(error, (requests.ConnectionError, requests.Timeout, *BROKEN_OFF))


def require_reachable(url: str, within_s: float = REACHED_WITHIN_S) -> None:
    """Raise unless a connection to the server at `url` can be opened: a wrong address needs no patience.

    Parameters
    ----------
    url
        Address of the server. Where a proxy stands between, nothing is tried.
    within_s
        Seconds after which a server counts as unreachable, its name being looked up included.

    Raises
    ------
    FetchError
        If there is no connection.
    """
    parts = urlsplit(url)
    if requests.utils.get_environ_proxies(url):
        return
    problems = [f"no connection within {within_s:g} s"]

    def connect() -> None:
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            socket.create_connection((parts.hostname or "", port), timeout=within_s).close()
            problems.clear()
        except (OSError, UnicodeError) as error:
            problems[0] = str(getattr(error, "strerror", None) or error)

    # Looking a name up without a network takes as long as the system likes.
    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(within_s)
    if problems:
        raise FetchError(
            f"{parts.scheme}://{parts.hostname or ''} cannot be reached ({problems[0]}): is the address right, and is "
            "there a network?"
        )


def ask_patiently(
    ask: Callable[[], Answer],
    source: ServerSource,
    *,
    passes: Callable[[BaseException], bool] = may_pass,
    say: Callable[[BaseException | None], str],
) -> Answer:
    """Return what `ask` returns, asked again after troubles that may pass; the last of them is raised.

    Parameters
    ----------
    ask
        Asks once.
    source
        How often to ask again, and how long to wait before that. A server that says how long is given at least that,
        up to the longest wait.
    passes
        Whether a trouble may pass.
    say
        What went wrong, in words for the log.
    """
    backoff = wait_exponential(multiplier=source.backoff_s, max=source.longest_wait_s) + wait_random(
        0.0, source.backoff_s
    )

    def wait(state: RetryCallState) -> float:
        return min(max(retry_after_s(_error(state)), backoff(state)), source.longest_wait_s)

    def tell(state: RetryCallState) -> None:
        log.warning("%s; asked again in %.1f s", say(_error(state)), state.upcoming_sleep)

    retrying = Retrying(
        stop=stop_after_attempt(source.retries + 1),
        wait=wait,
        retry=retry_if_exception(passes),
        before_sleep=tell,
        reraise=True,
    )
    return retrying(ask)


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None
