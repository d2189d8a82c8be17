"""What makes one candidate better than another, and what a ranking is compared with."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from tieline.core.errors import ConfigError, did_you_mean
from tieline.core.settings import Section, choices, plain_path
from tieline.ranking.dictionary import RANKABLE


class Ranking(Section):
    """What makes one candidate better than another."""

    objectives: list[str] = Field(
        ["capacity_inert_b_mah_per_g", "phase_b_weight_fraction"],
        min_length=1,
        max_length=6,
    )
    weights: dict[str, Annotated[float, Field(ge=0.0)]] = Field(
        {
            "capacity_inert_b_mah_per_g": 0.2,
            "capacity_stable_b_mah_per_g": 0.2,
            "phase_b_volume_fraction": 0.2,
            "volume_change_inert_b_fraction": 0.2,
            "tie_line_excess_ev_per_atom": 0.2,
        },
        min_length=1,
    )

    @field_validator("objectives")
    @classmethod
    def _rankable_objectives(cls, objectives: list[str]) -> list[str]:
        return choices(objectives, tuple(RANKABLE))

    @field_validator("weights")
    @classmethod
    def _rankable_weights(cls, weights: dict[str, float]) -> dict[str, float]:
        choices(list(weights), tuple(RANKABLE))
        if sum(weights.values()) <= 0.0:
            raise ValueError("at least one weight must be above zero")
        return weights

    def within(self, columns: Collection[str]) -> Ranking:
        """Return the objectives and weights of `columns` alone; the defaults where none is left."""
        default = Ranking()
        objectives = [name for name in self.objectives if name in columns]
        weights = {name: weight for name, weight in self.weights.items() if name in columns}
        return Ranking(
            objectives=objectives or default.objectives,
            weights=weights if sum(weights.values()) > 0.0 else default.weights,
        )


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
