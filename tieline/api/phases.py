"""Phases loaded from anywhere, ready to be asked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from tieline.api.hull import SystemHull
from tieline.config import load_config
from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.core.formulas import composition_key
from tieline.crystal.settings import Crystal
from tieline.phases.embedded import read_embedded
from tieline.phases.files import read_file_source
from tieline.phases.merge import merge_phases
from tieline.phases.rows import Reading, RowReader
from tieline.phases.settings import PhaseA
from tieline.phases.source_settings import FileSource, Phases
from tieline.phases.tables import add_rows
from tieline.thermo.phase_arrays import PhaseArrays

if TYPE_CHECKING:
    from pymatgen.entries.computed_entries import ComputedEntry

log = logging.getLogger(__name__)


@dataclass(frozen=True, repr=False)
class PhaseSet:
    """Phases of one level of theory, their formation energies against the reference state of each element."""

    table: pd.DataFrame
    """One row per phase, with the columns of phases.parquet."""

    excluded: pd.DataFrame
    """Phases that were left out: phase_id, formula, source, reason."""

    rejected: pd.DataFrame
    """Rows that could not be used, with the reason; the columns of rejected.csv."""

    searched: frozenset[str] | None = None
    """Chemical systems that the source has been searched in; None where it does not say."""

    def __len__(self) -> int:
        """Return how many phases there are."""
        return len(self.table)

    def __repr__(self) -> str:
        """Return how many phases of which elements there are."""
        elements = {symbol for system in self.table["elements"].unique() for symbol in system.split("-")}
        return f"<PhaseSet: {len(self)} phases of {len(elements)} elements>"

    def hull(self, system: str | Iterable[str]) -> SystemHull:
        """Return the convex hull of a chemical system.

        Parameters
        ----------
        system
            Such as ``"Si-Ti"``, or symbols.

        Raises
        ------
        PhaseDataError
            If an element has no elemental phase.

        Examples
        --------
        >>> import tieline
        >>> tieline.load_phases().hull("Si-Ti").stable["formula"].tolist()
        ['Si', 'Ti', 'Ti5Si3', 'Ti5Si4', 'TiSi', 'TiSi2']
        """
        return SystemHull(self.table, system.split("-") if isinstance(system, str) else system)

    def find(self, name: str) -> str:
        """Return the identifier of a phase.

        Parameters
        ----------
        name
            Its identifier, or a formula, which means the phase of lowest energy of that composition.

        Raises
        ------
        PhaseDataError
            If there is no such phase.
        """
        if (self.table["phase_id"] == name).any():
            return name
        try:
            key = composition_key(name)
        except ValueError:
            key = ()
        same = self.table[[composition_key(formula) == key for formula in self.table["formula"]]]
        if same.empty:
            known = (*self.table["formula"].unique(), *self.table["phase_id"])
            raise PhaseDataError(f"no phase {name!r} among the phase data{did_you_mean(name, known)}")
        lowest = same.sort_values(["formation_energy_ev_per_atom", "phase_id"]).iloc[0]
        return str(lowest["phase_id"])

    @property
    def arrays(self) -> PhaseArrays:
        """The phases as arrays, in the order of the table."""
        return PhaseArrays.from_table(self.table)


def load_phases(
    source: str | Path | pd.DataFrame | Iterable[ComputedEntry] | None = None,
    *,
    energy_level: str | None = None,
    columns: Mapping[str, str] | None = None,
    suppressed: Iterable[str] | None = None,
    polymorphs: Mapping[str, int] | None = None,
) -> PhaseSet:
    """Load phases and refer their energies to the reference state of each element.

    Parameters
    ----------
    source
        Nothing for the embedded set; a table (CSV, Excel, Parquet, JSON), pymatgen entries in
        JSON, an ASE database or a folder of structures, by its path;
        a DataFrame; or pymatgen entries, whose uncorrected energies are taken.
    energy_level
        Level of theory of the energies, for what does not say it itself.
    columns
        What tieline calls a column: what the table calls it. A table needs ``phase_id, formula`` and one of
        ``formation_energy_ev_per_atom, total_energy_ev_per_atom, total_energy_ev``.
    suppressed
        Formulas that do not form electrochemically; ``phases.suppressed`` of the configuration by default.
    polymorphs
        Space groups of reference states that are not the phase of lowest energy; ``phase_a.polymorphs`` by default.

    Raises
    ------
    PhaseDataError
        If the source cannot be read or holds no usable row.
    ConfigError
        If an argument is none that the configuration would take.

    Examples
    --------
    >>> import pandas as pd, tieline
    >>> table = pd.DataFrame(
    ...     {
    ...         "phase_id": ["si", "mg", "mg2si"],
    ...         "formula": ["Si", "Mg", "Mg2Si"],
    ...         "formation_energy_ev_per_atom": [0.0, 0.0, -0.2],
    ...     }
    ... )
    >>> len(tieline.load_phases(table, energy_level="mine"))
    3
    """
    reading = _read(source, energy_level, dict(columns or {}))
    if len(reading.rejected):
        log.warning("%d rows cannot be used; `rejected` says why", len(reading.rejected))
    elements = {symbol for system in reading.phases["elements"].unique() for symbol in system.split("-")}
    merged = merge_phases(
        [reading.phases],
        elements=frozenset(elements),
        required=(),
        suppressed=list(Phases().suppressed if suppressed is None else suppressed),
        polymorphs=PhaseA().polymorphs if polymorphs is None else polymorphs,
        crystal=Crystal(),
    )
    return PhaseSet(merged.included, merged.excluded, reading.rejected, reading.searched)


def _read(source: Any, energy_level: str | None, columns: dict[str, str]) -> Reading:
    if source is None:
        return read_embedded()
    if isinstance(source, (str, Path)):
        described = {"kind": "file", "path": str(source), "energy_level": energy_level, "columns": columns}
        config = load_config({"phases": {"sources": [described]}})
        return read_file_source(cast(FileSource, config.phases.sources[0]))
    is_table = isinstance(source, pd.DataFrame)
    frame = source if is_table else pd.DataFrame([_row_of(number, entry) for number, entry in enumerate(source)])
    reader = RowReader(source="table" if is_table else "entries", energy_level=energy_level)
    add_rows(frame, columns, reader, name="the table" if is_table else "the entries")
    return reader.result()


def _row_of(number: int, entry: ComputedEntry) -> dict[str, Any]:
    """Return a raw row of a pymatgen entry."""
    row = {
        "phase_id": str(entry.entry_id or number),
        "formula": entry.composition.reduced_formula,
        "total_energy_ev_per_atom": entry.uncorrected_energy_per_atom,
    }
    structure = getattr(entry, "structure", None)
    if structure is None or not structure.is_ordered:
        return row
    return row | {
        "numbers": list(structure.atomic_numbers),
        "cell_a": structure.lattice.matrix.ravel().tolist(),
        "scaled_positions": structure.frac_coords.ravel().tolist(),
    }
