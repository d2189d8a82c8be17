"""The OPTIMADE consortium's own server on 127.0.0.1, holding small databases, with faults to put in front of it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import ase.build
import ase.spacegroup
import uvicorn
from ase import Atoms
from optimade.adapters.structures.ase import from_ase_atoms
from optimade.server.config import ServerConfig
from optimade.server.create_app import create_app

KJ_PER_MOL = 1.0 / 96.48533
"""Electronvolt per particle of 1 kJ/mol."""

TOTAL_EV_PER_ATOM = {"Si": -5.0, "Ti": -8.0, "Mg": -1.5, "Li": -1.9, "Sn": -4.0, "Ni": -5.5, "O": -4.9}
"""Total energies of the elements' stable phases; chosen."""


def _structures() -> dict[str, tuple[Atoms, float, float]]:
    """Return structure, formation energy and energy above hull in eV/atom, by id.

    Lattice parameters and positions: Pearson's Handbook. Enthalpies of formation in kJ per mol of formula, -134.3 for
    TiSi2 and -77.8 for Mg2Si: Kubaschewski, Alcock and Spencer, Materials Thermochemistry (1993). Others are chosen.
    """
    crystal = ase.spacegroup.crystal
    c54 = crystal(
        ("Ti", "Si"),
        [(0.125, 0.125, 0.125), (0.4615, 0.125, 0.125)],
        spacegroup=70,
        setting=2,
        cellpar=[8.267, 4.800, 8.551, 90, 90, 90],
    )
    c49 = crystal(
        ("Ti", "Si", "Si"),
        [(0, 0.1022, 0.25), (0, 0.7523, 0.25), (0, 0.4461, 0.25)],
        spacegroup=63,
        cellpar=[3.62, 13.76, 3.605, 90, 90, 90],
    )
    li15si4 = crystal(
        ("Si", "Li", "Li"),
        [(0.208, 0.208, 0.208), (0.375, 0, 0.25), (0.120, 0.160, 0.960)],
        spacegroup=220,
        cellpar=[10.69, 10.69, 10.69, 90, 90, 90],
    )
    mg2si = crystal(("Mg", "Si"), [(0.25, 0.25, 0.25), (0, 0, 0)], spacegroup=225, cellpar=[6.35] * 3 + [90] * 3)
    nisi2 = crystal(("Ni", "Si"), [(0, 0, 0), (0.25, 0.25, 0.25)], spacegroup=225, cellpar=[5.406] * 3 + [90] * 3)
    rutile = crystal(
        ("Ti", "O"), [(0, 0, 0), (0.305, 0.305, 0)], spacegroup=136, cellpar=[4.594, 4.594, 2.959, 90, 90, 90]
    )
    return {
        "si-diamond": (ase.build.bulk("Si", a=5.431), 0.0, 0.0),
        "si-fcc": (ase.build.bulk("Si", "fcc", a=3.9), 0.5, 0.5),
        "ti": (ase.build.bulk("Ti", "hcp", a=2.95, c=4.68), 0.0, 0.0),
        "mg": (ase.build.bulk("Mg", "hcp", a=3.21, c=5.21), 0.0, 0.0),
        "ni": (ase.build.bulk("Ni", "fcc", a=3.52), 0.0, 0.0),
        "li": (ase.build.bulk("Li", "bcc", a=3.51), 0.0, 0.0),
        "sn": (ase.build.bulk("Sn", "diamond", a=6.49), 0.0, 0.0),
        "tisi2-c54": (c54, -134.3 * KJ_PER_MOL / 3, 0.0),
        "tisi2-c49": (c49, -131.3 * KJ_PER_MOL / 3, 3.0 * KJ_PER_MOL / 3),
        "mg2si": (mg2si, -77.8 * KJ_PER_MOL / 3, 0.0),
        "nisi2": (nisi2, -0.3, 0.0),
        "li15si4": (li15si4, -0.24, 0.0),
        "mgni": (ase.build.bulk("MgNi", "cesiumchloride", a=3.0), -0.1, 0.0),
        "tio2": (rutile, -3.2, 0.0),
    }


def _attributes(atoms: Atoms) -> dict[str, Any]:
    bare = atoms.copy()
    bare.info.clear()
    attributes: dict[str, Any] = from_ase_atoms(bare).model_dump(mode="json", exclude_none=True)
    return attributes | {"last_modified": "2024-05-03T10:00:00Z", "structure_features": []}


def alexandria() -> list[dict[str, Any]]:
    """Return the phases as Alexandria would hold them: formation energies, and total energies of the whole cell."""
    entries = []
    for phase_id, (atoms, formation, above_hull) in _structures().items():
        total = sum(TOTAL_EV_PER_ATOM[symbol] for symbol in atoms.get_chemical_symbols()) + formation * len(atoms)
        own = {
            "_alexandria_energy": total,
            "_alexandria_formation_energy_per_atom": formation,
            "_alexandria_hull_distance": above_hull,
            "_alexandria_xc_functional": "PBE",
        }
        entries.append({"id": f"agm-{phase_id}", "type": "structures", "attributes": _attributes(atoms) | own})
    return entries


