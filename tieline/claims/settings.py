"""How much of the claim chart is written as text."""

from __future__ import annotations

from pydantic import Field

from tieline.core.settings import Section

HEAT_TREATMENT_K = 373.0
"""The claims' lowest temperature of heat treatment, 100 C in whole kelvin."""


class ClaimChart(Section):
    """How much of the claim chart is written as text."""

    csv_candidates: int | None = Field(10_000, ge=1, description="Candidates in claims.csv; null for all")
