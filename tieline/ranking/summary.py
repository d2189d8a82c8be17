"""What the user sees at the end of a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tieline.core.elements import HOSTS
from tieline.lithiation.coverage import partner_coverage

SHOWN = {
    "rank": "rank",
    "phase_a": "A",
    "phase_b": "B",
    "phase_b_role": "role of B",
    "phase_b_weight_fraction": "B wt",
    "capacity_expected_mah_per_g": "mAh/g",
    "volume_change_expected_fraction": "swelling",
    "coexistence_probability": "P(A, B coexist)",
    "phase_b_reaction_probability": "P(B reacts)",
    "cost_usd_per_kg": "USD/kg",
    "n_claims_met": "claims met",
    "score": "score",
}
"""Columns of the table, and their short names."""


def summarise(
    ranked: pd.DataFrame, systems: pd.DataFrame, left_out: Mapping[str, int], folder: Path, n_rows: int = 10
) -> str:
    """Return how far the phase data go, where the results are, and the best composites.

    Parameters
    ----------
    ranked
        Ranked composites, floats as text.
    systems
        What became of each chemical system.
    left_out
        How many composites the selection leaves out, by reason.
    folder
        Where the results are.
    n_rows
        How many composites to show.
    """
    covered = ", ".join(
        f"{host} {n_covered} of {n_partners}"
        for host, n_covered, n_partners in partner_coverage(systems).itertuples(index=False, name=None)
    )
    lines = [f"partners that the phase data cover with the working ion: {covered} ({folder / 'systems.csv'})"]
    if unclaimed := [host for host in systems["host"].unique() if host not in HOSTS]:
        lines.append(f"the claims name {', '.join(HOSTS)}: none is met with {' or '.join(unclaimed)}")
    lines += [f"not ranked, {reason}: {count} composites" for reason, count in left_out.items()]
    if ranked.empty:
        return "\n".join(
            [*lines, f"no composite is ranked; {folder / 'systems.csv'} says what became of each system", ""]
        )
    # Polymorphs would fill the table with one compound.
    best = ranked.drop_duplicates(["phase_a", "phase_b"]).head(n_rows)
    top = best[list(SHOWN)].rename(columns=SHOWN).astype(object).fillna("-")
    lines.append(f"{len(ranked)} composites in {folder / 'ranked.csv'}, each at its design point; the best {len(top)}:")
    return "\n".join([*lines, "", top.to_string(index=False), ""])
