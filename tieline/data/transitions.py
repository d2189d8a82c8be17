"""Melting and boiling points of the elements."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Transitions(NamedTuple):
    """Melting and boiling point of an element at atmospheric pressure."""

    melting_point_k: float
    """NaN if unknown."""

    boiling_point_k: float
    """NaN if unknown."""


HANDBOOK: Mapping[str, Transitions] = MappingProxyType(
    {
        "Si": Transitions(1687.0, 3538.0),
        "Cu": Transitions(1357.77, 2833.0),
        "Pr": Transitions(1204.0, 3793.0),
        # Carbon sublimes; it melts under pressure only (triple point).
        "C": Transitions(4762.0, 4098.0),
    }
)
"""Where pymatgen's data are off by 200 K or more: CRC Handbook of Chemistry and Physics, 97th ed., section 4."""


def element_transitions(symbols: Iterable[str]) -> dict[str, Transitions]:
    """Return the transition temperatures of `symbols`, from pymatgen's periodic table but for `HANDBOOK`."""
    # Takes two seconds, and only this stage needs it.
    from pymatgen.core.periodic_table import Element  # noqa: PLC0415

    with warnings.catch_warnings():
        # It warns of elements without a boiling point; they come out as NaN.
        warnings.simplefilter("ignore")
        return {
            symbol: HANDBOOK.get(symbol)
            or Transitions(*(_kelvin(getattr(Element(symbol), f"{name}_point")) for name in ("melting", "boiling")))
            for symbol in symbols
        }


def _kelvin(value: float | None) -> float:
    return math.nan if value is None else float(value)
