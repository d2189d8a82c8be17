"""What every section of the configuration is made of."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

from pydantic import AliasPath, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

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


LARGEST_NUMBER = 1e9
"""No number of a configuration is larger; much larger ones overflow where they are multiplied or summed."""

LONGEST_PATH, LONGEST_NAME = 4095, 255
"""Bytes that a path, and each name in it, may have on the usual file systems."""

PLAIN_VALUE = "plain_value"
"""Type of an error that a section finds in one of its values, which its context names."""

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "dict_type": "must be a mapping of keys to values",
        "finite_number": "must be a finite number",
        "float_parsing": "must be a number",
        "float_type": "must be a number",
        "int_from_float": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must be a whole number",
        "int_type": "must be a whole number",
        "invalid_key": "keys must be text",
        "list_type": "must be a list, such as [a, b]",
        "missing": "is required",
        "model_attributes_type": "must be a section of keys",
        "model_type": "must be a section of keys",
        "path_type": "must be a path",
        "string_type": "must be text",
    }
)
"""What is wrong, by pydantic's name of it, where its own words are those of a programmer."""


def plain_message(problem: ErrorDetails) -> str:
    """Return what pydantic found wrong with a value, as a user of the configuration would say it."""
    if problem["type"] == PLAIN_VALUE:
        return str(problem["ctx"]["problem"])
    if problem["type"] in MESSAGES:
        return MESSAGES[problem["type"]]
    if problem["type"] in {"too_short", "too_long"}:
        return "must have " + problem["msg"].partition("should have ")[2]
    return problem["msg"].removeprefix("Value error, ").replace("Input should", "must").replace("String should", "must")


class Section(BaseModel):
    """Base of every section: no unknown keys, no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _plain_values(cls, content: Any) -> Any:
        """Return `content` unless one of its values would be taken for something that nobody meant."""
        for key, value in content.items() if isinstance(content, Mapping) else ():
            if key in cls.model_fields and (problem := _problem(value, cls.model_fields[key].annotation)):
                raise PydanticCustomError(PLAIN_VALUE, "{key}: {problem}", {"key": key, "problem": problem})
        return content


def _problem(value: Any, annotation: Any) -> str | None:
    """Return what is wrong with a value, or with one within it, of the kinds that pydantic would let pass."""
    kinds = set(_kinds(annotation))
    # Sections look at their own values.
    if any(issubclass(kind, BaseModel) for kind in kinds):
        return None
    for part in _leaves(value):
        if isinstance(part, bool) and kinds & {int, float} and bool not in kinds:
            return "must be a number, not true or false"
        if kinds & {int, float} and LARGEST_NUMBER < abs(_number(part)) < math.inf:
            return f"must be a number of at most {LARGEST_NUMBER:g}"
        if isinstance(part, str) and not part.replace("\n", "").replace("\t", "").isprintable():
            return "must not have control characters"
        if isinstance(part, str | Path) and Path in kinds and (problem := _problem_of_path(part)):
            return problem
    return None


def _kinds(annotation: Any) -> Iterator[type]:
    """Yield the types that an annotation is made of."""
    if isinstance(annotation, type) and not get_args(annotation):
        yield annotation
    for part in get_args(annotation):
        yield from _kinds(part)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _number(value: Any) -> float:
    """Return a number, which the command line gives as text, and zero for anything else."""
    try:
        return value if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        return 0.0


def _problem_of_path(path: str | Path) -> str | None:
    if not str(path):
        return "must not be empty"
    longest = max((len(os.fsencode(part)) for part in Path(path).parts), default=0)
    if longest > LONGEST_NAME or len(os.fsencode(path)) > LONGEST_PATH:
        return f"is too long: a name may have {LONGEST_NAME} bytes and a path {LONGEST_PATH}"
    return None


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
