"""Which composites are ranked: each at its design point, as the selection asks, one form of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from tieline.ranking.settings import Selection


class Selected(NamedTuple):
    """What is ranked, and what is not."""

    candidates: pd.DataFrame
    """The rows that are; their index is kept."""

    left_out: dict[str, int]
    """How many composites each criterion of the selection leaves out, criteria that leave none out not named."""


_Criterion = Callable[[pd.DataFrame, Selection], pd.Series]

CRITERIA: Mapping[str, _Criterion] = MappingProxyType(
    {
        "in systems that the phase data do not cover": lambda f, s: ~f["system_searched"] & s.searched_systems_only,
        "with excluded elements": lambda f, s: f["system"].map(
            lambda system: not set(s.exclude_elements).isdisjoint(system.split("-"))
        ),
        "too dear per kg": lambda f, s: _above(f["cost_usd_per_kg"], s.max_cost_usd_per_kg),
        "too dear per Ah": lambda f, s: _above(f["cost_usd_per_ah"], s.max_cost_usd_per_ah),
        "less probable to coexist than asked": lambda f, s: f["coexistence_probability"].lt(
            s.min_coexistence_probability
        ),
        "not reported": lambda f, s: ~f["reported_b"].fillna(value=False).astype(bool) & s.reported_only,
        "hazardous": lambda f, s: f["hazards"].fillna("").ne("") & s.without_hazards,
    }
)
"""What the selection leaves out, in the order in which it is counted."""


def select(candidates: pd.DataFrame, selection: Selection, polymorphs_within_ev_per_atom: float) -> Selected:
    """Return the composites to rank.

    Parameters
    ----------
    candidates
        The candidates with their properties, at all weight fractions.
    selection
        What to leave out. A cost that is not known leaves nothing out.
    polymorphs_within_ev_per_atom
        Polymorphs of B further above the lowest of the composite are left out.
    """
    frame = candidates[candidates["design_point"]]
    energy = frame["phase_b_energy_above_hull_ev_per_atom"]
    lowest = energy.groupby([frame[name] for name in ("system", "phase_a_id", "phase_b")]).transform("min")
    frame = frame[energy <= lowest + polymorphs_within_ev_per_atom + 1e-9]
    left_out = {}
    for reason, criterion in CRITERIA.items():
        unwanted = criterion(frame, selection).astype(bool)
        if unwanted.any():
            left_out[reason] = int(unwanted.sum())
        frame = frame[~unwanted]
    return Selected(frame, left_out)


def _above(values: pd.Series, limit: float | None) -> pd.Series:
    return values.gt(float("inf") if limit is None else limit)
