"""Composites as rows of the phases: A in a matrix B of one phase or of several."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.errors import TableError
from tieline.thermo.phase_arrays import System

WEIGHT = "phase_b_weight_fraction"


@dataclass(frozen=True)
class CompositeGroup:
    """Composites of one chemical system: A in a matrix B of one phase each, or of several."""

    elements: System
    """Elements of every composite, sorted."""

    row_a: NDArray[np.int64]
    """Shape (n_composites,): row of A among the phases."""

    rows_b: NDArray[np.int64]
    """Shape (n_composites, n_parts): rows of the phases that B is made of."""

    weight_shares_b: NDArray[np.float64]
    """Shape (n_composites, n_parts): weight of each part per weight of B; NaN where B may hold any amounts of them."""

    weight_fractions_b: NDArray[np.float64] | None = None
    """Shape (n_composites, n_weights): weight of B per weight of each composite; None where that is left open."""

    def __getitem__(self, places: NDArray[np.int64]) -> CompositeGroup:
        """Return some of the composites."""
        own = None if self.weight_fractions_b is None else self.weight_fractions_b[places]
        return CompositeGroup(self.elements, self.row_a[places], self.rows_b[places], self.weight_shares_b[places], own)


class Parts(NamedTuple):
    """What A and B of composites are made of, as rows of the phases."""

    row_a: NDArray[np.int64]
    """Shape (n_composites,)."""

    rows_b: NDArray[np.int64]
    """Shape (n_composites, 2): the phases of B; where B is one phase, the same row twice."""

    weight_shares_b: NDArray[np.float64]
    """Shape (n_composites, 2): weight of each per weight of B; zero for the second where B is one phase."""


def rows_of(wanted: pd.Series, ids: pd.Series, table: str = "phases") -> NDArray[np.int64]:
    """Return the rows at which identifiers stand in another table.

    Parameters
    ----------
    wanted
        Identifiers of phases, none missing.
    ids
        Identifiers of the other table, once each, in the order of its rows.
    table
        What to call the other table in an error.

    Raises
    ------
    TableError
        If one is not there: the tables are not of the same run.

    Examples
    --------
    >>> rows_of(pd.Series(["c", "a"]), pd.Series(["a", "b", "c"]))
    array([2, 0])
    """
    rows: NDArray[np.int64] = pd.Index(ids).get_indexer(pd.Index(wanted)).astype(np.int64)
    if (rows < 0).any():
        absent = wanted.iloc[int(np.argmin(rows))]
        raise TableError(f"phase {absent!r} of a composite is not in the table of {table}: are both of the same run?")
    return rows


def composite_parts(table: pd.DataFrame, ids: pd.Series) -> Parts:
    """Return the parts of composites with known shares.

    Parameters
    ----------
    table : DataFrame
        ``phase_a_id, phase_b1_id, phase_b2_id, phase_b2_weight_share``, the last two empty where B is one phase.
    ids
        Identifiers of the phases, in the order of their rows.

    Raises
    ------
    TableError
        If a phase is not among them.
    """
    first, second = table["phase_b1_id"], table["phase_b2_id"]
    second = first.where(second.isna(), second)
    share = table["phase_b2_weight_share"].fillna(0.0).to_numpy(np.float64)
    return Parts(
        rows_of(table["phase_a_id"], ids),
        np.column_stack([rows_of(first, ids), rows_of(second, ids)]),
        np.column_stack([1.0 - share, share]),
    )


def all_of_b(table: pd.DataFrame, flags: pd.Series) -> pd.Series:
    """Return whether a flag holds for every phase of B; missing where that rests on a phase without the flag.

    Parameters
    ----------
    table : DataFrame
        ``phase_b1_id, phase_b2_id``, the second empty where B is one phase.
    flags : Series
        Booleans that may be missing, by phase id.
    """
    first, second = (table[f"phase_b{n}_id"].map(flags.to_dict()).astype("boolean") for n in (1, 2))
    return first & second.mask(table["phase_b2_id"].isna(), other=True)


def grouped_composites(table: pd.DataFrame, phases: pd.DataFrame) -> tuple[pd.DataFrame, list[CompositeGroup]]:
    """Return composites system by system, as a table and as rows of the phases.

    Parameters
    ----------
    table : DataFrame
        ``system, phase_a_id, phase_b1_id, phase_b2_id`` (empty where B is one phase) and whatever else;
        ``phase_b1_weight_share`` where the shares of the parts are known, ``phase_b_weight_fraction`` where each weight
        fraction has its row.
    phases : DataFrame
        ``phase_id``, once each.

    Returns
    -------
    table : DataFrame
        The same rows, those of one group together: systems as they first stand, in each the composites of one phase B
        before those of two, otherwise in the order given.
    groups
        Composites of one system with as many phases in B, in the order of that table.

    Raises
    ------
    TableError
        If a phase is not among `phases`.
    """
    ids = phases["phase_id"]
    n_parts = 1 + table["phase_b2_id"].notna().to_numpy(np.int64)
    system = pd.factorize(table["system"])[0]
    order = np.lexsort((n_parts, system))
    ordered = table.iloc[order]
    groups = []
    for _, own in ordered.groupby([system[order], n_parts[order]], sort=False):
        names = ["phase_b1_id"] if own["phase_b2_id"].isna().iloc[0] else ["phase_b1_id", "phase_b2_id"]
        shares = np.ones((len(own), len(names)))
        if len(names) == 2:
            shares[:, 0] = own.get("phase_b1_weight_share", np.nan)
            shares[:, 1] -= shares[:, 0]
        groups.append(
            CompositeGroup(
                elements=tuple(sorted(str(own["system"].iloc[0]).split("-"))),
                row_a=rows_of(own["phase_a_id"], ids),
                rows_b=np.column_stack([rows_of(own[name], ids) for name in names]),
                weight_shares_b=shares,
                weight_fractions_b=own[[WEIGHT]].to_numpy(np.float64) if WEIGHT in own else None,
            )
        )
    return ordered, groups
