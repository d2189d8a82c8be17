"""What the page says of the run: funnel, sources, coverage, agreement with experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from tieline.lithiation.coverage import partner_coverage
from tieline.report.page.links import citation_of

NOT_COVERED = "not covered"
"""How the status of systems begins of which some part was not searched."""

NOT_TRIED = "no data for element"
"""How the status of systems begins that the phase data say nothing of."""

KNOWLEDGE = {"lists": "without the assessed diagrams", "assessed": "as in this run (partly circular)"}
"""Rows of the scores that are shown, and what the probability of coexistence knew."""


def funnel(
    systems: pd.DataFrame, counts: pd.DataFrame, provenance: Mapping[str, Any], n_ranked: int
) -> list[dict[str, Any]]:
    """Return how many systems, phases, pairs and composites are left after each step.

    Parameters
    ----------
    systems
        systems.csv.
    counts
        ``n_tested`` of the systems that were searched.
    provenance
        provenance.json.
    n_ranked
        Rows of ranked.csv.

    Returns
    -------
    list of dict
        ``step``, ``count`` and ``note`` of each.
    """
    is_covered = ~systems["status"].str.startswith((NOT_TRIED, NOT_COVERED))
    n = provenance["counts"]
    return [
        {"step": "Chemical systems in the search space", "count": len(systems), "note": ""},
        {"step": "of them covered by the phase data", "count": int(is_covered.sum()), "note": ""},
        {"step": "Phases in the run", "count": n["phases"], "note": f"{n['phases_excluded']} excluded"},
        {"step": "Pairs A + B tested", "count": int(counts["n_tested"].sum()), "note": ""},
        {"step": "Pairs that coexist", "count": int(systems["n_coexisting"].sum()), "note": ""},
        {
            "step": "Composites evaluated",
            "count": n["composites"],
            "note": f"{int(systems['n_mixtures_kept'].sum())} of them with a mixture as B",
        },
        {"step": "Composites ranked", "count": n_ranked, "note": "in covered systems, within the selection"},
    ]


def described_sources(provenance: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what the page says of each source of phases: name, version, level of theory, citation, licence."""
    found = []
    for source in provenance["sources"]:
        provider = source.get("provider")
        name = provider["provider"] if isinstance(provider, Mapping) else provider
        citation = citation_of({"kind": source["kind"], "provider": name})
        licence = (
            ", ".join(source.get("licences", [])) or source.get("licence") or (citation.licence if citation else "")
        )
        found.append(
            {
                "title": citation.title if citation else ", ".join(source["names"]),
                "kind": source["kind"],
                "version": ", ".join(filter(None, source["versions"])),
                "energy_level": ", ".join(source["energy_levels"]),
                "n_phases": source["n_phases"],
                "reference": citation.reference if citation else "",
                "doi": citation.doi if citation else "",
                "licence": licence or "not stated",
            }
        )
    return found


def coverage(systems: pd.DataFrame, hosts: Sequence[str], ranked: pd.DataFrame) -> list[dict[str, Any]]:
    """Return of each host how many partners are covered and composites ranked, and what became of its systems."""
    covered = {row[0]: row[1:] for row in partner_coverage(systems).itertuples(index=False, name=None)}
    found = []
    for host in hosts:
        own = systems[systems["host"] == host]
        # The elements without data are many; how many systems they concern is enough.
        status = own["status"].str.replace(rf"({NOT_TRIED}).*", r"\1", regex=True).value_counts()
        n_covered, n_partners = covered.get(host, (0, 0))
        found.append(
            {
                "host": host,
                "n_covered": int(n_covered),
                "n_partners": int(n_partners),
                "n_ranked": int((ranked["host"] == host).sum()),
                "systems": {str(name): int(count) for name, count in status.items()},
            }
        )
    return found


def agreement(scores: pd.DataFrame, activity: pd.DataFrame, capacities: pd.DataFrame) -> dict[str, Any]:
    """Return how far the phase data of the run agree with experiment.

    Parameters
    ----------
    scores, activity, capacities
        validation_scores.csv, validation_activity.csv and validation_capacities.csv.
    """
    rows = scores[scores["rule"].isin(list(KNOWLEDGE))]
    return {
        "coexistence": [
            {
                "knowledge": KNOWLEDGE[row["rule"]],
                "host": row["host"],
                "precision": _share(row["precision"]),
                "recall": _share(row["recall"]),
                "binaries": int(row["binaries"]),
            }
            for row in rows.to_dict("records")
        ],
        "activity": {"right": int(activity["agrees_leave_one_out"].sum()), "of": len(activity)},
        "capacity": {"right": int(capacities["agrees"].sum()), "of": len(capacities)},
    }


def _share(value: float) -> float | None:
    """Return a share for JSON; None where there is nothing that it is a share of."""
    return None if pd.isna(value) else round(value, 2)
