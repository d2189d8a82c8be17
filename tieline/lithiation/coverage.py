"""What became of each chemical system of the search space, so that nothing vanishes silently."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import combinations

import pandas as pd

from tieline.lithiation.columns import SYSTEM_COLUMNS
from tieline.phases.space import HostSystem, uncovered


def describe_systems(
    systems: Sequence[HostSystem],
    phases: pd.DataFrame,
    counts: pd.DataFrame,
    candidates: pd.DataFrame,
    *,
    working_ion: str,
    searched: Collection[str] | None,
) -> pd.DataFrame:
    """Return systems.csv: every system with its groups, how many phases and pairs it has, and its status.

    Parameters
    ----------
    systems
        The search space.
    phases : DataFrame
        ``elements`` of the phases of the run.
    counts : DataFrame
        ``system, n_tested, n_coexisting, n_mixtures, reported_missing`` of the systems searched.
    candidates : DataFrame
        ``system, phase_a_id, phase_b_id, phase_b1_id, phase_b2_id`` of the candidates.
    working_ion
        Symbol of the working ion.
    searched
        Chemical systems that the phase data cover; None if they do not say.
    """
    covered = None if searched is None else frozenset(searched)
    n_own = phases["elements"].value_counts().to_dict()
    tested, coexisting, mixtures, lacking = (
        dict(zip(counts["system"], counts[name], strict=True))
        for name in ("n_tested", "n_coexisting", "n_mixtures", "reported_missing")
    )
    composites = candidates[["system", "phase_a_id", "phase_b1_id", "phase_b2_id"]].drop_duplicates()
    mixed = composites["phase_b2_id"].notna()
    pairs, kept = (composites.loc[of, "system"].value_counts().to_dict() for of in (~mixed, mixed))
    rows = []
    for system in systems:
        subsets = ["-".join(c) for n in range(1, len(system.elements) + 1) for c in combinations(system.elements, n)]
        found = tuple(int(number.get(system.name, 0)) for number in (tested, coexisting, pairs, mixtures, kept))
        missing = [element for element in system.elements if element not in n_own]
        gaps = [] if covered is None else uncovered({*system.elements, working_ion}, covered)
        rows.append(
            (
                system.name,
                system.host,
                " ".join(system.partners),
                " ".join(system.partner_groups),
                sum(n_own.get(subset, 0) for subset in subsets),
                n_own.get(subsets[-1], 0),
                *found[1:],
                _status(system, missing, working_ion, found, searched=subsets[-1] not in gaps),
                " ".join(gaps),
                lacking.get(system.name, ""),
            )
        )
    return pd.DataFrame(rows, columns=[column.name for column in SYSTEM_COLUMNS])


def partner_coverage(described: pd.DataFrame) -> pd.DataFrame:
    """Return, for each host, how many of its partners the phase data cover, the working ion included.

    Parameters
    ----------
    described
        What `describe_systems` returns.

    Returns
    -------
    DataFrame
        ``host, n_covered, n_partners``, hosts in the order given. A partner is covered where both elements are known
        and nothing within host, partner and ion is left unsearched.
    """
    single = described[~described["partners"].str.contains(" ")]
    known = ~single["status"].str.startswith("no data for element")
    covered = known & single["not_searched"].fillna("").eq("")
    return (
        single.assign(n_covered=covered, n_partners=True)
        .groupby("host", sort=False)[["n_covered", "n_partners"]]
        .sum()
        .reset_index()
    )


def _status(system: HostSystem, missing: list[str], working_ion: str, found: tuple[int, ...], *, searched: bool) -> str:
    n_tested, n_coexisting, n_pairs, _, n_kept = found
    if working_ion in system.elements:
        return f"{working_ion} is the working ion"
    if missing:
        return f"no data for element {', '.join(missing)}"
    if n_pairs or n_kept:
        return "screened"
    if n_tested == 0:
        return "no phase B candidate" if searched else "not covered by the phase data"
    if n_coexisting == 0:
        return "no phase B coexists with A"
    return "no pair with an active A"
