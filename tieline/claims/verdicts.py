"""The four verdicts, how they come from numbers, and how they combine."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Verdicts = NDArray[np.int8]
"""One verdict for each candidate, as the codes of `Verdict`."""


class Verdict(IntEnum):
    """What a criterion or a claim comes to; the order is that of how much is granted.

    The least of several verdicts is the verdict of them all: what fails fails whatever else is unknown, and what is
    unknown stays so however well the rest does (Kleene's strong three-valued logic, with `WINDOW` as a fourth
    value between unknown and true).
    """

    NOT_MET = 0
    """No value of the design variables meets it."""

    UNDECIDED = 1
    """The data do not say; the evidence names what is missing."""

    WINDOW = 2
    """Met within the range of a design variable that the evidence states, but not settled by the design."""

    MET = 3
    """Met as designed."""

    @property
    def label(self) -> str:
        """The verdict as printed: ``not met`` and so on."""
        return self.name.lower().replace("_", " ")


def where(holds: ArrayLike, known: ArrayLike = True) -> Verdicts:  # noqa: FBT002
    """Return `MET` where a statement `holds`, `NOT_MET` where not, `UNDECIDED` where it is not `known`."""
    decided = np.where(np.asarray(holds, dtype=bool), Verdict.MET, Verdict.NOT_MET)
    return np.where(np.asarray(known, dtype=bool), decided, Verdict.UNDECIDED).astype(np.int8)


def where_true(flags: pd.Series) -> Verdicts:
    """Return the verdicts of nullable `flags`; a missing one is `UNDECIDED`."""
    return where(flags.fillna(value=False), flags.notna())


def at_least(values: ArrayLike, limit: ArrayLike) -> Verdicts:
    """Return `MET` where `values` reach `limit`; `UNDECIDED` where either is NaN."""
    values, limit = np.asarray(values, dtype=np.float64), np.asarray(limit, dtype=np.float64)
    return where(values >= limit, ~(np.isnan(values) | np.isnan(limit)))


def at_most(values: ArrayLike, limit: ArrayLike) -> Verdicts:
    """Return `MET` where `values` do not exceed `limit`; `UNDECIDED` where either is NaN."""
    return at_least(limit, values)


def above(values: ArrayLike, limit: float) -> Verdicts:
    """Return `MET` where `values` exceed `limit`; `UNDECIDED` where they are NaN."""
    values = np.asarray(values, dtype=np.float64)
    return where(values > limit, ~np.isnan(values))


def all_of(*verdicts: Verdicts) -> Verdicts:
    """Return the least of `verdicts`, candidate by candidate: all of them together.

    So does a dependent claim with its parent and its own criterion: it is met only if both are; it fails if either
    fails, even if the other is undecided; else it is undecided if either is, and a window if either is.
    """
    least: Verdicts = np.minimum.reduce(verdicts)
    return least


def within(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> Verdicts:
    """Return the verdicts of a design variable that may lie from `low` to `high`.

    Parameters
    ----------
    value, low, high
        Design value and range, broadcast against each other.

    Returns
    -------
    ndarray of int8
        `NOT_MET` where the range is empty, `MET` where `value` lies in it, `WINDOW` where there is a range but
        `value` lies outside, `UNDECIDED` where an end of it is NaN.
    """
    value, low, high = (np.asarray(v, dtype=np.float64) for v in (value, low, high))
    inside = np.where((low <= value) & (value <= high), Verdict.MET, Verdict.WINDOW)
    decided = np.where(low <= high, inside, Verdict.NOT_MET)
    return np.where(np.isnan(low) | np.isnan(high), Verdict.UNDECIDED, decided).astype(np.int8)
