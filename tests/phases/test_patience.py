"""When to ask again."""

from __future__ import annotations

import socket
import time
from email.utils import formatdate

import pytest
import requests
import urllib3

from tieline.core.errors import FetchError
from tieline.phases.patience import ask_patiently, may_pass, require_reachable, retry_after_s
from tieline.phases.source_settings import ServerSource


def refused(status=503, **headers):
    response = requests.Response()
    response.status_code = status
    response.raw = urllib3.HTTPResponse(headers={name.replace("_", "-"): text for name, text in headers.items()})
    return requests.HTTPError("no", response=response)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 0),
        ("7", 7),
        ("86400", 86400),
        ("-3", 0),
        ("soon", 0),
        ("9" * 5000, 0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 01 Jan 99999999999999999999 00:00:00 GMT", 0),
    ],
)
def test_retry_after(header, seconds):
    assert retry_after_s(refused(Retry_After=header)) == seconds


def test_retry_after_as_a_date():
    error = refused(Retry_After=formatdate(time.time() + 60, usegmt=True))
    assert retry_after_s(error) == pytest.approx(60, abs=2)


@pytest.mark.parametrize("error", [None, ValueError(), requests.ConnectionError(), refused()])
def test_nothing_is_asked_for(error):
    assert retry_after_s(error) == 0.0


@pytest.mark.parametrize(
    ("error", "passes"),
    [
        (refused(429), True),
        (refused(503), True),
        (refused(404), False),
        (refused(302), False),
        (requests.ConnectionError(), True),
        (requests.ReadTimeout(), True),
        (requests.exceptions.ChunkedEncodingError(), True),
        (requests.exceptions.InvalidURL(), False),
        (ValueError(), False),
    ],
)
def test_what_may_pass(error, passes):
    assert may_pass(error) is passes


def test_waits_grow_and_are_no_longer_than_the_server_and_the_user_want(monkeypatch, caplog):
    """3 s where the server says so; then 1, 2 s and up to 0.5 s more; 4 s at most."""
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    troubles = [refused(Retry_After="3"), requests.ConnectionError(), refused(), refused(Retry_After="60"), refused()]

    def ask():
        if troubles:
            raise troubles.pop(0)
        return "answer"

    source = ServerSource(kind="any", name="any", retries=5, backoff_s=0.5, longest_wait_s=4.0)
    assert ask_patiently(ask, source, say=lambda error: type(error).__name__) == "answer"
    assert slept[0] == 3.0
    assert slept[1] == pytest.approx(1.25, abs=0.25)
    assert slept[2] == pytest.approx(2.25, abs=0.25)
    assert slept[3:] == [4.0, 4.0]
    assert caplog.messages[0] == "HTTPError; asked again in 3.0 s"
    assert len(caplog.messages) == 5


def test_patience_ends():
    """The last trouble is raised; what does not pass, at once."""
    source = ServerSource(kind="any", name="any", retries=2, backoff_s=0.001)
    for status, times in ((503, 3), (404, 1)):
        asked = []

        def ask(status=status, asked=asked):
            asked.append(status)
            raise refused(status)

        with pytest.raises(requests.HTTPError):
            ask_patiently(ask, source, say=str)
        assert len(asked) == times


def test_a_server_that_is_there_is_reachable_and_one_that_is_not_is_told_at_once():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        require_reachable(f"http://127.0.0.1:{port}/v1")
    with pytest.raises(FetchError, match=r"^http://127\.0\.0\.1 cannot be reached \(Connection refused\): is the addr"):
        require_reachable(f"http://127.0.0.1:{port}/v1")


def test_a_name_that_nobody_knows_and_a_server_that_keeps_silent(monkeypatch):
    with pytest.raises(FetchError, match=r"^https://nowhere\.invalid cannot be reached"):
        require_reachable("https://nowhere.invalid")
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: time.sleep(1.0))
    with pytest.raises(FetchError, match=r"no connection within 0\.05 s"):
        require_reachable("https://nowhere.invalid", within_s=0.05)
