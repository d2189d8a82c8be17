"""When two phases count as coexisting."""

from __future__ import annotations

from pydantic import Field

from tieline.config.base import Section


class Coexistence(Section):
    """When A and B count as coexisting."""

    tolerance_ev_per_atom: float = Field(0.025, ge=0.0, le=1.0)
