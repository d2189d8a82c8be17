"""What a run is held against."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from tieline.config.base import Section, plain_path


class Changes(Section):
    """What a run is held against."""

    baseline: Path | None = Field(
        None,
        description="Results folder of another run; default: the last run in the same folder that ranked otherwise",
    )

    _plain = field_validator("baseline")(lambda path: path if path is None else plain_path(path))
