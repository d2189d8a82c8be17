"""What the user sees at the end of a run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tieline.core.elements import HOSTS
from tieline.lithiation.coverage import partner_coverage

SHOWN = {
    "rank": "rank",
    "phase_a": "A",
    "phase_b": "B",
    "phase_b_weight_fraction": "B wt",
    "phase_b_volume_fraction": "B vol",
    "spacegroup_b": "space group B",
    "capacity_inert_b_mah_per_g": "mAh/g inert B",
    "capacity_stable_b_mah_per_g": "stable B",
    "capacity_equilibrium_mah_per_g": "equilibrium",
    "b_onset_v": "B onset V",
    "tie_line_excess_ev_per_atom": "excess eV/atom",
    "n_claims_met": "claims met",
    "score": "score",
}
"""Columns of the table, and their short names."""


def summarise(ranked: pd.DataFrame, systems: pd.DataFrame, folder: Path, n_rows: int = 10) -> str:
    """Return where the results are and the best candidates: each pair of compounds once, where it ranks highest.

    Parameters
    ----------
    ranked
        Ranked candidates, floats as text.
    systems
        What became of each chemical system.
    folder
        Where the results are.
    n_rows
        How many pairs to show.
    """
    covered = ", ".join(
        f"{host} {n_covered} of {n_partners}"
        for host, n_covered, n_partners in partner_coverage(systems).itertuples(index=False, name=None)
    )
    coverage = f"partners that the phase data cover with the working ion: {covered} ({folder / 'systems.csv'})\n"
    if unclaimed := [host for host in systems["host"].unique() if host not in HOSTS]:
        coverage += f"the claims name {', '.join(HOSTS)}: none is met with {' or '.join(unclaimed)}\n"
    if ranked.empty:
        return f"no candidate was found; {folder / 'systems.csv'} says what became of each system\n{coverage}"
    # Polytypes would fill the table with one compound.
    best = ranked.drop_duplicates(["phase_a", "phase_b"]).head(n_rows)
    top = best[list(SHOWN)].rename(columns=SHOWN).astype(object).fillna("-")
    return (
        f"{len(ranked)} candidates in {folder / 'ranked.csv'}; "
        f"the best {len(top)} pairs of compounds, each where it ranks highest:\n\n"
        f"{top.to_string(index=False)}\n\n{coverage}"
    )
