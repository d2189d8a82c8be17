"""A whole search space from one database: complete, once, and kept."""

from __future__ import annotations

import json

import pytest
import requests
from optimade_server import alexandria, answer, application, wait

from tieline.core.elements import PARTNER_GROUPS
from tieline.core.errors import FetchError
from tieline.phases.fetched import read_fetched, write_fetched
from tieline.phases.inputs import fetched_files
from tieline.phases.optimade.fetch import fetch as fetch_space
from tieline.phases.settings import Space
from tieline.phases.source_settings import OptimadeSource

SPACE = Space(
    hosts=["Si"],
    partner_groups=["IIA", "transition"],
    exclude=sorted({*PARTNER_GROUPS["IIA"], *PARTNER_GROUPS["transition"]} - {"Mg", "Ti", "Ni"}),
)
"""Six queries: Si-Li, Si, Li, Mg, Ni, Ti, which 1, 5, 1, 2, 1, 1 entries answer; 8 pages of two."""

PHASES = ["li", "li15si4", "mg", "mg2si", "mgni", "ni", "nisi2", "si-diamond", "ti", "tisi2-c49", "tisi2-c54"]
N_PAGES = 8


@pytest.fixture
def source(server, tmp_path):
    """Return a function that makes the source to read from `server`, in pages of two."""

    def make(**keys):
        defaults = {"provider": "alexandria", "base_url": server.url, "cache": tmp_path / "cache", "page_size": 2}
        patience = {"timeout_s": 60.0, "retries": 0, "backoff_s": 0.01}
        return OptimadeSource.model_validate({"kind": "optimade"} | defaults | patience | keys)

    return make


def fetch(source, *, refresh=False):
    return fetch_space(source, SPACE, "Li", refresh=refresh)


def refusal(source, **options):
    with pytest.raises(FetchError) as caught:
        fetch(source, **options)
    text = str(caught.value)
    assert "\n" not in text
    assert text.startswith("http://127.0.0.1:")
    return text


def ids(fetched):
    return sorted(row["phase_id"].removeprefix("agm-") for row in fetched.rows)


def write(fetched, folder):
    """Write what was fetched and return the bytes."""
    table, about = folder / "table.parquet", folder / "about.json"
    write_fetched(fetched, table, about)
    return table.read_bytes(), about.read_bytes()


def kept(source):
    return sorted(path for path in source.cache.rglob("*.json.gz") if path.parent.name != "info")


def test_every_phase_once(server, source):
    """Not TiO2 and Sn, which the search space lacks, nor fcc silicon, 0.5 eV/atom above the hull."""
    fetched = fetch(source())
    assert ids(fetched) == PHASES
    assert not fetched.rejected
    assert fetched.source_version == "2024-05-03T10:00:00Z"
    assert fetched.described["n_entries"] == 11
    assert fetched.described["n_queries"] == 6
    assert fetched.described["provider"]["licence"] == "CC BY 4.0"
    assert len(server.gate.asked) == N_PAGES


def test_only_what_is_needed_is_asked_for(server, source):
    fetch(source())
    (fields,) = {tuple(asked["response_fields"]) for asked in server.gate.asked}
    wanted = {*fields[0].split(",")}
    assert {"_alexandria_energy", "lattice_vectors", "species_at_sites"} <= wanted
    assert not {"_alexandria_formation_energy_per_atom", "elements_ratios", "dimension_types"} & wanted
    assert {*server.gate.asked[0]["page_limit"]} == {"2"}


@pytest.mark.parametrize("keys", [{}, {"energy": "formation"}], ids=["total", "formation"])
def test_energies_of_both_kinds_are_the_same_phases(source, tmp_path, keys):
    """TiSi2 -134.3 and Mg2Si -77.8 kJ/mol: against the elements of the same database, or as it says itself."""
    asked = source(**keys)
    write_fetched(fetch(asked), *fetched_files(asked, tmp_path))
    reading, described = read_fetched(asked, tmp_path)
    energies = reading.phases.set_index("phase_id")["formation_energy_ev_per_atom"]
    assert energies["agm-tisi2-c54"] == pytest.approx(-134.3 / 96.48533 / 3)
    assert energies["agm-mg2si"] == pytest.approx(-77.8 / 96.48533 / 3)
    assert energies["agm-ti"] == pytest.approx(0.0)
    assert reading.rejected.empty
    assert reading.phases["formula"].tolist().count("TiSi2") == 2
    (level,) = reading.phases["energy_level"].unique()
    assert level == ("PBE (Alexandria formation energies)" if keys else "PBE (Alexandria)")
    assert described["provider"]["energy"] == ("formation" if keys else "total")


