"""Chemical formulas: reading them, comparing them, writing them as the field does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ase.formula import Formula

from tieline.core.elements import HOSTS, SYMBOLS
from tieline.core.errors import did_you_mean

MOST_ATOMS = 1_000_000
"""Formulas of more atoms than this are slips of the keyboard."""

LONGEST_FORMULA = 300
"""Characters of a formula; one of every element is shorter."""

PLUS = " + "
"""What joins the formulas of the phases in a mixture."""

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
"""Digits as they stand in printed formulas."""

NON_METALS = frozenset({"B", "C"})
"""Partners that stand after the host: SiC, SiB6."""


def element_counts(formula: str) -> dict[str, int]:
    """Return how many atoms of each element `formula` has, in the order it names them.

    Raises
    ------
    ValueError
        If it is no formula, is empty, or holds a symbol that is no element or an absurd amount.
    """
    if len(formula) > LONGEST_FORMULA:
        raise ValueError(f"{formula[:20]!r}... is longer than {LONGEST_FORMULA} characters")
    try:
        counts = Formula(formula).count()
    except (ValueError, RecursionError):
        counts = None
    # ASE also reads sums, charges and factors in front; a phase has none of them.
    if counts is None or not re.fullmatch(r"(?![0-9])[A-Za-z0-9()]*", formula):
        raise ValueError(f"{formula!r} is no chemical formula")
    for symbol in counts:
        if symbol not in SYMBOLS:
            raise ValueError(f"{formula!r}: {symbol!r} is no chemical symbol{did_you_mean(symbol, SYMBOLS)}")
    if not counts:
        raise ValueError("the formula is empty")
    if not all(0 < amount <= MOST_ATOMS for amount in counts.values()):
        raise ValueError(f"{formula!r}: amounts must be 1 to {MOST_ATOMS}")
    return dict(counts)


def parts_of(formulas: str) -> list[str]:
    """Return the formulas of the phases in a mixture such as ``TiSi2 + NiSi2``; one formula alone is its only part."""
    return formulas.split(PLUS)


def composition_key(formula: str) -> tuple[tuple[str, int], ...]:
    """Return the reduced composition of `formula`, equal for ``Si2Ti``, ``TiSi2`` and ``Ti2Si4``."""
    return tuple(sorted(Formula(formula).reduce()[0].count().items()))


def reduced_formula(counts: Mapping[str, int]) -> str:
    """Return the reduced formula in the order of `counts`, but hosts go behind metals: MoSi2, FeZn13."""
    symbols = list(counts)
    if symbols[0] in HOSTS and NON_METALS.isdisjoint(symbols):
        symbols.sort(key=lambda symbol: symbol in HOSTS)
    return str(Formula.from_dict({symbol: counts[symbol] for symbol in symbols}).reduce()[0])


def subscripted(formulas: str) -> str:
    """Return formulas with their amounts as subscripts; numbers that follow no symbol stay as they are.

    Examples
    --------
    >>> subscripted("Cu6Sn5 + Ti(CO)2"), subscripted("Mg2Si (2015)")
    ('Cu₆Sn₅ + Ti(CO)₂', 'Mg₂Si (2015)')
    """
    return re.sub(r"(?<=[A-Za-z)])\d+(\.\d+)?", lambda amount: amount[0].translate(SUBSCRIPTS), formulas)


def listed_fractions(symbols: Iterable[str], fractions: Iterable[float]) -> str:
    """Return a composition as text, such as ``Si 0.7000 Ti 0.3000``."""
    return " ".join(f"{symbol} {fraction:.4f}" for symbol, fraction in zip(symbols, fractions, strict=True))
