"""Servers that misbehave, against the session and against both clients: one line, in time, in little memory."""

from __future__ import annotations

import base64
import gzip
import json
import time
import tracemalloc
import zlib

import pytest
import requests
from hostile_server import head, hostile, whole

from tieline.core.errors import FetchError
from tieline.phases import session as sessions
from tieline.phases.materials_project.client import Client
from tieline.phases.optimade.client import OptimadeServer
from tieline.phases.session import AnswerTooLargeError, BoundedSession, UnsafeAddressError, is_safe
from tieline.phases.source_settings import MaterialsProjectSource, OptimadeSource

KEY = "Abcdefghij0123456789ABCDEFGHIJ01"

LIMIT_MB = 8
"""Of an answer, in these tests."""

QUICK = {"timeout_s": 1.0, "retries": 1, "backoff_s": 0.01, "longest_wait_s": 1.0}


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(sessions, "LARGEST_ANSWER_BYTES", LIMIT_MB * 2**20)
    with hostile() as listening:
        yield listening


def always(answer):
    return lambda _, send: send(answer)


def materials_project(server):
    source = MaterialsProjectSource(kind="materials_project", endpoint=f"{server.url}/", **QUICK)
    return Client(source, KEY)


def optimade(server):
    source = OptimadeSource(kind="optimade", provider="alexandria", base_url=server.url, **QUICK)
    return OptimadeServer(server.url, source).properties()


