"""What could replace a composite: what is better than it, in what, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from tieline.core.columns import Column
from tieline.core.formulas import composition_key, parts_of
from tieline.core.tables import Table
from tieline.ranking.columns import ALTERNATIVE_COLUMNS
from tieline.ranking.dictionary import rankable
from tieline.ranking.settings import Ranking, Reference

SHORT: Mapping[str, str] = {
    "capacity_expected_mah_per_g": "capacity",
    "phase_b_volume_fraction": "volume fraction of B",
    "coexistence_probability": "probability of coexistence",
    "phase_b_reaction_probability": "probability that B reacts",
    "cost_usd_per_kg": "cost",
}
"""What columns are called in a sentence; others by their own names."""

NEGLIGIBLE = 0.01
"""Relative differences below this, and differences of probabilities, are none."""


def alternatives_table(ranking: Ranking, more: Sequence[Column] = ()) -> Table:
    """Return the contract of alternatives.csv."""
    columns = rankable(more)
    table = {column.name: column for column in ALTERNATIVE_COLUMNS}
    for name in ranking.objectives:
        own = columns[name]
        for suffix, of in (("", ""), ("_reference", "; of the reference")):
            named = Column(f"{name}{suffix}", f"{own.meaning}{of}", own.unit, own.decimals, kind=own.kind)
            # An objective may be among the first columns.
            table.setdefault(named.name, named)
    return Table(tuple(table.values()))


def find_alternatives(
    ranked: pd.DataFrame, reference: Reference, ranking: Ranking, more: Sequence[Column] = ()
) -> pd.DataFrame:
    """Return what is better than the reference in at least one objective, at the same limit on the swelling.

    Parameters
    ----------
    ranked
        The ranked composites, each at its design point.
    reference
        The composite to compare with; of several forms the one that ranks highest. Nothing is compared where it is not
        ranked.
    ranking
        Its objectives are compared.
    more
        Columns of the user's own that it may name.

    Returns
    -------
    DataFrame
        The columns of `alternatives_table`: composites of the same A and role of B, those better in more objectives
        than they are worse in first, then by rank.
    """
    table = alternatives_table(ranking, more)
    found = ranked[is_the_reference(ranked, reference)]
    if found.empty:
        return pd.DataFrame(columns=list(table.names))
    own = found.iloc[0]
    same = ranked["phase_a"].eq(own["phase_a"]) & ranked["phase_b_role"].fillna("").eq(own["phase_b_role"] or "")
    others = ranked[same & ranked["phase_b"].ne(own["phase_b"])]
    columns = rankable(more)
    rows = []
    for _, other in others.iterrows():
        better: list[str] = []
        worse: list[str] = []
        for name in ranking.objectives:
            difference = _difference(other[name], own[name], columns[name])
            if difference is not None:
                (better if difference[0] else worse).append(difference[1])
        values = {name: other[name] for name in ranking.objectives}
        rows.append(
            {column.name: other[column.name] for column in ALTERNATIVE_COLUMNS if column.name in other}
            | {"better_in": "; ".join(better), "worse_in": "; ".join(worse)}
            | {"n_better": len(better), "n_worse": len(worse)}
            | values
            | {f"{name}_reference": own[name] for name in ranking.objectives}
        )
    frame = pd.DataFrame(rows, columns=list(table.names))
    frame = frame[frame["n_better"] > 0]
    order = (frame["n_worse"] - frame["n_better"]).to_numpy(dtype=np.int64)
    return frame.iloc[np.lexsort((frame["rank"].to_numpy(dtype=np.int64), order))].reset_index(drop=True)


def describe_alternatives(
    alternatives: pd.DataFrame, reference: Reference, n_rows: int = 5, *, is_ranked: bool = True
) -> str:
    """Return the first alternatives, a line each; `is_ranked` says whether the reference is among the ranked."""
    name = f"{reference.a} + {reference.b}"
    if alternatives.empty:
        return f"alternatives to {name}: none{'' if is_ranked else ', for it is not among the ranked composites'}\n"
    best = alternatives.drop_duplicates("phase_b").head(n_rows)
    told = best[["phase_b", "better_in", "worse_in"]].astype(str).itertuples(index=False, name=None)
    lines = [f"  {phase_b}: {better}" + (f"; but {worse}" if worse else "") for phase_b, better, worse in told]
    return "\n".join([f"alternatives to {name} at the same swelling (alternatives.csv):", *lines, ""])


def is_the_reference(ranked: pd.DataFrame, reference: Reference) -> pd.Series:
    """Return which of the ranked composites are the reference, in any of its forms."""
    wanted = _composition(reference.a), _composition(reference.b)
    pairs = zip(ranked["phase_a"], ranked["phase_b"], strict=True)
    return pd.Series([(_composition(a), _composition(b)) == wanted for a, b in pairs], index=ranked.index, dtype=bool)


def _composition(formulas: str) -> frozenset[tuple[tuple[str, int], ...]]:
    return frozenset(composition_key(part) for part in parts_of(formulas))


def _difference(value: float, reference: float, column: Column) -> tuple[bool, str] | None:
    """Return whether `value` is better than `reference`, and by how much; None where there is no difference."""
    if pd.isna(value) or pd.isna(reference):
        return None
    better = (value > reference) == (column.better == "higher")
    label = SHORT.get(column.name, column.name)
    if column.unit == "1":
        if abs(value - reference) < NEGLIGIBLE:
            return None
        return better, f"{label} {value:.2f}, not {reference:.2f}"
    if reference == 0.0 or abs(value / reference - 1.0) < NEGLIGIBLE:
        return None
    ratio = value / reference
    by = f"{ratio:.{2 if ratio < 10.0 else 0}f} times {reference:.{column.decimals or 0}f}"
    return better, f"{label} {value:.{column.decimals or 0}f} {column.unit}, {by}"