def test_without_a_limit_above_the_hull(source):
    assert ids(fetch(source(max_energy_above_hull_ev_per_atom=None))) == sorted([*PHASES, "si-fcc"])
    assert "tisi2-c49" not in ids(fetch(source(max_energy_above_hull_ev_per_atom=0.01)))


def test_materials_project(serve, source):
    """Nested properties are not filtered by; what lies too far above the hull is left out here, and counted."""
    asked = source(provider="materials_project", base_url=serve("mp").url)
    fetched = fetch(asked)
    assert len(fetched.rows) == 11
    assert fetched.described["n_entries_further_above_the_hull"] == 1
    energies = {row["formula"]: row["formation_energy_ev_per_atom"] for row in fetched.rows}
    assert energies["Mg2Si"] == pytest.approx(-77.8 / 96.48533 / 3)
    scan = fetch(asked.model_copy(update={"functional": "R2SCAN"}))
    energies = {row["formula"]: row["formation_energy_ev_per_atom"] for row in scan.rows}
    assert energies["Mg2Si"] == pytest.approx(-77.8 / 96.48533 / 3 - 0.02)
    assert scan.rejected == [(asked.base_url, "mp-2", "no _mp_stability/r2scan/formation_energy_per_atom")]
    assert {row["energy_level"] for row in scan.rows} == {"R2SCAN (Materials Project)"}


def test_oqmd(serve, source):
    fetched = fetch(source(provider="oqmd", base_url=serve("oqmd").url))
    assert {row["phase_id"] for row in fetched.rows} >= {"oqmd-1000", "oqmd-1009"}
    assert {row["experimental"] for row in fetched.rows} == {True, False}
    assert all(row["numbers"] for row in fetched.rows)


def test_a_property_the_server_has_not(server, source):
    """The server itself says nothing: it finds no entries, and all is well."""
    silent = requests.get(f"{server.url}/v1/structures?filter=_oqmd_stability<=0.1", timeout=5)
    assert (silent.status_code, silent.json()["meta"]["data_returned"]) == (200, 0)
    text = refusal(source(provider="oqmd"))
    assert "has no property '_oqmd_delta_e'" in text
    assert "its own are _alexandria_energy, _alexandria_formation_energy_per_atom, " in text
    assert len(server.gate.asked) == 1


def test_another_unit(serve, source, optimade_app, monkeypatch):
    fields = optimade_app("alexandria").state.config.provider_fields["structures"]
    monkeypatch.setitem(next(field for field in fields if field["name"] == "_alexandria_energy"), "unit", "kJ/mol")
    asked = source(base_url=serve().url)
    assert "gives _alexandria_energy in 'kJ/mol'; only eV can be read" in refusal(asked)
    # The next run asks again: what was refused is not kept.
    assert not list(asked.cache.rglob("*.json.gz"))
    assert fetch(source(energy="formation")).rows


def test_another_functional(source):
    text = refusal(source(functional="PBEsol"))
    assert "holds PBE energies (agm-" in text
    assert text.endswith("and PBEsol is asked for")


def test_a_server_that_does_not_filter(server, source):
    """Its first page is enough to tell."""
    plain = server.gate.app

    async def deaf(scope, receive, send):
        if scope["path"].endswith("v1/structures"):
            scope = scope | {"query_string": b"page_limit=20"}
        await plain(scope, receive, send)

    server.gate.app = deaf
    assert "does not filter by elements: asked for Si-Li, it sends agm-" in refusal(source())
    assert len(server.gate.asked) == 1
    server.gate.app = plain
    assert ids(fetch(source())) == PHASES


