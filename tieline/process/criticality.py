"""Raw materials that the European Union counts as critical or strategic."""

from __future__ import annotations

from collections.abc import Iterable

SOURCE = "EU 2024/1252 annexes I and II"
"""Regulation (EU) 2024/1252, the Critical Raw Materials Act."""

HEAVY_RARE_EARTHS = ("Y", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
LIGHT_RARE_EARTHS = ("La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd")
PLATINUM_GROUP = ("Ru", "Rh", "Pd", "Os", "Ir", "Pt")

STRATEGIC = frozenset(
    {"Al", "B", "Bi", "C", "Ce", "Co", "Cu", "Dy", "Ga", "Gd", "Ge", "Li", "Mg", "Mn", "Nd", "Ni", "Pr", "Si", "Sm"}
    | {"Tb", "Ti", "W", *PLATINUM_GROUP}
)
"""Annex I; boron, carbon, lithium, magnesium, manganese, nickel, silicon and titanium in certain grades."""

CRITICAL = frozenset(
    {"As", "Ba", "Be", "Hf", "He", "Nb", "P", "Sb", "Sc", "Sr", "Ta", "V", *HEAVY_RARE_EARTHS, *LIGHT_RARE_EARTHS}
    | STRATEGIC
)
"""Annex II, which holds annex I."""


def criticality(elements: Iterable[str]) -> str:
    """Return which of `elements` are critical, those that are strategic too marked so; empty if none is.

    Examples
    --------
    >>> criticality(["Si", "Fe", "Nb"])
    'Nb; Si strategic'
    """
    found = (symbol for symbol in sorted(elements) if symbol in CRITICAL)
    return "; ".join(f"{symbol} strategic" if symbol in STRATEGIC else symbol for symbol in found)
