"""Upper envelopes of lines, many at a time.

Both questions tieline asks of a hull run along a straight line through composition space: from A to B (do they
coexist?) and from the host towards the working ion (which voltage?). Along it every facet is a line and the hull
is their upper envelope, convex and piecewise linear.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RELATIVE_TIE = 1e-12
"""Lines closer than this (relative to the largest value) at a point both touch it; the steeper one goes on."""


@dataclass(frozen=True)
class Envelope:
    """Segments of the upper envelopes of several sets of lines."""

    starts: NDArray[np.float64]
    """Shape (n_sets, n_segments): where each segment begins; infinity after the last one."""

    lines: NDArray[np.int64]
    """Shape (n_sets, n_segments): the line that is on top there; -1 after the last one."""


def upper_envelope(
    intercepts: NDArray[np.float64],
    slopes: NDArray[np.float64],
    start: float | NDArray[np.float64],
    end: float | NDArray[np.float64] = np.inf,
) -> Envelope:
    """Return the upper envelopes of lines between `start` and `end`.

    Parameters
    ----------
    intercepts : ndarray, shape (n_sets, n_lines)
        Values of the lines at zero.
    slopes : ndarray, shape (n_sets, n_lines) or (n_lines,)
        Their slopes; one row serves all sets.
    start, end : float or ndarray, shape (n_sets,)
        Where the envelopes begin, and where they are followed no further.

    Returns
    -------
    Envelope
        Slopes rise from segment to segment.
    """
    n_sets = len(intercepts)
    slopes = np.broadcast_to(slopes, intercepts.shape)
    sets = np.arange(n_sets)
    position = np.broadcast_to(np.asarray(start, dtype=np.float64), (n_sets,))
    values = intercepts + slopes * position[:, None]
    tie = RELATIVE_TIE * np.maximum(1.0, np.abs(values).max(axis=1, keepdims=True))
    on_top = values >= values.max(axis=1, keepdims=True) - tie
    active = np.where(on_top, slopes, -np.inf).argmax(axis=1)
    starts, lines = [position], [active]
    while True:
        rise = slopes - slopes[sets, active, None]
        crossings = np.full(intercepts.shape, np.inf)
        np.divide(intercepts[sets, active, None] - intercepts, rise, out=crossings, where=rise > RELATIVE_TIE)
        # A line that ties at the start may cross a rounding error before it.
        nearest = np.maximum(crossings.min(axis=1), position)
        goes_on = nearest < end
        if not goes_on.any():
            break
        slack = RELATIVE_TIE * np.maximum(1.0, np.abs(nearest))
        candidates = crossings <= (nearest + slack)[:, None]
        following = np.where(candidates, slopes, -np.inf).argmax(axis=1)
        position = np.where(goes_on, nearest, np.inf)
        active = np.where(goes_on, following, active)
        starts.append(position)
        lines.append(np.where(goes_on, following, -1))
    return Envelope(np.stack(starts, axis=1), np.stack(lines, axis=1))
