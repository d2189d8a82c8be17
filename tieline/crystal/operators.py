"""Symmetry operators, from whatever names them: a list, a Hall symbol, the symbol or number of a space group."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import gemmi
import numpy as np
import spglib
from numpy.typing import NDArray

METRIC_TOLERANCE = 0.01
"""Largest relative change of an element of the metric tensor under an operator: 0.5 % of a length, 0.6 degrees."""

SPECIAL_POSITION_ANGSTROM = 0.4
"""An atom nearer than this to its image lies on the symmetry element between them; no two atoms come so near."""

SETTING = re.compile(
    r"""\s*(?: :\s*(?P<code>-?\w+)                                         # F d -3 m :2, R -3 m:H, P 21/c:b1
          | [(\[,;-]?\s*origin\s*(?:choice|setting|at|no\.?)?\s*[:=]?\s*(?P<origin>[12])\s*[)\]]?
          | [(\[,;]?\s*(?P<axes>hexagonal|rhombohedral|hex|rhomb?)\.?\s*(?:axes|setting|cell)?\s*[)\]]?
          | [(\[]\s*O?(?P<bracket>[12HRSZ])\s*[)\]]
          | (?P<letter>[HRSZ])
        )$""",
    re.IGNORECASE | re.VERBOSE,
)
"""What follows the symbol of a space group to tell its settings apart. ICSD writes S and Z for origins 1 and 2."""

ORIGINS = {"S": "1", "Z": "2"}


@dataclass(frozen=True)
class Setting:
    """The operators of a space group, referred to one choice of axes and origin."""

    name: str
    """Its symbol, such as ``F d -3 m:2``; empty if no table has it."""

    rotations: NDArray[np.int64]
    """Shape (n_operators, 3, 3); they act on columns of fractional coordinates."""

    translations: NDArray[np.float64]
    """Shape (n_operators, 3)."""

    n_centrings: int
    """How many of the operators are translations, the identity included."""


@dataclass(frozen=True)
class SymmetryStatements:
    """What a file says of the symmetry; what it does not say is empty."""

    operators: Sequence[str] = ()
    """General positions, such as ``-x, y+1/2, z``."""

    hall: str = ""
    """Hall symbol."""

    symbols: Collection[str] = ()
    """Hermann-Mauguin symbols, all of the same group."""

    number: int | None = None
    """Number in the International Tables."""

    code: str = ""
    """Code of the setting in the International Tables: 1, 2, H, R, b1, -cba."""


def settings_of(stated: SymmetryStatements, lattice: NDArray[np.float64]) -> list[Setting]:
    """Return the settings that agree with everything a file states and with its cell.

    Parameters
    ----------
    stated
        What the file says.
    lattice
        Cell vectors as rows, in angstrom.

    Returns
    -------
    list of Setting
        At least one. Several where the statements leave the origin open: they come from a symbol or number alone.

    Raises
    ------
    ValueError
        If nothing is stated, a statement is not understood, or statements contradict each other or the cell.

    Notes
    -----
    Operators and Hall symbols define the setting, the other statements are compared with them. A number alone means
    the standard setting of the International Tables, volume A.
    """
    if stated.number is not None and not 1 <= stated.number <= 230:
        raise ValueError(f"the space group number {stated.number} is outside 1-230")
    defined = bool(stated.operators or stated.hall)
    tables = _named(stated, known_only=defined)
    if defined:
        group = _listed(stated.operators) if stated.operators else _of_hall(stated.hall)
        _require_agreement(group, stated, tables)
        settings = [_setting(group)]
    elif tables is not None:
        if stated.number not in (None, tables[0].number):
            symbols, known = _quoted(stated.symbols), tables[0].number
            raise ValueError(f"the symbol {symbols} is number {known}, but number {stated.number} is stated")
        settings = [_setting(table.operations(), table) for table in tables]
    else:
        raise ValueError("no symmetry operators and no space group are stated")
    fitting = [setting for setting in settings if _fits(setting, lattice)]
    if not fitting:
        name = settings[0].name or "of the operators"
        raise ValueError(f"the cell does not have the symmetry {name}: {_cell_text(lattice)}")
    return fitting


def orbit(setting: Setting, position: NDArray[np.float64], lattice: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positions equivalent to one, put exactly onto the symmetry elements that it lies on.

    Parameters
    ----------
    setting
        The operators.
    position
        Fractional coordinates, shape (3,), as precise as they were written.
    lattice
        Cell vectors as rows, in angstrom.

    Returns
    -------
    ndarray, shape (multiplicity, 3)
        Fractional coordinates in the unit cell.

    Raises
    ------
    ValueError
        If the position is near symmetry elements that do not intersect there.
    """
    images = setting.rotations @ position + setting.translations
    apart = images - position
    apart -= np.round(apart)
    fixing = np.linalg.norm(apart @ lattice, axis=1) < SPECIAL_POSITION_ANGSTROM
    exact = position + apart[fixing].mean(axis=0)
    images = setting.rotations @ exact + setting.translations
    images -= np.floor(images)
    chosen: list[int] = []
    for index in range(len(images)):
        apart = images[chosen] - images[index]
        apart -= np.round(apart)
        if not (np.linalg.norm(apart @ lattice, axis=1) < SPECIAL_POSITION_ANGSTROM).any():
            chosen.append(index)
    if len(chosen) * int(fixing.sum()) != len(images):
        raise ValueError("lies too near to its images, but on no symmetry element")
    positions: NDArray[np.float64] = images[chosen]
    return positions


