"""The chart: every candidate against every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tieline.claims.finding import Criterion, Finding, as_text, texts
from tieline.claims.limits import Limits
from tieline.claims.registry import CLAIMS, Claim
from tieline.claims.verdicts import Verdict, Verdicts, all_of
from tieline.core.columns import CANDIDATE_KEYS
from tieline.core.files import atomic_write

CANDIDATES_AT_ONCE = 10_000
"""Candidates judged and written together; memory goes with it, results do not."""

_WORD = pa.dictionary(pa.int32(), pa.string())

CHART_SCHEMA = pa.schema(
    [
        pa.field("system", _WORD),
        pa.field("phase_a_id", _WORD),
        pa.field("phase_b_id", _WORD),
        pa.field("phase_a", _WORD),
        pa.field("phase_b", _WORD),
        pa.field("phase_b_weight_fraction", pa.float64()),
        pa.field("claim", pa.int8()),
        pa.field("verdict", _WORD),
        pa.field("basis", _WORD),
        pa.field("evidence", pa.string()),
    ]
)
"""Columns of claims.parquet; names and verdicts are kept once and referred to."""


@dataclass(frozen=True)
class Judgement:
    """Verdicts and evidence of one claim."""

    claim: Claim
    """The claim."""

    verdicts: Verdicts
    """One code for each candidate, the parent's verdict included."""

    limiting: NDArray[np.int8]
    """The claim, this or one it depends on, whose own criteria decided, for each candidate."""

    evidence: pa.Array
    """One text for each candidate."""


def judge(facts: pd.DataFrame, limits: Limits, claims: Sequence[Claim] = CLAIMS) -> list[Judgement]:
    """Return the judgement of each claim on all candidates.

    Parameters
    ----------
    facts
        What `tieline.claims.facts.gather_facts` returns.
    limits
        What the configuration decides.
    claims
        The claims; a parent stands before what depends on it.

    Notes
    -----
    A claim's verdict is the least of its criteria's and its parent's (`all_of`). Where the parent's is lower than
    the claim's own, the evidence begins with the claim at fault.
    """
    found: dict[Criterion, Finding] = {}
    judged: dict[int, Judgement] = {}
    for claim in claims:
        findings = []
        for criterion in claim.criteria:
            if criterion not in found:
                found[criterion] = criterion(facts, limits)
            findings.append(found[criterion])
        own = all_of(*(finding.verdicts for finding in findings))
        evidence: Mapping[str, pa.Array | pa.Scalar] = {
            name: values for finding in findings for name, values in finding.evidence.items()
        }
        text = as_text(evidence, len(facts))
        limiting = np.full(len(facts), claim.number, dtype=np.int8)
        if claim.parent is not None:
            parent = judged[claim.parent]
            limiting = np.where(parent.verdicts < own, parent.limiting, limiting)
            own = all_of(own, parent.verdicts)
            text = _with_the_claim_at_fault(text, claim.number, limiting, own)
        judged[claim.number] = Judgement(claim, own, limiting, text)
    return list(judged.values())


def _with_the_claim_at_fault(text: pa.Array, number: int, limiting: NDArray[np.int8], verdicts: Verdicts) -> pa.Array:
    """Return `text` with ``claim 1: not met; `` before it where the verdict is another claim's."""
    at_fault = np.where(limiting == number, -1, limiting.astype(np.int64) * len(Verdict) + verdicts)
    unique, places = np.unique(at_fault, return_inverse=True)
    prefixes = [
        "" if code < 0 else f"claim {code // len(Verdict)}: {Verdict(code % len(Verdict)).label}; " for code in unique
    ]
    return pc.binary_join_element_wise(pa.array(prefixes, pa.string()).take(pa.array(places)), text, "")


def write_chart(facts: pd.DataFrame, limits: Limits, path: Path, claims: Sequence[Claim] = CLAIMS) -> pd.DataFrame:
    """Write claims.parquet, candidate by candidate in the order of `facts`, and return the counts.

    Parameters
    ----------
    facts
        What `tieline.claims.facts.gather_facts` returns.
    limits
        What the configuration decides.
    path
        The file to write, atomically.
    claims
        The claims, and criteria of the user's own.

    Returns
    -------
    DataFrame
        `CANDIDATE_KEYS`, ``n_claims_met``, ``n_claims_window`` and ``n_claims_undecided`` of each candidate.
    """
    counts = []
    with atomic_write(path) as temporary, pq.ParquetWriter(temporary, CHART_SCHEMA, compression="zstd") as writer:
        for start in range(0, max(len(facts), 1), CANDIDATES_AT_ONCE):
            some = facts.iloc[start : start + CANDIDATES_AT_ONCE]
            judgements = judge(some, limits, claims)
            writer.write_table(_chart(some, judgements))
            counts.append(_counts(some, judgements[: len(CLAIMS)]))
    return pd.concat(counts, ignore_index=True)


def _chart(facts: pd.DataFrame, judgements: Sequence[Judgement]) -> pa.Table:
    """Return the rows of claims.parquet: candidates one after the other, claims in order within each."""
    n_claims, n_candidates = len(judgements), len(facts)
    by_candidate = np.arange(n_claims * n_candidates).reshape(n_claims, n_candidates).T.ravel()
    codes = np.concatenate([judgement.verdicts for judgement in judgements])[by_candidate]
    labels = pa.array([verdict.label for verdict in Verdict])
    bases = list(dict.fromkeys(judgement.claim.basis.value for judgement in judgements))
    basis_codes = [bases.index(judgement.claim.basis.value) for judgement in judgements]
    evidence = pa.concat_arrays([judgement.evidence for judgement in judgements]).take(pa.array(by_candidate))
    numbers = np.array([judgement.claim.number for judgement in judgements], dtype=np.int8)
    repeated = pa.array(np.repeat(np.arange(n_candidates), n_claims))
    names = ("system", "phase_a_id", "phase_b_id", "phase_a", "phase_b")
    columns: dict[str, pa.Array] = {name: texts(facts[name]).dictionary_encode().take(repeated) for name in names}
    columns |= {
        "phase_b_weight_fraction": pa.array(facts["phase_b_weight_fraction"].to_numpy(np.float64)).take(repeated),
        "claim": pa.array(np.tile(numbers, n_candidates)),
        "verdict": pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), labels),
        "basis": pa.DictionaryArray.from_arrays(
            pa.array(np.tile(np.array(basis_codes, dtype=np.int32), n_candidates)), pa.array(bases)
        ),
        "evidence": evidence,
    }
    return pa.table(columns, schema=CHART_SCHEMA)


def _counts(facts: pd.DataFrame, judgements: Sequence[Judgement]) -> pd.DataFrame:
    verdicts = np.stack([judgement.verdicts for judgement in judgements])
    return facts[list(CANDIDATE_KEYS)].assign(
        **{
            f"n_claims_{verdict.name.lower()}": (verdicts == verdict).sum(axis=0)
            for verdict in (Verdict.MET, Verdict.WINDOW, Verdict.UNDECIDED)
        }
    )
