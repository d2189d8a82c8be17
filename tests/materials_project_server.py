"""The Materials Project's own server code on this machine, over documents of its own classes, and a bad network.

The documents are made up: crystal structures of common prototypes, decorated and with energies drawn from a seed.
"""

from __future__ import annotations

import gzip
import http.client
import itertools
import json
import random
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import mongomock
import uvicorn
from ase.data import atomic_numbers, covalent_radii
from emmet.api.core.api import MAPI
from emmet.api.resource.utils import CollectionWithKey
from emmet.api.routes.materials.summary.resources import summary_resource
from emmet.api.routes.materials.thermo.resources import thermo_resource
from emmet.core.summary import SummaryDoc
from emmet.core.symmetry import SymmetryData
from emmet.core.thermo import ThermoDoc
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry, ConstantEnergyAdjustment

KEY = "Abcdefghij0123456789ABCDEFGHIJ01"
"""A key of the right form that nobody has."""

DATABASE_VERSION = "2026.11.1"

HOSTS, ION = ("Si", "Sn", "Zn"), "Li"
PARTNERS = ("Mg", "Ca", "Ti", "Ni", "Cu", "Al", "Ge")
OUTSIDE = ("O", "S", "Na")

# Space group, ratio c/a, and for each orbit the element's place and its position (Pearson's Handbook).
PROTOTYPES: dict[str, tuple[str, float, list[tuple[int, tuple[float, float, float]]]]] = {
    "diamond": ("Fd-3m", 1.0, [(0, (0, 0, 0))]),
    "beta-tin": ("P1", 0.5456, [(0, (0, 0, 0)), (0, (0, 0.5, 0.25)), (0, (0.5, 0.5, 0.5)), (0, (0.5, 0, 0.75))]),
    "hcp": ("P6_3/mmc", 1.6, [(0, (1 / 3, 2 / 3, 0.25))]),
    "bcc": ("Im-3m", 1.0, [(0, (0, 0, 0))]),
    "fcc": ("Fm-3m", 1.0, [(0, (0, 0, 0))]),
    "B1": ("Fm-3m", 1.0, [(0, (0, 0, 0)), (1, (0.5, 0.5, 0.5))]),
    "B2": ("Pm-3m", 1.0, [(0, (0, 0, 0)), (1, (0.5, 0.5, 0.5))]),
    "B3": ("F-43m", 1.0, [(0, (0, 0, 0)), (1, (0.25, 0.25, 0.25))]),
    "C1": ("Fm-3m", 1.0, [(0, (0, 0, 0)), (1, (0.25, 0.25, 0.25))]),
    "L1_2": ("Pm-3m", 1.0, [(0, (0, 0, 0)), (1, (0, 0.5, 0.5))]),
    "C1_b": ("F-43m", 1.0, [(0, (0, 0, 0)), (1, (0.25, 0.25, 0.25)), (2, (0.5, 0.5, 0.5))]),
    "L2_1": ("Fm-3m", 1.0, [(0, (0, 0, 0)), (1, (0.25, 0.25, 0.25)), (2, (0.5, 0.5, 0.5))]),
    "Y": (
        "F-43m",
        1.0,
        [(0, (0, 0, 0)), (1, (0.25, 0.25, 0.25)), (2, (0.5, 0.5, 0.5)), (3, (0.75, 0.75, 0.75))],
    ),
}
PLACES = ("Fe", "Al", "Ca", "O")
"""Elements that stand for the places of a prototype."""

ELEMENTAL = {"Si": ["diamond", "fcc"], "Sn": ["diamond", "beta-tin"], "Zn": ["hcp"], "Li": ["bcc", "fcc"]}
BY_SIZE = {2: ["B1", "B2", "B3", "C1", "L1_2"], 3: ["C1_b", "L2_1"], 4: ["Y"]}


@cache
def _symmetry(prototype: str) -> SymmetryData:
    return SymmetryData.from_structure(structure(prototype, PLACES[: 1 + max(p for p, _ in PROTOTYPES[prototype][2])]))


