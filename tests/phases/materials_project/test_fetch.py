"""What is asked of the real server code, what comes of it, and what is never asked again."""

from __future__ import annotations

import json
import socket
from urllib.parse import parse_qs, urlsplit

import pytest
from materials_project_server import DATABASE_VERSION, KEY
from pymatgen.core import Composition

from tieline.core.errors import FetchError
from tieline.phases.materials_project.fetch import api_key
from tieline.phases.settings import Space
from tieline.phases.space import elements_of

SI_ANCHORED = {"*": 1, "Si-*": 2, "Li-*": 2, "Li-Si-*": 3}


def fits(phase, pattern):
    anchors = {part for part in pattern.split("-") if part != "*"}
    return len(set(phase.symbols)) == len(pattern.split("-")) and anchors <= set(phase.symbols)


@pytest.fixture(scope="session")
def expected(materials_project_phases):
    """What a small pull has to bring, worked out from the phases themselves."""

    def of(patterns, elements, licences=("BY-C",)):
        return {
            phase.material_id: phase
            for phase in materials_project_phases[0]
            if any(fits(phase, pattern) for pattern in patterns)
            and set(phase.symbols) <= elements
            and not phase.deprecated
            and phase.licence in licences
        }

    return of


@pytest.fixture
def small(expected):
    elements = elements_of(Space(hosts=["Si"], partner_groups=["IIA", "IVB"], max_partners=1), "Li")
    return expected(SI_ANCHORED, elements)


def asked(network):
    return [(q["chemsys"][0], int(q["_skip"][0])) for q in (parse_qs(urlsplit(path).query) for path in network.asked)]


def test_everything_that_the_hulls_need_comes(pull, network, small, caplog):
    fetched = pull()
    rows = {row["phase_id"]: row for row in fetched.rows}
    assert rows.keys() == small.keys()
    assert len(rows) > 30
    for phase_id, phase in small.items():
        assert rows[phase_id]["total_energy_ev_per_atom"] == pytest.approx(phase.uncorrected_ev_per_atom, abs=1e-9)
        assert set(Composition(rows[phase_id]["formula"]).as_dict()) == set(phase.symbols)
    assert fetched.source_version == DATABASE_VERSION
    assert fetched.rejected == []
    described = fetched.described
    assert described["licences"] == ["CC BY 4.0"]
    assert described["thermo_type"] == "GGA_GGA+U"
    assert described["retrieved_at"] == fetched.retrieved_at
    assert described["documents_by_series"].keys() == SI_ANCHORED.keys()
    n_pages = len(network.asked)
    assert network.heartbeats == 1
    assert f"{n_pages + 1} requests, " in caplog.text
    assert f"4 series in {n_pages} pages, 0 of them from the cache" in caplog.text


def test_pages_are_as_few_as_the_counts_allow(pull, network):
    described = pull().described["documents_by_series"]
    assert asked(network) == [
        (chemsys, skip) for chemsys, total in described.items() for skip in range(0, max(total, 1), 40)
    ]


def test_what_is_asked(pull, network):
    """The key in the header, one thermo type, nested fields, packed answers."""
    pull()
    for path, headers in zip(network.asked, network.headers[1:], strict=True):
        assert "gzip" in headers["accept-encoding"]
        assert headers["x-api-key"] == KEY
        assert KEY not in path
        query = parse_qs(urlsplit(path).query)
        assert urlsplit(path).path == "/materials/thermo/"
        assert query["thermo_types"] == ["GGA_GGA+U"]
        assert "entries.GGA.structure.sites.abc" in query["_fields"][0]
        assert "structure" not in query["_fields"][0].split(",")


def test_experimental_flags(pull, network, small):
    fetched = pull(experimental_flags=True)
    flags = {row["phase_id"]: row["experimental"] for row in fetched.rows}
    assert flags == {phase_id: not phase.theoretical for phase_id, phase in small.items()}
    assert {True, False} == set(flags.values())
    of_summary = [path for path in network.asked if urlsplit(path).path == "/materials/summary/"]
    assert all(parse_qs(urlsplit(path).query)["_fields"] == ["material_id"] for path in of_summary)


def test_r2scan(pull):
    fetched = pull(thermo_type="R2SCAN")
    assert {row["phase_id"]: (row["total_energy_ev_per_atom"], row["energy_level"]) for row in fetched.rows} == {
        "mp-9001": (-5.0, "r2SCAN (Materials Project)")
    }


def test_a_document_of_several_series_makes_one_row(pull):
    fetched = pull(space=Space(hosts=["Si", "Sn"], partner_groups=["IVB"], max_partners=1))
    ids = [row["phase_id"] for row in fetched.rows]
    assert len(ids) == len(set(ids))
    series = fetched.described["documents_by_series"]
    assert sum(series.values()) > fetched.described["n_documents"]


def test_nothing_is_asked_twice(pull, network, caplog):
    first = pull()
    n_pages = len(network.asked)
    caplog.clear()
    assert pull() == first
    assert len(network.asked) == n_pages
    assert f"{n_pages} pages, {n_pages} of them from the cache" in caplog.text
    assert "1 requests, " in caplog.text


def test_another_page_size_asks_nothing_again(pull, network):
    first = pull()
    n_pages = len(network.asked)
    assert pull(page_size=1000) == first
    assert len(network.asked) == n_pages


def test_a_wider_space_asks_for_what_is_new(pull, network):
    pull()
    del network.asked[:]
    pull(space=Space(hosts=["Si", "Sn"], partner_groups=["IIA"], max_partners=1))
    assert {chemsys for chemsys, _ in asked(network)} == {"Sn-*", "Li-Sn-*"}


