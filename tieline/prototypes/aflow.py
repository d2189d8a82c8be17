"""The chosen entries of the AFLOW library of crystallographic prototypes that pymatgen ships."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Any
from unicodedata import normalize

import numpy as np

from tieline.core.errors import StructureError
from tieline.core.formulas import element_counts
from tieline.prototypes.cells import primitive_cell, reduced
from tieline.prototypes.prototype import Prototype

AFLOW_FILE = "analysis/prototypes/aflow_prototypes.json.gz"
"""Where pymatgen keeps the library, below its package."""

AFLOW_CITATION = "Mehl et al., Comput. Mater. Sci. 136 (2017) S1"
"""The library itself; each entry cites the structure's paper besides."""

ACCENTS: Mapping[str, str] = MappingProxyType({'"': "\u0308", "'": "\u0301", "`": "\u0300", "v": "\u030c"})
"""LaTeX accents as combining characters."""

LETTERS: Mapping[str, str] = MappingProxyType({r"\o": "ø", r"\O": "Ø", r"\aa": "å", r"\AA": "Å"})
"""LaTeX letters."""

AFLOW_SYMPREC_A = 1e-2
"""Tolerance when an entry is symmetrised, in angstrom: coordinates are rounded to five decimals of large cells."""


def aflow_prototypes(chosen: Sequence[Mapping[str, str]]) -> Iterator[Prototype]:
    """Yield the `chosen` AFLOW entries.

    Parameters
    ----------
    chosen
        Per entry `label` (ours), `aflow` (AFLOW's label, which is not unique), `formula` (with it the key is
        unique; its order is the order of the slots) and `known_for`.

    Raises
    ------
    StructureError
        If an entry is not in pymatgen's file.

    Notes
    -----
    Space group and Pearson symbol are those of AFLOW's label; the tests find them again in the coordinates.
    """
    entries = _entries()
    for choice in chosen:
        formula = reduced(element_counts(choice["formula"]))
        key = (choice["aflow"], tuple(sorted(formula.items())))
        if key not in entries:
            raise StructureError(
                f"prototype {choice['label']}: no AFLOW entry {key[0]} {choice['formula']} in pymatgen"
            )
        yield _prototype(choice, entries[key], tuple(formula))


def _entries() -> dict[tuple[str, tuple[tuple[str, int], ...]], dict[str, Any]]:
    """Return pymatgen's entries by (AFLOW label, sorted reduced composition)."""
    # Only the data file is read: importing pymatgen's own reader costs seconds.
    with files("pymatgen").joinpath(AFLOW_FILE).open("rb") as packed, gzip.open(packed) as stream:
        raw = json.load(stream)
    entries: dict[tuple[str, tuple[tuple[str, int], ...]], dict[str, Any]] = {}
    for item in raw:
        counts = Counter(site["species"][0]["element"] for site in item["snl"]["sites"])
        key = (item["tags"]["aflow"], tuple(sorted(reduced(dict(counts)).items())))
        entries.setdefault(key, item["snl"])
    return entries


def _prototype(choice: Mapping[str, str], entry: dict[str, Any], elements: tuple[str, ...]) -> Prototype:
    """Return one entry as a prototype, symmetrised."""
    cell = primitive_cell(
        np.array(entry["lattice"]["matrix"], dtype=np.float64),
        np.array([site["abc"] for site in entry["sites"]], dtype=np.float64),
        np.array([elements.index(site["species"][0]["element"]) for site in entry["sites"]], dtype=np.int64),
        symprec_a=AFLOW_SYMPREC_A,
    )
    _, pearson, number, *_ = choice["aflow"].split("_")
    return Prototype(
        label=choice["label"],
        formula=choice["formula"],
        pearson=pearson,
        spacegroup_number=int(number),
        elements=elements,
        source=f"{_citation(entry['about']['references'])}; {AFLOW_CITATION}",
        known_for=choice["known_for"],
        origin="aflow",
        cell_a=cell[0],
        scaled_positions=cell[1],
        slots=cell[2],
    )


def _citation(bibtex: str) -> str:
    """Return "authors, journal volume (year) page" of the first entry of `bibtex`."""
    fields: dict[str, str] = {}
    for name, value in re.findall(r"(\w+)\s*=\s*[\"{](.*?)[\"}],?\s*\n", bibtex.partition("@article{Mehl2017")[0]):
        fields.setdefault(name, plain_text(" ".join(value.split())))
    where = [fields.get("journal", ""), fields.get("volume", ""), f"({fields.get('year', '')})"]
    return f"{fields.get('author', '')}, {' '.join(part for part in where if part)} {fields.get('page_first', '')}"


def plain_text(latex: str) -> str:
    """Return `latex` with its accented letters written as such and its braces gone."""
    for command, letter in LETTERS.items():
        latex = re.sub(re.escape(command) + r"(?![A-Za-z])", letter, latex)
    accented = re.sub(
        r"\\([\"'`v])\{?([A-Za-z])\}?",
        lambda found: normalize("NFC", found[2] + ACCENTS[found[1]]),
        latex,
    )
    return accented.replace("{", "").replace("}", "")
