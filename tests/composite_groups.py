"""Composites as rows of the phases, for tests that choose their own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tieline.thermo.composites import CompositeGroup


def pair_group(elements: Sequence[str], row_a: Sequence[int], row_b: Sequence[int]) -> CompositeGroup:
    """Return composites of one phase B each."""
    rows_b = np.array(row_b, dtype=np.int64).reshape(-1, 1)
    return CompositeGroup(tuple(elements), np.array(row_a, dtype=np.int64), rows_b, np.ones(rows_b.shape))


def mixture_group(
    elements: Sequence[str], triples: Sequence[Sequence[int]], shares_b1: Sequence[float] | None = None
) -> CompositeGroup:
    """Return composites of A, B1 and B2, of any shares where none are given."""
    rows = np.array(triples, dtype=np.int64).reshape(-1, 3)
    first = np.full(len(rows), np.nan) if shares_b1 is None else np.array(shares_b1, dtype=np.float64)
    return CompositeGroup(tuple(elements), rows[:, 0], rows[:, 1:], np.column_stack([first, 1.0 - first]))
