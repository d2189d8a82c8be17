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

WITHIN, LEAST, MOST, UNKNOWN = "limit met", "limit met by the least B", "limit exceeded by the most B", "limit unknown"
"""Where a design point lies: within the window, at its ends, or at its start for want of numbers."""

DECIMALS = 9
"""Digits of the weight fraction; printed with four, it tells composites apart by nothing that rounding decides."""


class DesignPoint(NamedTuple):
    """Where composites are compared."""

    weight_fraction_b: NDArray[np.float64]
    """Shape (n_composites,)."""

    note: NDArray[np.object_]
    """Shape (n_composites,): what became of the limit."""


def design_points(
    design: Design, weights: NDArray[np.float64], values: NDArray[np.float64], scale: NDArray[np.float64]
) -> DesignPoint:
    """Return the least B of each composite that keeps the quantity within its limit.

    Parameters
    ----------
    design
        Quantity and limit.
    weights : ndarray, shape (n_weights,)
        Weight fractions of B, rising.
    values : ndarray, shape (n_composites, n_weights)
        The quantity there; NaN where unknown.
    scale : ndarray, shape (n_composites, n_weights)
        What the quantity is per: the volume of a gram of composite for swelling and volume fractions, 1 for capacities.

    Notes
    -----
    Between the weight fractions the excess over the limit, times `scale`, is taken as linear; it is, where B is inert.

    Examples
    --------
    A third of a gram of A triples its volume, B stays as it is; both have the same density.

    >>> weights = np.array([0.6, 0.9])
    >>> design_points(Design(limit=0.4), weights, 2.0 * (1.0 - weights)[None], np.ones((1, 2)))
    DesignPoint(weight_fraction_b=array([0.8]), note=array(['limit met'], dtype=object))
    """
    excess = (values - design.limit) * scale
    if design.quantity == "phase_b_volume_fraction":
        excess = -excess
    within = excess <= 0.0
    last = np.where(within.any(axis=1), within.argmax(axis=1), len(weights) - 1)
    row, first = np.arange(len(last)), np.maximum(last - 1, 0)
    inside = within.any(axis=1) & (last > 0)
    before, after = excess[row, first], excess[row, last]
    passed = np.divide(before, before - after, out=np.ones(len(row)), where=inside)
    # Rounded up, so that the limit is kept.
    exact = np.ceil((weights[first] + passed * (weights[last] - weights[first])) * 10**DECIMALS - 1e-6) / 10**DECIMALS
    unknown = np.isnan(values).any(axis=1)
    weight = np.where(unknown, weights[0], np.where(inside, exact, weights[last]))
    note = np.select([unknown, ~within.any(axis=1), last == 0], [UNKNOWN, MOST, LEAST], WITHIN).astype(object)
    return DesignPoint(weight, note)
