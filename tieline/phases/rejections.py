"""Whether a run can continue although rows of its sources were rejected."""

from __future__ import annotations

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts
from tieline.phases.merge import Merged
from tieline.phases.rows import ROW_REJECTED
from tieline.phases.source_settings import InvalidRows

SHOWN = 3
"""How many rejected rows a message names."""


def require_acceptable(rejected: pd.DataFrame, invalid_rows: InvalidRows, elements: frozenset[str]) -> None:
    """Stop where `phases.invalid_rows` does not allow the rejected rows.

    Parameters
    ----------
    rejected
        Columns of rejected.csv; only rejected rows count, not dropped structures or repeated rows.
    invalid_rows
        ``stop``: any rejected row stops the run. ``stop_if_element``: a rejected phase of an element whose hulls are
        computed does, since it may be the one that energies refer to. ``skip``: none does.
    elements
        The elements of the hulls: hosts, partners and the working ion.

    Raises
    ------
    PhaseDataError
        Naming the first rows, with file, row and reason.
    """
    rows = rejected[rejected["action"] == ROW_REJECTED]
    if invalid_rows == "stop_if_element":
        rows = rows[[_only_element(formula) in elements for formula in rows["formula"]]]
    if invalid_rows != "skip" and len(rows):
        what = "phases of elements that hulls need" if invalid_rows == "stop_if_element" else "rows"
        raise PhaseDataError(f"{len(rows)} rejected {what}: {_shown(rows)}; {_way_out(invalid_rows)}")


def require_known_elements(rejected: pd.DataFrame, invalid_rows: InvalidRows, merged: Merged) -> None:
    """Stop where an element has no elemental phase and a row whose formula is not known may have been it.

    Parameters
    ----------
    rejected, invalid_rows
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
        for source, formula in zip(merged.excluded["source"], merged.excluded["formula"], strict=True)
        if not lacking.isdisjoint(element_counts(formula))
    }
    is_unknown = (rejected["action"] == ROW_REJECTED) & (rejected["formula"] == "")
    rows = rejected[is_unknown & rejected["source"].isin(concerned)]
    if invalid_rows == "stop_if_element" and len(rows):
        raise PhaseDataError(
            f"no elemental phase of {', '.join(sorted(lacking))} among the phase data, and {len(rows)} rejected rows "
            f"may have been it: {_shown(rows)}; {_way_out(invalid_rows)}"
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


def _way_out(invalid_rows: InvalidRows) -> str:
    return f"correct them, or leave them out with phases.invalid_rows: skip (now {invalid_rows})"
