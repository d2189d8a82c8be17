"""Cell chemistries that ship with the project: positive electrodes, electrolytes, and the rest of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tieline.core.errors import ConfigError
from tieline.core.settings import known_element, plain_message

FOLDER = Path(__file__).with_name("cells")
"""Where a checkout keeps the chemistries."""

Kind = TypeVar("Kind")


class Entry(BaseModel):
    """Base of every entry: no unknown keys, no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Number(Entry):
    """A positive number and where it is from."""

    value: float = Field(gt=0.0)
    source: str = Field(min_length=1)


Ion = Annotated[str, AfterValidator(known_element)]
"""Symbol of an element."""


class PositiveElectrode(Entry):
    """Active material of a positive electrode."""

    formula: str
    working_ion: Ion
    capacity_mah_per_g: Number
    """Reversible, per gram of material as made."""
    average_voltage_v: Number
    """Mean on discharge, against the ion's metal."""
    density_g_per_cm3: Number


class Electrolyte(Entry):
    """A non-aqueous electrolyte."""

    composition: str
    working_ion: Ion
    density_g_per_cm3: Number


class Solid(Entry):
    """An inactive solid of the stack."""

    name: str
    density_g_per_cm3: Number


class Inactive(Entry):
    """Everything in a stack but active materials and electrolyte."""

    binder: Solid
    conductive_carbon: Solid
    separator: Solid
    positive_collector: Solid
    negative_collector: Solid


@cache
def positive_electrodes() -> dict[str, PositiveElectrode]:
    """Return the positive electrodes by name.

    Raises
    ------
    ConfigError
        If the file is missing or an entry is wrong; so do the other readers.
    """
    return _read("positive_electrodes.yaml", TypeAdapter(dict[str, PositiveElectrode]))


@cache
def electrolytes() -> dict[str, Electrolyte]:
    """Return the electrolytes by name."""
    return _read("electrolytes.yaml", TypeAdapter(dict[str, Electrolyte]))


@cache
def inactive() -> Inactive:
    """Return the inactive materials."""
    return _read("inactive.yaml", TypeAdapter(Inactive))


def chemistry_files() -> list[Path]:
    """Return the files that the chemistries are read from."""
    return [FOLDER / name for name in ("positive_electrodes.yaml", "electrolytes.yaml", "inactive.yaml")]


def _read(name: str, adapter: TypeAdapter[Kind]) -> Kind:
    path = FOLDER / name
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8"))
        return adapter.validate_python(content)
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: not YAML ({' '.join(str(error).split())})") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"])) or "the file"
        shown = "" if isinstance(first["input"], Mapping) else f" = {first['input']!r}"
        raise ConfigError(f"{path}: {key}{shown}: {plain_message(first)}") from error
