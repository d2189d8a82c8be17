"""Which compounds are reported to crystallise in which prototype."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from ase.formula import Formula

from tieline.core.elements import SYMBOLS
from tieline.data import DATA
from tieline.prototypes.library import Prototype, library

NAME = re.compile(r"[A-Z][A-Za-z0-9]*(?![\w'-])")
"""A word that may be a formula; ``CaZn4-like`` and ``Sn-Hg alloys`` are no compounds."""


@cache
def known_compounds() -> Mapping[str, frozenset[tuple[str, ...]]]:
    """Return the known compounds of each prototype, by its label.

    Returns
    -------
    mapping of str to frozenset of tuple of str
        Each compound as one symbol per atom of its reduced formula, in the order in which it is written.

    Notes
    -----
    From the library (each type's own compound and the compounds it is said to occur in) and from
    `known_compounds.csv`, which adds those a type's description leaves out.
    """
    known: dict[str, set[tuple[str, ...]]] = {}
    for prototype in library():
        known[prototype.label] = _named_in(prototype.known_for)
        if len(prototype.elements) > 1:
            known[prototype.label] |= _named_in(prototype.formula)
    text = (DATA / "compounds/known_compounds.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        known.setdefault(row["prototype"], set()).update(_named_in(row["compounds"]))
    return MappingProxyType({label: frozenset(compounds) for label, compounds in known.items()})


def is_known(prototype: Prototype, symbols: tuple[str, ...], *, slots_differ: bool = True) -> bool:
    """Return whether the compound with `symbols` on the slots of `prototype` is a known one.

    Parameters
    ----------
    prototype
        The structure type.
    symbols
        Symbols on its slots.
    slots_differ
        False if exchanging the elements of a binary type changes nothing, as in the type of CsCl.

    Notes
    -----
    Where the composition leaves open which element of a binary compound is on which slot (TiSi in the type of FeB),
    the formula's order decides, as it is written for the type: Ti on the slot of Fe.
    """
    compounds = known_compounds()[prototype.label]
    if slots_differ and len(symbols) == 2 and len(set(prototype.counts)) == 1:
        return symbols in compounds
    counts = dict(zip(symbols, prototype.counts, strict=True))
    reduced = Formula.from_dict(counts).reduce()[0].count()
    return any(Counter(compound) == reduced for compound in compounds)


def _named_in(text: str) -> set[tuple[str, ...]]:
    compounds = set()
    for word in NAME.findall(text):
        try:
            counts = Formula(word).count()
        except ValueError:
            continue
        if counts and all(symbol in SYMBOLS for symbol in counts):
            reduced = Formula.from_dict(counts).reduce()[0].count()
            compounds.add(tuple(symbol for symbol, number in reduced.items() for _ in range(number)))
    return compounds
