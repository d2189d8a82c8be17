"""The whole configuration as a strict model, and the files that describe it; unknown keys are errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self, get_args

from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails

from tieline.claims.settings import ClaimChart
from tieline.claims.settings import Settings as ClaimsSettings
from tieline.core.errors import ConfigError, did_you_mean
from tieline.core.extensions import ImportPath, load_descriptors
from tieline.core.parallel import Parallel
from tieline.core.settings import PLAIN_VALUE, Section, StageSettings, plain_message, plain_path
from tieline.core.settings_text import commented_yaml as commented
from tieline.core.settings_text import with_key_tables
from tieline.crystal.settings import Crystal
from tieline.evaluation.settings import Comparison, ComparisonSettings, MeasuredSettings, ValidationSettings
from tieline.full_cell.settings import Cell
from tieline.full_cell.settings import Settings as CellSettings
from tieline.lithiation.settings import Design, Lithiation
from tieline.lithiation.settings import Settings as LithiationSettings
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.microstructure.settings import Settings as MicrostructureSettings
from tieline.phases.limits import Limits
from tieline.phases.settings import PhaseA, SourceSettings, Space
from tieline.phases.settings import Settings as PhasesSettings
from tieline.phases.source_settings import SOURCE_KINDS, Phases
from tieline.process.settings import Process
from tieline.process.settings import Settings as ProcessSettings
from tieline.ranking.settings import Changes, Ranking, Reference, Selection
from tieline.ranking.settings import Settings as RankingSettings
from tieline.report.export.settings import Export
from tieline.report.export.settings import Settings as ExportSettings
from tieline.report.paper.settings import Settings as PaperSettings
from tieline.report.settings import PageSettings, Report
from tieline.report.settings import Settings as ReportSettings
from tieline.thermo.settings import Coexistence, CompositeGrid, Mixtures, Uncertainty
from tieline.thermo.settings import Settings as ThermoSettings


class Config(Section):
    """The whole configuration of a run."""

    results: Path = Field(Path("results"), description="Folder of the results.")
    phases: Phases = Phases()
    space: Space = Space()
    phase_a: PhaseA = PhaseA()
    coexistence: Coexistence = Coexistence()
    uncertainty: Uncertainty = Uncertainty()
    mixtures: Mixtures = Mixtures()
    composition: CompositeGrid = CompositeGrid()
    lithiation: Lithiation = Lithiation()
    design: Design = Design()
    crystal: Crystal = Crystal()
    process: Process = Process()
    full_cell: Cell = Cell()
    diffraction: Diffraction = Diffraction()
    microstructure: Microstructure = Microstructure()
    claims: ClaimChart = ClaimChart()
    descriptors: list[ImportPath] = Field(
        [],
        description="Columns of your own for every candidate, as import paths package.module:descriptor of "
        "tieline.Descriptor objects. Candidates can be ranked by them.",
    )
    selection: Selection = Selection()
    ranking: Ranking = Ranking()
    reference: Reference = Reference()
    report: Report = Report()
    comparison: Comparison = Comparison()
    changes: Changes = Changes()
    export: Export = Export()
    parallel: Parallel = Parallel()

    _plain = field_validator("results")(plain_path)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        descriptors = load_descriptors(self.descriptors)
        self.ranking.require_rankable(column for descriptor in descriptors for column in descriptor.columns)
        if self.lithiation.working_ion in self.space.screened_hosts:
            raise ValueError(f"lithiation.working_ion {self.lithiation.working_ion!r} is one of space.hosts")
        if not self.space.screened_hosts:
            raise ValueError("space.exclude contains all of space.hosts")
        return self


LONGEST_SHOWN = 80
"""Characters of a wrong value that a message shows."""

RENAMED: Mapping[str, str] = MappingProxyType(
    {
        "assemblages": "mixtures",
        "cell": "full_cell",
        "certainty": "uncertainty",
        "claims.csv_candidates": "claims.max_csv_candidates",
        "phases.on_rejected": "phases.invalid_rows",
    }
)
"""Keys of earlier versions, with their names in this one."""

REMOVED: Mapping[str, str] = MappingProxyType(
    {"temperature": "coexistence now ends at the first liquid, which needs no settings"}
)
"""Keys of earlier versions that this one does not have, with the reason."""


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


def require_usable_folder(key: str, folder: Path) -> None:
    """Raise unless `folder` is a folder or can become one.

    Parameters
    ----------
    key
        Where the configuration names it.
    folder
        The folder.

    Raises
    ------
    ConfigError
        If it, or what it should lie in, is a file.
    """
    there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if not there.is_dir():
        raise ConfigError(f"config: {key} = {str(folder)!r}: {there} is a file, not a folder")


STAGES: Mapping[str, type[StageSettings]] = MappingProxyType(
    {
        "phases": PhasesSettings,
        "phases.materials_project": SourceSettings,
        "phases.optimade": SourceSettings,
        "phases.export": StageSettings,
        "relaxation": SourceSettings,
        "thermo": ThermoSettings,
        "lithiation": LithiationSettings,
        "microstructure": MicrostructureSettings,
        "full_cell": CellSettings,
        "process": ProcessSettings,
        "claims": ClaimsSettings,
        "ranking": RankingSettings,
        "report": ReportSettings,
        "report.export": ExportSettings,
        "report.paper": PaperSettings,
        "report.page": PageSettings,
        "evaluation.experiment": ValidationSettings,
        "evaluation.measured": MeasuredSettings,
        "evaluation.comparison": ComparisonSettings,
    }
)
"""What each stage needs of the configuration."""

HEADER = """\
# The configuration of a run: every key with its default. Manual: config/README.md.
# Another file, given with --configfile, needs only the keys that differ; --config key=value overrides both.
"""
"""First lines of a commented configuration."""

NOT_RECORDED = frozenset({"results", "parallel", "changes", "comparison", "export", "report"})
"""Sections that cannot change a result."""


def stage_settings(config: Config, stage: str, **more: Any) -> dict[str, Any]:
    """Return what a stage needs of the configuration, as plain values that Snakemake compares between runs.

    Parameters
    ----------
    config
        The configuration.
    stage
        Name of the stage, a key of `STAGES`.
    more
        What only the rule knows.
    """
    # Only the rules that fetch data need to know whether to fetch them again.
    sections = config.model_dump(mode="json", exclude={"phases": {"refresh"}})
    recorded = {name: section for name, section in sections.items() if name not in NOT_RECORDED}
    found = STAGES[stage].model_validate(sections | {"configuration": recorded} | more)
    return found.model_dump(mode="json", exclude={"phases": {"refresh"}})


def changed_settings(config: Config) -> list[tuple[str, Any, Any]]:
    """Return what can change a result and is not at its default: key, value and default.

    Examples
    --------
    >>> changed_settings(load_config({"design": {"limit": 0.8}}))
    [('design.limit', 0.8, 1.0)]
    """
    sections = ({**given.model_dump(mode="json", exclude=set(NOT_RECORDED))} for given in (config, Config()))
    own, default = map(_flat, sections)
    return [(key, value, default.get(key)) for key, value in own.items() if value != default.get(key)]


def _flat(section: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return the keys of a section and of those within it, joined by points."""
    found: dict[str, Any] = {}
    for name, value in section.items():
        key = f"{before}{name}"
        found |= _flat(value, f"{key}.") if isinstance(value, Mapping) and value else {key: value}
    return found


