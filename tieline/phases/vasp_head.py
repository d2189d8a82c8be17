"""What stands at the head of a vasprun.xml: the tags of the run, its potentials and its k-points."""

from __future__ import annotations

import bz2
import gzip
import lzma
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast
from xml.etree import ElementTree as ET

Value = bool | float | str | tuple[float | str, ...]
"""Value of a tag: texts in capitals, lists as tuples."""

MOST_ELEMENTS = 10**6
"""Beginnings and ends of XML elements in the head."""

_OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open, ".lzma": lzma.open}

_SECTIONS = ("incar", "parameters", "kpoints", "atominfo")


@dataclass(frozen=True)
class Tags:
    """The tags of a run: what its INCAR says, and the values that VASP used."""

    incar: Mapping[str, Value] = field(default_factory=dict)

    parameters: Mapping[str, Value] = field(default_factory=dict)

    def __getitem__(self, tag: str) -> tuple[Value, ...]:
        """Return the values of a tag, that used by VASP first; empty if the file has none."""
        return tuple(tags[tag] for tags in (self.parameters, self.incar) if tag in tags)

    def number(self, tag: str) -> float:
        """Return the number that VASP used, NaN if there is none."""
        for value in self[tag]:
            # Some numbers are printed as lists of one.
            first = value[0] if isinstance(value, tuple) and value else value
            if isinstance(first, bool | float):
                return float(first)
        return math.nan

    def is_set(self, tag: str) -> bool:
        """Return whether a logical tag is true."""
        return any(value is True for value in self[tag])


@dataclass(frozen=True)
class Species:
    """The atoms of one POTCAR."""

    element: str

    n_atoms: int

    valence: float
    """Valence electrons of one atom."""

    potential: str
    """Title of the PAW potential."""


@dataclass(frozen=True)
class Head:
    """The head of a vasprun.xml."""

    tags: Tags

    species: tuple[Species, ...]

    kpoint_mode: str
    """How the k-points are generated: ``Gamma``, ``Monkhorst-Pack``, ``listgenerated`` (along lines), ...; empty for
    a list."""

    kpoint_divisions: tuple[int, ...]
    """Divisions of the grid, empty where there is none."""

    @property
    def neutral_electrons(self) -> float:
        """Number of valence electrons of the neutral cell."""
        return sum(species.n_atoms * species.valence for species in self.species)


def read_head(file: Path) -> Head:
    """Read the head of a vasprun.xml, packed or not.

    Raises
    ------
    OSError, EOFError, ValueError, xml.etree.ElementTree.ParseError
        If it is damaged.
    """
    parts: dict[str, ET.Element] = {}
    with _open(file) as stream:
        # Expat bounds the expansion of entities and opens no other files.
        for count, (event, element) in enumerate(ET.iterparse(stream, events=("start", "end"))):  # noqa: S314
            if event == "end" and element.tag in _SECTIONS:
                parts.setdefault(element.tag, element)
            if element.tag == "calculation" or len(parts) == len(_SECTIONS):
                break
            if count > MOST_ELEMENTS:
                raise ValueError("its head does not end")
    kpoints = parts.get("kpoints", ET.Element("kpoints"))
    generation = kpoints.find("generation")
    divisions = kpoints.findtext("generation/v[@name='divisions']", "").split()
    return Head(
        tags=Tags(*(_tags_of(parts.get(name, ET.Element(name))) for name in ("incar", "parameters"))),
        species=tuple(_species_of(parts["atominfo"])) if "atominfo" in parts else (),
        kpoint_mode="" if generation is None else generation.get("param", ""),
        kpoint_divisions=tuple(int(n) for n in divisions) if len(divisions) == 3 else (),
    )


def _open(file: Path) -> IO[bytes]:
    opener: Any = _OPENERS.get(file.suffix.lower(), open)
    return cast(IO[bytes], opener(file, "rb"))


def _tags_of(section: ET.Element) -> dict[str, Value]:
    """Return the tags below an element; of a tag that stands twice the first counts, as in VASP's own output."""
    tags: dict[str, Value] = {}
    for element in section.iter():
        name = element.get("name", "").strip().upper()
        if element.tag in ("i", "v") and name:
            words = tuple(_value(word, element.get("type", "")) for word in (element.text or "").split())
            is_text = element.tag == "i" and element.get("type") == "string"
            value: Value = (element.text or "").strip().upper() if is_text else words
            tags.setdefault(name, words[0] if element.tag == "i" and not is_text and len(words) == 1 else value)
    return tags


def _value(word: str, kind: str) -> Any:
    if kind == "logical":
        return word.strip(".").upper().startswith("T")
    if kind == "string":
        return word.upper()
    try:
        return float(word)
    except ValueError:
        # VASP prints stars for what does not fit.
        return word.upper()


def _species_of(atominfo: ET.Element) -> list[Species]:
    types = atominfo.find("array[@name='atomtypes']")
    rows = [] if types is None else [[c.text or "" for c in row.iter("c")] for row in types.iter("rc")]
    return [Species(row[1].strip(), int(row[0]), float(row[3]), row[4].strip()) for row in rows if len(row) > 4]
