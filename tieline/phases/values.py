"""One raw value of a row, whatever its type, checked and made what the phase table wants."""

from __future__ import annotations

import json
import math
import reprlib
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from ase.data import chemical_symbols

from tieline.core.formula_text import plain_formula
from tieline.core.formulas import element_counts, reduced_formula

STRUCTURE_COLUMNS = ("numbers", "cell_a", "scaled_positions")


FULL_OCCUPANCY = 0.999
"""Sites occupied less than this, or more than its inverse, are no sites of an ordered structure."""

LONGEST_CELL_VECTOR_ANGSTROM = 10_000.0
"""Cells beyond this are in another unit, or nonsense."""


class RowError(ValueError):
    """What is wrong with one row."""


def is_missing(value: Any) -> bool:
    """Whether a raw value says nothing: None, NaN or an empty text."""
    if value is None or value is pd.NA:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and math.isnan(value)


def text_of(raw: Mapping[str, Any], name: str) -> str:
    """Return the text under `name`, empty if it is missing; raise RowError if a table cannot show it on one line."""
    text = "" if is_missing(raw.get(name)) else str(raw[name]).strip()
    if not text.isprintable():
        raise RowError(f"{name} {text!r} holds characters that cannot be printed")
    return text


def number_of(raw: Mapping[str, Any], name: str) -> float:
    """Return the finite number under `name`, else raise RowError."""
    try:
        # Python reads 1_000 as a number, nobody else does.
        value = float("no number" if isinstance(raw[name], str) and "_" in raw[name] else raw[name])
    except (TypeError, ValueError, OverflowError):
        raise RowError(f"{name} {reprlib.repr(raw[name])} is no number") from None
    if not math.isfinite(value):
        raise RowError(f"{name} is not finite")
    return value


def truth_of(value: Any) -> bool:
    """Return what `value` says, in any usual spelling of true and false, else raise RowError."""
    text = str(value).strip().lower()
    if text in ("true", "1", "1.0", "yes"):
        return True
    if text in ("false", "0", "0.0", "no"):
        return False
    raise RowError(f"experimental {reprlib.repr(value)} is neither true nor false")


def _list_of(value: Any, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        if isinstance(value, str):
            value = json.loads(value) if value.lstrip().startswith("[") else value.split()
        if isinstance(value, np.ndarray) and value.dtype == object:
            # A list of lists, as it comes out of a Parquet file.
            value = [np.asarray(part, dtype=np.float64).tolist() for part in value]
        return np.array(value, dtype=np.float64).ravel()
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise RowError(f"{name} is no list of numbers") from None


def structure_of(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return the structure columns as flat lists, or all as None where the row has none; else raise RowError."""
    given = [name for name in STRUCTURE_COLUMNS if not is_missing(raw.get(name))]
    if not given:
        return dict.fromkeys(STRUCTURE_COLUMNS)
    if len(given) < len(STRUCTURE_COLUMNS):
        raise RowError(f"a structure needs numbers, cell_a and scaled_positions, found only {', '.join(given)}")
    numbers, cell, positions = (_list_of(raw[name], name) for name in STRUCTURE_COLUMNS)
    if len(cell) != 9:
        raise RowError(f"cell_a has {len(cell)} numbers, not 9")
    if len(numbers) == 0 or len(positions) != 3 * len(numbers):
        raise RowError(f"{len(numbers)} atoms with {len(positions)} fractional coordinates")
    if not all(np.isfinite(part).all() for part in (numbers, cell, positions)):
        raise RowError("the structure holds a number that is not finite")
    if np.abs(cell).max() > LONGEST_CELL_VECTOR_ANGSTROM:
        raise RowError(f"cell_a holds {np.abs(cell).max():g}; is it in angstrom?")
    if not all(n == int(n) and 1 <= n < len(chemical_symbols) for n in numbers):
        raise RowError("numbers are not atomic numbers")
    return {
        "numbers": numbers.astype(int).tolist(),
        "cell_a": cell.tolist(),
        "scaled_positions": positions.tolist(),
    }


def counts_of(raw: Mapping[str, Any], structure: Mapping[str, Any]) -> dict[str, int]:
    """Return how many atoms of each element, by the formula and (if there is one) the structure, or raise RowError."""
    from_structure = Counter(chemical_symbols[n] for n in structure["numbers"] or ())
    if is_missing(raw.get("formula")):
        if not from_structure:
            raise RowError("neither formula nor structure")
        return dict(from_structure)
    try:
        counts = element_counts(plain_formula(str(raw["formula"])))
    except ValueError as error:
        raise RowError(f"formula {error}") from None
    if from_structure:
        ratios = {from_structure[symbol] / n for symbol, n in counts.items()}
        if set(counts) != set(from_structure) or max(ratios) - min(ratios) > 1e-9:
            raise RowError(f"formula {raw['formula']} does not fit the structure ({reduced_formula(from_structure)})")
    return counts


def volume_of(raw: Mapping[str, Any], structure: Mapping[str, Any]) -> float:
    """Return the volume in A3/atom, of the structure if there is one (of either hand), NaN if nothing says it."""
    if structure["numbers"] is not None:
        cell = np.reshape(structure["cell_a"], (3, 3))
        volume = abs(float(np.linalg.det(cell))) / len(structure["numbers"])
    elif is_missing(raw.get("volume_a3_per_atom")):
        return math.nan
    else:
        volume = number_of(raw, "volume_a3_per_atom")
    if not volume > 0.0:
        raise RowError(f"volume {volume:g} A3/atom is not above zero")
    return volume


def spacegroup_of(raw: Mapping[str, Any]) -> int | None:
    """Return the stated space-group number, None if there is none, else raise RowError."""
    if is_missing(raw.get("spacegroup_number_source")):
        return None
    number = number_of(raw, "spacegroup_number_source")
    if number != int(number) or not 1 <= number <= 230:
        raise RowError(f"spacegroup_number_source {number:g} is outside 1-230")
    return int(number)
