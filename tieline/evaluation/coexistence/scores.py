"""How good a selection of pairs is, and its probabilities: precision, recall, Brier score, reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

OFFERED_EV_PER_ATOM = 0.025
"""Largest tie-line excess of the pairs that the Brier score is taken over: further ones are too easy."""

EDGES: tuple[float, ...] = (0.0, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.0)
"""Ends of the ranges of probability in the reliability diagram."""


def scores(pairs: pd.DataFrame, selected: pd.Series) -> dict[str, float]:
    """Return how well a selection, and the probabilities behind it, tell the neighbours of the hosts.

    Parameters
    ----------
    pairs : DataFrame
        ``data_set, host, partner, tie_line_excess_ev_per_atom, is_neighbour, probability`` of every compound of the
        binaries that the phase data hold. Probabilities may be missing.
    selected
        Whether each is selected.

    Returns
    -------
    dict
        ``selected`` pairs, ``right`` ones among them, ``precision``; ``binaries`` whose neighbour the data hold,
        ``found`` ones, with a right pair selected, ``recall``; ``brier`` score over the pairs within
        `OFFERED_EV_PER_ATOM`.
    """
    right = selected & pairs["is_neighbour"]
    of_binary = pairs.assign(right=right).groupby(["data_set", "host", "partner"])[["is_neighbour", "right"]].any()
    offered = pairs["tie_line_excess_ev_per_atom"] <= OFFERED_EV_PER_ATOM
    held, found = (int(of_binary[name].sum()) for name in ("is_neighbour", "right"))
    return {
        "selected": int(selected.sum()),
        "right": int(right.sum()),
        "precision": _share(int(right.sum()), int(selected.sum())),
        "binaries": held,
        "found": found,
        "recall": _share(found, held),
        "brier": float(((pairs["probability"] - pairs["is_neighbour"])[offered] ** 2).mean()),
    }


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def reliability(pairs: pd.DataFrame, edges: Sequence[float] = EDGES) -> pd.DataFrame:
    """Return the reliability diagram: how often the pairs of each range of probability are neighbours.

    Parameters
    ----------
    pairs : DataFrame
        ``probability, is_neighbour``.
    edges
        Ends of the ranges.

    Returns
    -------
    DataFrame
        ``lowest, highest, n_pairs, mean_probability, observed_frequency``; ranges without pairs are left out.
    """
    # A probability on an edge belongs to the range above it, but 1 to the last one.
    number = np.searchsorted(edges, pairs["probability"], side="right").clip(max=len(edges) - 1) - 1
    table = pairs.groupby(number).agg(
        n_pairs=("probability", "size"),
        mean_probability=("probability", "mean"),
        observed_frequency=("is_neighbour", "mean"),
    )
    ends = np.array(edges)
    table.insert(0, "lowest", ends[table.index])
    table.insert(1, "highest", ends[table.index + 1])
    return table.reset_index(drop=True)
