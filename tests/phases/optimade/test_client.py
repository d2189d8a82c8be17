"""One server, asked page by page: what goes wrong on the way, and what of it is worth another try."""

from __future__ import annotations

import json
import time

import pytest
from optimade_server import answer, cut, wait

from tieline.core.errors import FetchError
from tieline.phases.optimade.client import OptimadeServer
from tieline.phases.source_settings import OptimadeSource

QUERY = 'elements HAS "Si" AND nelements<=2'
FIELDS = ("chemical_formula_reduced", "_alexandria_energy")


def patient(server, **more):
    quick = {"timeout_s": 5.0, "retries": 2, "backoff_s": 0.01, "longest_wait_s": 5.0}
    source = OptimadeSource(kind="optimade", provider="alexandria", base_url=server.url, **(quick | more))
    return OptimadeServer(server.url, source)


def first(*actions):
    """A fault that spoils the first pages, one action each."""

    async def fault(number, send):
        return await actions[number - 1](send) if number <= len(actions) else False

    return fault


def always(action):
    async def fault(_, send):
        return await action(send)

    return fault


def status(code, *headers, body=b"busy"):
    return lambda send: answer(send, code, body, *headers)


def page(**content):
    return lambda send: answer(send, 200, json.dumps({"data": [], "meta": {}} | content).encode())


def refusal(server, fault, **more):
    server.gate.fault = fault
    with pytest.raises(FetchError) as caught:
        patient(server, **more).page(QUERY, FIELDS, 2)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith(server.url)
    assert len(text) < 500
    return text.removeprefix(server.url + " ")


def test_pages_follow_each_other(server):
    """Si in two forms, TiSi2 in two, Mg2Si, NiSi2, and Li15Si4: pages of 3, 3 and 1."""
    asked = patient(server)
    pages = [asked.page(QUERY, FIELDS, 3)]
    while pages[-1].next_url is not None:
        pages.append(asked.page(QUERY, FIELDS, 3, pages[-1].next_url))
    assert [len(page.entries) for page in pages] == [3, 3, 1]
    assert {page.n_returned for page in pages} == {7}
    assert len({entry["id"] for page in pages for entry in page.entries}) == 7
    assert {*pages[0].entries[0]["attributes"]} == {*FIELDS}
    assert asked.traffic.n_requests == 3
    assert asked.traffic.n_bytes > 1000


def test_properties_and_units(server):
    known = patient(server).properties()
    assert known["_alexandria_energy"]["unit"] == "eV"
    assert "nelements" in known


@pytest.mark.parametrize("code", [429, 500, 502, 503, 504])
def test_busy_servers_are_asked_again(server, code):
    server.gate.fault = first(status(code))
    assert len(patient(server).page(QUERY, FIELDS, 2).entries) == 2
    assert len(server.gate.asked) == 2


def test_a_page_that_breaks_off_is_asked_for_again(server):
    server.gate.fault = first(cut, cut)
    assert len(patient(server).page(QUERY, FIELDS, 2).entries) == 2
    assert len(server.gate.asked) == 3


def test_the_server_says_how_long_to_wait(server):
    server.gate.fault = first(status(429, (b"retry-after", b"1")))
    start = time.monotonic()
    patient(server).page(QUERY, FIELDS, 2)
    assert time.monotonic() - start > 1.0


def test_no_server_makes_us_wait_for_ever(server):
    server.gate.fault = first(status(503, (b"retry-after", b"86400")))
    start = time.monotonic()
    patient(server, longest_wait_s=0.05).page(QUERY, FIELDS, 2)
    assert time.monotonic() - start < 5.0


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (status(429), "answers only with 429 Too Many Requests"),
        (status(502), "answers only with 502 Bad Gateway"),
        (cut, "cannot be reached or breaks off"),
    ],
)
def test_patience_ends(server, action, says):
    """The consortium's client by itself asks again for ever where it is told 429."""
    assert refusal(server, always(action)).startswith(says)
    assert len(server.gate.asked) == 3


def test_a_slow_server(server):
    start = time.monotonic()
    assert refusal(server, always(lambda _: wait(3.0)), timeout_s=0.2, retries=1) == "does not answer in time"
    assert time.monotonic() - start < 2.0
    assert len(server.gate.asked) == 2


def test_nobody_there(server, capfd):
    asked = patient(server, retries=0)
    server.die()
    with pytest.raises(FetchError, match=r"cannot be reached \(Connection refused"):
        asked.properties()
    # The client prints errors by itself, even when it is to be silent.
    assert capfd.readouterr() == ("", "")


def test_a_page_too_large(server):
    with pytest.raises(FetchError, match=r"refuses the request with 403: .*page_limit.* 500"):
        patient(server).page(QUERY, FIELDS, 501)
    assert len(server.gate.asked) == 1


def test_a_filter_that_is_none(server):
    with pytest.raises(FetchError, match="refuses the request with 400: Bad Request"):
        patient(server).page("elements HAS", FIELDS, 2)


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (status(200, body=b"<html>\n<p>Maintenance</p>"), "answers with something else than OPTIMADE"),
        (status(200, body=b'{"data": [{"id": "a"'), "answers with something else than OPTIMADE"),
        (status(200, body=b"[1, 2]"), "answers with something else than OPTIMADE"),
        (status(404, body=b"nothing here"), "refuses the request with 404: "),
        (page(data=[{"attributes": {}}]), "answers with something else than entries that have ids"),
        (page(data={"id": "a"}), "answers with something else than entries that have ids"),
        (page(errors=[{"title": "Out of\nmemory", "detail": "sorry"}]), "answers with an error: Out of memory: sorry"),
        (page(links={"next": "http://127.0.0.1:9/more"}), "answers with something else than OPTIMADE"),
    ],
)
def test_answers_that_are_none(server, action, says):
    assert refusal(server, always(action)).startswith(says)
    assert len(server.gate.asked) == 1


def test_links_may_be_objects(server):
    entry = {"id": "a", "attributes": {}}
    url = f"{server.url}/v1/structures?page_offset=2"
    server.gate.fault = always(page(data=[entry], links={"next": {"href": url}}))
    found = patient(server).page(QUERY, FIELDS, 2)
    assert (found.entries, found.next_url, found.n_returned) == ([entry], url, None)


def test_no_other_host_is_followed(server):
    with pytest.raises(FetchError, match=r"sends for its next page to another host, https://elsewhere\.example/v1"):
        patient(server).page(QUERY, FIELDS, 2, "https://elsewhere.example/v1/structures?page_offset=2")
    assert not server.gate.asked


def test_a_server_without_properties(server):
    async def application(scope, _, send):
        if scope["path"].endswith("/info/structures"):
            await answer(send, 200, b'{"data": {"description": "none"}, "meta": {}}')

    server.gate.app = application
    with pytest.raises(FetchError, match="does not say which properties its structures have"):
        patient(server).properties()
