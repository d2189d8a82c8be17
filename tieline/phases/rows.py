"""Raw rows of any source, checked one by one, become rows of the phase table or are rejected with a reason."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from ase.data import chemical_symbols

from tieline.columns.side_tables import REJECTED_COLUMNS
from tieline.errors import PhaseDataError
from tieline.formulas import element_counts, reduced_formula
from tieline.phases.table import SCHEMA

LARGEST_FORMATION_ENERGY_EV_PER_ATOM = 5.0
"""Formation energies beyond this are another quantity or another unit."""

VOLUME_RANGE_A3_PER_ATOM = (2.0, 150.0)
"""Volumes of solids lie well within this range (carbon 5.7, caesium 115); beyond it a cell has come apart."""

STRUCTURE_COLUMNS = ("numbers", "cell_a", "scaled_positions")

REJECTED_NAMES = [column.name for column in REJECTED_COLUMNS]

ENERGY_COLUMNS = ("formation_energy_ev_per_atom", "total_energy_ev_per_atom", "total_energy_ev")


class RowError(ValueError):
    """What is wrong with one row."""


@dataclass(frozen=True)
class Reading:
    """What came of reading one source."""

    phases: pd.DataFrame
    """Accepted rows, with the columns of the phase table."""

    rejected: pd.DataFrame
    """What was not taken: source, row, phase_id, action, reason. The action is ``row rejected``, or ``structure
    dropped`` where the energy is used but the cell cannot be right."""

    searched: frozenset[str] | None = None
    """Chemical systems (sorted symbols joined by ``-``) the source has been searched in, compounds found or not; None
    where it does not say."""


@dataclass
class RowReader:
    """Collects raw rows of one source.

    Attributes
    ----------
    source, source_version, retrieved_at
        Written to every row.
    energy_level
        Level of theory of rows that do not say their own.
    """

    source: str
    source_version: str = ""
    retrieved_at: str = ""
    energy_level: str | None = None
    _accepted: list[dict[str, Any]] = field(default_factory=list)
    _rejected: list[dict[str, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add(self, where: str, raw: Mapping[str, Any]) -> None:
        """Check one raw row and keep it, or note why not.

        Parameters
        ----------
        where
            Where the row stands: a line number or a file's name.
        raw
            Values by the names of `tieline.config.sources.READABLE_COLUMNS`.
        """
        try:
            row = self._checked(raw)
        except RowError as error:
            self.reject(where, str(raw.get("phase_id", "")), str(error))
            return
        low, high = VOLUME_RANGE_A3_PER_ATOM
        if not (math.isnan(row["volume_a3_per_atom"]) or low <= row["volume_a3_per_atom"] <= high):
            reason = f"volume {row['volume_a3_per_atom']:g} A3/atom is outside {low:g}-{high:g}"
            self._note(where, row["phase_id"], "structure dropped", reason)
            row |= dict.fromkeys(STRUCTURE_COLUMNS) | {"volume_a3_per_atom": math.nan}
        self._seen.add(row["phase_id"])
        self._accepted.append(row | {"where": where})

    def reject(self, where: str, phase_id: str, reason: str) -> None:
        """Note a row that cannot be used."""
        self._note(where, phase_id, "row rejected", reason)

    def _note(self, where: str, phase_id: str, action: str, reason: str) -> None:
        values = (self.source, where, phase_id, action, reason)
        self._rejected.append(dict(zip(REJECTED_NAMES, values, strict=True)))

    def result(self) -> Reading:
        """Return what was read, total energies turned into formation energies.

        Raises
        ------
        PhaseDataError
            If no row was accepted, or an element of the total energies lacks its elemental phase.
        """
        if not self._accepted:
            first = f": first, row {self._rejected[0]['row']}: {self._rejected[0]['reason']}" if self._rejected else ""
            raise PhaseDataError(f"{self.source}: none of {len(self._rejected)} rows can be used{first}")
        frame = pd.DataFrame(self._accepted)
        if frame["total_energy_ev_per_atom"].notna().any():
            frame["formation_energy_ev_per_atom"] = self._formation_energies(frame)
        too_large = frame["formation_energy_ev_per_atom"].abs() > LARGEST_FORMATION_ENERGY_EV_PER_ATOM
        named = ["where", "phase_id", "formation_energy_ev_per_atom"]
        for where, phase_id, formation in frame.loc[too_large, named].itertuples(index=False, name=None):
            self.reject(where, phase_id, _too_large(formation))
        rejected = pd.DataFrame(self._rejected, columns=REJECTED_NAMES)
        return Reading(frame.loc[~too_large, SCHEMA.names].reset_index(drop=True), rejected)

    def _checked(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        phase_id = "" if is_missing(raw.get("phase_id")) else str(raw["phase_id"]).strip()
        if not phase_id:
            raise RowError("no phase_id")
        if phase_id in self._seen:
            raise RowError(f"phase_id {phase_id!r} stands twice in this source")
        structure = _structure(raw)
        counts = _counts(raw, structure)
        energies = {name: _number(raw, name) for name in ENERGY_COLUMNS if not is_missing(raw.get(name))}
        if len(energies) != 1:
            found = ", ".join(energies) if energies else "none"
            raise RowError(f"exactly one energy is needed ({', '.join(ENERGY_COLUMNS)}), found {found}")
        formation = energies.get("formation_energy_ev_per_atom", math.nan)
        if abs(formation) > LARGEST_FORMATION_ENERGY_EV_PER_ATOM:
            raise RowError(_too_large(formation))
        level = self.energy_level if is_missing(raw.get("energy_level")) else str(raw["energy_level"])
        if level is None:
            raise RowError("no energy_level, neither in the row nor for the source")
        n_atoms = len(structure["numbers"]) if structure["numbers"] is not None else sum(counts.values())
        total = energies.get("total_energy_ev_per_atom", energies.get("total_energy_ev", math.nan) / n_atoms)
        return {
            "phase_id": phase_id,
            "formula": reduced_formula(counts),
            "elements": "-".join(sorted(counts)),
            "n_elements": len(counts),
            "formation_energy_ev_per_atom": formation,
            "total_energy_ev_per_atom": total,
            "energy_level": level,
            "volume_a3_per_atom": _volume(raw, structure),
            **structure,
            "spacegroup_number_source": _spacegroup(raw),
            "experimental": None if is_missing(raw.get("experimental")) else _truth(raw["experimental"]),
            "source": self.source,
            "source_version": self.source_version,
            "retrieved_at": self.retrieved_at,
        }

    def _formation_energies(self, frame: pd.DataFrame) -> list[float]:
        elemental = frame[frame["n_elements"] == 1]
        references = elemental.groupby("elements")["total_energy_ev_per_atom"].min().to_dict()
        energies = []
        columns = ("phase_id", "formula", "formation_energy_ev_per_atom", "total_energy_ev_per_atom")
        for phase_id, formula, formation, total in zip(*(frame[name].tolist() for name in columns), strict=True):
            if math.isnan(total):
                energies.append(formation)
                continue
            counts = element_counts(formula)
            for symbol in counts:
                if math.isnan(references.get(symbol, math.nan)):
                    raise PhaseDataError(
                        f"{self.source}: phase {phase_id} has a total energy, so the source must also hold "
                        f"elemental {symbol} with a total energy (or give formation energies)"
                    )
            energies.append(total - sum(n * references[symbol] for symbol, n in counts.items()) / sum(counts.values()))
        return energies


def is_missing(value: Any) -> bool:
    """Whether a raw value says nothing: None, NaN or an empty text."""
    if value is None or value is pd.NA:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and math.isnan(value)


def _too_large(formation_energy: float) -> str:
    limit = LARGEST_FORMATION_ENERGY_EV_PER_ATOM
    return f"formation energy {formation_energy:g} eV/atom is beyond ±{limit:g}"


def _number(raw: Mapping[str, Any], name: str) -> float:
    try:
        value = float(raw[name])
    except (TypeError, ValueError, OverflowError):
        raise RowError(f"{name} {raw[name]!r} is no number") from None
    if not math.isfinite(value):
        raise RowError(f"{name} is not finite")
    return value


def _truth(value: Any) -> bool:
    text = str(value).strip().lower()
    if text in ("true", "1", "1.0", "yes"):
        return True
    if text in ("false", "0", "0.0", "no"):
        return False
    raise RowError(f"experimental {value!r} is neither true nor false")


def _numbers_in(value: Any, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    try:
        if isinstance(value, str):
            value = json.loads(value) if value.lstrip().startswith("[") else value.split()
        if isinstance(value, np.ndarray) and value.dtype == object:
            # A list of lists, as it comes out of a Parquet file.
            value = [np.asarray(part, dtype=np.float64).tolist() for part in value]
        return np.array(value, dtype=np.float64).ravel()
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise RowError(f"{name} is no list of numbers") from None


def _structure(raw: Mapping[str, Any]) -> dict[str, Any]:
    given = [name for name in STRUCTURE_COLUMNS if not is_missing(raw.get(name))]
    if not given:
        return dict.fromkeys(STRUCTURE_COLUMNS)
    if len(given) < len(STRUCTURE_COLUMNS):
        raise RowError(f"a structure needs numbers, cell_a and scaled_positions, found only {', '.join(given)}")
    numbers, cell, positions = (_numbers_in(raw[name], name) for name in STRUCTURE_COLUMNS)
    if len(cell) != 9:
        raise RowError(f"cell_a has {len(cell)} numbers, not 9")
    if len(numbers) == 0 or len(positions) != 3 * len(numbers):
        raise RowError(f"{len(numbers)} atoms with {len(positions)} fractional coordinates")
    if not all(np.isfinite(part).all() for part in (numbers, cell, positions)):
        raise RowError("the structure holds a number that is not finite")
    if not all(n == int(n) and 1 <= n < len(chemical_symbols) for n in numbers):
        raise RowError("numbers are not atomic numbers")
    return {
        "numbers": numbers.astype(int).tolist(),
        "cell_a": cell.tolist(),
        "scaled_positions": positions.tolist(),
    }


def _counts(raw: Mapping[str, Any], structure: Mapping[str, Any]) -> dict[str, int]:
    """Return how many atoms of each element, by the formula and (if there is one) the structure."""
    from_structure = Counter(chemical_symbols[n] for n in structure["numbers"] or ())
    if is_missing(raw.get("formula")):
        if not from_structure:
            raise RowError("neither formula nor structure")
        return dict(from_structure)
    try:
        counts = element_counts(str(raw["formula"]).strip())
    except ValueError as error:
        raise RowError(f"formula {error}") from None
    if from_structure:
        ratios = {from_structure[symbol] / n for symbol, n in counts.items()}
        if set(counts) != set(from_structure) or max(ratios) - min(ratios) > 1e-9:
            raise RowError(f"formula {raw['formula']} does not fit the structure ({reduced_formula(from_structure)})")
    return counts


def _volume(raw: Mapping[str, Any], structure: Mapping[str, Any]) -> float:
    if structure["numbers"] is not None:
        cell = np.reshape(structure["cell_a"], (3, 3))
        with np.errstate(over="ignore", invalid="ignore"):
            volume = abs(float(np.linalg.det(cell))) / len(structure["numbers"])
    elif is_missing(raw.get("volume_a3_per_atom")):
        return math.nan
    else:
        volume = _number(raw, "volume_a3_per_atom")
    if not volume > 0.0:
        raise RowError(f"volume {volume:g} A3/atom is not above zero")
    return volume


def _spacegroup(raw: Mapping[str, Any]) -> int | None:
    if is_missing(raw.get("spacegroup_number_source")):
        return None
    number = _number(raw, "spacegroup_number_source")
    if number != int(number) or not 1 <= number <= 230:
        raise RowError(f"spacegroup_number_source {number:g} is outside 1-230")
    return int(number)
