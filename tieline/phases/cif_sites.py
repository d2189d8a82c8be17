"""The atom sites of a CIF file: fully occupied by one element each, or rejected."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import gemmi
import numpy as np
from numpy.typing import NDArray

from tieline.core.elements import SYMBOLS
from tieline.phases.cif_statements import Values, stated_symbol, states_content
from tieline.phases.limits import Limits
from tieline.phases.unusable import UnusableFileError
from tieline.phases.values import FULL_OCCUPANCY

FARTHEST_COORDINATE = 100.0
"""Fractional coordinates beyond this are in another unit, or nonsense."""

COORDINATES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
MULTIPLICITIES = ("_atom_site_symmetry_multiplicity", "_atom_site_site_symmetry_multiplicity")
SITE_TAGS = (
    "_atom_site_label",
    "_atom_site_type_symbol",
    *COORDINATES,
    "_atom_site_occupancy",
    "_atom_site_disorder_group",
    "_atom_site_disorder_assembly",
    "_atom_site_attached_hydrogens",
    "_atom_site_calc_flag",
    *MULTIPLICITIES,
)

TYPE = re.compile(r"([A-Z][a-z]?|[A-Z]{2}(?!\d+$)|[a-z]{1,2})(?:\d*[+-]\d*|\d+|val)?")
"""A chemical symbol with the charge or number that may follow it: Si, SI, Si4-, Fe3+, O2-, Si1, Cval; not CO3."""

LABEL = re.compile(r"([A-Za-z]{1,2})(?![A-Za-z])")
"""The chemical symbol that a label begins with: Si1, SI1, Ti2', O(3), Fe_a."""

MIXED = re.compile(
    r"""[A-Za-z][\d.()+-]*\s*[,/+;|&]\s*[\d.()]*[A-Za-z]     # (Co,Fe)1, Co/Fe, 0.6Co + 0.4Fe, Co,Va
      | \([A-Z][a-z]?[\d.]*[A-Z]                             # (CoFe)
      | [A-Za-z]\(?0?\.\d                                    # Co0.6, Co0.6Fe0.4""",
    re.VERBOSE,
)
"""How elements that share a site are written, or their amounts."""

GROUPS = ("BH", "CN", "CO", "HO", "NH", "NO", "PO")
"""Groups of atoms that look like elements in capitals."""


@dataclass(frozen=True)
class Site:
    """One site of the asymmetric unit, fully occupied by one element."""

    label: str
    """What the file calls it."""

    symbol: str
    """Chemical symbol."""

    position: NDArray[np.float64]
    """Fractional coordinates as the file has them, shape (3,)."""

    multiplicity: str
    """Its multiplicity as the file states it; empty if it does not."""


class CifError(ValueError):
    """Why a data block does not give an ordered structure."""


def read_sites(block: Values, limits: Limits) -> list[Site]:
    """Return the sites of a data block.

    Parameters
    ----------
    block
        All values of the data block.
    limits
        What a file may demand.

    Raises
    ------
    CifError
        If one is not fully occupied by one element, has no position, or there are too many.
    """
    if not all(tag in block for tag in COORDINATES):
        cartesian = any(tag.startswith("_atom_site_cartn") for tag in block)
        raise CifError("the atom sites have no fractional coordinates" + (", only Cartesian ones" if cartesian else ""))
    rows = site_rows(block)
    n_sites = len(rows)
    if n_sites > limits.most_atoms:
        raise CifError(f"{n_sites} atom sites exceed the limit most_atoms ({limits.most_atoms})")
    return [_site(row, n, confirmed=states_content(block)) for n, row in enumerate(rows)]


def site_rows(block: Values) -> list[dict[str, str]]:
    """Return what is said of each site; rows that say nothing stand where there are no sites."""
    columns = {tag: block[tag] for tag in SITE_TAGS if tag in block}
    lengths = {tag: len(values) for tag, values in columns.items()}
    if len(set(lengths.values())) > 1:
        raise UnusableFileError(f"the atom sites have columns of different lengths: {lengths}")
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    said = (*COORDINATES, "_atom_site_label", "_atom_site_type_symbol")
    return [row for row in rows if any(stated_symbol(row.get(tag, "")) for tag in said)]


