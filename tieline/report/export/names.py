"""Names of columns for people: ``capacity_expected_mah_per_g`` is Capacity expected (mAh/g)."""

from __future__ import annotations

from collections.abc import Mapping

from tieline.core.columns import Column

UNITS: Mapping[str, str] = {
    "mAh/cm3": "mAh/cm³",
    "g/cm3": "g/cm³",
    "A^3/atom": "Å³/atom",
    "A": "Å",
    "deg": "°",
    "um": "µm",
    "1": "",
}
"""Units as they are printed, where that differs."""

IN_NAMES: Mapping[str, str] = {
    "mAh/g": "mah_per_g",
    "mAh/cm3": "mah_per_cm3",
    "eV/atom": "ev_per_atom",
    "A^3/atom": "a3_per_atom",
    "g/cm3": "g_per_cm3",
    "kJ/mol": "kj_per_mol",
    "USD/kg": "usd_per_kg",
    "USD/Ah": "usd_per_ah",
    "Wh/kg": "wh_per_kg",
    "Wh/L": "wh_per_l",
    "nm": "nm",
    "um": "um",
    "deg": "deg",
    "V": "v",
    "K": "k",
    "bar": "bar",
}
"""Units as they stand at the end of a column's name."""

WORDS: Mapping[str, str] = {
    "a": "A",
    "b": "B",
    "b1": "B1",
    "b2": "B2",
    "id": "identifier",
    "ids": "identifiers",
    "xrd": "XRD",
    "wt": "by weight",
    "at": "by atoms",
    "n": "number of",
    "spacegroup": "space group",
    "cmcm": "Cmcm",
}
"""Parts of names that are written otherwise."""


def readable(column: Column) -> str:
    """Return the name of a column in words, with its unit.

    Examples
    --------
    >>> readable(Column("capacity_expected_mah_per_g", "...", "mAh/g", 1))
    'Capacity expected (mAh/g)'
    >>> readable(Column("phase_b_weight_fraction", "...", "1", 4))
    'Phase B weight fraction'
    """
    name = column.name.removesuffix("_" + IN_NAMES.get(column.unit, "?"))
    words = " ".join(WORDS.get(word, word) for word in name.split("_"))
    unit = UNITS.get(column.unit, column.unit)
    return words[0].upper() + words[1:] + (f" ({unit})" if unit else "")
