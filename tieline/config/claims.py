"""How much of the claim chart is written as text."""

from __future__ import annotations

from pydantic import Field

from tieline.config.base import Section


class ClaimChart(Section):
    """How much of the claim chart is written as text."""

    csv_candidates: int | None = Field(10_000, ge=1, description="Candidates in claims.csv; null for all")