def structure(prototype: str, symbols: tuple[str, ...]) -> Structure:
    """Return the primitive cell of `prototype`, decorated; its volume is the sum of rough atomic ones."""
    group, ratio, orbits = PROTOTYPES[prototype]
    lattice = Lattice.hexagonal(4, 4 * ratio) if prototype == "hcp" else Lattice.tetragonal(4, 4 * ratio)
    made = _primitive(group, lattice, tuple(orbits)).copy()
    made.replace_species(dict(zip(PLACES[: len(symbols)], symbols, strict=True)))
    made.scale_lattice(sum(8 * covalent_radii[atomic_numbers[site.specie.symbol]] ** 3 + 6 for site in made))
    return made


@cache
def _primitive(group: str, lattice: Lattice, orbits: tuple[Any, ...]) -> Structure:
    symbols = [PLACES[place] for place, _ in orbits]
    return Structure.from_spacegroup(group, lattice, symbols, [p for _, p in orbits]).get_primitive_structure()


@dataclass(frozen=True)
class Made:
    """One made-up phase, and what its documents say."""

    number: int
    prototype: str
    symbols: tuple[str, ...]
    uncorrected_ev_per_atom: float
    deprecated: bool = False
    theoretical: bool = True
    licence: str = "BY-C"
    thermo_type: str = "GGA_GGA+U"
    run_type: str = "GGA"

    @property
    def material_id(self) -> str:
        return f"mp-{self.number}"

    def thermo(self) -> dict[str, Any]:
        """Its thermo document, as the database keeps it; silicides are corrected as if Si were an anion."""
        cell = structure(self.prototype, self.symbols)
        corrected = [ConstantEnergyAdjustment(0.071 * cell.composition["Si"], name="MP2020 anion correction (Si)")]
        entry = ComputedStructureEntry(
            cell,
            self.uncorrected_ev_per_atom * len(cell),
            energy_adjustments=corrected if "Si" in self.symbols and len(self.symbols) > 1 else [],
            parameters={"run_type": self.run_type},
            data={"material_id": self.material_id, "run_type": self.run_type},
            entry_id=f"{self.material_id}-{self.run_type}",
        )
        document = ThermoDoc(
            thermo_type=self.thermo_type,
            energy_per_atom=entry.energy_per_atom,
            uncorrected_energy_per_atom=self.uncorrected_ev_per_atom,
            energy_above_hull=0.0,
            energy_type=self.run_type,
            entry_types=[self.run_type],
            entries={self.run_type: entry},
            **self._common(cell),
        )
        return document.model_dump(mode="json")

    def summary(self) -> dict[str, Any]:
        """Its summary document."""
        document = SummaryDoc(theoretical=self.theoretical, **self._common(structure(self.prototype, self.symbols)))
        return document.model_dump(mode="json")

    def _common(self, cell: Structure) -> dict[str, Any]:
        elements = sorted(set(self.symbols))
        return {
            "material_id": self.material_id,
            "deprecated": self.deprecated,
            "last_updated": "2026-10-01T00:00:00Z",
            "builder_meta": {"license": self.licence, "build_date": "2026-10-01T00:00:00Z"},
            "structure": cell,
            "nsites": len(cell),
            "elements": elements,
            "nelements": len(elements),
            "composition": cell.composition,
            "composition_reduced": cell.composition.reduced_composition,
            "formula_pretty": cell.composition.reduced_formula,
            "chemsys": "-".join(elements),
            "symmetry": _symmetry(self.prototype),
        }


