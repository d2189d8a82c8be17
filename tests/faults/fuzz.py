"""Configurations and phase files with random mistakes, and bombs: one line of tieline's, in bounded time and memory."""

from __future__ import annotations

import copy
import gzip
import multiprocessing
import random
import resource
import signal
import string
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import ase.build
import ase.db
import ase.io
import numpy as np
import pandas as pd
import small_run
import yaml
from faults.runs import ROOT, Tally
from vasp_runs import vasprun

from tieline.config import load_config
from tieline.core.errors import TielineError
from tieline.phases.build import build_phase_table

LONGEST_S = 10
MOST_MEMORY = 1 << 30
"""Of one case; in bytes, beyond what the imports took."""

WORDS: tuple[Any, ...] = (
    None, True, -1, 0, 1, 0.5, 1e308, -1e-308, float("nan"), float("inf"), 10**30, "", " ", "Si", "si", "Xx", "null",
    "0.1", "1e999", "../..", "/", "\0", "\u202e", "ß" * 300, "x" * 5000, [], {}, [[]], [None], {"a": 1}, ["Si", "Si"],
    {"kind": "file"}, [{"kind": "embedded"}], {1: 2}, ["Li"], "os:system", "a.b:c", -0.0, "2026-02-30",
)  # fmt: skip
"""What a user might put in the place of a value."""


def mutated_config(draw: random.Random) -> Any:
    """Return the default configuration with one to four random mistakes."""
    config = copy.deepcopy(_default_config())
    for _ in range(draw.randint(1, 4)):
        place, key = _somewhere(config, draw)
        kind = draw.randrange(4)
        if kind == 0:
            place[key] = copy.deepcopy(draw.choice(WORDS))
        elif kind == 1 and isinstance(place, dict):
            place["".join(draw.choices(string.ascii_lowercase + "_", k=draw.randint(1, 12)))] = place.pop(key)
        elif kind == 2 and isinstance(place, dict) and isinstance(key, str):
            place[_misspelt(key, draw)] = place.pop(key)
        else:
            other, other_key = _somewhere(config, draw)
            place[key] = copy.deepcopy(other[other_key])
    return config


@cache
def _default_config() -> Any:
    return yaml.safe_load((ROOT / "config/config.yaml").read_text("utf-8"))


def _somewhere(config: Any, draw: random.Random) -> tuple[Any, Any]:
    """Return a random mapping or list of the configuration, and a key or place in it."""
    places = [(config, key) for key in config]
    for place, key in places:
        inner = place[key]
        keys = inner if isinstance(inner, dict) else range(len(inner)) if isinstance(inner, list) else ()
        places += [(inner, inner_key) for inner_key in keys]
    return draw.choice(places)


def _misspelt(word: str, draw: random.Random) -> str:
    at = draw.randrange(len(word))
    return word[:at] + draw.choice(string.ascii_lowercase) + word[at + draw.randrange(2) :]


def seeds(folder: Path) -> dict[str, bytes]:
    """Return sound phase files by name: tables, structures, databases, a VASP run."""
    folder.mkdir(parents=True, exist_ok=True)
    small_run.write_phases(folder / "table.csv")
    table = pd.read_csv(folder / "table.csv")
    table.to_parquet(folder / "table.parquet")
    silicon = ase.build.bulk("Si", a=5.43)
    silicon.info["energy"] = -10.84
    for name in ("x.cif", "x.extxyz", "x.traj"):
        ase.io.write(folder / name, silicon)
    ase.io.write(folder / "x.poscar", silicon, format="vasp")
    for name in ("x.db", "x.json"):
        with ase.db.connect(folder / name) as database:
            database.write(silicon, formation_energy_ev_per_atom=0.0)
    (folder / "vasprun.xml").write_text(vasprun(silicon, -10.84), "utf-8")
    made = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".lock"}
    return made | {"vasprun.xml.gz": gzip.compress(made["vasprun.xml"], mtime=0)}


