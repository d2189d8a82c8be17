"""Melting points of the elements."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def melting_points_k(symbols: Iterable[str]) -> dict[str, float]:
    """Return melting points in kelvin from pymatgen's periodic table; NaN where it has none.

    pymatgen is imported here, by the stage that calls this, and not with the module.
    """
    from pymatgen.core.periodic_table import Element  # noqa: PLC0415

    known = {symbol: Element(symbol).melting_point for symbol in symbols}
    return {symbol: np.nan if value is None else float(value) for symbol, value in known.items()}