def materials_project() -> list[dict[str, Any]]:
    """Return the phases as the Materials Project would hold them: one set of energies per thermo type, not all."""
    entries = []
    for number, (atoms, formation, above_hull) in enumerate(_structures().values()):
        energies = {"formation_energy_per_atom": formation, "energy_above_hull": above_hull}
        stability = {"gga_gga+u": energies} | ({"r2scan": {**energies, "formation_energy_per_atom": formation - 0.02}})
        if number == 2:
            del stability["r2scan"]
        own = {"_mp_stability": stability}
        entries.append({"id": f"mp-{number}", "type": "structures", "attributes": _attributes(atoms) | own})
    return entries


def oqmd() -> list[dict[str, Any]]:
    """Return the phases as the OQMD would hold them: ids are numbers, species are not said, some stem from the ICSD."""
    entries = []
    for number, (atoms, formation, above_hull) in enumerate(_structures().values()):
        own = {"_oqmd_delta_e": formation, "_oqmd_stability": above_hull, "_oqmd_icsd_id": None if number % 2 else 4000}
        attributes = _attributes(atoms) | {"species": None} | own
        entries.append({"id": str(1000 + number), "type": "structures", "attributes": attributes})
    return entries


PROVIDER_FIELDS = {
    "alexandria": {
        "energy": ("float", "eV"),
        "formation_energy_per_atom": ("float", "eV/atom"),
        "hull_distance": ("float", "eV/atom"),
        "xc_functional": ("string", ""),
    },
    "mp": {"stability": ("dictionary", "")},
    "oqmd": {"delta_e": ("float", "eV/atom"), "stability": ("float", "eV/atom"), "icsd_id": ("integer", "")},
}
"""Properties that each provider describes: type and unit."""


def application(prefix: str, entries: Sequence[Mapping[str, Any]], folder: Path, name: str = "") -> Any:
    """Return the consortium's server with `entries` in it, read from a JSONL file."""
    name = name or prefix
    lines = folder / f"{name}.jsonl"
    header = {"x-optimade": {"meta": {"api_version": "1.1.0"}}}
    lines.write_text("\n".join(map(json.dumps, [header, *entries])) + "\n", "utf-8")
    described = [
        {"name": f"_{prefix}_{field_name}", "type": kind, "description": field_name} | ({"unit": unit} if unit else {})
        for field_name, (kind, unit) in PROVIDER_FIELDS[prefix].items()
    ]
    made = create_app(
        ServerConfig(
            insert_test_data=False,
            insert_from_jsonl=lines,
            mongo_database=name,
            provider={"prefix": prefix, "name": name, "description": name, "homepage": None},
            provider_fields={"structures": described},
            validate_api_response=False,
            page_limit_max=500,
            log_dir=folder,
            log_level="error",
        ),
        logger_tag=name,
    )
    # It takes 0.2 s to read a filter that names most elements; the tests ask for the same ones time and again.
    parser = made.state.entry_collections["structures"].parser
    parser.parse = cache(parser.parse)
    return made


@dataclass
class Gate:
    """Stands before a server: counts its structure pages and spoils some.

    Attributes
    ----------
    app
        The server.
    fault
        Called with the number of the page asked for (from 1), and the receive and send of ASGI; true if it has
        answered itself.
    asked
        Query parameters of every page of structures that was asked for.
    """

    app: Any
    fault: Callable[[int, Any], Any] | None = None
    asked: list[dict[str, list[str]]] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["path"].endswith("/structures") and "/info" not in scope["path"]:
            self.asked.append(parse_qs(scope["query_string"].decode()))
            if self.fault is not None and await self.fault(len(self.asked), send):
                return
        await self.app(scope, receive, send)


@dataclass
class Served:
    """A server that runs."""

    url: str
    """Its address, without the version."""

    gate: Gate
    """What stands before it."""

    port: int
    """Its port."""

    die: Callable[[], None]
    """Closes it, in the middle of whatever it does."""


@contextmanager
def served(app: Any, port: int = 0) -> Iterator[Served]:
    """Serve `app` on 127.0.0.1, on a free port unless one is given."""
    gate = Gate(app)
    config = uvicorn.Config(gate, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    (port,) = {socket.getsockname()[1] for listening in server.servers for socket in listening.sockets}

    def close() -> None:
        server.should_exit = server.force_exit = True
        for listening in server.servers:
            listening.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()
        dead.set()

    dead = threading.Event()
    loop = server.servers[0].get_loop()

    def die() -> None:
        if thread.is_alive():
            loop.call_soon_threadsafe(close)
        if threading.current_thread() is not thread:
            dead.wait(timeout=10)

    try:
        yield Served(f"http://127.0.0.1:{port}", gate, port, die)
    finally:
        die()
        thread.join(timeout=10)


async def answer(send: Any, status: int, body: bytes, *headers: tuple[bytes, bytes]) -> bool:
    """Answer in the server's place."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
    return True


async def cut(send: Any) -> bool:
    """Promise a page and break off in the middle of it."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100000")]})
    await send({"type": "http.response.body", "body": b'{"data": [', "more_body": True})
    raise ConnectionAbortedError


async def wait(seconds: float) -> bool:
    """Let the server answer, but late."""
    await asyncio.sleep(seconds)
    return False
