"""Files held to the limits before anything is made of them, in little time and memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tieline.phases.limits import MEGABYTE, Limits
from tieline.phases.unusable import UnusableFileError

CHUNK = MEGABYTE
"""Bytes that are looked at together."""

BYTES_PER_VALUE = 8
"""Least memory of a value of a table, however well it was packed."""

PACKED: dict[str, Callable[..., Any]] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".lzma": lzma.open}
"""What opens packed files, by their ending."""

LARGEST_RATIO = 300
"""A packed file that unpacks to more than `UNSUSPICIOUS_BYTES` and this many times its own size is not read: text packs
to a tenth or a hundredth."""

UNSUSPICIOUS_BYTES = 2**26

BY_LINES = (".csv", ".tsv", ".xyz", ".extxyz", ".vasp", ".poscar", "")
"""Endings of files that are read line by line."""

NESTING = np.zeros(256, dtype=np.int32)
"""What each byte of JSON adds to the depth; brackets within texts are counted too."""
NESTING[list(b"[{")] = 1
NESTING[list(b"]}")] = -1

ATOM_COLUMNS = re.compile(r":[A-Za-z]:(\d+)")
"""A number of columns in the Properties of an extxyz frame."""


def require_within(file: Path, limits: Limits) -> None:
    """Refuse a file that exceeds a limit, by its ending.

    Parameters
    ----------
    file
        A table, structure file, database or VASP run, packed or not.
    limits
        The limits.

    Raises
    ------
    UnusableFileError
        If it does, naming the limit.
    """
    suffix = file.suffix.lower()
    _require("MB", file.stat().st_size / MEGABYTE, "largest_file_mb", limits.largest_file_mb)
    if suffix in PACKED or suffix == ".json":
        # What is wrong with a damaged one its reader says.
        with suppress(OSError, EOFError, zlib.error, lzma.LZMAError):
            _require_bounded_text(file, limits)
    elif suffix == ".parquet":
        with suppress(OSError, pa.ArrowException, UnicodeDecodeError):
            _require_small_table(file, limits)
            _require_small_texts(file, limits)
    elif suffix == ".xlsx":
        _require_small_workbook(file, limits)
    elif suffix in BY_LINES:
        _require_short_lines(file, limits, mark={".csv": b",", ".tsv": b"\t"}.get(suffix, b""))


def require_whole_frames(file: Path, limits: Limits) -> None:
    """Refuse an xyz file whose frames state more atoms or columns than they have: ASE would make room for them.

    Raises
    ------
    UnusableFileError
        If it does, or exceeds a limit.
    """
    n_lines = n_frames = 0
    with file.open(encoding="utf-8") as lines:
        line = next(lines, "")
        while line.strip():
            n_atoms = int(line)
            columns = sum(map(int, ATOM_COLUMNS.findall(next(lines, ""))))
            _require("columns of the atoms", columns, "most_columns", limits.most_columns)
            n_read = sum(1 for _ in islice(lines, max(n_atoms, 0)))
            n_lines += 2 + n_read
            n_frames += 1
            _require("structures", n_frames, "most_structures", limits.most_structures)
            if n_atoms < 1 or n_read < n_atoms:
                raise UnusableFileError(f"a frame of {n_atoms} atoms, but the file has {n_lines} lines")
            line = next((line for line in lines if not line.lstrip().startswith("VEC")), "")


def require_whole_poscar(file: Path) -> None:
    """Refuse a POSCAR that states more atoms than it has lines: ASE would make room for them.

    Raises
    ------
    UnusableFileError
        If it does.
    """
    lines = file.read_text("utf-8").split("\n")
    for line in lines[5:7]:
        amounts = [int(word) for word in line.split() if word.isdecimal()]
        if sum(amounts) > len(lines):
            raise UnusableFileError(f"{sum(amounts)} atoms, but the file has {len(lines)} lines")


def _require(what: str, found: float, name: str, limit: float) -> None:
    if found > limit:
        raise UnusableFileError(f"{found:.12g} {what} exceed the limit {name} ({limit:.12g})")


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _require_bounded_text(file: Path, limits: Limits) -> None:
    """Refuse a JSON file or a packed one that is too large unpacked, and JSON that is nested too deeply."""
    is_json = file.name.lower().endswith((".json", ".json.gz"))
    opener = PACKED.get(file.suffix.lower(), open)
    if is_json:
        # Some are named .gz and are not compressed, and the other way round.
        with file.open("rb") as stream:
            opener = gzip.open if stream.read(2) == b"\x1f\x8b" else open
    size, depth, packed = 0, 0, file.stat().st_size
    with opener(file, "rb") as stream:
        for chunk in _chunks(stream):
            size += len(chunk)
            if size > limits.largest_file_mb * MEGABYTE:
                raise UnusableFileError(
                    f"unpacked it exceeds the limit largest_file_mb ({limits.largest_file_mb:.12g})"
                )
            if size > max(UNSUSPICIOUS_BYTES, LARGEST_RATIO * packed):
                raise UnusableFileError(
                    f"unpacks to more than {LARGEST_RATIO} times its size, which no text of phases does"
                )
            if is_json:
                depths = depth + np.cumsum(NESTING[np.frombuffer(chunk, dtype=np.uint8)])
                _require("levels of nesting", int(depths.max()), "deepest_nesting", limits.deepest_nesting)
                depth = int(depths[-1])


def _require_small_table(file: Path, limits: Limits) -> None:
    described = pq.read_metadata(file)
    _require("rows", described.num_rows, "most_rows", limits.most_rows)
    _require("columns", described.num_columns, "most_columns", limits.most_columns)
    size = 0
    for number in range(described.num_row_groups):
        group = described.row_group(number)
        columns = [group.column(n) for n in range(group.num_columns)]
        size += sum(max(column.total_uncompressed_size, BYTES_PER_VALUE * column.num_values) for column in columns)
        _require("MB in memory", size / MEGABYTE, "largest_file_mb", limits.largest_file_mb)


def _require_small_texts(file: Path, limits: Limits) -> None:
    """Refuse a table whose texts, stored once and referred to by its rows, are larger than the limit together."""
    schema = pq.read_schema(file)
    names = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_binary(field.type)]
    size = 0
    for name in names:
        texts = pq.read_table(file, columns=[name], read_dictionary=[name])[name]
        for chunk in texts.chunks:
            lengths = pc.binary_length(chunk.dictionary).take(chunk.indices)
            size += pc.sum(lengths).as_py() or 0
        _require("MB of text", size / MEGABYTE, "largest_file_mb", limits.largest_file_mb)


def _require_small_workbook(file: Path, limits: Limits) -> None:
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as workbook:
        size = sum(part.file_size for part in workbook.infolist())
    _require("MB unpacked", size / MEGABYTE, "largest_workbook_mb", limits.largest_workbook_mb)


def _require_short_lines(file: Path, limits: Limits, *, mark: bytes) -> None:
    """Refuse long lines, and of a table, whose cells `mark` separates, too many rows and columns."""
    longest = limits.longest_line_mb * MEGABYTE
    length, n_lines, n_columns = 0, 0, 1
    with file.open("rb") as stream:
        for chunk in _chunks(stream):
            first, *others = chunk.replace(b"\r", b"\n").split(b"\n")
            length += len(first)
            if mark and n_lines == 0:
                n_columns += first.count(mark)
                _require("columns", n_columns, "most_columns", limits.most_columns)
            if max(length, max(map(len, others), default=0)) > longest:
                raise UnusableFileError(f"a line exceeds the limit longest_line_mb ({limits.longest_line_mb:.12g})")
            n_lines += len(others)
            length = len(others[-1]) if others else length
            if mark:
                _require("rows", n_lines - 1, "most_rows", limits.most_rows)