def _named(stated: SymmetryStatements, *, known_only: bool) -> list[gemmi.SpaceGroup] | None:
    """Return the settings that symbols, number and code allow; None if there is nothing to tell them by."""
    tables: list[gemmi.SpaceGroup] | None = None
    for symbol in stated.symbols:
        found = _of_symbol(symbol)
        if found is None:
            if known_only:
                continue
            raise ValueError(f"the space group symbol {symbol!r} is not known")
        if tables is not None:
            halls = {table.hall for table in tables}
            found = [table for table in found if table.hall in halls]
            if not found:
                raise ValueError(f"the space group symbols contradict each other: {_quoted(stated.symbols)}")
        tables = found
    if tables is None and stated.number is not None and not known_only:
        standard = gemmi.get_spacegroup_reference_setting(stated.number)
        tables = [
            table
            for table in gemmi.spacegroup_table()
            if table.number == stated.number and (stated.code or table.hm == standard.hm)
        ]
    if tables is None or not stated.code:
        return tables
    coded = [table for table in tables if stated.code.lower() in (table.ext.lower(), table.qualifier)]
    if not coded:
        raise ValueError(f"the setting {stated.code!r} is not one of {tables[0].hm}")
    return coded


def _of_symbol(symbol: str) -> list[gemmi.SpaceGroup] | None:
    """Return every setting that a symbol can mean, None if it is not known."""
    # SHELX writes P2(1)/c, others P 2_1/c.
    text = " ".join(re.sub(r"(?<=\d)\((\d)\)", r"\1", symbol).replace("_", "").split())
    suffix = SETTING.search(text)
    code = ""
    if suffix:
        code = next(filter(None, suffix.groupdict().values())).upper()
        code = ORIGINS.get(code, code[0] if suffix["axes"] else code)
        text = text[: suffix.start()]
    table = next(filter(None, map(gemmi.find_spacegroup_by_name, (text, text.replace(" ", "").capitalize()))), None)
    if table is None:
        return None
    same = [other for other in gemmi.spacegroup_table() if other.number == table.number and other.hm == table.hm]
    if code:
        same = [other for other in same if code in (other.ext.upper(), other.qualifier.upper())]
    return same or None