def mutated_file(content: bytes, draw: random.Random) -> bytes:
    """Return a file with one to six random mistakes: bytes, numbers, lines."""
    for _ in range(draw.randint(1, 6)):
        content = draw.choice(MISTAKES)(content, draw) or b"\n"
    return content


def _span(content: bytes, draw: random.Random) -> tuple[int, int]:
    begin = draw.randrange(len(content))
    return begin, min(len(content), begin + draw.choice((1, 2, 8, 60)))


def _with_a_number(content: bytes, draw: random.Random) -> bytes:
    digits = [place for place, byte in enumerate(content) if 48 <= byte <= 57]
    if not digits:
        return content
    at = draw.choice(digits)
    number = draw.choice((b"nan", b"1e309", b"-1", b"0", b"999999999999", b"1e9", b"", b"*****", b"0x10", b"1,5"))
    return content[:at] + number + content[at + 1 :]


def _lines(content: bytes, draw: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    return b"\n".join([*lines[:one], lines[other], *lines[one + draw.randrange(2) :]])


def _without(content: bytes, draw: random.Random) -> bytes:
    begin, end = _span(content, draw)
    return content[:begin] + content[end:]


def _overwritten(content: bytes, draw: random.Random) -> bytes:
    begin, end = _span(content, draw)
    return content[:begin] + draw.randbytes(end - begin) + content[end:]


def _twice(content: bytes, draw: random.Random) -> bytes:
    begin, end = _span(content, draw)
    return content[:end] + content[begin:]


MISTAKES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _with_a_number,
    _with_a_number,
    _lines,
    _without,
    _overwritten,
    _twice,
    lambda content, draw: content[: draw.randrange(len(content))],
)


def bombs() -> Iterator[tuple[str, bytes]]:
    """Yield small files that ask for much: memory, time, depth."""
    lines = "\n".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    yield (
        "vasprun.xml",
        f"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a0 'ha'>{lines}]><modeling>&a11;</modeling>".encode(),
    )
    yield "vasprun.xml.gz", gzip.compress(b"<modeling>" + b" " * (3 << 30), compresslevel=1, mtime=0)
    yield "x.extxyz", b'1000000000\nProperties=species:S:1:pos:R:3 Lattice="1 0 0 0 1 0 0 0 1"\nSi 0 0 0\n'
    yield "x.extxyz", b'1\nProperties=species:S:1:pos:R:1000000000 Lattice="1 0 0 0 1 0 0 0 1"\nSi 0 0 0\n'
    yield "x.poscar", b"x\n1.0\n1 0 0\n0 1 0\n0 0 1\nSi\n1000000000\nDirect\n0 0 0\n"
    yield "x.cif", b"data_x\n_cell_length_a " + b"(" * 100_000
    yield "x.json", b"[" * 200_000
    yield "table.csv", b"phase_id,formula,formation_energy_ev_per_atom\na,Si1e9Ti(((((((((((((((((((((,0\n"
    yield "table.csv", b"phase_id,formula,formation_energy_ev_per_atom\na," + b"(" * 100_000 + b",0\n"
    yield "table.csv", b"phase_id,formula,formation_energy_ev_per_atom\n" + b"a,Si999999999999999999999999,0\n" * 3
    yield "table.csv", b'phase_id,formula,formation_energy_ev_per_atom,numbers\na,Si,0,"' + b"[" * 100_000 + b'"\n'
    yield "table.parquet", b"PAR1" + b"\xff" * 64 + (64).to_bytes(4, "little") + b"PAR1"


def _case(number: int, seed: int, files: Mapping[str, bytes], folder: Path) -> tuple[str, Callable[[], object]]:
    """Return what case `number` is, and how to try it: two of three are files, the others configurations."""
    draw = random.Random(f"{seed} {number}")  # noqa: S311
    if number % 3 == 0:
        return "configuration", partial(load_config, mutated_config(draw))
    name = draw.choice(sorted(files))
    return name, partial(_read, name, mutated_file(files[name], draw), folder)


