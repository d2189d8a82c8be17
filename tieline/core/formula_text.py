"""Formulas as people and programs write them, made plain: blanks, subscripts, markup, brackets, fractions."""

from __future__ import annotations

import html
import re
import unicodedata
from fractions import Fraction
from itertools import product
from math import gcd, lcm

from tieline.core.elements import SYMBOLS
from tieline.core.errors import did_you_mean

MOST_ATOMS_OF_FRACTIONS = 40
"""Fractions are read as the formula of whole numbers that they are, or are rounded from, if it has no more atoms."""

MARKUP = re.compile(r"</?(?:sub|b|i|em|strong|span|nobr|p)\b[^<>]*>", re.IGNORECASE)
COMMAND = re.compile(
    r"\\(?:mathrm|mathregular|mathbf|mathit|text|textrm|textsubscript|rm|ce)\s*\{((?:[^{}]|\{[^{}]*\})*)\}"
)
SUBSCRIPT = re.compile(r"_\{\s*([0-9.]+)\s*\}|_([0-9]+(?:\.[0-9]+)?)|~([0-9.]+)~")
TOKEN = re.compile(r"([A-Z][a-z]?|\(|\))([0-9]+(?:\.[0-9]+)?|\.[0-9]+)?")

AMBIGUOUS = (
    (r"[<>\\\\^_~]", "it holds markup that is not known"),
    (r"^[0-9.\s]+$", "it is a number"),
    (r"^[0-9.]", "it starts with a number; a phase is written without a factor"),
    (r"[0-9.]\s+[0-9.]", "there is a blank between two numbers"),
    (r"[A-Za-z0-9)]\s+[a-z]", "there is a blank within a symbol, or a word"),
    (r"\s\(", "there is a blank before a bracket; is that a note?"),
    (r"\((?:B|C)[0-9]*\)(?![0-9.])", "is the bracket a structure type, such as C54, or an amount of an element?"),
    (r"[+/\u2010-\u2015\u2212-]", "a charge, a mixture or the name of a form is no part of the formula of a phase"),
    (r"[·•∙⋅*:;,|]", "it holds more than one formula"),
)
"""What a text cannot hold that is one formula and nothing else, and why."""


def plain_formula(text: str) -> str:
    """Return a formula without markup and with whole amounts: ``Mg2Si1`` for ``Mg2 Si1``, ``Mg₂Si1``, ``Mg$_2$Si1``.

    Read are blanks between symbols and amounts, subscripts (Unicode, HTML, LaTeX, Markdown), square and curly
    brackets, full-width characters, and fractions (``Ti0.5Si0.5``, ``Ti0,33Si0,67``), if one formula of at most
    `MOST_ATOMS_OF_FRACTIONS` atoms is meant.

    Parameters
    ----------
    text
        What stands in a table.

    Raises
    ------
    ValueError
        If it is no formula or could be several, with the reason.

    Examples
    --------
    >>> [plain_formula(text) for text in ("Mg2 Si1", "Mg$_{2}$Si", "Ti1.0Si2.0", "Ti0.33Si0.67", "Ti[Si]2")]
    ['Mg2Si1', 'Mg2Si', 'Ti1Si2', 'Ti1Si2', 'Ti(Si)2']
    """
    plain = _without_markup(text)
    if not plain:
        raise ValueError("the formula is empty")
    _require_one_meaning(plain, text)
    compact = re.sub(r"\s+", "", plain)
    if "." not in compact:
        return compact
    return "".join(f"{symbol}{amount}" for symbol, amount in _whole(*_amounts(compact, text), text).items())


def in_mixed_case(formula: str) -> str:
    """Return how a formula in capitals reads if two of them can be one symbol, such as ``Co`` for ``CO``.

    Returns
    -------
    str
        Empty if `formula` has a lower-case letter or no such reading.

    Examples
    --------
    >>> in_mixed_case("CO"), in_mixed_case("COSI2"), in_mixed_case("WC"), in_mixed_case("C1O1")
    ('Co', 'CoSi2', '', '')
    """
    if formula != formula.upper():
        return ""
    runs = re.split(r"([A-Z]{2,})", re.sub(r"(?<=[A-Z])\s+(?=[A-Z])", "|", formula))
    readings = [_symbols_in(run) if re.fullmatch(r"[A-Z]{2,}", run) else [run] for run in runs]
    best = max(("".join(parts) for parts in product(*readings)), key=lambda reading: sum(map(str.islower, reading)))
    return best.replace("|", " ") if best != best.upper() else ""


def _symbols_in(run: str) -> list[str]:
    """Return all ways to read capitals as symbols."""
    if not run:
        return [""]
    readings = []
    for length in (2, 1):
        symbol = run[:length].capitalize()
        if len(run) >= length and symbol in SYMBOLS:
            readings += [symbol + rest for rest in _symbols_in(run[length:])]
    return readings or [run] if len(run) > 1 else readings


