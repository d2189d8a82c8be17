"""Whether a run may go on although rows of its sources were rejected."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts
from tieline.phases.merge import Merged
from tieline.phases.rows import ROW_REJECTED

OnRejected = Literal["stop_if_element", "stop", "go_on"]

SHOWN = 3
"""How many rejected rows a message names."""


def require_acceptable(rejected: pd.DataFrame, on_rejected: OnRejected, elements: frozenset[str]) -> None:
    """Stop where the rejected rows are more than the config puts up with.

    Parameters
    ----------
    rejected
        Columns of rejected.csv; only rejected rows count, not dropped structures or repeated rows.
    on_rejected
        ``stop``: any rejected row stops the run. ``stop_if_element``: a rejected phase of an element whose hulls are
        computed does, for it may be the one that energies refer to. ``go_on``: none does.
    elements
        The elements of the hulls: hosts, partners and the working ion.

    Raises
    ------
    PhaseDataError
        Naming the first rows, with file, row and reason.
    """
    rows = rejected[rejected["action"] == ROW_REJECTED]
    if on_rejected == "stop_if_element":
        rows = rows[[_only_element(formula) in elements for formula in rows["formula"]]]
    if on_rejected != "go_on" and len(rows):
        what = "phases of elements that hulls need" if on_rejected == "stop_if_element" else "rows"
        raise PhaseDataError(f"{len(rows)} rejected {what}: {_shown(rows)}; {_way_out(on_rejected)}")


def require_known_elements(rejected: pd.DataFrame, on_rejected: OnRejected, merged: Merged) -> None:
    """Stop where an element has no elemental phase and a row whose formula is not known may have been it.

    Parameters
    ----------
    rejected, on_rejected
        As for `require_acceptable`.
    merged
        The phases of the run.

    Raises
    ------
    PhaseDataError
        Naming the elements and the first rows, with file, row and reason.
    """
    lacking = merged.without_reference
    concerned = {
        source
        for source, formula in zip(merged.set_aside["source"], merged.set_aside["formula"], strict=True)
        if not lacking.isdisjoint(element_counts(formula))
    }
    is_unknown = (rejected["action"] == ROW_REJECTED) & (rejected["formula"] == "")
    rows = rejected[is_unknown & rejected["source"].isin(concerned)]
    if on_rejected == "stop_if_element" and len(rows):
        raise PhaseDataError(
            f"no elemental phase of {', '.join(sorted(lacking))} among the phase data, and {len(rows)} rejected rows "
            f"may have been it: {_shown(rows)}; {_way_out(on_rejected)}"
        )


def _only_element(formula: str) -> str | None:
    try:
        counts = element_counts(formula)
    except ValueError:
        return None
    return next(iter(counts)) if len(counts) == 1 else None


def _shown(rows: pd.DataFrame) -> str:
    texts = [
        f"{row['file'] or row['source']}, row {row['row']} ({row['formula'] or row['phase_id'] or 'unknown'}): "
        f"{row['reason']}"
        for row in rows.head(SHOWN).to_dict("records")
    ]
    return "; ".join(texts) + ("; ..." if len(rows) > SHOWN else "")


def _way_out(on_rejected: OnRejected) -> str:
    return f"correct them, or allow it in the config (phases.on_rejected is {on_rejected}; go_on leaves them out)"