def schema() -> dict[str, Any]:
    """Return the JSON schema of the configuration."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | Config.model_json_schema()


def commented_yaml() -> str:
    """Return all keys with their defaults as YAML, each under a comment with its meaning, allowed values and unit."""
    return f"{HEADER}\n{commented(Config)}"


def described(root: Path) -> dict[Path, str]:
    """Return the files of a checkout that describe the configuration, with the text they should have.

    Parameters
    ----------
    root
        Top of the checkout. The text of its config/README.md is kept but for the tables of keys.
    """
    manual = root / "config/README.md"
    return {
        root / "config/config.yaml": commented_yaml(),
        root / "workflow/schemas/config.schema.json": json.dumps(schema(), indent=2, ensure_ascii=False) + "\n",
        manual: with_key_tables(manual.read_text("utf-8"), {"sections": Config, "limits": Limits, **SOURCE_KINDS}),
    }


def _one_line(error: ValidationError) -> str:
    # A misspelt key is also a missing one; the misspelling says more.
    problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
    first = problems[0]
    location = first["loc"]
    if first["type"] == PLAIN_VALUE:
        name = first["ctx"]["key"]
        location, first["input"] = (*location, name), first["input"][name]
    key = ".".join(map(str, _without_kinds(location)))
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    if first["type"] == "extra_forbidden":
        if key in RENAMED:
            return f"config: {key!r} is now named {RENAMED[key]!r}{more}"
        if key in REMOVED:
            return f"config: {key!r} no longer exists: {REMOVED[key]}{more}"
        allowed = _keys_at(location[:-1])
        hint = did_you_mean(str(location[-1]), allowed) or _other_places(str(location[-1]))
        return f"config: unknown key {key!r}{hint}; allowed here: {', '.join(allowed)}{more}"
    message = _message(first)
    if not key:
        return f"config: {message}{more}"
    shown = "" if isinstance(first["input"], Mapping) else f" = {_shown(first['input'])}"
    return f"config: {key}{shown}: {message}{more}"


def _shown(value: Any) -> str:
    """Return a value as it would stand in Python, cut where it is long."""
    try:
        text = repr(value)
    except ValueError:
        return "a number too long to show"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def _message(problem: ErrorDetails) -> str:
    message = plain_message(problem)
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


def _other_places(key: str) -> str:
    """Return `` (its place is 'space.hosts')`` for a key that other sections have, or an empty string."""
    found = sorted(place for place in _every_key(Config) if place.rpartition(".")[2] == key)
    return f" (its place is {' or '.join(map(repr, found))})" if found else ""


def _every_key(model: type[BaseModel], place: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield f"{place}{name}"
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _every_key(kind, f"{place}{name}.")


def _keys_at(location: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed at a place of the configuration."""
    model: type[BaseModel] = Config
    for part in location:
        if part in SOURCE_KINDS:
            model = SOURCE_KINDS[str(part)]
        elif isinstance(part, str):
            annotation = model.model_fields[part].annotation
            # A section that may be left out is one of two.
            for kind in (annotation, *get_args(annotation)):
                if isinstance(kind, type) and issubclass(kind, BaseModel):
                    model = kind
    return list(model.model_fields)