def _site(row: Mapping[str, str], n: int, *, confirmed: bool) -> Site:
    label = stated_symbol(row.get("_atom_site_label", ""))
    written = stated_symbol(row.get("_atom_site_type_symbol", ""))
    name = f"site {label or written or n + 1}"
    mixed = next(filter(MIXED.search, (written, label)), "")
    if mixed:
        raise CifError(f"{name} is partly occupied or shared by several elements ({mixed}); an ordered model is needed")
    for tag, what in (("disorder_group", "disorder group"), ("disorder_assembly", "disorder assembly")):
        if stated_symbol(row.get(f"_atom_site_{tag}", "")) not in ("", "0"):
            raise CifError(f"{name} belongs to {what} {row[f'_atom_site_{tag}']}; an ordered model is needed")
    if stated_symbol(row.get("_atom_site_attached_hydrogens", "")) not in ("", "0"):
        raise CifError(f"{name} has hydrogen atoms attached whose positions are not given")
    if row.get("_atom_site_calc_flag", "").lower() == "dum":
        raise CifError(f"{name} is a dummy site")
    _require_full(row.get("_atom_site_occupancy", "."), name, confirmed=confirmed)
    # A dot stands for the default of the CIF dictionary, which is zero.
    position = np.array([0.0 if row[tag] == "." else gemmi.cif.as_number(row[tag]) for tag in COORDINATES])
    if not (np.abs(position) <= FARTHEST_COORDINATE).all():
        raise CifError(f"{name} has no position: its coordinates are {', '.join(row[tag] for tag in COORDINATES)}")
    return Site(
        label=label or written,
        symbol=_symbol(written, label, name, confirmed=confirmed),
        position=position,
        multiplicity=next((stated_symbol(row[tag]) for tag in MULTIPLICITIES if tag in row), ""),
    )


def _require_full(text: str, name: str, *, confirmed: bool) -> None:
    if text == "." or (text == "?" and confirmed):
        return
    if text == "?":
        raise CifError(f"{name} has an unknown occupancy ('?'), and no _chemical_formula_sum confirms that it is full")
    occupancy = gemmi.cif.as_number(text)
    if not np.isfinite(occupancy):
        raise CifError(f"{name} has the occupancy {text!r}, which is no number")
    if not FULL_OCCUPANCY <= occupancy <= 1.0 / FULL_OCCUPANCY:
        raise CifError(f"{name} is partly occupied or shared (occupancy {text}); an ordered model is needed")


def _symbol(written: str, label: str, name: str, *, confirmed: bool) -> str:
    """Return the element of a site from its type symbol, or from its label if it has none."""
    found = TYPE.fullmatch(written) if written else LABEL.match(label)
    symbol = found[1].capitalize() if found else ""
    if symbol in ("D", "T"):
        raise CifError(f"{name} is of an isotope ({written or label}), not of an element of natural composition")
    if symbol not in SYMBOLS:
        where = f"type symbol {written!r}" if written else f"label {label!r}"
        raise CifError(f"{name} is of no known element (its {where}); vacancies and mixed sites are not ordered")
    if confirmed:
        return symbol
    if found and found[1] in GROUPS:
        raise CifError(f"{name} can be {symbol} or the group {found[1]}, and no _chemical_formula_sum tells")
    named = {part for part in re.findall(r"[A-Z][a-z]", label) if part in SYMBOLS}
    if len(named) > 1 or (named and symbol not in named and re.match(r"[A-Z][a-z](?![a-z])", label)):
        raise CifError(f"{name} is {symbol} by its type symbol, another by its label; no _chemical_formula_sum tells")
    return symbol