def _listed(operators: Sequence[str]) -> gemmi.GroupOps:
    found: dict[str, gemmi.Op] = {}
    for text in operators:
        try:
            operator = gemmi.Op(text)
        except RuntimeError:
            raise ValueError(f"the symmetry operator {text!r} cannot be read") from None
        found[operator.wrap().triplet()] = operator.wrap()
    group = gemmi.GroupOps(list(found.values()))
    try:
        group.add_missing_elements()
        generated = {operator.wrap().triplet() for operator in group}
    except RuntimeError:
        generated = set()
    if generated != set(found):
        count = len(generated) or "no finite number"
        raise ValueError(f"the {len(found)} symmetry operators are not a group: they generate {count}")
    return group


def _of_hall(hall: str) -> gemmi.GroupOps:
    try:
        return gemmi.symops_from_hall(hall)
    except RuntimeError:
        raise ValueError(f"the Hall symbol {hall!r} cannot be read") from None


def _require_agreement(
    group: gemmi.GroupOps, stated: SymmetryStatements, tables: Sequence[gemmi.SpaceGroup] | None
) -> None:
    """Refuse operators that are not those of the symbol, the number or the Hall symbol beside them."""
    what = "the symmetry operators are those of" if stated.operators else f"the Hall symbol {stated.hall!r} is"
    found = gemmi.find_spacegroup_by_ops(group)
    setting = _setting(group)
    number = found.number if found else _number(setting)
    name = f"{found.xhm() if found else 'a group of number'} ({number})" if found else f"number {number}"
    if stated.number not in (None, number):
        raise ValueError(f"{what} {name}, but space group number {stated.number} is stated")
    if stated.operators and stated.hall and _triplets(_of_hall(stated.hall)) != _triplets(group):
        raise ValueError(f"{what} {name}, but the Hall symbol {stated.hall!r} is stated")
    if tables is None:
        return
    # A bare symbol names the type of the group: pymatgen writes the standard one beside operators of another setting.
    explicit = bool(stated.code) or any(SETTING.search(symbol.strip()) for symbol in stated.symbols)
    if number == tables[0].number and not explicit:
        return
    if all(_triplets(table.operations()) != _triplets(group) for table in tables):
        raise ValueError(f"{what} {name}, but the space group {_quoted(stated.symbols)} is stated")


def _triplets(group: gemmi.GroupOps) -> set[str]:
    return {operator.wrap().triplet() for operator in group}


def _setting(group: gemmi.GroupOps, table: gemmi.SpaceGroup | None = None) -> Setting:
    table = table or gemmi.find_spacegroup_by_ops(group)
    operators = list(group)
    return Setting(
        name=table.xhm() if table else "",
        rotations=np.array([operator.rot for operator in operators]) // gemmi.Op.DEN,
        translations=np.array([operator.tran for operator in operators]) / gemmi.Op.DEN,
        n_centrings=len(group.cen_ops),
    )


def _number(setting: Setting) -> int | None:
    """Return the number of a space group in any setting, by its operators."""
    try:
        found = spglib.get_spacegroup_type_from_symmetry(setting.rotations, setting.translations)
    except spglib.SpglibError:
        return None
    return None if found is None else int(found.number)


def _fits(setting: Setting, lattice: NDArray[np.float64]) -> bool:
    metric = lattice @ lattice.T
    lengths = np.sqrt(np.diag(metric))
    turned = setting.rotations.transpose(0, 2, 1) @ metric @ setting.rotations
    return bool((np.abs(turned - metric) <= METRIC_TOLERANCE * np.outer(lengths, lengths)).all())


def _cell_text(lattice: NDArray[np.float64]) -> str:
    lengths = np.linalg.norm(lattice, axis=1)
    cosines = [lattice[i] @ lattice[j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    angles = np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0)))
    return "{:.5g}, {:.5g}, {:.5g} A; {:.5g}, {:.5g}, {:.5g} degrees".format(*lengths, *angles)


def _quoted(symbols: Collection[str]) -> str:
    return ", ".join(map(repr, symbols))
