"""Asking a server again where another answer is to be hoped for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)
from urllib3 import Retry
from urllib3.exceptions import InvalidHeader

from tieline.phases.source_settings import ServerSource

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same question may do better."""

BROKEN_OFF = (ChunkedEncodingError, ContentDecodingError)
"""What is raised where an answer does not come whole."""

FIRST_CONTACT_S = 6.0
"""Until when a server that was never reached is tried again; the last try takes a few seconds more."""

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


def ask_patiently(
    ask: Callable[[], Answer],
    source: ServerSource,
    *,
    first: bool = False,
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
    first
        Whether the server has not answered yet: where it cannot be reached, the user is told within 10 s.
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

    often_enough, long_enough = stop_after_attempt(source.retries + 1), stop_before_delay(FIRST_CONTACT_S)

    def stop(state: RetryCallState) -> bool:
        unreachable = first and _is_unreachable(_error(state))
        return often_enough(state) or (unreachable and long_enough(state))

    retrying = Retrying(
        stop=stop,
        wait=wait,
        retry=retry_if_exception(passes),
        before_sleep=tell,
        reraise=True,
    )
    return retrying(ask)


def _is_unreachable(error: BaseException | None) -> bool:
    """Whether no connection came about; mp-api wraps the time-out of one."""
    return isinstance(error, requests.ConnectionError) or isinstance(
        getattr(error, "__context__", None), requests.ConnectTimeout
    )


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome is not None else None
