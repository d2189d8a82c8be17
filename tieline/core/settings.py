"""What every section of the configuration is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import AliasPath, BaseModel, ConfigDict, Field

from tieline.core.elements import SYMBOLS
from tieline.core.errors import did_you_mean
from tieline.core.formulas import element_counts


def known_element(symbol: str) -> str:
    """Return `symbol` if it is a chemical symbol, else raise ValueError."""
    if symbol not in SYMBOLS:
        raise ValueError(f"{symbol!r} is no chemical symbol{did_you_mean(symbol, SYMBOLS)}")
    return symbol


def known_formula(formula: str) -> str:
    """Return `formula` if it can be read, else raise ValueError."""
    element_counts(formula)
    return formula


def plain_path(path: Path) -> Path:
    """Return `path` unless Snakemake would read wildcards in it."""
    if set("{}") & set(str(path)):
        raise ValueError("braces are not allowed in a path: Snakemake would read them as wildcards")
    return path


def choices(values: list[str], allowed: Sequence[str]) -> list[str]:
    """Return `values` if each is `allowed` and none is repeated, else raise ValueError."""
    for value in values:
        if value not in allowed:
            raise ValueError(f"{value!r} is not allowed{did_you_mean(value, allowed)}; allowed: {', '.join(allowed)}")
    repeated = [value for number, value in enumerate(values) if value in values[:number]]
    if repeated:
        raise ValueError(f"{repeated[0]!r} is given twice")
    return values


class Section(BaseModel):
    """Base of every section: no unknown keys, no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)


class StageSettings(BaseModel):
    """Base of what a stage needs of the configuration: some of its sections, or single keys by their path."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_by_name=True, validate_by_alias=True)


def key_of(section: str, key: str) -> Any:
    """Return a field of `StageSettings` that holds one key of a section.

    Parameters
    ----------
    section, key
        Their names in the configuration.
    """
    return Field(validation_alias=AliasPath(section, key))
