"""Ordered crystal structures in CIF files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
from ase import Atoms
from ase.cell import Cell
from numpy.typing import NDArray

from tieline.crystal.distances import find_overlap
from tieline.crystal.operators import Setting, SymmetryStatements, orbit, settings_of
from tieline.phases.cif_sites import CifError, Site, read_sites, site_rows
from tieline.phases.cif_statements import Values, contradiction, stated_value
from tieline.phases.limits import Limits
from tieline.phases.unusable import UnusableFileError

OPERATORS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz", "_space_group_symop_xyz")
HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
SYMBOLS_HM = ("_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m")
NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
LENGTHS = ("_cell_length_a", "_cell_length_b", "_cell_length_c")
ANGLES = ("_cell_angle_alpha", "_cell_angle_beta", "_cell_angle_gamma")
MAGNETIC = "a magnetic structure"
NOT_CRYSTALS = {
    "_space_group_symop_magn": MAGNETIC,
    "_space_group_magn": MAGNETIC,
    "_atom_site_moment": MAGNETIC,
    "_space_group_ssg": "a modulated structure",
    "_space_group_symop_ssg": "a modulated structure",
    "_cell_modulation": "a modulated structure",
    "_cell_wave_vector": "a modulated structure",
    "_atom_site_fourier": "a modulated structure",
}
"""What structures are, by how some of their tags begin, that operators in three dimensions do not describe."""


def read_cif(file: Path, limits: Limits) -> list[Atoms | str]:
    """Return the structure of each data block that has one, or the reason why it cannot be used.

    Parameters
    ----------
    file
        A CIF 1.1 file in UTF-8 or Latin-1, with LF, CRLF or CR line ends, or one of CIF 2.0 without its lists and
        tables.
    limits
        What a file may demand.

    Raises
    ------
    UnusableFileError
        If the file is no CIF, or holds no structure.

    Notes
    -----
    gemmi reads the file. What was read has to agree with all that the file says of it: operators, Hall symbol, space
    group symbol and number with each other and with the cell, and the atoms with `contradiction`. Where symbol or
    number leave the origin open, the one is taken with which all of it agrees.
    """
    blocks = [_values(block) for block in _document(file)]
    found = [block for block in blocks if site_rows(block)]
    if not found:
        raise UnusableFileError("holds no structure: no data block has atom sites")
    structures: list[Atoms | str] = []
    for block in found:
        try:
            structures.append(_structure(block, limits))
        except ValueError as error:
            structures.append(str(error))
    return structures


def _document(file: Path) -> gemmi.cif.Document:
    content = file.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    try:
        # Beyond ASCII there are authors' names, which gemmi takes within quotes only.
        return gemmi.cif.read_string(re.sub(r"[^\x00-\x7f]", "~", text.replace("\N{MINUS SIGN}", "-")))
    except (ValueError, RuntimeError) as error:
        where = re.sub(r"^string:(\d+)(:\d+)?(\(\d+\))?:?", r"line \1:", str(error).partition("\n")[0])
        hint = "; lists and tables of CIF 2.0 are not read" if text.startswith("#\\#CIF_2") else ""
        raise UnusableFileError(f"cannot be read as CIF: {where}{hint}") from None


def _values(block: gemmi.cif.Block) -> Values:
    """Return the values of a block by tag, tags of CIF 2.0 dictionaries (_cell.length_a) as those of CIF 1.1."""
    values: dict[str, list[str]] = {}
    for item in block:
        pair: Any = item.pair
        loop = item.loop
        columns: dict[str, list[str]] = {} if pair is None else {pair[0]: [pair[1]]}
        if loop is not None:
            columns = {tag: loop.values[n :: len(loop.tags)] for n, tag in enumerate(loop.tags)}
        for tag, raw in columns.items():
            name = tag.lower().replace(".", "_")
            if name in values:
                raise UnusableFileError(f"{tag} stands twice in the data block {block.name}")
            values[name] = [text if gemmi.cif.is_null(text) else gemmi.cif.as_string(text).strip() for text in raw]
    return values


def _structure(block: Values, limits: Limits) -> Atoms:
    """Return the structure of a block, else raise ValueError."""
    operators = _operators(block)
    _require_crystal(block, has_operators=bool(operators))
    if len(operators) > limits.most_symmetry_operators:
        raise CifError(
            f"{len(operators)} symmetry operators exceed the limit most_symmetry_operators "
            f"({limits.most_symmetry_operators})"
        )
    lattice = _lattice(block)
    sites = read_sites(block, limits)
    stated = SymmetryStatements(
        operators=operators,
        hall=stated_value(block, *HALL),
        symbols=tuple(dict.fromkeys(filter(None, (stated_value(block, tag) for tag in SYMBOLS_HM)))),
        number=_number(block),
        code=stated_value(block, "_space_group_it_coordinate_system_code"),
    )
    settings = settings_of(stated, lattice)
    possible: list[Atoms] = []
    reasons: dict[str, str] = {}
    for setting in settings:
        try:
            possible.append(_expanded(block, sites, setting, lattice, limits, only=len(settings) == 1))
        except CifError as error:
            reasons[setting.name] = str(error)
    if len(possible) == 1:
        return possible[0]
    if possible:
        names = ", ".join(setting.name for setting in settings)
        raise CifError(f"the origin is not stated and nothing else tells which of {names} is meant; name one of them")
    if len(reasons) == 1:
        raise CifError(*reasons.values())
    raise CifError("; ".join(f"as {name}: {reason}" for name, reason in reasons.items()))


def _require_crystal(block: Values, *, has_operators: bool) -> None:
    """Refuse structures that have another symmetry than that of a crystal, unless it is given beside the other."""
    for tag in block:
        for beginning, what in NOT_CRYSTALS.items():
            if tag.startswith(beginning) and not (has_operators and what == MAGNETIC):
                raise CifError(f"{what} ({tag}), which is not read")


def _operators(block: Values) -> list[str]:
    lists = [[text for text in block[tag] if not gemmi.cif.is_null(text)] for tag in OPERATORS if tag in block]
    lists = [operators for operators in lists if operators]
    if len(lists) > 1 and len({frozenset(text.replace(" ", "").lower() for text in one) for one in lists}) > 1:
        raise CifError(
            f"two lists of symmetry operators differ ({', '.join(tag for tag in OPERATORS if tag in block)})"
        )
    return lists[0] if lists else []


def _number(block: Values) -> int | None:
    numbers = {stated_value(block, tag) for tag in NUMBERS} - {""}
    if len(numbers) > 1:
        raise CifError(f"two space group numbers are stated: {', '.join(sorted(numbers))}")
    for text in numbers:
        if not re.fullmatch(r"\d{1,3}", text):
            raise CifError(f"the space group number {text!r} is no number")
        return int(text)
    return None


def _lattice(block: Values) -> NDArray[np.float64]:
    parameters = []
    for tag in (*LENGTHS, *ANGLES):
        text = stated_value(block, tag)
        value = gemmi.cif.as_number(text)
        if not 0.0 < value < (180.0 if tag in ANGLES else np.inf):
            raise CifError(f"{tag} is {text!r}" if text else f"{tag} is missing")
        parameters.append(value)
    try:
        lattice: NDArray[np.float64] = np.asarray(Cell.fromcellpar(parameters))
    except AssertionError:
        lattice = np.full((3, 3), np.nan)
    if not np.isfinite(lattice).all():
        raise CifError(f"no cell has the angles {parameters[3]:g}, {parameters[4]:g}, {parameters[5]:g} degrees")
    return lattice


def _expanded(
    block: Values, sites: Sequence[Site], setting: Setting, lattice: NDArray[np.float64], limits: Limits, *, only: bool
) -> Atoms:
    """Return the unit cell, else raise CifError."""
    symbols: list[str] = []
    positions: list[NDArray[np.float64]] = []
    multiplicities: list[int] = []
    for site in sites:
        try:
            equivalent = orbit(setting, site.position, lattice)
        except ValueError as error:
            raise CifError(f"site {site.label} {error}") from None
        positions.append(equivalent)
        symbols += [site.symbol] * len(equivalent)
        multiplicities.append(len(equivalent))
        if len(symbols) > limits.most_atoms:
            raise CifError(f"the cell holds more atoms than the limit most_atoms ({limits.most_atoms})")
    _require_multiplicities(sites, multiplicities, setting)
    atoms = Atoms(symbols, scaled_positions=np.concatenate(positions), cell=lattice, pbc=True)
    against = contradiction(block, atoms)
    if against:
        raise CifError(against)
    # Of one setting the overlap is found later, as in files of other formats.
    if not only and find_overlap((np.asarray(atoms.cell), atoms.get_scaled_positions(wrap=False), atoms.numbers)):
        raise CifError("atoms overlap")
    return atoms


def _require_multiplicities(sites: Sequence[Site], found: Sequence[int], setting: Setting) -> None:
    """Refuse sites of another multiplicity than the file states.

    Some programs write the order of the site symmetry under the same tag, and some the multiplicity in the primitive
    cell; either is accepted if all sites agree.
    """
    stated = [
        (site, int(site.multiplicity), n) for site, n in zip(sites, found, strict=True) if site.multiplicity.isdecimal()
    ]
    n_operators = len(setting.rotations)
    readings = [(n, n // setting.n_centrings, n_operators // n) for _, _, n in stated]
    numbers = tuple(number for _, number, _ in stated)
    if stated and numbers not in zip(*readings, strict=True):
        site, number, n = next(entry for entry in stated if entry[1] != entry[2])
        raise CifError(f"site {site.label} has the multiplicity {n} by the symmetry operators, but {number} is stated")
