"""Rows and columns of text files and spreadsheets, before anyone knows what they mean."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.core.errors import PhaseDataError

SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}

BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)

LONGEST_CELL = 1 << 30
"""Characters of a cell that the csv module takes; positions of a large structure are long."""

COMMENT = "#"

Record = tuple[int, list[Any]]
"""The line or row where a record starts, and its cells."""


@dataclass(frozen=True)
class Grid:
    """A table whose cells are text, or what a spreadsheet holds."""

    header: list[str]
    """Names of the columns."""

    rows: list[list[Any]]
    """Cells of each row, as many as columns; an empty cell is an empty text."""

    numbers: list[int]
    """Line or row of the file where each row starts, counted from 1."""

    comments: list[tuple[int, list[Any]]]
    """Rows that start with `COMMENT` and have as many cells as the table, with their numbers."""

    described: str
    """How the file was read, for the log."""


def read_text_grid(path: Path, known: Callable[[str], bool]) -> Grid:
    """Read a table of text, whatever its encoding and separator.

    Parameters
    ----------
    path
        The file. Its encoding is by its byte-order mark, else UTF-8, else Windows-1252; UTF-16 is also recognised by
        its zero bytes. The separator is the one that gives the most known columns in the header.
    known
        Whether a column of a name is one that is read.

    Raises
    ------
    PhaseDataError
        If the file cannot be read, the separator cannot be told, or a row has more cells than the header.
    """
    text, encoding = _decoded(path)
    separator = ""
    if text[:4].lower() == "sep=" and text[4:5] in SEPARATORS:
        separator = text[4]
        text = COMMENT + text
    found = {mark: _records(text, mark) for mark in ([separator] if separator else SEPARATORS)}
    if not separator:
        separator = _separator(found, known, path)
    records, fault = found[separator]
    if fault:
        raise PhaseDataError(f"{path}: cannot be read ({fault})")
    return _grid(records, f"{encoding}, separated by {SEPARATORS[separator]}", path)


def read_spreadsheet_grid(path: Path, known: Callable[[str], bool]) -> Grid:
    """Read the one sheet of an Excel file that holds phases.

    Raises
    ------
    PhaseDataError
        If the file cannot be read, or no sheet or several have known columns.
    """
    try:
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object, keep_default_na=False, na_values=[])
    except (ValueError, OSError, KeyError, zipfile.BadZipFile, ImportError) as error:
        raise PhaseDataError(f"{path}: cannot be read ({type(error).__name__}: {_first_line(error)})") from error
    grids = {}
    for name, frame in sheets.items():
        rows = [["" if pd.isna(cell) else cell for cell in row] for row in frame.to_numpy(dtype=object).tolist()]
        records = list(enumerate(rows, 1))
        if any(not _is_empty(row) for row in rows):
            grids[str(name)] = _grid(records, f"sheet {name!r}", path)
    usable = [name for name, grid in grids.items() if sum(map(known, grid.header)) > 1]
    chosen = usable or list(grids)
    if len(chosen) != 1:
        found = ", ".join(map(repr, chosen)) or "none"
        raise PhaseDataError(f"{path}: needs one sheet with phases, found {found}; keep one")
    return grids[chosen[0]]


def _decoded(path: Path) -> tuple[str, str]:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PhaseDataError(f"{path}: cannot be read ({type(error).__name__}: {_first_line(error)})") from error
    encodings = [next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), "utf-8"), "cp1252"]
    for offset, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        # Text in Latin letters has a zero in every other byte.
        if encodings[0] == "utf-8" and 2 * content[offset:2000:2].count(0) > len(content[offset:2000:2]) > 0:
            encodings.insert(0, name)
    for encoding in encodings:
        try:
            return content.decode(encoding), encoding.removesuffix("-sig")
        except UnicodeDecodeError:
            continue
    raise PhaseDataError(f"{path}: cannot be read (UnicodeDecodeError: neither UTF-8 nor Windows-1252)")


def _records(text: str, separator: str) -> tuple[list[Record], str]:
    """Return the records of a text up to the first that cannot be read, and what is wrong with that."""
    records: list[Record] = []
    before = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    try:
        for record in reader:
            records.append((start, [*record]))
            start = reader.line_num + 1
    except csv.Error as error:
        return records, f"line {start}: {_first_line(error)}"
    finally:
        csv.field_size_limit(before)
    return records, ""


def _separator(found: Mapping[str, tuple[list[Record], str]], known: Callable[[str], bool], path: Path) -> str:
    """Return the separator that gives the most known columns, then the most columns."""
    counts = {}
    for mark, (records, _) in found.items():
        cells = (_header(records) or (0, []))[1]
        counts[mark] = (sum(known(str(cell).strip()) for cell in cells), len(cells))
    best = max(counts.values())
    marks = [mark for mark, count in counts.items() if count == best]
    if len(marks) > 1 and best[1] > 1:
        found_marks = " or ".join(SEPARATORS[mark] for mark in marks)
        raise PhaseDataError(f"{path}: separated by {found_marks}? use one of them only")
    return marks[0]


def _header(records: Iterable[Record]) -> Record | None:
    """Return the first record that is no comment and not empty."""
    return next((record for record in records if not _is_empty(record[1]) and not _is_comment(record[1])), None)


def _grid(records: Sequence[Record], described: str, path: Path) -> Grid:
    first = _header(records)
    if first is None:
        raise PhaseDataError(f"{path}: cannot be read (the file is empty)")
    header = [" ".join(str(cell).split()) for cell in first[1]]
    rows, numbers, comments = [], [], []
    for number, cells in records[records.index(first) + 1 :]:
        if _is_empty(cells):
            continue
        if _is_comment(cells):
            if len(cells) == len(header) > 1:
                comments.append((number, cells))
            continue
        if not _is_empty(cells[len(header) :]):
            raise PhaseDataError(
                f"{path}: cannot be read (line {number} has {len(cells)} cells, the header {len(header)})"
            )
        rows.append([*cells[: len(header)], *[""] * (len(header) - len(cells))])
        numbers.append(number)
    kept = [n for n, name in enumerate(header) if name or any(not _is_empty([row[n]]) for row in rows)]
    return Grid([header[n] for n in kept], [[row[n] for n in kept] for row in rows], numbers, comments, described)


def _is_empty(cells: Iterable[Any]) -> bool:
    return all(isinstance(cell, str) and not cell.strip() for cell in cells)


def _is_comment(cells: Sequence[Any]) -> bool:
    return bool(cells) and str(cells[0]).lstrip().startswith(COMMENT)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
