"""Which column of a table is which: tieline's own names, and those of databases and their downloads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.phases.energies import ENERGY_COLUMNS
from tieline.phases.source_settings import READABLE_COLUMNS

FORMATION, PER_ATOM, PER_CELL = ENERGY_COLUMNS

OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "phase_id": ("material_id", "mat_id", "entry_id", "mp_id", "mpid", "oqmd_id", "jid", "auid", "id"),
    "formula": (
        "formula_pretty",
        "pretty_formula",
        "reduced_formula",
        "composition_reduced",
        "chemical_formula_reduced",
        "chemical_formula",
        "compound",
        "composition",
        "name",
    ),
    FORMATION: (
        "formation_energy_per_atom",
        "formation_energy_peratom",
        "formation_enthalpy_per_atom",
        "enthalpy_formation_atom",
        "e_form_per_atom",
        "delta_e",
        "formation_energy",
        "formation_enthalpy",
        "enthalpy_of_formation",
        "heat_of_formation",
        "e_form",
    ),
    PER_ATOM: (
        "uncorrected_energy_per_atom",
        "total_energy_per_atom",
        "final_energy_per_atom",
        "energy_per_atom",
        "total_energy",
    ),
    "volume_a3_per_atom": ("volume_per_atom", "volume_atom", "vpa", "volume"),
    "spacegroup_number_source": (
        "spacegroup_number",
        "space_group_number",
        "symmetry_number",
        "spacegroup_no",
        "space_group_no",
        "sg_number",
        "spg_number",
    ),
    "experimental": ("is_experimental", "experimentally_observed"),
}
"""Other spellings that are read, the better ones first, in any case, with blanks, dots or hyphens for underscores."""

WITHOUT_UNIT = {"formation_energy", "formation_enthalpy", "enthalpy_of_formation", "heat_of_formation", "e_form"}
"""Names that do not say per what; without a unit they are read as eV/atom, which the log says."""

NEEDS_UNIT = {"total_energy", "volume"}
"""Names that are read only with a unit per atom, for they usually are per cell."""

OWN_UNITS = {FORMATION: "ev atom", PER_ATOM: "ev atom", PER_CELL: "ev", "volume_a3_per_atom": "a3 atom"}
"""The units of tieline's own columns, as `_unit` writes them."""

UNIT_WORDS = r"(?:m?ev|kj|kcal|j|cal|ry|rydberg|ha|hartree)"
UNIT_AMOUNTS = r"(?:_(?:per_)?(?:atom|at|mol|mole|f_?u|formula_unit|cell|unit_cell))*"
UNIT_AT_END = re.compile(rf"_(?:in_)?({UNIT_WORDS}{UNIT_AMOUNTS})$")
BRACKETS_AT_END = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*$")


@dataclass(frozen=True)
class ChosenColumns:
    """What is read of a table."""

    names: dict[str, str]
    """What the table calls a column, by tieline's name."""

    unread: tuple[str, ...]
    """Columns that are not read."""

    notes: tuple[str, ...]
    """What a reader of the log should know of the choice."""


def choose_columns(header: Sequence[str], given: Mapping[str, str], name: str) -> ChosenColumns:
    """Return which columns of a table are read.

    Parameters
    ----------
    header
        Names of its columns.
    given
        Columns that the config maps: tieline's name, then the table's.
    name
        What to call the table in an error.

    Raises
    ------
    PhaseDataError
        If a mapped column is missing or in another unit, or two columns could be the same one.
    """
    # Headers are read without the blanks and line breaks around and between words.
    given = {ours: theirs if theirs in header else " ".join(theirs.split()) for ours, theirs in given.items()}
    for ours, theirs in given.items():
        if theirs not in header:
            hint = did_you_mean(theirs, header)
            raise PhaseDataError(f"{name}: no column {theirs!r} for {ours}{hint}; it has {_listed(header)}")
        _require_own_unit(theirs, ours, name)
    # A column that is mapped to one name is not also read under its own.
    free = [column for column in header if column not in given.values()]
    chosen: dict[str, str] = {}
    for ours in READABLE_COLUMNS:
        if ours not in given and not (ours in ENERGY_COLUMNS and not set(given).isdisjoint(ENERGY_COLUMNS)):
            best = _best(ours, free, name)
            if best is not None:
                chosen[ours] = best
    own = {ours for ours, theirs in chosen.items() if ours in ENERGY_COLUMNS and ours == theirs}
    found = [ours for ours in ENERGY_COLUMNS if ours in chosen]
    # Beside tieline's own names others mean nothing, and a formation energy is all that is needed.
    kept = own or set(found[:1])
    chosen = {ours: theirs for ours, theirs in chosen.items() if ours not in ENERGY_COLUMNS or ours in kept}
    every = {**given, **chosen}
    names = {ours: every[ours] for ours in READABLE_COLUMNS if ours in every}
    notes = [
        f"column {theirs!r} names no unit and is read as eV/atom"
        for ours, theirs in chosen.items()
        if ours == FORMATION and _stem_and_unit(theirs) in {(stem, "") for stem in WITHOUT_UNIT}
    ]
    return ChosenColumns(names, tuple(c for c in header if c not in names.values()), tuple(notes))


