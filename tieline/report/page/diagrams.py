"""Phase diagrams at 0 K of the systems of composites, as points and tie-lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

LARGEST_SHOWN_EV_PER_ATOM = 0.3
"""Phases further above the hull are left out, unless they are part of the composite."""

STABLE_EV_PER_ATOM = 1e-9
"""Energies above the hull below this are rounding."""


def phase_diagram(
    elements: Sequence[str], parts: Sequence[str], phases: pd.DataFrame, arrays: PhaseArrays, hulls: SystemHulls
) -> dict[str, Any]:
    """Return the phase diagram of a system for JSON.

    Parameters
    ----------
    elements
        The elements of the composite, without the working ion.
    parts
        Identifiers of A and of the phases of B.
    phases, arrays
        The phases of the run, as a table (``phase_id``, ``formula``) and as arrays.
    hulls
        Their hulls.

    Returns
    -------
    dict
        ``elements``, sorted; ``phases``, each with its ``id``, ``formula``, atomic ``fractions``, ``energy`` of
        formation and energy ``above`` the hull in eV/atom; ``edges``, the tie-lines as pairs of places among the
        phases.
    """
    system, hull = hulls.hull(elements)
    rows = arrays.rows_within(system)
    fractions = arrays.fractions[rows][:, arrays.columns(system)]
    energies = arrays.formation_energy_ev_per_atom[rows]
    above = np.maximum(energies - hull.energies_ev(fractions), 0.0)
    ids = phases["phase_id"].to_numpy(object)[rows]
    shown = (above <= LARGEST_SHOWN_EV_PER_ATOM) | np.isin(ids, list(parts))
    place = {int(row): number for number, row in enumerate(rows[shown])}
    pairs = {
        (min(pair), max(pair))
        for corners in hull.vertices.tolist()
        for pair in combinations([place[corner] for corner in corners], 2)
    }
    return {
        "elements": list(system),
        "phases": [
            {
                "id": str(ids[number]),
                "formula": str(phases["formula"].iloc[rows[number]]),
                "fractions": fractions[number].round(6).tolist(),
                "energy": round(float(energies[number]), 5),
                "above": round(float(above[number]), 5) if above[number] > STABLE_EV_PER_ATOM else 0.0,
            }
            for number in np.flatnonzero(shown)
        ],
        "edges": sorted(pairs),
    }
