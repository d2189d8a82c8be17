"""What a run is held against."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from tieline.config.base import Section, plain_path
from tieline.errors import ConfigError, did_you_mean


class Changes(Section):
    """What a run is held against."""

    baseline: Path | None = Field(
        None,
        description="Results folder of another run; default: the last run in the same folder that ranked otherwise",
    )

    _plain = field_validator("baseline")(lambda path: path if path is None else plain_path(path))


def baseline_files(baseline: Path | None, results: Path) -> list[Path]:
    """Return the ranking that the config wants this run held against, as a list of one or none.

    Parameters
    ----------
    baseline
        Results folder of another run, or a ranked.csv.
    results
        Results folder of this run.

    Raises
    ------
    ConfigError
        If there is no ranking, or it is this run's own.
    """
    if baseline is None:
        return []
    ranked = baseline / "ranked.csv" if baseline.is_dir() else baseline
    if not ranked.is_file():
        nearby = [entry.name for entry in ranked.parent.iterdir()] if ranked.parent.is_dir() else []
        raise ConfigError(f"config: changes.baseline: no ranking {ranked}{did_you_mean(ranked.name, nearby)}")
    if ranked.resolve() == (results / "ranked.csv").resolve():
        raise ConfigError(f"config: changes.baseline: {ranked} is this run's own ranking")
    return [ranked]
