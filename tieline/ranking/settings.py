"""How candidates are ranked, and what the ranking is compared with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator

from tieline.claims.settings import ClaimChart
from tieline.core.columns import Column
from tieline.core.errors import ConfigError, did_you_mean
from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, StageSettings, choices, known_element, plain_path
from tieline.phases.settings import Space
from tieline.ranking.dictionary import rankable

LEAST_WEIGHT = 1e-9
"""The weights of a score have at least this sum, for they are divided by it."""


class Ranking(Section):
    """How composites are ordered: by a score, beside which stands the Pareto rank."""

    objectives: list[str] = Field(
        [
            "capacity_expected_mah_per_g",
            "phase_b_volume_fraction",
            "coexistence_probability",
            "phase_b_reaction_probability",
            "cost_usd_per_kg",
        ],
        min_length=1,
        max_length=6,
        description="Columns of the non-dominated sorting; those with an entry under better in columns.csv are "
        "allowed.",
    )
    weights: dict[str, Annotated[float, Field(ge=0.0)]] = Field(
        {
            "capacity_expected_mah_per_g": 0.3,
            "phase_b_volume_fraction": 0.1,
            "coexistence_probability": 0.3,
            "phase_b_reaction_probability": 0.2,
            "cost_usd_per_kg": 0.1,
        },
        min_length=1,
        description="Weights of the columns in the score, which is a weighted mean; the same columns are allowed, and "
        "one weight must be above 0.",
    )
    polymorphs_within_ev_per_atom: float = Field(
        0.01,
        ge=0.0,
        le=1.0,
        description="Polymorphs of B up to this energy above the lowest are ranked beside it.",
        json_schema_extra={"unit": "eV/atom"},
    )

    @field_validator("objectives")
    @classmethod
    def _once(cls, objectives: list[str]) -> list[str]:
        return choices(objectives, objectives)

    @field_validator("weights")
    @classmethod
    def _some_weight(cls, weights: dict[str, float]) -> dict[str, float]:
        if sum(weights.values()) < LEAST_WEIGHT:
            raise ValueError("at least one weight must be above zero")
        return weights

    def require_rankable(self, more: Iterable[Column]) -> None:
        """Raise ValueError if an objective or a weight is of a column that candidates cannot be ranked by.

        Parameters
        ----------
        more
            Columns of the user's own.
        """
        allowed = tuple(rankable(more))
        for key, names in (("objectives", self.objectives), ("weights", list(self.weights))):
            try:
                choices(names, allowed)
            except ValueError as error:
                raise ValueError(f"ranking.{key}: {error}") from None


class Selection(Section):
    """Which composites are ranked; the others stay in candidates.parquet."""

    exclude_elements: list[str] = Field([], description="Elements that no composite may contain.")
    max_cost_usd_per_kg: float | None = Field(
        None, gt=0.0, description="Highest cost of the elements of the composite.", json_schema_extra={"unit": "USD/kg"}
    )
    max_cost_usd_per_ah: float | None = Field(
        None, gt=0.0, description="The same per ampere-hour.", json_schema_extra={"unit": "USD/Ah"}
    )
    min_coexistence_probability: float = Field(
        0.0, ge=0.0, le=1.0, description="Lowest probability that A and B coexist."
    )
    reported_only: bool = Field(False, description="Only phases B whose compounds are reported.")
    without_hazards: bool = Field(False, description="No elements that are hazardous or restricted in batteries.")
    searched_systems_only: bool = Field(True, description="Only chemical systems that the phase data cover.")

    _elements = field_validator("exclude_elements")(lambda symbols: [known_element(symbol) for symbol in symbols])


class Reference(Section):
    """The composite that results/alternatives.csv looks for alternatives to."""

    a: str = Field("Si", description="Formula of A.")
    b: str = Field("TiSi2", description="Formula of B; of a mixture as in phase_b: TiSi2 + NiSi2.")


class Changes(Section):
    """What results/changes.csv compares the ranking with."""

    baseline: Path | None = Field(
        None,
        description="Results folder of another run, or a ranked.csv. null: the last run in the same results folder "
        "with a different ranking.",
    )

    _plain = field_validator("baseline")(lambda path: path if path is None else plain_path(path))


def baseline_file(baseline: Path | None, results: Path) -> Path | None:
    """Return the ranking that the config wants this run compared with, None if it names none.

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
        return None
    ranked = baseline / "ranked.csv" if baseline.is_dir() else baseline
    if not ranked.is_file():
        nearby = [entry.name for entry in ranked.parent.iterdir()] if ranked.parent.is_dir() else []
        raise ConfigError(f"config: changes.baseline: no ranking {ranked}{did_you_mean(ranked.name, nearby)}")
    if ranked.resolve() == (results / "ranked.csv").resolve():
        raise ConfigError(f"config: changes.baseline: {ranked} is this run's own ranking")
    return ranked


class Settings(StageSettings):
    """What the ranking needs of the configuration."""

    space: Space
    ranking: Ranking
    selection: Selection
    reference: Reference
    claims: ClaimChart
    descriptors: list[ImportPath]
    baseline: Path | None = None
    """The ranking to compare with."""

    configuration: dict[str, Any]
    """All that can change a result, for the record."""
