"""Criteria of crystal structure: space groups, centring, the polymorph of TiSi2."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

from tieline.claims.finding import Finding, numbers, texts
from tieline.claims.limits import Limits
from tieline.claims.verdicts import Verdict, Verdicts, all_of, where, where_true
from tieline.crystal.symmetry import CMCM

CENTRED = ("C", "F")
"""Endings of the Bravais lattices that claim 9 names; `bravais_lattice` writes A-centred as C."""


def space_groups_differ(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether A and B have different space groups at both symmetry tolerances (claim 7)."""
    verdicts = [
        where_true(
            facts[f"spacegroup_a{tolerance}"].astype("Int64") != facts[f"spacegroup_b{tolerance}"].astype("Int64")
        )
        for tolerance in ("", "_loose")
    ]
    names = ("spacegroup_a", "spacegroup_b", "spacegroup_a_loose", "spacegroup_b_loose")
    return Finding(all_of(*verdicts), {name: texts(facts[name]) for name in names})


def centred_b(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B's Bravais lattice is base-centred or face-centred, in the standard setting (claim 9)."""
    tight, loose = (
        where(facts[name].str[-1].isin(CENTRED), facts[name].notna()) for name in ("bravais_b", "bravais_b_loose")
    )
    shown = ("centring_b", "bravais_b", "bravais_b_loose")
    return _agreed(tight, loose, {name: texts(facts[name]) for name in shown})


def cmcm_b(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B is Cmcm, space group 63 (claim 10)."""
    return _is_cmcm(facts, ("spacegroup_b", "spacegroup_b_loose"))


def _is_cmcm(facts: pd.DataFrame, names: tuple[str, str]) -> Finding:
    tight, loose = (where(facts[name].eq(CMCM).fillna(value=False), facts[name].notna()) for name in names)
    return _agreed(tight, loose, {name: texts(facts[name]) for name in names})


def c49(facts: pd.DataFrame, _: Limits) -> Finding:
    """Say whether B contains TiSi2 of the form C49, Cmcm, and not C54, Fddd (claims 16, 20, 24).

    The energy of C49 above C54 is evidence: C49 forms first where Ti and Si react, C54 at higher temperature (R.
    Beyers and R. Sinclair, J. Appl. Phys. 57, 5240 (1985)).
    """
    found = _is_cmcm(facts, ("spacegroup_tisi2", "spacegroup_tisi2_loose"))
    contains = where_true(facts["phase_b_contains_tisi2"])
    return Finding(
        # Where there is no TiSi2, its space group is not merely unknown.
        np.where(contains == Verdict.NOT_MET, contains, all_of(found.verdicts, contains)),
        {
            "phase_b": texts(facts["phase_b"]),
            **found.evidence,
            "c49_above_c54_ev_per_atom": numbers(facts["c49_above_c54_ev_per_atom"]),
        },
    )


def _agreed(tight: Verdicts, loose: Verdicts, evidence: Mapping[str, pa.Array | pa.Scalar]) -> Finding:
    """Return what both symmetry tolerances say, `UNDECIDED` where they disagree or either is unknown."""
    same = tight == loose
    disagree = ~same & (tight != Verdict.UNDECIDED) & (loose != Verdict.UNDECIDED)
    because = pa.array(np.where(disagree, "the symmetry tolerances disagree", ""), pa.string())
    verdicts = where(tight == Verdict.MET, same & (tight != Verdict.UNDECIDED))
    return Finding(verdicts, {**evidence, "because": because})