def make_phases(seed: int = 20261101, n_compounds: int = 1300) -> list[Made]:
    """Return elements and compounds: every binary of each prototype, ternaries and quaternaries drawn at random."""
    rng = random.Random(seed)  # noqa: S311
    everything = sorted((*HOSTS, ION, *PARTNERS, *OUTSIDE))
    of_element = {symbol: rng.uniform(-8.0, -2.0) for symbol in everything}
    plans: list[tuple[str, tuple[str, ...]]] = []
    for symbol in everything:
        plans += [(prototype, (symbol,)) for prototype in ELEMENTAL.get(symbol, ["bcc", "fcc"])]
    n_elemental = len(plans)
    compounds = [(p, pair) for pair in itertools.permutations(everything, 2) for p in BY_SIZE[2]]
    anchors = (*HOSTS, ION)
    for size in (3, 4):
        wanted = [some for some in itertools.combinations(everything, size) if len(set(some) & set(anchors)) > size - 3]
        compounds += [(p, tuple(rng.sample(some, size))) for some in wanted for p in BY_SIZE[size]]
    plans += rng.sample(compounds, n_compounds)
    phases = []
    for number, (prototype, symbols) in enumerate(plans, 101):
        cell = structure(prototype, symbols)
        elemental = sum(of_element[site.specie.symbol] for site in cell) / len(cell)
        if number - 101 < n_elemental:
            ground_state = prototype == ELEMENTAL.get(symbols[0], ["bcc"])[0]
            phases.append(
                Made(number, prototype, symbols, elemental + (0 if ground_state else 0.04), theoretical=False)
            )
        else:
            phases.append(
                Made(
                    number,
                    prototype,
                    symbols,
                    elemental + rng.gauss(0.02, 0.08),
                    deprecated=rng.random() < 0.03,
                    theoretical=rng.random() < 0.6,
                    licence="BY-NC" if rng.random() < 0.02 else "BY-C",
                )
            )
    return phases


class AsyncCollection:
    """What the server code needs of pymongo's asynchronous collection, over one in memory that does not change.

    Many tests ask the same: answers are kept.
    """

    def __init__(self, documents: list[dict[str, Any]]) -> None:
        self.collection = mongomock.MongoClient()["mp"]["documents"]
        self.collection.insert_many(documents)
        self.counts: dict[str, int] = {}
        self.found: dict[str, list[dict[str, Any]]] = {}

    async def count_documents(self, criteria: dict[str, Any], **_: Any) -> int:
        asked = json.dumps(criteria, sort_keys=True)
        if asked not in self.counts:
            self.counts[asked] = int(self.collection.count_documents(criteria))
        return self.counts[asked]

    async def estimated_document_count(self) -> int:
        return int(self.collection.estimated_document_count())

    async def aggregate(self, pipeline: list[dict[str, Any]], **_: Any) -> Cursor:
        asked = json.dumps(pipeline, sort_keys=True)
        if asked not in self.found:
            self.found[asked] = list(self.collection.aggregate(pipeline))
        return Cursor(self.found[asked])


@dataclass
class Cursor:
    documents: list[dict[str, Any]]

    async def to_list(self) -> list[dict[str, Any]]:
        return self.documents


