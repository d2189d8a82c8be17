"""Melting and boiling of the elements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from tieline.core.errors import PhaseDataError


@dataclass(frozen=True)
class Transition:
    """Melting and boiling of an element at atmospheric pressure, NaN where unknown: tieline/data/elements/README.md."""

    melting_point_k: float = float("nan")
    """Of the solid that is stable below it; carbon's is that of its triple point."""

    boiling_point_k: float = float("nan")
    """Where the vapour pressure is 1 atm; carbon sublimes there."""

    fusion_enthalpy_kj_per_mol: float = float("nan")
    """At the melting point."""

    vaporisation_enthalpy_kj_per_mol: float = float("nan")
    """At the boiling point."""

    @property
    def fusion_entropy_kj_per_mol_k(self) -> float:
        """Enthalpy over temperature of melting."""
        return self.fusion_enthalpy_kj_per_mol / self.melting_point_k


UNKNOWN = Transition()
"""What stands for an element without data."""

Transitions = Mapping[str, Transition]
"""By chemical symbol."""


def read_transitions(path: Path) -> Transitions:
    """Read the transitions of the elements.

    Raises
    ------
    PhaseDataError
        If the file is not readable or a column is missing.
    """
    names = [field.name for field in fields(Transition)]
    try:
        table = pd.read_csv(path, usecols=["element", *names], dtype=dict.fromkeys(names, "float64")).set_index(
            "element"
        )
    except (OSError, ValueError) as error:
        raise PhaseDataError(f"{path}: {str(error).splitlines()[0]}") from error
    rows = zip(table.index, table[names].itertuples(index=False), strict=True)
    return {str(symbol): Transition(*row) for symbol, row in rows}