def test_a_second_run_asks_nothing(server, source, tmp_path):
    first = write(fetch(source()), tmp_path / "first")
    server.die()
    assert write(fetch(source()), tmp_path / "second") == first
    # How to ask is no other question.
    assert write(fetch(source(page_size=100, timeout_s=1.0)), tmp_path / "third") == first
    assert len(server.gate.asked) == N_PAGES


def test_a_server_that_dies_on_the_way(server, serve, source, tmp_path):
    """It is gone at the fourth page and comes back at the same address: what came before is not asked for again."""

    async def fault(number, _):
        if number == 4:
            server.die()
        return False

    undisturbed = write(fetch(source(cache=tmp_path / "other")), tmp_path / "undisturbed")
    server.gate.asked.clear()
    server.gate.fault = fault
    text = refusal(source())
    assert "cannot be reached or breaks off" in text
    assert f"entries that came are kept in {tmp_path / 'cache'}" in text
    assert len(kept(source())) == 3
    again = serve(port=server.port)
    assert write(fetch(source()), tmp_path / "resumed") == undisturbed
    assert len(again.gate.asked) == N_PAGES - 3


def test_a_slow_server_loses_nothing(server, source):
    async def fault(number, _):
        return await wait(6.0) if number == 6 else False

    server.gate.fault = fault
    text = refusal(source(timeout_s=2.0))
    assert "does not answer in time; 7 entries that came are kept in " in text
    assert len(kept(source())) == 5
    assert ids(fetch(source())) == PHASES
    assert len(server.gate.asked) == 6 + N_PAGES - 5


def test_fewer_entries_than_announced(server, source):
    """A page of the silicon series comes back empty and says there is nothing more."""

    async def fault(number, send):
        body = {"data": [], "meta": {"data_returned": 5, "more_data_available": False}, "links": {"next": None}}
        return await answer(send, 200, json.dumps(body).encode()) if number == 3 else False

    server.gate.fault = fault
    text = refusal(source())
    assert "announces 5 entries with Si and sends 2" in text
    assert len(kept(source())) == 1
    server.gate.fault = None
    assert ids(fetch(source())) == PHASES


def test_pages_in_a_circle(server, source):
    plain = server.gate.app

    async def circle(scope, receive, send):
        if b"page_offset" in scope["query_string"]:
            body = {"data": [{"id": "x"}], "meta": {}, "links": {"next": f"{server.url}/v1/structures?page_offset=2"}}
            await answer(send, 200, json.dumps(body).encode())
        else:
            await plain(scope, receive, send)

    server.gate.app = circle
    assert "sends the same entries again and again with Si; they are dropped" in refusal(source())
    server.gate.app = plain
    assert ids(fetch(source())) == PHASES


@pytest.fixture
def _short_series(monkeypatch):
    monkeypatch.setattr("tieline.phases.optimade.fetch.LARGEST_SERIES", 20)


def without_end(server, entry_of, announced_by):
    """Let the server answer each page of structures with one entry and a link to another address."""

    async def fault(number, send):
        body = {
            "data": [{"id": entry_of(number), "attributes": {"elements": ["Si", "Li"]}}],
            "meta": {"data_returned": announced_by(number)},
            "links": {"next": f"{server.url}/v1/structures?page_offset={number}"},
        }
        return await answer(send, 200, json.dumps(body).encode())

    server.gate.fault = fault


@pytest.mark.parametrize(
    ("fault", "says", "n_asked"),
    [
        ((lambda _: "x", lambda _: 9), "the same entries again and again with Si-Li", 2),
        ((lambda number: f"x{number}", lambda _: 10), "more than 13 entries with Si-Li", 14),
        ((lambda number: f"x{number}", lambda number: 9 + number), "more than 13 entries with Si-Li", 14),
        ((lambda number: f"x{number}", lambda _: None), "more than 20 entries with Si-Li", 21),
    ],
    ids=["the same", "more than announced", "ever more announced", "nothing announced"],
)
@pytest.mark.usefixtures("_short_series")
def test_pages_without_end(server, source, fault, says, n_asked):
    """Of 10 announced there may be a tenth and a page of two more."""
    without_end(server, *fault)
    assert says in refusal(source())
    assert len(server.gate.asked) == n_asked
    assert not kept(source())
    server.gate.fault = None
    assert ids(fetch(source())) == PHASES


