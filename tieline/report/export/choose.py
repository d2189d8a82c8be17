"""Which composites are meant: by rank, by formulas, or by identifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.errors import TielineError, did_you_mean
from tieline.core.formulas import PLUS, composition_key
from tieline.core.tables import Table
from tieline.lithiation.columns import CANDIDATES
from tieline.ranking.columns import RANKED

NAMING = (*CANDIDATE_KEYS, "phase_a", "phase_b", "phase_b1_id", "phase_b2_id", "design_point")
"""Columns of candidates that it takes to know which is meant."""


class UnknownCandidateError(TielineError):
    """No composite of a run is called so."""


def with_ranks(candidates: pd.DataFrame, ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the candidates at their design point with their ``rank``, ranked ones first and in order.

    Parameters
    ----------
    candidates
        At least `NAMING`; what else they hold is kept, and so is the index.
    ranked
        `CANDIDATE_KEYS` and ``rank`` of the ranked composites.
    """
    at_design = candidates[candidates["design_point"]]
    ranks = ranked.set_index(list(CANDIDATE_KEYS))["rank"]
    own = ranks.reindex(pd.MultiIndex.from_frame(at_design[list(CANDIDATE_KEYS)])).array
    return at_design.assign(rank=pd.array(own, dtype="Int64")).sort_values("rank", kind="stable", na_position="last")


def read_composites(candidates: Path, ranked: Path, table: Table = CANDIDATES) -> pd.DataFrame:
    """Return `NAMING` and ``rank`` of all composites of a run, from its candidates and its ranked.parquet."""
    return with_ranks(table.read(candidates, NAMING), RANKED.read(ranked, [*CANDIDATE_KEYS, "rank"]))


def choose(composites: pd.DataFrame, names: Sequence[str] = (), first: int = 0) -> pd.DataFrame:
    """Return the first composites of the ranking and those that are named, once each.

    Parameters
    ----------
    composites
        What `with_ranks` returns.
    names
        Each a rank, ``A + B`` or ``A + B1 + B2`` by formulas or identifiers, B alone, or an identifier of a mixture
        with its shares. Of several forms of one composite the one that ranks highest is taken.
    first
        How many of the ranked composites to take before them.

    Raises
    ------
    UnknownCandidateError
        If there is none of a name.
    """
    n_ranked = int(composites["rank"].notna().sum())
    wanted = [*range(min(first, n_ranked)), *(_find(composites, str(name)) for name in names)]
    return composites.iloc[list(dict.fromkeys(wanted))]


def _find(composites: pd.DataFrame, name: str) -> int:
    """Return the place of the composite that is called `name`."""
    name = " ".join(name.split())
    if re.fullmatch(r"[+-]?\d+", name):
        of_rank = composites["rank"].eq(int(name)).fillna(value=False).to_numpy(bool)
        if of_rank.any():
            return int(of_rank.argmax())
        most = composites["rank"].max()
        known = "no composite is ranked" if pd.isna(most) else f"ranks go from 1 to {most}"
        raise UnknownCandidateError(f"no composite of rank {name}: {known}")
    parts = re.split(r" ?\+ ?", name)
    ids = [composites["phase_a_id"], *(composites[f"phase_b{n}_id"].fillna("") for n in (1, 2))]
    formulas = [_keys(composites["phase_a"]), *(_keys(column) for column in _parts_of_b(composites["phase_b"]))]
    for found in (
        composites["phase_b_id"].eq(name).to_numpy(bool),
        _matching(ids, parts),
        # A mixture as the ranking prints it, without A.
        composites["phase_b"].eq(name).to_numpy(bool),
        _matching(formulas, [_key(part) for part in parts]),
    ):
        if found.any():
            return int(found.argmax())
    known_names = (composites["phase_a"] + PLUS + composites["phase_b"]).unique()
    raise UnknownCandidateError(f"no composite {name!r} among the candidates{did_you_mean(name, known_names)}")


def _matching(columns: Sequence[pd.Series], wanted: Sequence[str]) -> NDArray[np.bool_]:
    """Return where A and the phases of B are those wanted: B alone, or A and one or two phases in any order."""
    a, b1, b2 = (column.to_numpy(object) for column in columns)
    if len(wanted) > 3:
        return np.zeros(len(a), dtype=bool)
    first, second = (wanted[-1], "") if len(wanted) < 3 else wanted[1:]
    is_b = ((b1 == first) & (b2 == second)) | ((b1 == second) & (b2 == first))
    found: NDArray[np.bool_] = is_b & ((a == wanted[0]) | (len(wanted) == 1))
    return found


def _parts_of_b(formulas: pd.Series) -> tuple[pd.Series, pd.Series]:
    parts = formulas.str.partition(PLUS)
    return parts[0], parts[2]


def _keys(formulas: pd.Series) -> pd.Series:
    """Return what is equal for formulas of one composition; empty for none."""
    keys = {formula: _key(formula) for formula in formulas.unique()}
    return formulas.map(keys)


def _key(formula: str) -> str:
    try:
        return str(composition_key(formula)) if formula else ""
    except ValueError:
        return formula