def _without_markup(text: str) -> str:
    for character in text:
        if unicodedata.decomposition(character).startswith("<super>"):
            raise ValueError(f"{text!r}: {character!r} is a superscript; a charge is no part of the formula of a phase")
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    plain = "".join(c for c in plain if unicodedata.category(c) != "Cf").strip()
    plain = MARKUP.sub("", plain)
    while COMMAND.search(plain):
        plain = COMMAND.sub(r"\1", plain)
    plain = SUBSCRIPT.sub(lambda found: found[1] or found[2] or found[3], plain.replace("$", ""))
    plain = re.sub(r"(?<=[0-9]),(?=[0-9])", ".", plain)
    return plain.translate(str.maketrans("[]{}", "()()"))


def _require_one_meaning(plain: str, text: str) -> None:
    """Raise ValueError where `plain` holds what no formula has, or reads as more than one."""
    for pattern, reason in AMBIGUOUS:
        if re.search(pattern, plain):
            raise ValueError(f"{text!r} is no chemical formula: {reason}")
    for character in plain:
        if not character.isascii():
            name = unicodedata.name(character, "a control character").lower()
            raise ValueError(f"{text!r} is no chemical formula: {character!r} ({name}) is no part of one")


def _amounts(compact: str, text: str) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
    """Return the amount of each element in a formula with fractions, and by how much rounding may have changed it."""
    if "".join(symbol + amount for symbol, amount in TOKEN.findall(compact)) != compact:
        raise ValueError(f"{text!r} is no chemical formula")
    groups: list[dict[str, tuple[Fraction, Fraction]]] = [{}]
    for part, digits in TOKEN.findall(compact):
        if part == "(":
            groups.append({})
            continue
        factor = Fraction(digits or 1)
        decimals = len(digits.partition(".")[2])
        # Whole amounts are exact.
        slack = Fraction(0) if factor.denominator == 1 else Fraction(1, 2 * 10**decimals)
        if part == ")":
            if len(groups) == 1:
                raise ValueError(f"{text!r} is no chemical formula: a bracket is not closed")
            added = {s: (n * factor, off * factor + n * slack) for s, (n, off) in groups.pop().items()}
        elif part in SYMBOLS:
            added = {part: (factor, slack)}
        else:
            raise ValueError(f"{text!r}: {part!r} is no chemical symbol{did_you_mean(part, SYMBOLS)}")
        for symbol, (amount, off) in added.items():
            before = groups[-1].get(symbol, (Fraction(0), Fraction(0)))
            groups[-1][symbol] = (before[0] + amount, before[1] + off)
    if len(groups) > 1:
        raise ValueError(f"{text!r} is no chemical formula: a bracket is not closed")
    return {s: n for s, (n, _) in groups[0].items()}, {s: off for s, (_, off) in groups[0].items()}


def _whole(amounts: dict[str, Fraction], slack: dict[str, Fraction], text: str) -> dict[str, int]:
    """Return amounts as whole numbers, the one small formula that they are or may be rounded from."""
    if not all(amounts.values()):
        raise ValueError(f"{text!r}: an amount is zero")
    if len(amounts) == 1 and any(amount.denominator > 1 for amount in amounts.values()):
        raise ValueError(f"{text!r}: a fraction of one element alone; is a symbol missing?")
    multiple = lcm(*(amount.denominator for amount in amounts.values()))
    exact = _reduced([int(amount * multiple) for amount in amounts.values()])
    if multiple == 1 or sum(exact) <= MOST_ATOMS_OF_FRACTIONS:
        return dict(zip(amounts, exact if multiple > 1 else map(int, amounts.values()), strict=True))
    found = set()
    for n_atoms in range(len(amounts), MOST_ATOMS_OF_FRACTIONS + 1):
        counts = [round(amount * n_atoms / sum(amounts.values())) for amount in amounts.values()]
        if all(counts) and _is_rounded_from(counts, amounts, slack):
            found.add(_reduced(counts))
    if len(found) != 1:
        formulas = ["".join(f"{s}{n}" for s, n in zip(amounts, counts, strict=True)) for counts in sorted(found)]
        raise ValueError(
            f"{text!r}: the fractions are those of {'no small formula' if not found else ' and '.join(formulas[:3])}; "
            f"write whole numbers"
        )
    return dict(zip(amounts, found.pop(), strict=True))


def _is_rounded_from(counts: list[int], amounts: dict[str, Fraction], slack: dict[str, Fraction]) -> bool:
    """Return whether one scale brings every count within rounding of its amount."""
    lowest = max((amounts[s] - slack[s]) / n for s, n in zip(amounts, counts, strict=True))
    highest = min((amounts[s] + slack[s]) / n for s, n in zip(amounts, counts, strict=True))
    return lowest < highest or (lowest == highest and not all(slack.values()))


def _reduced(counts: list[int]) -> tuple[int, ...]:
    divisor = gcd(*counts)
    return tuple(count // divisor for count in counts)