@contextmanager
def server(phases: list[Made], more: list[Made]) -> Iterator[str]:
    """Serve the documents of `phases`, and thermo documents alone of `more`; yield the address."""
    thermo = AsyncCollection([phase.thermo() for phase in (*phases, *more)])
    summary = AsyncCollection([phase.summary() for phase in phases])
    api = MAPI(
        resources={
            "materials": [
                thermo_resource(CollectionWithKey(thermo, "thermo_id")),
                summary_resource(CollectionWithKey(summary, "material_id")),
            ]
        },
        version="0.87.3",
        heartbeat_meta={"db_version": DATABASE_VERSION, "access_controlled_batch_ids": []},
    )
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        running = uvicorn.Server(uvicorn.Config(api.app, log_level="warning"))
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        deadline = time.monotonic() + 60
        while not running.started:
            assert time.monotonic() < deadline, "the server does not start"
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        running.should_exit = True
        thread.join(timeout=10)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @staticmethod
    def of(status: int, content: Any, **headers: str) -> Answer:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Answer(status, {"Content-Type": "application/json"} | named, body)

    def edited(self, edit: Callable[[Any], Any]) -> Answer:
        """Return the answer with its JSON changed."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        content = json.loads(gzip.decompress(self.body) if packed else self.body)
        return Answer.of(self.status, edit(content) or content)


Fault = Callable[[Answer], "Answer | None"]
"""Takes the right answer and returns another, or None to cut the connection in the middle of the right one."""


@dataclass
class Trouble:
    """A fault, and the requests it befalls."""

    fault: Fault
    """What goes wrong."""

    chemsys: str | None
    """Only requests for this pattern; None: any page."""

    times: int
    """How often."""

    skip: int | None = None
    """Only pages that begin here."""


@dataclass
class BadNetwork:
    """A proxy in front of the server that passes requests on, remembers them, and does them wrong when told so."""

    upstream: str
    key: str = KEY
    database_version: str = DATABASE_VERSION
    troubles: list[Trouble] = field(default_factory=list)
    """Where the server is, the key that it accepts, and the version it says it has."""
    heartbeats: int = 0
    asked: list[str] = field(default_factory=list)
    delivered: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    """Pages asked for, pages that reached the client, and the headers of every request."""
    hold_after: int | None = None
    """Keep the answers back from the request of this number (from 0) on, and set `holding`."""
    holding: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    address: str = ""

    def befalls(self, fault: Fault, chemsys: str | None = None, times: int = 1, skip: int | None = None) -> None:
        self.troubles.append(Trouble(fault, chemsys, times, skip))

    def answer(self, path: str, headers: dict[str, str]) -> Answer | None:
        """Return the answer to a request; None cuts it short."""
        parts = urlsplit(path)
        if parts.path == "/heartbeat":
            self.heartbeats += 1
            right = self._forward(path, headers)
            return right.edited(lambda content: content | {"db_version": self.database_version})
        if headers.get("x-api-key") != self.key:
            return Answer.of(401, {"message": "Invalid authentication credentials", "key": headers.get("x-api-key")})
        if self.hold_after is not None and len(self.asked) > self.hold_after:
            self.holding.set()
            self.let_go.wait(timeout=120)
        right = self._forward(path, headers)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        for trouble in self.troubles:
            fits = trouble.chemsys in (None, query["chemsys"]) and trouble.skip in (None, int(query["_skip"]))
            if fits and trouble.times > 0:
                trouble.times -= 1
                return trouble.fault(right)
        return right

    def _forward(self, path: str, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.request("GET", path, headers={"Accept-Encoding": headers.get("accept-encoding", "identity")})
        response = connection.getresponse()
        kept = {k: v for k, v in response.getheaders() if k.lower() in ("content-type", "content-encoding")}
        kept = {name.title(): value for name, value in kept.items()}
        answer = Answer(response.status, kept, response.read())
        connection.close()
        return answer


class _Handler(BaseHTTPRequestHandler):
    network: BadNetwork
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        network = self.network
        if not self.path.startswith("/heartbeat"):
            network.asked.append(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        network.headers.append(headers)
        answer = network.answer(self.path, headers)
        if self._client_is_gone():
            self.close_connection = True
            return
        whole = answer or network._forward(self.path, headers)
        self.send_response(whole.status)
        for name, value in whole.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(whole.body)))
        self.end_headers()
        if answer is None:
            self.wfile.write(whole.body[: len(whole.body) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        else:
            self.wfile.write(whole.body)
            if whole.status == 200 and not self.path.startswith("/heartbeat"):
                network.delivered.append(self.path)

    def _client_is_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def bad_network(upstream: str) -> Iterator[BadNetwork]:
    """Put a proxy in front of the server at `upstream`."""
    network = BadNetwork(upstream)
    proxy = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"network": network}))
    proxy.daemon_threads = True
    network.address = f"http://127.0.0.1:{proxy.server_address[1]}/"
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield network
    network.let_go.set()
    proxy.shutdown()
    proxy.server_close()
    thread.join(timeout=10)
