"""Chemical formulas: reading them, comparing them, writing them as the field does."""

from __future__ import annotations

from collections.abc import Mapping

from ase.formula import Formula

from tieline.elements import HOSTS, SYMBOLS
from tieline.errors import did_you_mean

NON_METALS = frozenset({"B", "C"})
"""Partners that stand after the host: SiC, SiB6."""


def element_counts(formula: str) -> dict[str, int]:
    """Return how many atoms of each element `formula` has, in the order it names them.

    Raises
    ------
    ValueError
        If it is no formula, is empty or holds a symbol that is no element.
    """
    try:
        counts = Formula(formula).count()
    except ValueError:
        raise ValueError(f"{formula!r} is no chemical formula") from None
    for symbol in counts:
        if symbol not in SYMBOLS:
            raise ValueError(f"{formula!r}: {symbol!r} is no chemical symbol{did_you_mean(symbol, SYMBOLS)}")
    if not counts:
        raise ValueError("the formula is empty")
    return dict(counts)


def composition_key(formula: str) -> tuple[tuple[str, int], ...]:
    """Return the reduced composition of `formula`, equal for ``Si2Ti``, ``TiSi2`` and ``Ti2Si4``."""
    return tuple(sorted(Formula(formula).reduce()[0].count().items()))


def reduced_formula(counts: Mapping[str, int]) -> str:
    """Return the reduced formula in the order of `counts`, but a leading host goes behind metals: MoSi2, FeZn13."""
    symbols = list(counts)
    if symbols[0] in HOSTS and NON_METALS.isdisjoint(symbols):
        symbols.append(symbols.pop(0))
    return str(Formula.from_dict({symbol: counts[symbol] for symbol in symbols}).reduce()[0])
