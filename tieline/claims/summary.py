"""The chart for reading: the best candidates as CSV, and how each claim fares."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tieline.claims.columns import CHART, CLAIM_SUMMARY, CLAIMS_PARQUET
from tieline.claims.limits import FRACTION_DECIMALS
from tieline.claims.registry import CLAIMS, DISCLAIMER, Claim
from tieline.claims.verdicts import Verdict, Verdicts
from tieline.core.errors import TableError


def read_verdicts(path: Path, n_claims: int = len(CLAIMS)) -> Verdicts:
    """Return the verdicts in claims.parquet, shape (candidates, claims), as the codes of `Verdict`.

    Raises
    ------
    TableError
        If the file cannot be read, lacks the verdicts, or does not hold them of all claims.
    """
    CLAIMS_PARQUET.check(path, ["verdict"])
    with pq.ParquetFile(path) as file:
        column = file.read(columns=["verdict"]).unify_dictionaries()["verdict"].combine_chunks()
    code_of = {verdict.label: verdict.value for verdict in Verdict}
    codes = np.array([code_of[label] for label in column.dictionary.to_pylist()], dtype=np.int8)
    indices = column.indices.to_numpy(zero_copy_only=False)
    n_candidates = _n_candidates(path, len(indices), n_claims)
    by_candidate: Verdicts = codes[indices].reshape(n_candidates, n_claims)
    return by_candidate


def summarise_claims(
    verdicts: Verdicts, candidates: pd.DataFrame, ranks: NDArray[np.int64], claims: Sequence[Claim] = CLAIMS
) -> pd.DataFrame:
    """Return claims_summary.csv: how often each claim has each verdict among ranked candidates, and the best example.

    Parameters
    ----------
    verdicts
        Codes, shape (candidates, claims).
    candidates
        `CANDIDATE_KEYS`, ``phase_a`` and ``phase_b`` of the candidates, in the same order.
    ranks
        Place of each candidate in the ranking.
    claims
        The claims, in the order of the columns of `verdicts`.

    Notes
    -----
    The best example is the first in the ranking of those that meet the claim or, if none does, of those with a window.
    """
    rows = []
    for claim, own in zip(claims, verdicts.T, strict=True):
        row: dict[str, object] = {
            "claim": claim.number,
            "depends_on": claim.parent,
            "says": claim.says,
            "basis": claim.basis.value,
            **{f"n_{verdict.name.lower()}": int((own == verdict).sum()) for verdict in reversed(Verdict)},
        }
        if own.size and own.max() >= Verdict.WINDOW:
            granted = np.flatnonzero(own == own.max())
            best = granted[np.argmin(ranks[granted])]
            example = candidates.iloc[best]
            row |= {
                "best_verdict": Verdict(own[best]).label,
                "best_rank": int(ranks[best]),
                **{f"best_{name}": example[name] for name in ("system", "phase_a", "phase_b")},
                "best_phase_b_weight_fraction": round(float(example["phase_b_weight_fraction"]), FRACTION_DECIMALS),
            }
        rows.append(row | {"note": DISCLAIMER})
    frame = pd.DataFrame(rows, columns=list(CLAIM_SUMMARY.names))
    return frame.astype({"depends_on": "Int64", "best_rank": "Int64", "best_phase_b_weight_fraction": "float64"})


def chart_of_the_best(
    path: Path, ranks: NDArray[np.float64], most: int | None, n_claims: int = len(CLAIMS)
) -> pd.DataFrame:
    """Return claims.csv: the rows of claims.parquet of the best candidates, in the order of the ranking.

    Parameters
    ----------
    path
        claims.parquet.
    ranks
        Place of each candidate in the ranking; NaN for those that are not ranked.
    most
        How many candidates to show; None for all.
    n_claims
        How many claims and criteria there are.

    Raises
    ------
    TableError
        If the file cannot be read, a column is missing or of another type, or it does not hold all claims.
    """
    CLAIMS_PARQUET.check(path)
    wanted = ~np.isnan(ranks)
    if most is not None:
        wanted &= ranks <= np.sort(ranks[wanted])[:most].max(initial=0.0)
    parts, start = [], 0
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            n_candidates = _n_candidates(path, file.metadata.row_group(group).num_rows, n_claims)
            own = slice(start, start + n_candidates)
            start += n_candidates
            if wanted[own].any():
                rows = np.flatnonzero(np.repeat(wanted[own], n_claims))
                frame = file.read_row_group(group).take(rows).to_pandas()
                frame.insert(0, "rank", np.repeat(ranks[own][wanted[own]].astype(np.int64), n_claims))
                parts.append(frame)
    columns = list(CHART.names)
    if not parts:
        return pd.DataFrame(columns=columns)
    chart: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return chart.sort_values(["rank", "claim"], ignore_index=True)[columns]


def _n_candidates(path: Path, n_rows: int, n_claims: int) -> int:
    if n_rows and (not n_claims or n_rows % n_claims):
        raise TableError(f"{path}: {n_rows} rows are not {n_claims} claims of each candidate: are both of one run?")
    return n_rows // max(n_claims, 1)
