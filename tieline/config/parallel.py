"""Where work runs."""

from __future__ import annotations

from pydantic import Field

from tieline.config.base import Section


class Parallel(Section):
    """Where work runs."""

    workers: int | None = Field(None, ge=1, le=4096, description="Default: the cores Snakemake was given")
    scheduler_address: str | None = Field(None, pattern=r"^(tcp|tls|ucx|ws|wss)://\S+$")
    memory_per_worker_gb: float | None = Field(None, gt=0.0, description="Default: an equal share of the machine")
