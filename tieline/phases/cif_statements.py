"""What a CIF file says of its own content, compared with the structure that was read from it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import gemmi
from ase import Atoms

from tieline.core.elements import SYMBOLS, masses_g_per_mol
from tieline.core.units import CM3_PER_MOL_PER_A3

Values = Mapping[str, Sequence[str]]
"""Values of a data block by tag, in lower case."""

FRACTION_TOLERANCE = 0.002
"""Largest difference of an atomic fraction; formulas are rounded to a few digits."""

COUNT_TOLERANCE = 0.01
"""Largest relative difference of the number of atoms, the volume and the mass of a cell."""

DENSITY_TOLERANCE = 0.03
"""Largest relative difference of the density, which is often given with two digits."""

GROUP = re.compile(r"[(\[{]([A-Za-z][^()\[\]{}]*)[)\]}]\s*(\d+\.?\d*|\.\d+)?")
"""An innermost group of a formula with its factor; brackets around digits are uncertainties."""

PART = re.compile(r"([A-Za-z][a-z]?)(\d+\.?\d*|\.\d+)?(?:\(\d+\))?")
"""An element of a formula with its amount and the uncertainty of that."""

SUM = "_chemical_formula_sum"
STRUCTURAL = "_chemical_formula_structural"
OTHER_FORMULAS = (STRUCTURAL, "_chemical_formula_moiety", "_chemical_formula_iupac")
"""Formulas in freer spelling; what cannot be read of them is passed over."""

UNITS = "_cell_formula_units_z"


def stated_symbol(text: str) -> str:
    """Return a value without its padding, empty if it is one of CIF's two null values."""
    return "" if gemmi.cif.is_null(text) else text.strip()


def stated_value(block: Values, *tags: str) -> str:
    """Return the first value that one of `tags` has, empty if none has."""
    return next(filter(None, (stated_symbol(text) for tag in tags for text in block.get(tag, ())[:1])), "")


def states_content(block: Values) -> bool:
    """Whether a block states a formula that the structure is compared with."""
    return bool(stated_value(block, SUM))


def contradiction(block: Values, atoms: Atoms) -> str:
    """Return what a block states otherwise than the structure read from it has it, with both values.

    Parameters
    ----------
    block
        All values of the data block.
    atoms
        The unit cell.

    Returns
    -------
    str
        Empty if formula, number of formula units, volume, formula weight and calculated density agree, or are not
        stated. pymatgen writes the content of the cell as ``_chemical_formula_sum``: recognized by the product of the
        structural formula and the number of formula units.
    """
    counts = Counter(atoms.get_chemical_symbols())
    checks = (_of_volume(block, atoms), _of_formula(block, counts), _of_mass(block, atoms))
    return next(filter(None, checks), "")


def _of_volume(block: Values, atoms: Atoms) -> str:
    stated = _amount(block, "_cell_volume")
    if stated is None or _agree(atoms.get_volume(), stated, COUNT_TOLERANCE):
        return ""
    return f"the cell has a volume of {atoms.get_volume():.5g} A3, but _cell_volume is {stated:.5g}"


def _of_formula(block: Values, counts: Mapping[str, int]) -> str:
    found = _formula_text(counts)
    units = _amount(block, UNITS)
    for tag in (SUM, *OTHER_FORMULAS):
        text = stated_value(block, tag)
        formula = _amounts(text)
        if not text or (tag != SUM and not formula):
            continue
        if not formula:
            return f"{tag} {text!r} cannot be read; the sites give {found}"
        n_stated, n_found = sum(formula.values()), sum(counts.values())
        apart = [abs(formula.get(s, 0.0) / n_stated - counts.get(s, 0) / n_found) for s in {*formula, *counts}]
        if set(formula) != set(counts) or max(apart) > FRACTION_TOLERANCE:
            return f"the sites give {found}, but {tag} is {text!r}"
        if tag == SUM and units is not None:
            of_cell = _is_of_cell(formula, _amounts(stated_value(block, STRUCTURAL)), units)
            expected = n_stated * (1.0 if of_cell else units)
            if not _agree(n_found, expected, COUNT_TOLERANCE):
                return (
                    f"the cell holds {found} ({n_found} atoms), but {SUM} {text!r} and {UNITS[:-1]}Z {units:g} make "
                    f"{expected:g} atoms"
                )
    return ""


def _of_mass(block: Values, atoms: Atoms) -> str:
    mass = float(masses_g_per_mol(atoms.get_chemical_symbols()).sum())
    weight, units = _amount(block, "_chemical_formula_weight"), _amount(block, UNITS)
    if weight is not None and units is not None and not _agree(mass, weight * units, COUNT_TOLERANCE):
        return (
            f"the cell has a mass of {mass:.6g} g/mol, but _chemical_formula_weight {weight:g} and "
            f"{UNITS[:-1]}Z {units:g} make {weight * units:.6g}"
        )
    density = mass / (CM3_PER_MOL_PER_A3 * atoms.get_volume())
    stated = _amount(block, "_exptl_crystal_density_diffrn")
    # Some files give it in kg/m3.
    if stated is None or any(_agree(density, stated * unit, DENSITY_TOLERANCE) for unit in (1.0, 1e-3)):
        return ""
    return f"the structure has a density of {density:.4g} g/cm3, but _exptl_crystal_density_diffrn is {stated:g}"


def _is_of_cell(formula: Mapping[str, float], structural: Mapping[str, float], units: float) -> bool:
    return bool(structural) and all(
        _agree(formula.get(symbol, 0.0), structural.get(symbol, 0.0) * units, 1e-6)
        for symbol in {*formula, *structural}
    )


def _amount(block: Values, tag: str) -> float | None:
    """Return a number above zero, None if it is not stated."""
    value = gemmi.cif.as_number(stated_value(block, tag))
    return value if value > 0.0 else None


def _amounts(formula: str) -> dict[str, float]:
    """Return the amounts in a formula such as ``Co0.6 Fe0.4 Sn`` or ``(Co0.6Fe0.4)Sn``, empty if it cannot be read."""
    text, n_groups = GROUP.subn(lambda group: _multiplied(group[1], float(group[2] or 1.0)), formula)
    if n_groups:
        return _amounts(text)
    amounts: dict[str, float] = {}
    for word in text.split():
        # Between blanks stands one element, in whatever case.
        whole = re.fullmatch(r"([A-Za-z]{1,2})(\d.*|\..*)?", word) if " " in text.strip() else None
        elements = word if whole is None else whole[1].capitalize() + (whole[2] or "")
        if PART.sub("", elements):
            return {}
        for part in PART.finditer(elements):
            symbol = "H" if part[1] in ("D", "T") else part[1]
            if symbol not in SYMBOLS:
                return {}
            amounts[symbol] = amounts.get(symbol, 0.0) + float(part[2] or 1.0)
    return {symbol: amount for symbol, amount in amounts.items() if amount > 0.0}


def _multiplied(formula: str, factor: float) -> str:
    """Return the formula within a pair of brackets, each amount times a factor."""
    return " " + PART.sub(lambda part: f"{part[1]}{float(part[2] or 1.0) * factor:.9f} ", formula)


def _formula_text(counts: Mapping[str, int]) -> str:
    return " ".join(f"{symbol}{n}" for symbol, n in sorted(counts.items()))


def _agree(one: float, other: float, tolerance: float) -> bool:
    return abs(one - other) <= tolerance * max(abs(one), abs(other))
