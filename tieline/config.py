"""The configuration as strict models: every key has a meaning, a unit and a range; unknown keys are errors."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from tieline.columns import RANKABLE
from tieline.elements import HOSTS, ION_CHARGE, PARTNER_GROUPS, SYMBOLS
from tieline.errors import ConfigError, did_you_mean
from tieline.formulas import element_counts

GRID_TOLERANCE = 1e-9

READABLE_COLUMNS = (
    "phase_id",
    "formula",
    "formation_energy_ev_per_atom",
    "total_energy_ev_per_atom",
    "total_energy_ev",
    "energy_level",
    "volume_a3_per_atom",
    "numbers",
    "cell_a",
    "scaled_positions",
    "spacegroup_number_source",
    "experimental",
)
"""What a user's file may say of a phase; exactly one of the three energies."""


def _known_element(symbol: str) -> str:
    if symbol not in SYMBOLS:
        raise ValueError(f"{symbol!r} is no chemical symbol{did_you_mean(symbol, SYMBOLS)}")
    return symbol


def _known_formula(formula: str) -> str:
    element_counts(formula)
    return formula


def _plain_path(path: Path) -> Path:
    if set("{}") & set(str(path)):
        raise ValueError("braces are not allowed in a path: Snakemake would take them for wildcards")
    return path


def _choices(values: list[str], allowed: tuple[str, ...]) -> list[str]:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{value!r} is not allowed{did_you_mean(value, allowed)}; allowed: {', '.join(allowed)}")
    if len(set(values)) < len(values):
        raise ValueError("an entry stands twice")
    return values


class Section(BaseModel):
    """Base of every section: no unknown keys, no changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, allow_inf_nan=False)


class EmbeddedSource(Section):
    """The phase set that ships with tieline."""

    kind: Literal["embedded"]


class FileSource(Section):
    """A user's table or folder of structures."""

    kind: Literal["file"]
    path: Path = Field(description="Parquet, CSV, ASE database, or folder of CIF, extxyz, ... files")
    name: str | None = Field(None, description="Name of the source in the results; default: the file's name")
    energy_level: str | None = Field(
        None, min_length=1, description="Level of theory of the energies; needed unless a column says it"
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="What tieline calls a column: what the file calls it"
    )
    energies: Path | None = Field(
        None, description="CSV of phase_id and energy, for structure files that carry no energies"
    )
    source_version: str = Field("", description="Version of the data, kept in the results")
    retrieved_at: str = Field("", description="ISO date of the data, kept in the results")

    _plain = field_validator("path", "energies")(lambda path: path if path is None else _plain_path(path))

    @field_validator("columns")
    @classmethod
    def _readable_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        _choices(list(columns), READABLE_COLUMNS)
        return columns


SOURCE_KINDS: Mapping[str, type[Section]] = {"embedded": EmbeddedSource, "file": FileSource}

Source = Annotated[EmbeddedSource | FileSource, Field(discriminator="kind")]


class Phases(Section):
    """Where phase data come from."""

    sources: list[Source] = Field([EmbeddedSource(kind="embedded")], min_length=1)
    suppressed: list[str] = Field(
        ["Li17Si4", "Li21Si5", "Li22Si5"], description="Formulas that do not form electrochemically"
    )

    _formulas = field_validator("suppressed")(lambda formulas: [_known_formula(f) for f in formulas])


class Space(Section):
    """Which chemical systems are screened."""

    hosts: list[str] = Field(list(HOSTS), min_length=1)
    partner_groups: list[str] = Field(list(PARTNER_GROUPS), min_length=1)
    exclude: list[str] = Field([], description="Elements to leave out")
    include_radioactive: bool = Field(False, description="Also Tc, Pm, Ra and the actinides")
    max_partners: int = Field(2, ge=1, le=3)

    _elements = field_validator("exclude")(lambda symbols: [_known_element(s) for s in symbols])

    @field_validator("hosts")
    @classmethod
    def _claimed_hosts(cls, hosts: list[str]) -> list[str]:
        return _choices(hosts, HOSTS)

    @field_validator("partner_groups")
    @classmethod
    def _claimed_groups(cls, groups: list[str]) -> list[str]:
        return _choices(groups, tuple(PARTNER_GROUPS))

    @property
    def screened_hosts(self) -> tuple[str, ...]:
        """The hosts that `exclude` leaves, in the order given."""
        return tuple(host for host in self.hosts if host not in self.exclude)


class PhaseA(Section):
    """What phase A may be."""

    kinds: list[Literal["element", "compound"]] = Field(["element"], min_length=1)
    polymorphs: dict[str, Annotated[int, Field(ge=1, le=230)]] = Field(
        {"Si": 227, "Sn": 141, "Zn": 194}, description="Space group of each host's reference state"
    )

    @field_validator("polymorphs")
    @classmethod
    def _of_hosts(cls, polymorphs: dict[str, int]) -> dict[str, int]:
        _choices(list(polymorphs), HOSTS)
        return {"Si": 227, "Sn": 141, "Zn": 194} | polymorphs


class Coexistence(Section):
    """When A and B count as coexisting."""

    tolerance_ev_per_atom: float = Field(0.025, ge=0.0, le=1.0)


