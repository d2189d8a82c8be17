"""How figures look: one style sheet, a palette that the colour-blind can read, the same bytes each time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tieline.core.files import atomic_write
from tieline.core.palette import COLOURS, MARKERS

STYLE_SHEET = Path(__file__).with_name("tieline.mplstyle")
"""Matplotlib's style of all figures."""

PAGE_IN, COLUMN_IN = 6.7, 3.35
"""Widths of a page and of a column, in inches."""

REFERENCE: dict[str, Any] = {"color": "black", "marker": "*"}
"""How the reference composite is drawn."""

OTHERS = "0.82"
"""Grey of what is not named."""


def series(number: int) -> dict[str, Any]:
    """Return colour and marker of a series, by its place."""
    return {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the project's style, whatever the user's own settings are."""
    with mpl.rc_context(fname=STYLE_SHEET):
        yield


def save(figure: Figure, path: Path) -> None:
    """Write a figure as the format that the name of `path` ends in; equal figures give equal bytes.

    Parameters
    ----------
    figure
        Drawn within `style`.
    path
        A file ending in ``.svg`` or ``.png``.
    """
    metadata = {"Date": None} if path.suffix == ".svg" else {"Software": None}
    with atomic_write(path) as temporary:
        figure.savefig(temporary, format=path.suffix[1:], metadata=metadata)
