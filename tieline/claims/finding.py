"""What a criterion finds: a verdict for each candidate, and the numbers it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike

from tieline.claims.limits import Limits
from tieline.claims.verdicts import Verdicts

MISSING = "missing"
"""How a number that is not there stands in the evidence."""

DECIMALS = 5
"""Digits after the point to which evidence is rounded, so that rounding errors leave no trace."""


@dataclass(frozen=True)
class Finding:
    """The verdicts of one criterion and what they rest on."""

    verdicts: Verdicts
    """One code for each candidate."""

    evidence: Mapping[str, pa.Array | pa.Scalar] = field(default_factory=dict)
    """Texts by the name of what they show, one for each candidate or one for all; null where missing."""


Criterion = Callable[[pd.DataFrame, Limits], Finding]
"""Facts of the candidates and the limits of the run in, finding out."""


def numbers(values: ArrayLike) -> pa.Array | pa.Scalar:
    """Return numbers as evidence: five significant digits at most, null for NaN.

    Parameters
    ----------
    values
        One number for each candidate, or one for all.
    """
    rounded = np.round(np.asarray(values, dtype=np.float64), DECIMALS) + 0.0
    if rounded.ndim == 0:
        return pa.scalar(None if np.isnan(rounded) else f"{rounded:.5g}", pa.string())
    # Many candidates share a number: each is written once.
    unique, places = np.unique(rounded, return_inverse=True)
    written = [None if np.isnan(value) else f"{value:.5g}" for value in unique]
    return pa.array(written, pa.string()).take(pa.array(places))


def texts(values: pd.Series) -> pa.Array:
    """Return a column of texts, flags or whole numbers as evidence, null where missing."""
    converted = pa.Array.from_pandas(values)
    # A frame put together from several has its texts in chunks.
    whole = converted.combine_chunks() if isinstance(converted, pa.ChunkedArray) else converted
    return pc.cast(whole, pa.string())


def as_one(values: pd.Series) -> pd.Series:
    """Return lists that are separated as evidence is, ``a; b``, as ``a | b``."""
    return values.str.replace("; ", " | ", regex=False)


def span(low: ArrayLike, high: ArrayLike) -> pa.Array:
    """Return ranges as evidence: ``5-100``, ``none`` where empty, null where an end is missing.

    Parameters
    ----------
    low, high
        Ends of the ranges, broadcast against each other; at least one for each candidate.
    """
    lows, highs = np.broadcast_arrays(np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64))
    shown = pc.binary_join_element_wise(numbers(lows), numbers(highs), "-")
    return pc.if_else(pa.array(lows > highs), "none", shown)


def as_text(evidence: Mapping[str, pa.Array | pa.Scalar], count: int) -> pa.Array:
    """Return evidence of several things as one text for each of `count` candidates: ``a=1; b=missing``.

    What is empty is left out, what is null is ``missing``.
    """
    parts = []
    for name, values in evidence.items():
        known = pc.fill_null(values, MISSING)
        named = pc.binary_join_element_wise(pa.scalar(name), known, "=")
        parts.append(pc.if_else(pc.equal(known, ""), pa.scalar(None, pa.string()), named))
    joined = pc.binary_join_element_wise(*parts, "; ", null_handling="skip")
    return joined if isinstance(joined, pa.Array) else pa.repeat(joined, count)
