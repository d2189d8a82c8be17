"""The chosen composites as an Excel workbook, one sheet per table."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tieline import __version__
from tieline.core.columns import Column
from tieline.core.files import atomic_write
from tieline.report.export.collect import Chosen, Sheet
from tieline.report.export.names import readable

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Date of every workbook, so that equal tables give equal bytes."""

LONGEST_TEXT = 32_767
"""Characters that a cell holds."""

WIDEST = 60
"""Width of the widest column, in characters."""

DICTIONARY: tuple[Column, ...] = (
    Column("sheet", "Sheet of this workbook"),
    Column("column", "Name of the column in the workbook"),
    Column("name", "Name of the column in the files of the run"),
    Column("unit", "Unit; 1 for fractions"),
    Column("meaning", "What it is"),
)
"""Columns of the sheet that explains the others."""

FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings of text that a spreadsheet may take for a formula."""


def write_workbook(chosen: Chosen, path: Path) -> None:
    """Write what is known of the chosen composites as an Excel workbook.

    Parameters
    ----------
    chosen
        What `collect` returns.
    path
        The workbook; the same tables give the same bytes.

    Notes
    -----
    Text is text whatever it begins with: no cell is a formula. Numbers are in full precision, and shown with the
    decimals of their column.
    """
    sheets = {
        "Candidates": chosen.candidates,
        "Voltage curves": chosen.voltage_curves,
        "Phases": chosen.phases,
        "Claims": chosen.claims,
    }
    book = Workbook()
    book.remove(book.active)
    for title, sheet in {**sheets, "Columns": _dictionary(sheets)}.items():
        _fill(book.create_sheet(title), sheet)
    properties = book.properties
    properties.creator, properties.title = f"tieline {__version__}", "Chosen composites"
    properties.created = properties.modified = EPOCH.replace(tzinfo=None)
    _save(book, path)


def _dictionary(sheets: Mapping[str, Sheet]) -> Sheet:
    rows = [
        (title, readable(column), column.name, column.unit, column.meaning)
        for title, sheet in sheets.items()
        for column in sheet.columns
    ]
    return Sheet(pd.DataFrame(rows, columns=[column.name for column in DICTIONARY]), DICTIONARY)


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for number, column in enumerate(sheet.columns, 1):
        head = readable(column)
        cell = page.cell(1, number)
        _put(cell, head)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8ECF0")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        number_format = (
            "General" if column.decimals is None else "0" + "." * bool(column.decimals) + "0" * column.decimals
        )
        longest = 0
        for row, value in enumerate(sheet.frame[column.name], 2):
            cell = page.cell(row, number)
            _put(cell, value)
            cell.number_format = number_format
            is_long = isinstance(value, str) and len(value) > WIDEST
            cell.alignment = Alignment(wrap_text=is_long, vertical="top")
            longest = max(longest, len(value) if isinstance(value, str) else 8)
        word = max(map(len, head.split()))
        page.column_dimensions[get_column_letter(number)].width = 2 + min(WIDEST, max(word, longest, 8))
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(sheet.frame) + 1}"


def _put(cell: Cell, value: Any) -> None:
    """Put a value into a cell, text as text; leave it empty for a missing value."""
    if isinstance(value, str):
        if value:
            cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_TEXT]
            cell.data_type = "s"
            # Text stays text when it is edited.
            cell.quotePrefix = value.startswith(FORMULA_LIKE)
    elif not pd.isna(value):
        cell.value = value.item() if isinstance(value, np.generic) else value


def _save(book: Workbook, path: Path) -> None:
    """Save a workbook without the time at which it was made."""
    buffer = BytesIO()
    book.save(buffer)
    now = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
    with (
        zipfile.ZipFile(buffer) as made,
        atomic_write(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            content = now.sub(rb"\g<1>" + EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), made.read(name))
            kept.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
