"""Elements that need care, or that law keeps out of batteries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

HAZARDS: Mapping[str, str] = MappingProxyType(
    {
        "Be": "carcinogenic, dust fatal if inhaled (EU 1272/2008 annex VI)",
        "Cd": "carcinogenic, at most 0.002 wt% in portable batteries (EU 2023/1542 annex I)",
        "Co": "carcinogenic, toxic to reproduction (EU 1272/2008 annex VI)",
        "Hg": "toxic vapour, at most 0.0005 wt% in batteries (EU 2023/1542 annex I)",
        "Pb": "toxic to reproduction, at most 0.01 wt% in portable batteries (EU 2023/1542 annex I)",
        "Tl": "fatal if swallowed or inhaled (EU 1272/2008 annex VI)",
    }
)
"""What is hazardous, and where it says so: the metals that EU 1272/2008 (CLP) calls fatal, or puts into category 1 of
what causes cancer or harms reproduction, and those whose share EU 2023/1542 limits in batteries. Nickel, of category 2
(suspected of causing cancer), is not among them."""


def hazards(elements: Iterable[str]) -> str:
    """Return the hazards among `elements`, sorted and separated by semicolons; empty if there are none."""
    return "; ".join(f"{symbol}: {HAZARDS[symbol]}" for symbol in sorted(elements) if symbol in HAZARDS)