def test_names_that_would_reach_the_terminal(source, tmp_path, server):
    """Escape sequences and ends of lines, in an id and in a date."""
    entries = alexandria()
    (c49,) = (entry for entry in entries if entry["id"] == "agm-tisi2-c49")
    c49["id"] = "agm\x1b[2J\n2026-11-26 ERROR forged"
    c49["attributes"]["last_modified"] = "9999\x1b[2J"
    server.gate.app = application("alexandria", entries, tmp_path, name="escapes")
    fetched = fetch(source())
    assert [entry[1] for entry in fetched.rejected] == ["agm\\x1b[2J\\n2026-11-26 ERROR forged"]
    assert "characters that cannot be printed" in fetched.rejected[0][2]
    assert fetched.source_version == "2024-05-03T10:00:00Z"


def test_a_damaged_page_is_asked_for_again(server, source, tmp_path):
    first = write(fetch(source()), tmp_path / "first")
    path = kept(source())[3]
    path.write_bytes(path.read_bytes()[:-10])
    assert write(fetch(source()), tmp_path / "second") == first
    assert len(server.gate.asked) == N_PAGES + 1


def test_a_larger_space_asks_anew(server, source):
    fetch(source())
    fetch_space(source(), SPACE.model_copy(update={"max_partners": 1}), "Li")
    assert len(server.gate.asked) > N_PAGES


def test_refresh(server, source, tmp_path):
    """An entry changes: only a refresh sees it, and only when it has come whole does it replace what was there."""
    old = write(fetch(source()), tmp_path / "old")
    entries = alexandria()
    entries[0]["attributes"] |= {"last_modified": "2026-01-01T00:00:00Z", "_alexandria_energy": -10.002}
    server.gate.app = application("alexandria", entries, tmp_path, name="changed")
    assert write(fetch(source()), tmp_path / "same") == old

    async def fault(number, send):
        return await answer(send, 500, b"") if number == N_PAGES + 4 else False

    server.gate.fault = fault
    assert ".refreshing: run again to go on" in refusal(source(), refresh=True)
    assert write(fetch(source()), tmp_path / "still") == old
    fetched = fetch(source(), refresh=True)
    assert len(server.gate.asked) == N_PAGES + 4 + N_PAGES - 3
    assert fetched.source_version == "2026-01-01T00:00:00Z"
    assert ids(fetch(source())) == PHASES
    silicon = next(row for row in fetch(source()).rows if row["phase_id"] == "agm-si-diamond")
    assert silicon["total_energy_ev_per_atom"] == pytest.approx(-5.001)
    assert len(server.gate.asked) == N_PAGES + 4 + N_PAGES - 3
    assert not list(source().cache.glob("*.refreshing"))


def test_entries_that_make_no_row_are_listed(source, tmp_path, server):
    entries = alexandria()
    (c49,) = (entry for entry in entries if entry["id"] == "agm-tisi2-c49")
    c49["attributes"]["species"] = [
        {"name": "Si", "chemical_symbols": ["Si", "Ge"], "concentration": [0.5, 0.5]},
        {"name": "Ti", "chemical_symbols": ["Ti"], "concentration": [1.0]},
    ]
    server.gate.app = application("alexandria", entries, tmp_path, name="disordered")
    fetched = fetch(source())
    assert fetched.rejected == [
        (server.url, "agm-tisi2-c49", "sites are partly occupied or shared; an ordered model is needed")
    ]
    assert "tisi2-c49" not in ids(fetched)


def test_how_far_it_has_come_is_said(source, caplog):
    with caplog.at_level("INFO", logger="tieline"):
        fetch(source())
    assert "alexandria: 11 entries of 6 queries; 9 requests, " in caplog.text
