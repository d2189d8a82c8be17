"""What was computed for each decoration, kept in an append-only file that survives being killed."""

from __future__ import annotations

import hashlib
import json
import logging
import lzma
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from ase import Atoms

from tieline.core.errors import storage_error
from tieline.core.files import atomic_write

logger = logging.getLogger(__name__)

SEPARATOR = b"\t"
"""Between a record and its checksum; JSON writes it otherwise."""

Stage = Literal["prescreen", "relax", "refine"]
"""Volume search, relaxation in the coarse potential, relaxation in the fine one."""


@dataclass(frozen=True)
class Record:
    """One finished computation, succeeded or failed."""

    key: str
    """What was computed with which settings; no key is computed twice."""

    stage: Stage
    """Step of the funnel."""

    prototype: str
    """Label of the prototype."""

    symbols: tuple[str, ...]
    """Symbols on the prototype's slots."""

    potential: str
    """Name of the potential."""

    potential_version: str
    """Version of the package that holds the potential."""

    weights_sha256: str
    """SHA-256 of the potential's checkpoint."""

    reason: str
    """Why the computation failed; empty if it succeeded."""

    energy_ev_per_atom: float | None
    """Total energy; None if the computation failed."""

    fmax_ev_per_a: float | None
    """Largest remaining force; None for a volume search or a failure."""

    steps: int
    """Optimiser steps, or energies of a volume search."""

    optimiser: str
    """Which optimiser converged; empty for a volume search or a failure."""

    numbers: tuple[int, ...]
    """Atomic numbers."""

    cell_a: tuple[float, ...]
    """Cell vectors row by row, angstrom; empty if the computation failed."""

    scaled_positions: tuple[float, ...]
    """Fractional positions, flat; empty if the computation failed."""

    spacegroups: tuple[int, int] | None
    """Space-group numbers at 0.01 and 0.1 A; None for a volume search or a failure."""

    cpu_seconds: float
    """CPU time of the computation."""

    finished_on: str
    """ISO date."""

    @property
    def succeeded(self) -> bool:
        """Whether there is a structure with an energy."""
        return self.energy_ev_per_atom is not None

    def atoms(self) -> Atoms:
        """Return the structure this record ends in."""
        return Atoms(
            numbers=self.numbers,
            cell=np.reshape(self.cell_a, (3, 3)),
            scaled_positions=np.reshape(self.scaled_positions, (-1, 3)),
            pbc=True,
        )

    def volume_a3_per_atom(self) -> float:
        """Return the volume of the structure this record ends in, A^3 per atom."""
        return float(abs(np.linalg.det(np.reshape(self.cell_a, (3, 3))))) / len(self.numbers)


class RecordFile:
    """An append-only file of records, one JSON object a line, with one writer.

    Parameters
    ----------
    path
        The file; made when the first record is written.

    Notes
    -----
    Each record is one write of one line, flushed to disk, and ends in a checksum. A line that a killed run cut short,
    or that was damaged since, is named in the log and ignored when reading; a line cut short is ended before the next
    record is appended. Lines of earlier versions have no checksum.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Record]:
        """Return every complete record by key; of two with one key the first counts."""
        records: dict[str, Record] = {}
        for record in self._parse():
            records.setdefault(record.key, record)
        return records

    def append(self, records: Iterable[Record]) -> None:
        """Add `records` to the end of the file and flush them to disk.

        Raises
        ------
        StorageError
            If the operating system refuses.
        """
        texts = (json.dumps(asdict(record), separators=(",", ":")).encode() for record in records)
        lines = b"".join(text + SEPARATOR + _checksum(text) + b"\n" for text in texts)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("ab+") as stream:
                if stream.seek(0, os.SEEK_END) > 0:
                    stream.seek(-1, os.SEEK_END)
                    if stream.read(1) != b"\n":
                        stream.write(b"\n")
                stream.write(lines)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise storage_error(error, self.path) from error

    def start_from(self, archive: Path) -> None:
        """Begin with the records of `archive` where there is no file yet.

        Parameters
        ----------
        archive
            What `archive` wrote once; need not exist.
        """
        if archive.exists() and not self.path.exists():
            with atomic_write(self.path) as temporary:
                temporary.write_bytes(lzma.decompress(archive.read_bytes()))

    def archive(self, path: Path) -> None:
        """Write the file, compressed, to `path`.

        Parameters
        ----------
        path
            The xz file.
        """
        with atomic_write(path) as temporary:
            temporary.write_bytes(lzma.compress(self.path.read_bytes()))

    def _parse(self) -> Iterator[Record]:
        if not self.path.exists():
            return
        with self.path.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                record = _parsed(line.rstrip(b"\n"))
                if record is None:
                    logger.warning("%s: line %d is cut short or damaged, ignored", self.path, number)
                else:
                    yield record


def _parsed(line: bytes) -> Record | None:
    text, separator, checksum = line.partition(SEPARATOR)
    if separator and checksum != _checksum(text):
        return None
    try:
        return _record(json.loads(text))
    except (ValueError, TypeError, KeyError):
        return None


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:16].encode()


def _record(content: dict[str, Any]) -> Record:
    for name in ("symbols", "numbers", "cell_a", "scaled_positions"):
        content[name] = tuple(content[name])
    if content["spacegroups"] is not None:
        content["spacegroups"] = tuple(content["spacegroups"])
    return Record(**content)
