"""Colours and markers of series in figures: told apart with any kind of colour vision, or without."""

from __future__ import annotations

COLOURS: tuple[str, ...] = ("#0072B2", "#E69F00", "#006B4F", "#CC79A7", "#56B4E9", "#B03A00")
"""Colours of series, after Okabe and Ito (2008), the greens and reds darkened; black is the reference."""

MARKERS: tuple[str, ...] = ("o", "s", "^", "D", "v", "P")
"""Markers that go with them, as Matplotlib calls them."""

PLOTLY_MARKERS: tuple[str, ...] = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
"""The same as plotly calls them."""
