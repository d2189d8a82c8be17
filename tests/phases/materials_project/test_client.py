"""Every fault of a server: the pull completes, or stops with one line and goes on later where it stopped."""

from __future__ import annotations

import time

import pytest
from materials_project_server import DATABASE_VERSION, KEY, Answer

from tieline.core.errors import FetchError


def wrong_count(change):
    def edit(content):
        content["meta"]["total_doc"] = change(content["meta"]["total_doc"])

    return lambda right: right.edited(edit)


def slow(right):
    time.sleep(0.6)
    return right


FAULTS = {
    "429 with Retry-After": lambda _: Answer.of(429, {"message": "slow down"}, Retry_After="0"),
    "429": lambda _: Answer.of(429, {"message": "slow down"}),
    "500": lambda _: Answer.of(500, b"Internal Server Error"),
    "502": lambda _: Answer.of(502, b"<html>Bad Gateway</html>"),
    "503": lambda _: Answer.of(503, b""),
    "504": lambda _: Answer.of(504, {"detail": "Server error: timed out"}),
    "cut amid a page": lambda _: None,
    "malformed JSON": lambda _: Answer.of(200, b'{"data": [{"material_id": "mp-'),
    "HTML": lambda _: Answer.of(200, b"<html>maintenance</html>"),
    "a list": lambda _: Answer.of(200, []),
    "null": lambda _: Answer.of(200, None),
    "no data": lambda right: right.edited(lambda content: {"meta": content["meta"]}),
    "no meta": lambda right: right.edited(lambda content: {"data": content["data"]}),
    "meta is null": lambda right: right.edited(lambda content: content | {"meta": None}),
    "no count": lambda right: right.edited(lambda content: content["meta"].pop("total_doc") and None),
    "data is no list": lambda right: right.edited(lambda content: content | {"data": {"a": 1}}),
    "a document is no mapping": lambda right: right.edited(lambda content: content["data"].append("x")),
    "a document is lacking": lambda right: right.edited(lambda content: content["data"].pop() and None),
    "one document too many": lambda right: right.edited(lambda content: content["data"].append({})),
    "count too high": wrong_count(lambda n: n + 100),
    "count too low": wrong_count(lambda n: n - 30),
    "count is text": wrong_count(str),
    "not what its encoding says": lambda _: Answer.of(200, b"plain", Content_Encoding="gzip"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_passing_faults_are_ridden_out(pull, network, undisturbed, fault, caplog):
    """Each befalls a page amid a series twice; everything else is asked for once."""
    network.befalls(FAULTS[fault], chemsys="Li-*", skip=40, times=2)
    assert pull() == undisturbed[0]
    assert len(network.asked) == undisturbed[1] + 2
    assert caplog.text.count("asked again in") == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_lasting_faults_end_in_one_line_and_nothing_is_lost(pull, network, undisturbed, fault):
    network.befalls(FAULTS[fault], chemsys="Li-*", skip=40, times=2)
    with pytest.raises(FetchError, match=r"^Materials Project, Li-\*: .*kept, run again to go on$") as told:
        pull(retries=1)
    assert "\n" not in str(told.value)
    assert pull() == undisturbed[0]
    assert len(network.asked) == undisturbed[1] + 2


@pytest.mark.parametrize("fault", ["500", "cut amid a page", "malformed JSON", "count too high", "no count"])
def test_faults_of_a_first_page(pull, network, undisturbed, fault):
    network.befalls(FAULTS[fault], chemsys="Li-*", skip=0, times=2)
    if fault == "count too high":
        # It shows at the end of the series only, where the server has no more to give.
        network.befalls(wrong_count(lambda n: n + 100), chemsys="Li-*", times=100)
        with pytest.raises(FetchError, match=r"documents from number \d+ on, of \d+ that the server counts"):
            pull()
    else:
        assert pull() == undisturbed[0]


def test_slow_pages_are_waited_for(pull, network, undisturbed):
    network.befalls(slow, times=2)
    assert pull(timeout_s=5.0) == undisturbed[0]
    assert len(network.asked) == undisturbed[1]


def test_silence_is_not_waited_for_for_ever(pull, network, undisturbed):
    network.befalls(slow, chemsys="Li-*", skip=40, times=1)
    assert pull(timeout_s=0.5) == undisturbed[0]
    network.befalls(slow, chemsys="Si-*", skip=0, times=100)
    with pytest.raises(FetchError, match=r"Si-\*: no answer within 0.5 s .*asked 2 times"):
        pull(refresh=True, timeout_s=0.5, retries=1)


def test_retry_after_is_honoured(pull, network, undisturbed):
    network.befalls(lambda _: Answer.of(429, b"", Retry_After="1"), chemsys="Si-*")
    begun = time.monotonic()
    assert pull() == undisturbed[0]
    assert time.monotonic() - begun > 1.0


def test_too_long_a_rest_is_left_to_the_user(pull, network):
    network.befalls(lambda _: Answer.of(429, b"", Retry_After="3600"), chemsys="Si-*")
    with pytest.raises(FetchError, match=r"asks for 3600 s of rest, longest_wait_s is 5; .* run again later"):
        pull()


@pytest.mark.parametrize("status", [400, 404, 414, 422])
def test_refusals_that_do_not_pass_are_not_tried_again(pull, network, status):
    network.befalls(lambda _: Answer.of(status, {"detail": "no such thing"}), chemsys="Si-*", times=9)
    with pytest.raises(FetchError, match=rf"Si-\*: status {status}, '.*no such thing.*asked once"):
        pull()
    assert network.asked[-1].count("Si-%2A") == 1
    assert sum(trouble.times for trouble in network.troubles) == 8


def test_redirections_are_not_followed(pull, network):
    """They would take the key elsewhere."""
    network.befalls(lambda _: Answer.of(302, b"", Location="http://127.0.0.1:9/"), chemsys="Si-*", times=9)
    with pytest.raises(FetchError, match="status 302"):
        pull()


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key(pull, network, status, caplog):
    """The server's answer holds the key; ours does not."""
    network.befalls(lambda _: Answer.of(status, {"message": "Invalid credentials", "key": KEY}), times=9)
    with pytest.raises(FetchError, match=rf"the API key is refused \(status {status}.*\); get a key at") as told:
        pull()
    assert KEY not in str(told.value) + caplog.text
    assert len(network.asked) == 1


@pytest.mark.parametrize("before", [0, 100, 150, 170])
def test_no_part_of_a_key_is_shown(pull, network, before):
    """Wherever a long answer is cut."""
    network.befalls(lambda _: Answer.of(400, f"{'x' * before}{KEY}{'y' * 500}".encode()), chemsys="Si-*", times=9)
    with pytest.raises(FetchError, match="status 400") as told:
        pull()
    assert KEY[:4] not in str(told.value)
    assert len(str(told.value)) < 400


def test_a_key_nobody_has(pull, monkeypatch):
    monkeypatch.setenv("MP_API_KEY", KEY[::-1])
    with pytest.raises(FetchError, match="the API key is refused") as told:
        pull()
    assert KEY[::-1] not in str(told.value)


def test_a_database_that_changes_amid_a_pull(pull, network):
    """It counts one more from the second page on."""
    network.befalls(wrong_count(lambda n: n + 1), chemsys="Li-*", skip=40, times=100)
    with pytest.raises(FetchError, match=r"where it counted \d+ before; .* phases.refresh"):
        pull()


def test_pages_that_overlap_are_found_out(pull, network, undisturbed):
    """The server's order is not fixed: a page may repeat documents of another and so leave others out."""
    first_page = {}

    def remember(right):
        right.edited(first_page.update)
        return right

    network.befalls(remember, chemsys="Li-*", skip=0)
    network.befalls(lambda right: right.edited(lambda c: c | {"data": first_page["data"]}), chemsys="Li-*", skip=40)
    with pytest.raises(FetchError, match=r"the same documents again and again; this series was thrown away, run again"):
        pull()
    assert pull() == undisturbed[0]


def test_a_series_without_end(pull, network, undisturbed):
    """A first page that comes again and again, of a series of a hundred thousand."""

    def again(right):
        def edit(content):
            first_page.setdefault("data", content["data"])
            return {"data": first_page["data"], "meta": content["meta"] | {"total_doc": 100_000}}

        return right.edited(edit)

    first_page = {}
    network.befalls(again, chemsys="Li-*", times=5000)
    before = len(network.asked)
    with pytest.raises(FetchError, match=r"Li-\*: (the server sends the same documents|\d+ documents from number)"):
        pull(retries=0)
    assert len(network.asked) - before < undisturbed[1] + 3


@pytest.mark.parametrize("count", [10**12, True, 1e3])
def test_counts_that_are_none(pull, network, count):
    network.befalls(wrong_count(lambda _: count), chemsys="Li-*", times=9)
    with pytest.raises(FetchError, match=r"Li-\*: (the server counts 1e\+12 documents|an answer without the number)"):
        pull(retries=0)


@pytest.mark.parametrize(
    "answer", [Answer.of(200, {"status": "OK"}), Answer.of(200, b"<html>"), Answer.of(200, []), Answer.of(503, b"")]
)
def test_a_heartbeat_that_is_none(pull, network, monkeypatch, answer):
    monkeypatch.setattr(network, "_forward", lambda *_: answer)
    monkeypatch.setattr(Answer, "edited", lambda self, _: self)
    with pytest.raises(FetchError, match=r"^Materials Project, heartbeat: "):
        pull()
    assert network.heartbeats == 4


def test_the_heartbeat_is_waited_for_as_long_as_a_page(pull, network, monkeypatch):
    monkeypatch.setattr(network, "_forward", lambda *_: time.sleep(2) or Answer.of(200, {}))
    with pytest.raises(FetchError, match=r"heartbeat: no answer within 0.3 s"):
        pull(timeout_s=0.3, retries=0)


def test_database_version_is_the_servers(pull):
    assert pull().source_version == DATABASE_VERSION
