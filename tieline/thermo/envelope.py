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
    intercepts: NDArray[np.float64], slopes: NDArray[np.float64], start: float | NDArray[np.float64]
) -> Envelope:
    """Return the upper envelopes of lines to the right of `start`.

    Parameters
    ----------
    intercepts : ndarray, shape (n_sets, n_lines)
        Values of the lines at zero.
    slopes : ndarray, shape (n_sets, n_lines) or (n_lines,)
        Their slopes; one row serves all sets.
    start : float or ndarray, shape (n_sets,)
        Where the envelopes begin.

    Returns
    -------
    Envelope
        Slopes rise from segment to segment.
    """
    n_sets = len(intercepts)
    slopes = np.broadcast_to(slopes, intercepts.shape)
    sets = np.arange(n_sets)
    position = np.broadcast_to(np.asarray(start, dtype=np.float64), (n_sets,)).copy()
    values = intercepts + slopes * position[:, None]
    tie = RELATIVE_TIE * np.maximum(1.0, np.abs(values).max(axis=1, keepdims=True))
    on_top = values >= values.max(axis=1, keepdims=True) - tie
    active = np.where(on_top, slopes, -np.inf).argmax(axis=1)
    starts, lines = [position], [active]
    while True:
        steeper = slopes - slopes[sets, active][:, None]
        behind = intercepts[sets, active][:, None] - intercepts
        with np.errstate(divide="ignore", invalid="ignore"):
            crossings = np.where(steeper > RELATIVE_TIE, behind / steeper, np.inf)
        # A line that ties at the start may cross a rounding error before it.
        crossings = np.maximum(crossings, position[:, None])
        nearest = crossings.min(axis=1)
        goes_on = np.isfinite(nearest)
        if not goes_on.any():
            break
        slack = RELATIVE_TIE * np.maximum(1.0, np.abs(nearest))[:, None]
        candidates = crossings <= nearest[:, None] + slack
        following = np.where(candidates, slopes, -np.inf).argmax(axis=1)
        position = nearest
        active = np.where(goes_on, following, active)
        starts.append(position)
        lines.append(np.where(goes_on, following, -1))
    return Envelope(np.stack(starts, axis=1), np.stack(lines, axis=1))
