"""Cells of text in CSV files, written so that a spreadsheet shows them and computes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The Snakefile imports this too, and pandas takes a third of a second.
    import pandas as pd

STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula."""

NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|inf|nan)")
"""Numbers stay as they are, minus signs included."""

GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""A text that is written with an apostrophe in front of it."""


def as_shown(text: str) -> str:
    """Return a text with an apostrophe in front if a spreadsheet would compute it.

    Examples
    --------
    >>> [as_shown(text) for text in ("=1+1", "-0.5", "TiSi2", "'=x")]
    ["'=1+1", '-0.5', 'TiSi2', "''=x"]
    """
    runs = text.startswith(STARTS) and not NUMBER.fullmatch(text)
    return f"'{text}" if runs or (text.startswith("'") and GUARDED.match(text)) else text


def as_meant(text: str) -> str:
    """Return the text that `as_shown` made `text` of.

    Examples
    --------
    >>> [as_meant(text) for text in ("'=1+1", "-0.5", "'quoted'")]
    ['=1+1', '-0.5', "'quoted'"]
    """
    return text[1:] if text.startswith("'") and GUARDED.match(text) else text


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with `as_shown` of each text in it."""
    return _mapped(frame, as_shown)


def meant(frame: pd.DataFrame) -> pd.DataFrame:
    """Return `frame` with `as_meant` of each text in it."""
    return _mapped(frame, as_meant)


def _mapped(frame: pd.DataFrame, change: Callable[[str], str]) -> pd.DataFrame:
    changed = {}
    for name in frame.select_dtypes(["object", "string"]).columns:
        cells = frame[name].map(lambda cell: change(cell) if isinstance(cell, str) else cell)
        changed[name] = cells.astype(frame[name].dtype)
    return frame.assign(**changed)
