"""Raw rows of any source, checked one by one, become rows of the phase table or are rejected with a reason."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from ase.data import chemical_symbols

from tieline.core.errors import PhaseDataError
from tieline.core.formula_text import in_mixed_case
from tieline.core.formulas import reduced_formula
from tieline.crystal.distances import find_overlap
from tieline.crystal.structures import unit_cell_of
from tieline.phases.columns import REJECTED_COLUMNS
from tieline.phases.energies import ENERGY_COLUMNS, elements_apart, formation_energies, outliers, require_units
from tieline.phases.plausible import require_plausible
from tieline.phases.table import PHASES
from tieline.phases.values import (
    STRUCTURE_COLUMNS,
    RowError,
    counts_of,
    is_missing,
    number_of,
    spacegroup_of,
    structure_of,
    text_of,
    truth_of,
    volume_of,
)

log = logging.getLogger(__name__)

VOLUME_RANGE_A3_PER_ATOM = (2.0, 150.0)
"""Volumes of solids lie well within this range (carbon 5.7, caesium 115); beyond it a cell has come apart."""

LONGEST_REASON = 400
"""Characters of a reason; what stands in a file may be of any length."""

SHOWN = 5
"""Formulas that one line of the log names."""

ROW_REJECTED, STRUCTURE_DROPPED, ROW_REPEATED = "row rejected", "structure dropped", "row repeated"

FILE_PASSED_OVER = "file passed over"

REJECTED_NAMES = [column.name for column in REJECTED_COLUMNS]


@dataclass(frozen=True)
class Reading:
    """What came of reading one source."""

    phases: pd.DataFrame
    """Accepted rows, with the columns of the phase table."""

    rejected: pd.DataFrame
    """What was not taken, with the columns of `REJECTED_NAMES`. The action is ``row rejected``; ``structure dropped``
    where the energy is used but the cell cannot be right; ``row repeated`` where a row says the same as another; or
    ``file passed over`` where another file replaces it or it holds no structures."""

    searched: frozenset[str] | None = None
    """Chemical systems (sorted symbols joined by ``-``) the source has been searched in, compounds found or not; None
    where it does not say."""


class UnusableSourceError(PhaseDataError):
    """Nothing of a source can be used; carries the rows that were rejected until then."""

    def __init__(self, message: str, rejected: pd.DataFrame) -> None:
        super().__init__(message)
        self.rejected = rejected


@dataclass
class RowReader:
    """Collects raw rows of one source.

    Attributes
    ----------
    source, source_version, retrieved_at
        Written to every row.
    energy_level
        Level of theory of rows that do not say their own.
    file
        Where the rows come from, for rejected.csv: a file or folder.
    element_energies
        Total energies of elements in eV/atom, for total energies whose elements are not in the source.
    """

    source: str
    source_version: str = ""
    retrieved_at: str = ""
    energy_level: str | None = None
    file: str = ""
    element_energies: Mapping[str, float] = field(default_factory=dict)
    _accepted: list[dict[str, Any]] = field(default_factory=list)
    _rejected: list[dict[str, Any]] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)
    _fractions: dict[str, str] = field(default_factory=dict)
    _capitals: dict[str, str] = field(default_factory=dict)
    _has_lower_case: bool = False
    _count: int = 0

    def add(self, where: str, raw: Mapping[str, Any]) -> None:
        """Check one raw row and keep it, or note why not.

        Parameters
        ----------
        where
            Where the row stands: a line number or a file's name.
        raw
            Values by the names of `tieline.phases.source_settings.READABLE_COLUMNS`.
        """
        try:
            row = self._checked(raw)
        except RowError as error:
            self.reject(where, _text(raw.get("phase_id")), str(error), _formula(raw))
            return
        self._count += 1
        reason = _impossible_volume(row["volume_a3_per_atom"])
        if reason:
            row |= dict.fromkeys(STRUCTURE_COLUMNS) | {"volume_a3_per_atom": math.nan}
        place = {"where": where, "order": self._count}
        phase_id = row["phase_id"]
        if phase_id not in self._seen:
            if reason:
                self._note(place, row, STRUCTURE_DROPPED, reason)
            self._seen[phase_id] = len(self._accepted)
            self._accepted.append(row | place)
            return
        first = self._accepted[self._seen[phase_id]]
        if all(repr(first[name]) == repr(value) for name, value in row.items()):
            self._note(place, row, ROW_REPEATED, f"says the same as row {first['where']}")
        else:
            reason = f"phase_id {phase_id!r} stands twice in this source, with other content in row {first['where']}"
            self._note(place, row, ROW_REJECTED, reason)

    def reject(self, where: str, phase_id: str, reason: str, formula: str = "") -> None:
        """Note a row that cannot be used.

        Parameters
        ----------
        where
            Where the row stands: a line number or a file's name.
        phase_id, formula
            What it is, as far as it is known.
        reason
            What is wrong with it.
        """
        self.pass_over(where, ROW_REJECTED, reason, phase_id, formula)

    def pass_over(self, where: str, action: str, reason: str, phase_id: str = "", formula: str = "") -> None:
        """Note a file of a folder that is not read or not used.

        Parameters
        ----------
        where
            Name of the file.
        action
            `ROW_REPEATED` or `FILE_PASSED_OVER`, neither of which stops a run, or `ROW_REJECTED`.
        reason
            Why it is not used.
        phase_id, formula
            What it is, as far as it is known.
        """
        self._count += 1
        place = {"where": where, "order": self._count}
        self._note(place, {"phase_id": phase_id, "formula": formula}, action, reason)

    def _note(self, place: Mapping[str, Any], row: Mapping[str, Any], action: str, reason: str) -> None:
        texts = (self.source, self.file, place["where"], row["phase_id"], row["formula"], action, reason)
        noted = dict(zip(REJECTED_NAMES, map(_text, texts), strict=True))
        self._rejected.append(noted | {"order": place["order"]})

    def rejected(self) -> pd.DataFrame:
        """Return what was not taken so far, in the order it was read."""
        ordered = sorted(self._rejected, key=lambda noted: int(noted["order"]))
        return pd.DataFrame(ordered, columns=REJECTED_NAMES)

    def result(self) -> Reading:
        """Return what was read, total energies turned into formation energies.

        Raises
        ------
        PhaseDataError
            If no row can be used, an element of the total energies lacks its elemental phase or does not fit its
            compounds, or the energies are in another unit.
        """
        frame = self._kept(pd.DataFrame(self._accepted), _overlaps)
        frame = self._kept(frame, self._in_capitals)
        self._say_how_formulas_are_read()
        try:
            require_units(frame, self.element_energies, self.source)
            frame = self._kept(frame, elements_apart)
            energies = formation_energies(frame, self.element_energies, self.source)
            require_plausible(frame.assign(formation_energy_ev_per_atom=energies), self.file or self.source)
        except UnusableSourceError:
            raise
        except PhaseDataError as error:
            raise UnusableSourceError(str(error), self.rejected()) from error
        frame = self._kept(frame.assign(formation_energy_ev_per_atom=energies), outliers)
        return Reading(frame[list(PHASES.names)].reset_index(drop=True), self.rejected())

    def _kept(self, frame: pd.DataFrame, check: Any) -> pd.DataFrame:
        """Return the rows that a check of the whole source leaves, and note the others."""
        reasons: dict[Any, str] = check(frame) if len(frame) else {}
        for index, reason in reasons.items():
            row = frame.loc[index]
            self._note(row, row, ROW_REJECTED, reason)
        kept = frame.drop(index=list(reasons))
        if kept.empty:
            rejected = self.rejected()
            rejected = rejected[rejected["action"] == ROW_REJECTED]
            first = f": first, row {rejected['row'].iloc[0]}: {rejected['reason'].iloc[0]}" if len(rejected) else ""
            raise UnusableSourceError(
                f"{self.source}: none of {len(rejected)} rows can be used{first}", self.rejected()
            )
        return kept

    def _formula_read(self, raw: Mapping[str, Any], structure: Mapping[str, Any], counts: Mapping[str, int]) -> str:
        """Return the reduced formula, and remember where what stands in the row could be read in another way."""
        reduced = reduced_formula(counts)
        if is_missing(raw.get("formula")):
            return reduced
        text = str(raw["formula"]).strip()
        self._has_lower_case |= text != text.upper()
        if "." in text or "," in text:
            self._fractions[text] = reduced
        # A structure settles which elements are meant.
        if structure["numbers"] is None and (other := in_mixed_case(text)):
            self._capitals[reduced] = f"{text} is read as {' and '.join(counts)}, not as {other}"
        return reduced

    def _in_capitals(self, frame: pd.DataFrame) -> dict[Any, str]:
        """Return the rows whose formula may be in capitals altogether, where the whole source is."""
        if self._has_lower_case:
            return {}
        found = frame.loc[frame["numbers"].isna() & frame["formula"].isin(self._capitals), "formula"]
        return {
            index: f"no formula of the source has a lower-case letter, and {self._capitals[formula]}; write symbols "
            f"with a capital and a lower-case letter"
            for index, formula in found.items()
        }

    def _say_how_formulas_are_read(self) -> None:
        if self._has_lower_case and self._capitals:
            log.warning("%s: formulas in capitals: %s", self.source, _some(self._capitals.values()))
        if self._fractions:
            read = (f"{text} as {formula}" for text, formula in self._fractions.items())
            log.info("%s: formulas with fractions are read as whole ones: %s", self.source, _some(read))

    def _checked(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        phase_id = text_of(raw, "phase_id")
        if not phase_id:
            raise RowError("no phase_id")
        structure = structure_of(raw)
        counts = counts_of(raw, structure)
        energies = {name: number_of(raw, name) for name in ENERGY_COLUMNS if not is_missing(raw.get(name))}
        if len(energies) != 1:
            empty = [name for name in ENERGY_COLUMNS if name in raw and name not in energies]
            found = ", ".join(energies) or (f"none ({', '.join(empty)} is empty or NaN)" if empty else "none")
            choose = "; map the one that counts, in columns" if energies else ""
            raise RowError(f"exactly one energy is needed ({', '.join(ENERGY_COLUMNS)}), found {found}{choose}")
        level = text_of(raw, "energy_level") or self.energy_level
        if level is None:
            raise RowError("no energy_level, neither in the row nor for the source")
        n_atoms = len(structure["numbers"]) if structure["numbers"] is not None else sum(counts.values())
        total = energies.get("total_energy_ev_per_atom", energies.get("total_energy_ev", math.nan) / n_atoms)
        return {
            "phase_id": phase_id,
            "formula": self._formula_read(raw, structure, counts),
            "elements": "-".join(sorted(counts)),
            "n_elements": len(counts),
            "n_atoms": n_atoms,
            "energy_column": next(iter(energies)),
            "formation_energy_ev_per_atom": energies.get("formation_energy_ev_per_atom", math.nan),
            "total_energy_ev_per_atom": total,
            "energy_level": level,
            "volume_a3_per_atom": volume_of(raw, structure),
            **structure,
            "spacegroup_number_source": spacegroup_of(raw),
            "experimental": None if is_missing(raw.get("experimental")) else truth_of(raw["experimental"]),
            "source": self.source,
            "source_version": self.source_version,
            "retrieved_at": self.retrieved_at,
        }


def _some(texts: Iterable[str]) -> str:
    """Return the first of `texts`, and how many more there are."""
    every = list(texts)
    more = f", and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return ", ".join(every[:SHOWN]) + more


def _overlaps(frame: pd.DataFrame) -> dict[Any, str]:
    with_structure = frame.loc[frame["numbers"].notna(), list(STRUCTURE_COLUMNS)]
    reasons = {}
    for index, row in zip(with_structure.index, with_structure.to_dict("records"), strict=True):
        overlap = find_overlap(unit_cell_of(row))
        if overlap is not None:
            one, other = (chemical_symbols[number] for number in overlap.numbers)
            reasons[index] = f"atoms overlap: {one} and {other} are {overlap.distance_angstrom:.2g} A apart"
    return reasons


def _impossible_volume(volume: float) -> str:
    low, high = VOLUME_RANGE_A3_PER_ATOM
    if math.isnan(volume) or low <= volume <= high:
        return ""
    return f"volume {volume:g} A3/atom is outside {low:g}-{high:g}"


def _formula(raw: Mapping[str, Any]) -> str:
    """Return the formula of a row that cannot be used, empty if it is not known."""
    if not is_missing(raw.get("formula")):
        return str(raw["formula"]).strip()
    try:
        numbers = structure_of(raw)["numbers"]
    except RowError:
        return ""
    if numbers is None:
        return ""
    symbols, amounts = np.unique([chemical_symbols[number] for number in numbers], return_counts=True)
    return reduced_formula(dict(zip(symbols.tolist(), amounts.tolist(), strict=True)))


def _text(value: Any) -> str:
    """Return `value` on one line, short, and such that it can be written to a file."""
    if is_missing(value):
        return ""
    line = " ".join(str(value).split()).encode("utf-8", "backslashreplace").decode("utf-8")
    return line if len(line) <= LONGEST_REASON else line[: LONGEST_REASON - 3] + "..."