def test_a_new_database_version_is_fetched_anew(pull, network):
    pull()
    n_pages = len(network.asked)
    network.database_version = "2027.01.01"
    assert pull().source_version == "2027.01.01"
    assert len(network.asked) == 2 * n_pages
    network.database_version = DATABASE_VERSION
    assert pull().source_version == DATABASE_VERSION
    assert len(network.asked) == 2 * n_pages


def test_refresh(pull, network):
    first = pull()
    n_pages = len(network.asked)
    assert pull(refresh=True) == first
    assert len(network.asked) == 2 * n_pages
    assert pull() == first
    assert len(network.asked) == 2 * n_pages


def test_a_refresh_that_fails_leaves_the_old_and_goes_on_later(pull, network):
    first = pull()
    n_pages = len(network.asked)
    network.befalls(lambda _: None, chemsys="Li-*", times=4)
    with pytest.raises(FetchError):
        pull(refresh=True)
    assert pull() == first
    before = len(network.asked)
    assert pull(refresh=True) == first
    assert before < len(network.asked) < before + n_pages


def test_a_database_that_changes_amid_a_refresh(pull, network):
    """The old pull stays; the next refresh does not go on with pages that no longer fit."""
    first = pull()
    network.befalls(lambda right: right.edited(one_more), chemsys="Li-*", skip=0)
    with pytest.raises(FetchError, match="changed while it was fetched anew; run again"):
        pull(refresh=True)
    assert pull() == first
    assert pull(refresh=True) == first


def test_a_refresh_of_less_keeps_the_rest(pull, network):
    wider = Space(hosts=["Si", "Sn"], partner_groups=["IIA"], max_partners=1)
    first = pull(space=wider)
    pull(refresh=True)
    del network.asked[:]
    assert pull(space=wider) == first
    assert network.asked == []


def test_a_damaged_page_is_fetched_again_alone(pull, network, tmp_path, caplog):
    first = pull()
    pages = sorted((tmp_path / "cache").rglob("thermo_Li-any/*.json.gz"))
    assert len(pages) > 2
    content = bytearray(pages[1].read_bytes())
    content[len(content) // 2] ^= 1
    pages[1].write_bytes(content)
    del network.asked[:]
    assert pull() == first
    assert asked(network) == [("Li-*", 40)]
    assert "is damaged" in caplog.text


def test_a_database_that_changed_under_one_version(pull, network, tmp_path):
    """The first page is damaged, and comes back with another count than the pages that were kept."""
    pull()
    first = next((tmp_path / "cache").rglob("thermo_Li-any/0000000.json.gz"))
    first.write_bytes(b"")
    network.befalls(lambda right: right.edited(one_more), chemsys="Li-*", skip=0)
    with pytest.raises(FetchError, match=r"Li-\*: pages of \d+ and of \d+ documents, .* phases.refresh"):
        pull()


def one_more(content):
    content["meta"]["total_doc"] += 1


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_offline_with_a_full_cache(pull, tmp_path, caplog):
    """The host is dead from now on: the cache of the address is moved to one where nobody listens."""
    first = pull()
    port = free_port()
    (host,) = (tmp_path / "cache").iterdir()
    host.rename(host.with_name(f"127.0.0.1_{port}"))
    assert pull(endpoint=f"http://127.0.0.1:{port}/") == first
    assert "cannot be reached" in caplog.text
    assert f"database {DATABASE_VERSION} is used" in caplog.text


def test_offline_without_a_full_cache_is_one_line(pull):
    with pytest.raises(FetchError, match=r"^http.* cannot be reached") as told:
        pull(endpoint=f"http://127.0.0.1:{free_port()}/", retries=1)
    assert "\n" not in str(told.value)


@pytest.fixture
def _no_key(monkeypatch):
    monkeypatch.delenv("MP_API_KEY")
    monkeypatch.setattr("tieline.phases.materials_project.fetch.SETTINGS", {})


@pytest.mark.usefixtures("_no_key")
def test_no_key(pull, network):
    with pytest.raises(FetchError, match=r"no API key; get a key at https://\S+ .*MP_API_KEY.*kind: embedded"):
        pull()
    assert network.headers == []


def test_key_of_pymatgens_settings(monkeypatch):
    monkeypatch.delenv("MP_API_KEY")
    monkeypatch.setattr("tieline.phases.materials_project.fetch.SETTINGS", {"PMG_MAPI_KEY": KEY})
    assert api_key() == KEY


@pytest.mark.parametrize("key", ["short", "x" * 31 + "\u00e9", KEY + "0", "secret of 32 characters, no key!!"])
def test_what_is_no_key_is_not_shown(monkeypatch, key):
    monkeypatch.setenv("MP_API_KEY", key)
    with pytest.raises(FetchError, match="32 letters and digits") as told:
        api_key()
    assert key not in str(told.value)


def test_full_cache_needs_no_key(pull, network, monkeypatch, caplog):
    first = pull()
    monkeypatch.delenv("MP_API_KEY")
    monkeypatch.setattr("tieline.phases.materials_project.fetch.SETTINGS", {})
    assert pull() == first
    network.database_version = "2027.01.01"
    assert pull() == first
    assert "but there is no API key" in caplog.text


def test_description_is_json_and_repeats_itself(pull):
    assert json.dumps(pull().described, sort_keys=True) == json.dumps(pull().described, sort_keys=True)
