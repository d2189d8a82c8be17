"""Numbers as spreadsheets of different countries write them: decimal points, decimal commas, groups of thousands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tieline.core.errors import PhaseDataError

GROUPING_BLANKS = re.compile(r"(?<=[0-9])[\s'\N{RIGHT SINGLE QUOTATION MARK}](?=[0-9]{3}(?:\D|$))")
"""What may stand between groups of thousands, besides points and commas."""

POINT = re.compile(r"[+-]?(?:[0-9]*\.[0-9]+|[0-9]+\.)(?:e[+-]?[0-9]+)?", re.IGNORECASE)
COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:e[+-]?[0-9]+)?", re.IGNORECASE)
THREE_AFTER_ONE_MARK = re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}")
"""Such as 1,234: a decimal mark, or a mark between thousands."""

THOUSANDS_BY_COMMA = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+\.[0-9]*|(?:,[0-9]{3}){2,})")
THOUSANDS_BY_POINT = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")


def with_decimal_points(
    columns: Mapping[str, Sequence[Any]], rows: Sequence[int], name: str
) -> tuple[dict[str, list[Any]], str]:
    """Return the numbers of a table that are text with decimal points, and what their decimal mark was.

    Parameters
    ----------
    columns
        Columns of numbers; what is no text in them, or no number, stays as it is.
    rows
        Number of each row, for errors.
    name
        What to call the table in an error.

    Raises
    ------
    PhaseDataError
        If a number could mean two things: decimal points beside decimal commas, or 1,234 where nothing else tells
        what the comma is.
    """
    plain = {ours: [_plain(value) for value in values] for ours, values in columns.items()}
    first: dict[str, str] = {}
    for ours, values in plain.items():
        for row, value in zip(rows, values, strict=True):
            kind = _kind(value)
            if kind:
                first.setdefault(kind, f"{ours} {value!r} in row {row}")
    if "comma" in first and "point" in first:
        raise PhaseDataError(
            f"{name}: decimal commas ({first['comma']}) beside decimal points ({first['point']}); write one of them"
        )
    unclear = first.get("1.234") if "comma" in first else first.get("1,234") if "point" not in first else None
    if unclear:
        raise PhaseDataError(
            f"{name}: {unclear} has a decimal mark or one between thousands, and nothing tells which; write it without"
        )
    mark, other = (",", ".") if "comma" in first else (".", ",")
    read = {
        ours: [v if not _kind(v) else v.replace(other, "").replace(mark, ".") for v in values]
        for ours, values in plain.items()
    }
    return read, "decimal commas" if mark == "," else ""


def _plain(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip().replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-")
    return GROUPING_BLANKS.sub("", text)


def _kind(value: Any) -> str:
    """Return what the marks in a number are, empty if it has none or is no number."""
    if not isinstance(value, str):
        return ""
    if THREE_AFTER_ONE_MARK.fullmatch(value):
        return "1.234" if "." in value else "1,234"
    if THOUSANDS_BY_COMMA.fullmatch(value) or POINT.fullmatch(value):
        return "point"
    return "comma" if THOUSANDS_BY_POINT.fullmatch(value) or COMMA.fullmatch(value) else ""
