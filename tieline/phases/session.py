"""A session with a server that may misbehave: every request ends in time, and every answer fits into memory."""

from __future__ import annotations

import base64
import ipaddress
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.utils import select_proxy
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError

from tieline.core.harmless import masked

CONNECT_TIMEOUT_S = 3.0
"""Longest time to connect to one address."""

LOOK_UP_TIMEOUT_S = 5.0
"""Longest time to find the address that belongs to a name."""

LARGEST_ANSWER_BYTES = 256 * 2**20
"""Largest body after decompression; pages of a thousand entries take some tens of MB."""

CHUNK_BYTES = 2**16
"""How much of an answer is read at a time."""

MOST_REDIRECTIONS = 5
"""How many in a row are followed."""

CREDENTIALS = ("authorization", "x-api-key")
"""Headers that must not be read by others."""


class AnswerTooLargeError(requests.RequestException):
    """An answer that is larger than any page."""


class UnsafeAddressError(requests.RequestException):
    """An address to which credentials would go unencrypted, or that is another server's."""


def is_safe(address: str) -> bool:
    """Whether what is sent to an address is encrypted, or stays on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


class BoundedSession(requests.Session):
    """A session in which a request takes at most so long as a whole, and an answer at most so much memory.

    Credentials go nowhere unencrypted except on this machine, and are masked where an answer repeats them, before
    anyone reads it.

    Attributes
    ----------
    n_requests
        Number of requests so far, answered or not.
    n_bytes
        Size of the answers so far, as they came over the wire, in bytes.
    """

    follows_redirections = False

    def __init__(self, timeout_s: float) -> None:
        """Open nothing yet.

        Parameters
        ----------
        timeout_s
            Longest time of a request, from the connection to the last byte of the answer.
        """
        super().__init__()
        self.timeout_s = timeout_s
        self.n_requests = 0
        self.n_bytes = 0
        # Asking again is the affair of whoever asks.
        for prefix in ("https://", "http://"):
            self.mount(prefix, requests.adapters.HTTPAdapter(max_retries=0))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request, and return its whole answer.

        Raises
        ------
        requests.RequestException
            If it does not come in time or as a whole, is too large, or is a redirection to another server.
        """
        for _ in range(MOST_REDIRECTIONS + 1):
            response = self._send_in_time(request, options)
            target = self.get_redirect_target(response) if self.follows_redirections else None
            if target is None:
                return response
            request = request.copy()
            request.url = url = urljoin(response.url, target)
            if _server(url) != _server(response.url) and not _is_upgrade(response.url, url):
                raise UnsafeAddressError(f"a redirection to another server, {masked(url, _secrets(request))}")
        raise requests.TooManyRedirects(f"more than {MOST_REDIRECTIONS} redirections")

    def resolve_redirects(self, *_: Any, **__: Any) -> Iterator[Any]:  # type: ignore[override]
        """Follow nothing: what `requests` would follow, it would read without limits."""
        return iter(())

    def _send_in_time(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        """Send in a thread of its own, and leave it alone when the time is over.

        No time-out of a socket bounds a server that sends a byte now and then, nor the look-up of a name.
        """
        secrets = _secrets(request)
        url = str(request.url)
        if secrets and not is_safe(url):
            raise UnsafeAddressError(f"credentials are sent to https:// only, not to {urlsplit(url).netloc}")
        self.n_requests += 1
        outcome: list[requests.Response | Exception] = []
        until = time.monotonic() + self.timeout_s
        looked_up = threading.Event()

        def send() -> None:
            if not select_proxy(url, options.get("proxies")):
                with suppress(OSError, UnicodeError):
                    socket.getaddrinfo(urlsplit(url).hostname, None)
            looked_up.set()
            try:
                outcome.append(self._read(request, options, until))
            except Exception as error:  # noqa: BLE001  (raised where it is waited for)
                outcome.append(error)

        thread = threading.Thread(target=send, daemon=True, name="request")
        thread.start()
        if not looked_up.wait(min(LOOK_UP_TIMEOUT_S, self.timeout_s)):
            raise requests.ConnectTimeout(f"no address found for {urlsplit(url).hostname}")
        thread.join(max(0.0, until - time.monotonic()))
        if not outcome:
            raise requests.ReadTimeout(f"no whole answer within {self.timeout_s:g} s")
        (came,) = outcome
        if isinstance(came, Exception):
            raise came
        if secrets:
            came._content = masked(came.content.decode("utf-8", "replace"), secrets).encode()
            came.reason = masked(str(came.reason), secrets)
        return came

    def _read(self, request: requests.PreparedRequest, options: dict[str, Any], until: float) -> requests.Response:
        timeout = (min(CONNECT_TIMEOUT_S, self.timeout_s), self.timeout_s)
        asked = options | {"stream": True, "allow_redirects": False, "timeout": timeout}
        if str(request.url).startswith("http:") and is_safe(str(request.url)):
            # A proxy would be another machine.
            asked["proxies"] = {}
        response = super().send(request, **asked)
        with response:
            body = bytearray()
            try:
                while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
                    body += chunk
                    if len(body) > LARGEST_ANSWER_BYTES:
                        raise AnswerTooLargeError(f"an answer of more than {LARGEST_ANSWER_BYTES / 2**20:g} MB")
                    if time.monotonic() > until:
                        raise requests.ReadTimeout(f"no whole answer within {self.timeout_s:g} s")
            except ReadTimeoutError as error:
                raise requests.ReadTimeout(str(error)) from None
            except ProtocolError as error:
                raise requests.exceptions.ChunkedEncodingError(str(error)) from None
            except HTTPError as error:
                raise requests.exceptions.ContentDecodingError(str(error)) from None
            finally:
                self.n_bytes += response.raw.tell()
        response._content = bytes(body)
        # What JSON is in; a guess at the encoding of a large page takes longer than reading it.
        response.encoding = "utf-8"
        return response


def _secrets(request: requests.PreparedRequest) -> list[str]:
    """Return what of a request must not be seen by others."""
    found = []
    for name in CREDENTIALS:
        value = request.headers.get(name)
        if value:
            scheme, _, secret = str(value).rpartition(" ")
            found.append(secret)
            if scheme.lower() == "basic":
                found.append(base64.b64decode(secret).decode("utf-8", "replace").partition(":")[2])
    return found


def _server(address: str | None) -> tuple[str, str | None, int | None]:
    parts = urlsplit(str(address))
    return parts.scheme, parts.hostname, parts.port


def _is_upgrade(before: str | None, after: str | None) -> bool:
    """Whether a redirection leads from a host to its encrypted self."""
    (scheme, host, _), (new_scheme, new_host, port) = _server(before), _server(after)
    return (scheme, new_scheme) == ("http", "https") and host == new_host and port is None