def require_energy(chosen: ChosenColumns, header: Sequence[str], name: str) -> None:
    """Raise PhaseDataError, with the columns that are there, unless one of energies is read."""
    if not set(chosen.names).isdisjoint(ENERGY_COLUMNS):
        return
    stems = {*OTHER_NAMES[FORMATION], *OTHER_NAMES[PER_ATOM]}
    in_other_units = [column for column in header if _stem_and_unit(column)[0] in stems]
    hint = f" ({in_other_units[0]!r} is not said to be in eV/atom)" if in_other_units else ""
    raise PhaseDataError(
        f"{name}: no energy column{hint}; map one of {', '.join(ENERGY_COLUMNS)} to one of {_listed(header)}"
    )


def is_known(header: str) -> bool:
    """Return whether a column is read without being mapped."""
    return any(_rank(ours, header) is not None for ours in READABLE_COLUMNS)


def nearest_name(header: str) -> str:
    """Return a hint at the column that `header` may be meant for, or an empty string."""
    stem = _stem_and_unit(header)[0]
    starting = [ours for ours in READABLE_COLUMNS if len(stem) > 3 and (ours.startswith(stem) or stem.startswith(ours))]
    if starting:
        return f" (did you mean {starting[0]!r}?)"
    return did_you_mean(_folded(header), READABLE_COLUMNS)


def _best(ours: str, header: Sequence[str], name: str) -> str | None:
    """Return the column that is best called `ours`."""
    ranks = {column: rank for column in header if (rank := _rank(ours, column)) is not None}
    if not ranks:
        return None
    best = [column for column in header if ranks.get(column) == min(ranks.values())]
    if len(best) > 1:
        raise PhaseDataError(
            f"{name}: columns {' and '.join(map(repr, best))} may both be {ours}; map the one that counts, in columns"
        )
    return best[0]


def _rank(ours: str, header: str) -> int | None:
    """Return how well a column's name says that it is `ours`, 0 best, or None."""
    if header == ours:
        return 0
    if _folded(header) == ours:
        return 1
    stem, unit = _stem_and_unit(header)
    own_stem, own_unit = _stem_and_unit(ours)
    wanted = OWN_UNITS.get(ours, "")
    if (stem, unit) == (own_stem, own_unit) and unit:
        return 1
    if stem not in OTHER_NAMES.get(ours, ()):
        return None
    says_per_atom = "atom" in stem or stem == "delta_e"
    fits = unit == wanted or (says_per_atom and unit in ("", wanted.removesuffix(" atom")))
    if not (fits or (unit == "" and stem not in NEEDS_UNIT and (wanted == "" or stem in WITHOUT_UNIT | {"vpa"}))):
        return None
    return 2 + OTHER_NAMES[ours].index(stem)


def _require_own_unit(theirs: str, ours: str, name: str) -> None:
    wanted, unit = OWN_UNITS.get(ours), _stem_and_unit(theirs)[1]
    if wanted and unit and re.match(rf"{UNIT_WORDS}\b", unit) and unit.split()[0] != wanted.split()[0]:
        raise PhaseDataError(f"{name}: column {theirs!r} is mapped to {ours}, but its name says another unit")


def _folded(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


def _stem_and_unit(header: str) -> tuple[str, str]:
    """Return a column's name without its unit, and the unit in words such as ``ev atom``."""
    bracket = BRACKETS_AT_END.search(header)
    if bracket:
        return _folded(header[: bracket.start()]), _unit(bracket[1])
    folded = _folded(header)
    at_end = UNIT_AT_END.search(folded)
    if at_end:
        return folded[: at_end.start()], _unit(at_end[1])
    if folded.endswith("_a3_per_atom"):
        return folded.removesuffix("_a3_per_atom"), "a3 atom"
    return folded, ""


def _unit(text: str) -> str:
    plain = text.casefold().replace("\N{SUPERSCRIPT THREE}", "3").replace("å", "a").replace("angstrom", "a")
    plain = re.sub(r"\bang\b", "a", plain).replace("^", "")
    words = [word for word in re.split(r"[^a-z0-9]+", plain) if word not in ("", "per", "in", "1")]
    words = ["atom" if word in ("at", "atoms") else word for word in words]
    return " ".join(words)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(columns)
