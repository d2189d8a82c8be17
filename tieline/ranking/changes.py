"""What a run changed: pairs that appeared, vanished or moved in rank since an earlier one."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from tieline.core.columns import COMPOSITE_KEYS
from tieline.core.errors import PhaseDataError
from tieline.core.store import Store
from tieline.core.table_cells import meant
from tieline.ranking.columns import CHANGES

KEPT = [*COMPOSITE_KEYS, "phase_a", "phase_b", "phase_b_weight_fraction", "pareto_rank", "score"]
"""Columns of a ranking that are kept of each pair."""

FATES = {"left_only": "appeared", "right_only": "vanished", "both": "moved"}
"""What becomes of a pair, by the side of a merge that it is on."""

LATEST, BEFORE = "latest", "before"
"""The two rankings that are kept: of the last run, and of the last run before it that had another one."""

ENDING = ".csv.gz"
"""Ending of the files they are kept in, whose first line is a checksum."""


def read_pairs(ranked: Path) -> pd.DataFrame:
    """Return the pairs of an earlier ranked.csv; see `composites_of`.

    Raises
    ------
    PhaseDataError
        If the file is no such table.
    """
    try:
        frame = meant(pd.read_csv(ranked, dtype=str, keep_default_na=False))
    except (ValueError, OSError) as error:
        raise PhaseDataError(f"{ranked}: not a ranked.csv ({str(error).splitlines()[0]})") from error
    for name in KEPT:
        if name not in frame:
            raise PhaseDataError(f"{ranked}: not a ranked.csv, no column {name!r}")
    return composites_of(frame)


def composites_of(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of a ranking in order of merit, each at the weight fraction where it ranks highest.

    Parameters
    ----------
    ranked
        `KEPT` of a ranking as it is printed.

    Returns
    -------
    DataFrame
        All values as text; ``pair_rank`` counts from 1.
    """
    pairs = ranked.drop_duplicates(list(COMPOSITE_KEYS))[KEPT].astype(str).reset_index(drop=True)
    return pairs.assign(pair_rank=(pairs.index + 1).astype(str))


def compare_rankings(pairs: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """Return changes.csv.

    Parameters
    ----------
    pairs, earlier
        Pairs of this run's ranking and of the one it is held against.

    Returns
    -------
    DataFrame
        Pairs that appeared, best first; that vanished, best first; and that moved among the pairs of both rankings,
        furthest first. Pairs that kept their place among those are left out.
    """
    both = pairs.merge(earlier, on=list(COMPOSITE_KEYS), how="outer", suffixes=("", "_previous"), indicator="change")
    both["change"] = both["change"].map(FATES).astype(str)
    # An outer merge leaves what only one side has empty; the names are taken from the other.
    for name in ("phase_a", "phase_b"):
        both[name] = both[name].fillna(both[f"{name}_previous"])
    both["place"] = both["pair_rank"].astype("Int64")
    both["place_previous"] = both["pair_rank_previous"].astype("Int64")
    common = both["change"] == "moved"
    now, then = (both.loc[common, name].rank().astype("Int64") for name in ("place", "place_previous"))
    both["places_moved"] = (then - now).reindex(both.index)
    both = both[~common | (both["places_moved"] != 0).fillna(False)]
    order = np.select([both["change"] == "appeared", both["change"] == "vanished"], [0, 1], 2)
    far = -both["places_moved"].abs().fillna(0)
    place = both["place"].fillna(both["place_previous"])
    both = both.assign(order=order, far=far, at=place).sort_values(["order", "far", "at"], ignore_index=True)
    return both[list(CHANGES.names)]


def earlier_ranking(history: Path, pairs: pd.DataFrame) -> pd.DataFrame | None:
    """Return the pairs of the last run that had another ranking, None if there was none.

    Parameters
    ----------
    history
        Folder that `remember` keeps.
    pairs
        Pairs of this run's ranking.
    """
    latest, before = (_read(history, name) for name in (LATEST, BEFORE))
    return before if latest is not None and latest.equals(pairs) else latest


def remember(history: Path, pairs: pd.DataFrame) -> None:
    """Keep the pairs of this run's ranking for the next run to be held against.

    The ranking before is kept as well, so that computing the same ranking again loses nothing.

    Parameters
    ----------
    history
        A folder; made if need be.
    pairs
        Pairs of this run's ranking.
    """
    latest = _read(history, LATEST)
    if latest is not None and not latest.equals(pairs):
        _keep(latest, history, BEFORE)
    _keep(pairs, history, LATEST)


def _keep(pairs: pd.DataFrame, history: Path, name: str) -> None:
    Store(history, ENDING).write(name, pairs.to_csv(index=False, lineterminator="\n").encode())


def _read(history: Path, name: str) -> pd.DataFrame | None:
    """Return kept pairs; None if there are none, they are damaged, or another version kept other columns."""
    content = Store(history, ENDING).read(name)
    if content is None:
        return None
    frame = pd.read_csv(BytesIO(content), dtype=str, keep_default_na=False)
    return frame if list(frame) == [*KEPT, "pair_rank"] else None


def changes_since(history: Path, pairs: pd.DataFrame, baseline: Path | None) -> tuple[pd.DataFrame, str]:
    """Return changes.csv and one line that sums it up.

    Parameters
    ----------
    history
        Folder that `remember` keeps.
    pairs
        Pairs of this run's ranking.
    baseline
        A ranked.csv to compare with; None takes the last run in this folder that ranked otherwise.
    """
    if baseline is None:
        earlier, against = earlier_ranking(history, pairs), "the ranking before"
    else:
        earlier, against = read_pairs(baseline), str(baseline)
    if earlier is None:
        return pd.DataFrame(columns=list(CHANGES.names)), "no earlier ranking to compare with\n"
    changes = compare_rankings(pairs, earlier)
    counts = {kind: int((changes["change"] == kind).sum()) for kind in ("appeared", "vanished", "moved")}
    if not any(counts.values()):
        return changes, f"pairs against {against}: the same in the same order\n"
    return changes, (
        f"pairs against {against}: {counts['appeared']} appeared, {counts['vanished']} vanished, "
        f"{counts['moved']} moved among the others (changes.csv)\n"
    )