class WeightFractionGrid(Section):
    """Weight fractions of phase B."""

    min: float = Field(0.60, gt=0.0, lt=1.0)
    max: float = Field(0.95, gt=0.0, lt=1.0)
    step: float = Field(0.05, ge=0.001, lt=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self

    @property
    def grid(self) -> tuple[float, ...]:
        """Weight fractions from min to at most max, rounded to 1e-9."""
        count = int((self.max - self.min) / self.step + GRID_TOLERANCE) + 1
        return tuple(np.round(self.min + self.step * np.arange(count), 9).tolist())


class Composition(Section):
    """Compositions of the composite."""

    phase_b_weight_fraction: WeightFractionGrid = WeightFractionGrid()


class Lithiation(Section):
    """The working ion and how far it is taken up."""

    working_ion: str = "Li"
    ion_charge: int | None = Field(None, ge=1, le=3, description="Default: known for the usual ions")
    cutoff_v: float = Field(0.0, ge=0.0, le=5.0)

    _ion = field_validator("working_ion")(_known_element)

    @model_validator(mode="after")
    def _charge_known(self) -> Self:
        if self.ion_charge is None and self.working_ion not in ION_CHARGE:
            raise ValueError(f"ion_charge must be given for working_ion {self.working_ion!r}")
        return self

    @property
    def charge(self) -> int:
        """Charge of the working ion in elementary charges."""
        return self.ion_charge or ION_CHARGE[self.working_ion]


class Crystal(Section):
    """Symmetry recognition."""

    symmetry_tolerance_angstrom: float = Field(0.01, gt=0.0, le=1.0)
    symmetry_tolerance_loose_angstrom: float = Field(0.1, gt=0.0, le=1.0)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.symmetry_tolerance_angstrom > self.symmetry_tolerance_loose_angstrom:
            raise ValueError("symmetry_tolerance_angstrom is above symmetry_tolerance_loose_angstrom")
        return self


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
        return _choices(objectives, tuple(RANKABLE))

    @field_validator("weights")
    @classmethod
    def _rankable_weights(cls, weights: dict[str, float]) -> dict[str, float]:
        _choices(list(weights), tuple(RANKABLE))
        if sum(weights.values()) <= 0.0:
            raise ValueError("at least one weight must be above zero")
        return weights


class Parallel(Section):
    """Where work runs."""

    workers: int | None = Field(None, ge=1, le=4096, description="Default: the cores Snakemake was given")
    scheduler_address: str | None = Field(None, pattern=r"^(tcp|tls|ucx|ws|wss)://\S+$")
    memory_per_worker_gb: float | None = Field(None, gt=0.0, description="Default: an equal share of the machine")


class Config(Section):
    """The whole configuration of a run."""

    results: Path = Path("results")
    phases: Phases = Phases()
    space: Space = Space()
    phase_a: PhaseA = PhaseA()
    coexistence: Coexistence = Coexistence()
    composition: Composition = Composition()
    lithiation: Lithiation = Lithiation()
    crystal: Crystal = Crystal()
    ranking: Ranking = Ranking()
    parallel: Parallel = Parallel()

    _plain = field_validator("results")(_plain_path)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.lithiation.working_ion in self.space.screened_hosts:
            raise ValueError(f"lithiation.working_ion {self.lithiation.working_ion!r} is one of space.hosts")
        if not self.space.screened_hosts:
            raise ValueError("space.exclude leaves none of space.hosts")
        return self


def load_config(raw: Mapping[str, Any]) -> Config:
    """Return the validated configuration.

    Parameters
    ----------
    raw
        The mapping Snakemake made of its config files and options; numbers may be strings.

    Raises
    ------
    ConfigError
        One line naming the first wrong key, its value, what is allowed and the nearest spelling.
    """
    try:
        return Config.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(_one_line(error)) from error


def schema() -> dict[str, Any]:
    """Return the JSON schema of the configuration, as kept in workflow/schemas/."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Config.model_json_schema()


def _one_line(error: ValidationError) -> str:
    # A misspelt key is also a missing one; the misspelling says more.
    problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    location = first["loc"]
    key = ".".join(map(str, _without_kinds(location))) or "the configuration"
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "extra_forbidden":
        allowed = _keys_at(location[:-1])
        hint = did_you_mean(str(location[-1]), allowed)
        return f"config: unknown key {key!r}{hint}; allowed here: {', '.join(allowed)}{more}"
    message = _message(first)
    shown = "" if isinstance(first["input"], Mapping) else f" = {first['input']!r}"
    return f"config: {key}{shown}: {message}{more}"


def _message(problem: ErrorDetails) -> str:
    message = problem["msg"].removeprefix("Value error, ")
    allowed = ", ".join(map(repr, SOURCE_KINDS))
    if problem["type"] == "union_tag_not_found":
        return f"kind is missing; allowed: {allowed}"
    if problem["type"] == "union_tag_invalid":
        kind = problem["ctx"]["tag"]
        return f"kind {kind!r} is not allowed{did_you_mean(kind, SOURCE_KINDS)}; allowed: {allowed}"
    if problem["type"] == "literal_error":
        return f"{message}{did_you_mean(str(problem['input']), problem['ctx']['expected'].split(chr(39))[1::2])}"
    return message


def _without_kinds(location: tuple[int | str, ...]) -> list[int | str]:
    """Return `location` without the kinds that pydantic puts behind the number of a source."""
    before = (None, *location)
    return [part for part, previous in zip(location, before, strict=False) if not isinstance(previous, int)]


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed at a place of the configuration."""
    model: type[BaseModel] = Config
    for part in location:
        if part in SOURCE_KINDS:
            model = SOURCE_KINDS[str(part)]
        elif isinstance(part, str):
            annotation = model.model_fields[part].annotation
            if isinstance(annotation, type) and issubclass(annotation, BaseModel):
                model = annotation
    return list(model.model_fields)