def _read(name: str, content: bytes, folder: Path) -> None:
    """Read a file as the rule of the phases does."""
    path = folder / name
    path.write_bytes(content)
    sources = [{"kind": "file", "path": str(path), "energy_level": "experiment", "name": "fuzzed"}]
    if not name.startswith("table"):
        # The elements, without which one structure is nothing.
        sources.append(sources[0] | {"path": str(folder / "seeds/table.csv"), "name": "table"})
    config = load_config(small_run.configuration(folder) | {"phases": {"invalid_rows": "skip", "sources": sources}})
    build_phase_table(
        config.phases,
        config.space,
        config.phase_a,
        config.lithiation.working_ion,
        config.crystal,
        fetched=folder,
        rejected_when_stopped=folder / "rejected.csv",
    )


def _expired(*_: object) -> None:
    raise TimeoutError(f"more than {LONGEST_S} s")


def _tried(trial: Callable[[], object]) -> str:
    """Return what is wrong with the outcome of a case; nothing if it is sound or an error of tieline's."""
    signal.alarm(LONGEST_S)
    try:
        trial()
    except TielineError as error:
        return "" if str(error) and "\n" not in str(error) else f"a message of no or many lines: {error!r}"
    except BaseException as error:  # noqa: BLE001
        return f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        signal.alarm(0)
    return ""


def _work(numbers: range, seed: int, folder: Path, bombs_too: bool, outcomes: Connection) -> None:  # noqa: FBT001
    """Try cases in this process, one after the other, and send what is wrong with each."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    signal.signal(signal.SIGALRM, _expired)
    files = seeds(folder / "seeds")
    trials = list(enumerate(bombs())) if bombs_too else []
    in_use = int(Path("/proc/self/statm").read_text("utf-8").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (in_use + MOST_MEMORY, resource.RLIM_INFINITY))
    for number in numbers:
        if bombs_too:
            name, content = trials[number][1]
            what, trial = f"bomb {number}, {name}", partial(_read, name, content, folder)
        else:
            what, trial = _case(number, seed, files, folder)
        outcomes.send((number, what, ""))
        outcomes.send((number, what, _tried(trial)))


def fuzzed(n: int, seed: int, folder: Path) -> Tally:
    """Try `n` mutated configurations and phase files, in a process that is replaced when it dies."""
    return _all(Tally("configurations and phase files with random mistakes"), n, seed, folder, bombs_too=False)


def bombed(folder: Path) -> Tally:
    """Try every bomb."""
    return _all(Tally("files that ask for much memory, time or depth"), len(list(bombs())), 0, folder, bombs_too=True)


def _all(tally: Tally, n: int, seed: int, folder: Path, *, bombs_too: bool) -> Tally:
    context = multiprocessing.get_context("spawn")
    folder.mkdir(parents=True, exist_ok=True)
    begin = 0
    while begin < n and time.monotonic() < tally.ends_at:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(range(begin, n), seed, folder, bombs_too, theirs))
        process.start()
        theirs.close()
        number, what, begun = begin, "start", False
        try:
            while begin < n and time.monotonic() < tally.ends_at:
                if not ours.poll(LONGEST_S * 6):
                    break
                number, what, outcome = ours.recv()
                begun = not begun
                if not begun:
                    tally.tried += 1
                    begin = number + 1
                    if outcome:
                        tally.lost.append(f"case {number}, {what}: {outcome}")
        except EOFError:
            pass
        if time.monotonic() >= tally.ends_at:
            process.kill()
        elif begin < n:
            # It died of this case, or hangs where no signal reaches it.
            process.kill()
            tally.tried += 1
            tally.lost.append(f"case {number}, {what}: the process died or hung")
            begin = number + 1
        process.join()
    return tally


def replay(number: int, seed: int, folder: Path) -> str:
    """Try one case in this process; the file that was read stays in `folder`. Errors show where they come from."""
    what, trial = _case(number, seed, seeds(folder / "seeds"), folder)
    try:
        trial()
    except TielineError as error:
        return f"{what}: {error}"
    return f"{what}: read"