def bomb():
    """1 GB of blanks in 1 MB."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(b" " * 2**20) for _ in range(1024)) + packer.flush()


def endless(server):
    def answer(_, send):
        send(head(Content_Type="application/json") + b'{"data": [')
        while not server.over.is_set():
            send(b" " * 65536)

    return answer


def dripping_body(server):
    def answer(_, send):
        send(head(Content_Length="1000000"))
        server.drip(send)

    return answer


def dripping_head(server):
    def answer(_, send):
        send(b"HTTP/1.1 200 OK\r\n")
        server.drip(send, b"X: y\r\n")

    return answer


def dripping_chunks(server):
    def answer(_, send):
        send(head(Transfer_Encoding="chunked"))
        server.drip(send, b"1\r\n \r\n")

    return answer


FAULTS = {
    "endless": endless,
    "gzip bomb": lambda _: always(whole(bomb(), Content_Encoding="gzip")),
    "bomb in a bomb": lambda _: always(whole(gzip.compress(bomb()), Content_Encoding="gzip, gzip")),
    "dripping body": dripping_body,
    "dripping head": dripping_head,
    "dripping chunks": dripping_chunks,
    "silence": lambda server: lambda *_: server.over.wait(),
    "no HTTP": lambda _: always(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "empty": lambda _: always(whole(b"")),
    "cut": lambda _: always(head(Content_Length="1000") + b'{"data": ['),
    "HTML": lambda _: always(whole(b"<html>\n<h1>Maintenance</h1>", Content_Type="text/html")),
    "an image": lambda _: always(whole(b"\x89PNG\r\n\x1a\n\0\0", Content_Type="image/png")),
    "deep": lambda _: always(whole(b'{"data":' + b"[" * 200_000 + b"]" * 200_000 + b"}")),
    "Infinity": lambda _: always(whole(b'{"data": {"properties": Infinity}, "db_version": NaN')),
    "a long number": lambda _: always(whole(b'{"data": ' + b"9" * 10_000 + b"}")),
    "null": lambda _: always(whole(b"null")),
    "a text": lambda _: always(whole(b'"data"')),
    "other parts": lambda _: always(whole(b'{"data": null, "meta": null, "links": 3, "errors": {"a": 1}}')),
    "no gzip": lambda _: always(whole(b"{}", Content_Encoding="gzip")),
    "elsewhere": lambda _: always(whole(b"", "302 Found", Location="http://127.0.0.2:9/")),
    "in a circle": lambda _: always(whole(b"", "302 Found", Location="/v1/again")),
    "many headers": lambda _: always(head(**{f"X_{number}": "y" * 100 for number in range(5000)}) + b"{}"),
}


@pytest.mark.parametrize("ask", [materials_project, optimade])
@pytest.mark.parametrize("fault", FAULTS)
def test_faults_end_in_one_line_in_time_and_little_memory(server, ask, fault):
    """Twice a second at most, for there is one repetition; and what an answer may hold, a few times over."""
    server.answer = FAULTS[fault](server)
    tracemalloc.start()
    begun = time.monotonic()
    try:
        with pytest.raises(FetchError) as told:
            ask(server)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.monotonic() - begun < 12.0
    assert peak < 8 * LIMIT_MB * 2**20
    text = str(told.value)
    assert text.isprintable()
    assert len(text) < 600
    assert 1 <= len(server.requests) <= 8


def spelled_per_cent(key):
    return "".join(f"%{ord(sign):02x}" for sign in key)


ECHOES = {
    "plain": lambda key: key,
    "small letters": str.lower,
    "capitals": str.upper,
    "percent-encoded": spelled_per_cent,
    "escaped": lambda key: "".join(f"\\u{ord(sign):04X}" for sign in key),
    "as entities": lambda key: "".join(f"&#{ord(sign)};" for sign in key),
    "over two lines": lambda key: f"{key[:11]}\n  {key[11:]}",
    "base64": lambda key: base64.b64encode(key.encode()).decode(),
    "base64 amid more": lambda key: base64.b64encode(b"x" + key.encode() + b"!").decode(),
    "hexadecimal": lambda key: key.encode().hex(),
}


@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "503 Service Unavailable"])
@pytest.mark.parametrize("echo", ECHOES)
def test_no_echo_of_the_key_is_shown(server, status, echo, caplog):
    said = ECHOES[echo](KEY)
    server.answer = always(whole(f"no such key: {said} sorry".encode(), f"{status} {said.split()[0]}"))
    with pytest.raises(FetchError) as told:
        materials_project(server)
    shown = "".join((str(told.value) + caplog.text).split())
    for piece in (said[start : start + 12] for start in range(0, len(said) - 12, 6)):
        assert "".join(piece.split()) not in shown


def test_what_comes_is_without_the_key_before_anyone_reads_it(server):
    server.answer = always(whole(json.dumps({"asked": {"x-api-key": KEY}, "n": 1}).encode()))
    session = BoundedSession(5.0)
    assert session.get(server.url, headers={"x-api-key": KEY}).json() == {"asked": {"x-api-key": "***"}, "n": 1}
    assert f"x-api-key: {KEY}" in server.requests[0]


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://api.materialsproject.org/", True),
        ("http://api.materialsproject.org/", False),
        ("http://127.0.0.1:8000/", True),
        ("http://127.8.9.1/", True),
        ("http://localhost/", True),
        ("http://[::1]:1/", True),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://10.0.0.1/", False),
        ("http://127.0.0.1@example.org/", False),
    ],
)
def test_where_a_key_may_go(address, safe):
    assert is_safe(address) is safe
    if not safe:
        with pytest.raises(UnsafeAddressError, match="https:// only"):
            BoundedSession(1.0).get(address, headers={"x-api-key": KEY})


def test_the_key_goes_to_no_unencrypted_server(monkeypatch):
    monkeypatch.setenv("MP_API_KEY", KEY)
    source = MaterialsProjectSource(kind="materials_project", endpoint="http://api.materialsproject.org/")
    with pytest.raises(FetchError, match="must begin with https://") as told:
        Client(source, KEY)
    assert KEY not in str(told.value)


def test_redirections_within_a_server_are_followed_where_no_key_is_sent(server):
    class Follows(BoundedSession):
        follows_redirections = True

    def answer(request, send):
        moved = request.startswith("GET /old")
        send(whole(b"", "301 Moved", Location="/new") if moved else whole(b'{"here": true}'))

    server.answer = answer
    assert Follows(5.0).get(f"{server.url}/old").json() == {"here": True}
    assert BoundedSession(5.0).get(f"{server.url}/old").status_code == 301


def test_no_redirection_takes_a_key_to_another_server(server):
    class Follows(BoundedSession):
        follows_redirections = True

    with hostile() as other:
        server.answer = always(whole(b"", "302 Found", Location=f"{other.url}/?{KEY}"))
        with pytest.raises(UnsafeAddressError, match="another server") as told:
            Follows(5.0).get(server.url, headers={"x-api-key": KEY})
        assert KEY not in str(told.value)
        assert not other.requests


def test_a_large_answer_within_the_limit_comes_whole(server):
    body = json.dumps({"n": list(range(500_000))}).encode()
    packed = gzip.compress(body)
    server.answer = always(whole(packed, Content_Encoding="gzip"))
    session = BoundedSession(20.0)
    assert session.get(server.url).content == body
    assert (session.n_requests, session.n_bytes) == (1, len(packed))


def test_one_byte_over_the_limit(server):
    server.answer = always(whole(b" " * (LIMIT_MB * 2**20)))
    assert len(BoundedSession(20.0).get(server.url).content) == LIMIT_MB * 2**20
    server.answer = always(whole(b" " * (LIMIT_MB * 2**20 + 1)))
    with pytest.raises(AnswerTooLargeError, match=f"more than {LIMIT_MB} MB"):
        BoundedSession(20.0).get(server.url)


def test_a_request_ends_when_its_time_is_over(server):
    """However often something comes."""
    server.answer = dripping_body(server)
    begun = time.monotonic()
    with pytest.raises(requests.ReadTimeout, match="within 1 s"):
        BoundedSession(1.0).get(server.url)
    assert 0.9 < time.monotonic() - begun < 3.0


@pytest.mark.parametrize("ask", [materials_project, optimade])
def test_a_server_that_was_never_reached_is_told_of_within_10_s(server, ask, monkeypatch):
    monkeypatch.setitem(QUICK, "retries", 50)
    monkeypatch.setitem(QUICK, "backoff_s", 1.0)
    monkeypatch.setitem(QUICK, "longest_wait_s", 100.0)
    server.url = "http://127.0.0.1:1"
    begun = time.monotonic()
    with pytest.raises(FetchError):
        ask(server)
    assert time.monotonic() - begun < 10.0


@pytest.mark.parametrize("ask", [materials_project, optimade])
def test_a_name_server_that_does_not_answer(server, ask, monkeypatch):
    monkeypatch.setitem(QUICK, "timeout_s", 60.0)
    monkeypatch.setitem(QUICK, "retries", 50)
    monkeypatch.setitem(QUICK, "backoff_s", 1.0)
    monkeypatch.setattr(sessions.socket, "getaddrinfo", lambda *_, **__: server.over.wait())
    server.url = "https://optimade.example.org"
    begun = time.monotonic()
    with pytest.raises(FetchError):
        ask(server)
    assert time.monotonic() - begun < 10.0
