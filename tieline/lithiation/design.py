"""How much B a composite needs: the least that keeps a quantity within its limit.

Composites with the same weight of B are no alternatives to each other: a light B buffers more per weight than a heavy
one. They are compared where they meet the same limit, the swelling by default. An inert B brings the swelling down the
more there is of it; a B that reacts itself swells as well, and may exceed the limit however much there is of it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tieline.lithiation.settings import Design

STEP = 0.01
"""Weight fractions of B are tried in steps of this."""

WITHIN, LEAST, MOST, UNKNOWN = "limit met", "limit met by the least B", "limit exceeded by the most B", "limit unknown"
"""Where a design point lies: within the window, at its ends, or at its start for want of numbers."""


class DesignPoint(NamedTuple):
    """Where composites are compared."""

    place: NDArray[np.int64]
    """Shape (n_composites,): which of the weight fractions."""

    note: NDArray[np.object_]
    """Shape (n_composites,): what became of the limit."""


def tried_weight_fractions(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weight fractions from the first of `grid` to its last in steps of `STEP`, and those of `grid`.

    Examples
    --------
    >>> tried_weight_fractions(np.array([0.6, 0.625]))
    array([0.6  , 0.61 , 0.62 , 0.625])
    """
    count = int((grid[-1] - grid[0]) / STEP + 1e-9) + 1
    return np.union1d(grid, np.round(grid[0] + STEP * np.arange(count), 9))


def design_points(design: Design, values: NDArray[np.float64]) -> DesignPoint:
    """Return the least B of each composite that keeps the quantity within its limit.

    Parameters
    ----------
    design
        Quantity and limit.
    values : ndarray, shape (n_composites, n_weights)
        The quantity at rising weight fractions of B; NaN where unknown.

    Examples
    --------
    >>> design_points(Design(limit=1.0), np.array([[1.4, 1.1, 0.9], [0.5, 0.4, 0.3], [3.0, 2.9, 2.8]]))
    DesignPoint(place=array([2, 0, 2]), note=array(['limit met', 'limit met by the least B',
           'limit exceeded by the most B'], dtype=object))
    """
    at_least = design.quantity == "phase_b_volume_fraction"
    within = values >= design.limit if at_least else values <= design.limit
    any_within, unknown = within.any(axis=1), np.isnan(values).any(axis=1)
    place = np.where(any_within, within.argmax(axis=1), values.shape[1] - 1)
    note = np.select([~any_within, place == 0], [MOST, LEAST], WITHIN).astype(object)
    return DesignPoint(np.where(unknown, 0, place), np.where(unknown, UNKNOWN, note))
