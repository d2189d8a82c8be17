"""Where phase data come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, choices, known_element, known_formula, plain_path
from tieline.data.optimade_providers import Provider, choose_provider, providers
from tieline.data.potentials import BUNDLED, known_potential
from tieline.phases.limits import Limits
from tieline.phases.not_formed import NOT_FORMED_ELECTROCHEMICALLY

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
"""Columns that a user's file can have; exactly one of the three energies is read."""

NAME = r"^[A-Za-z0-9][\w.+-]*$"
"""Names of fetched sources: they become file names, without characters that mean something to a shell or Snakemake."""

LARGEST_SYSTEM = 3
"""Elements in the largest structure types of the library."""

InvalidRows = Literal["stop_if_element", "stop", "skip"]
"""What to do about rows that cannot be used."""


def _without_default(schema: dict[str, Any]) -> None:
    """Drop a default from the JSON schema of a key whose default depends on another key."""
    schema.pop("default", None)


def _functionals() -> str:
    """Return the functionals of each OPTIMADE provider, in words."""
    functionals: dict[str, dict[str, None]] = {}
    for row in providers():
        functionals.setdefault(row.provider, {})[row.functional] = None
    return "; ".join(f"{', '.join(names)} for {provider}" for provider, names in functionals.items())


class FetchedSource(Section):
    """Base of the sources that a rule of their kind fetches or computes before the phase table is made.

    A kind of them is a subclass with its own ``kind`` and a default for `name`.
    """

    kind: str
    name: str = Field(pattern=NAME, description="Name of the source in the results and of its files.")


class ServerSource(FetchedSource):
    """Base of the sources that a server sends page by page."""

    timeout_s: float = Field(
        120.0,
        gt=0.0,
        le=3600.0,
        description="Longest time of one request, from the connection to the last byte of the answer.",
        json_schema_extra={"unit": "s"},
    )
    retries: int = Field(6, ge=0, le=100, description="Number of times that a failed request is repeated.")
    backoff_s: float = Field(
        1.0,
        gt=0.0,
        le=60.0,
        description="Waiting time before the first repetition; it doubles with each further one.",
        json_schema_extra={"unit": "s"},
    )
    longest_wait_s: float = Field(
        120.0, gt=0.0, le=3600.0, description="Longest of these waiting times.", json_schema_extra={"unit": "s"}
    )


def _require_no_password(address: str | None) -> None:
    """Refuse an address with a user name or password, which would appear in messages, logs and provenance.json."""
    if address is not None and "@" in urlsplit(address).netloc:
        raise ValueError("the address must not contain a user name or password; put them into ~/.netrc")


class EmbeddedSource(Section):
    """The set that ships with tieline, computed with a machine-learned potential."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "embedded"}]})

    kind: Literal["embedded"]


class FileSource(Section):
    """Your own table, ASE database, or folder of structures or VASP runs."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "file", "path": "data/my_phases.csv"}]})

    kind: Literal["file"]
    path: Path = Field(
        description="A table (CSV, Excel, Parquet, JSON), pymatgen entries, an ASE database, a structure file, or a "
        "folder of structure files or VASP runs."
    )
    name: str | None = Field(None, description="Name of the source in the results. null: the name of the file.")
    energy_level: str | None = Field(
        None,
        min_length=1,
        description="Level of theory of the energies. null: a column of the table gives it, or the VASP runs do.",
    )
    columns: dict[str, str] = Field(
        {},
        description="Names of columns in the file, by their names in tieline (see below).",
        json_schema_extra={"propertyNames": {"enum": [*READABLE_COLUMNS]}},
    )
    energies: Path | None = Field(
        None, description="CSV or Excel file of phase_id and one energy column, for structure files without energies."
    )
    element_energies_ev_per_atom: dict[str, float] = Field(
        {},
        description="Total energies of elements at the same level, for a source that contains only compounds.",
        json_schema_extra={"unit": "eV/atom"},
    )
    source_version: str = Field("", description="Version of the data, for the record in the results.")
    retrieved_at: str = Field("", description="ISO date of the data, for the record in the results.")

    _plain = field_validator("path", "energies")(lambda path: path if path is None else plain_path(path))

    @field_validator("element_energies_ev_per_atom")
    @classmethod
    def _known_elements(cls, energies: dict[str, float]) -> dict[str, float]:
        return {known_element(symbol): energy for symbol, energy in energies.items()}

    @field_validator("columns")
    @classmethod
    def _readable_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        choices(list(columns), READABLE_COLUMNS)
        return columns


class FunctionSource(Section):
    """Phases that a Python function of yours returns."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "function", "function": "my_module:my_function"}]}
    )

    kind: Literal["function"]
    function: ImportPath = Field(
        description="Import path package.module:function. The function is called with the elements of the run and "
        "returns a pandas DataFrame with the columns of a table."
    )
    name: str = Field("function", pattern=NAME, description="Name of the source in the results.")
    energy_level: str | None = Field(
        None, min_length=1, description="Level of theory of the energies. null: a column of the DataFrame gives it."
    )
    columns: dict[str, str] = Field(
        {},
        description="Names of columns in the DataFrame, by their names in tieline.",
        json_schema_extra={"propertyNames": {"enum": [*READABLE_COLUMNS]}},
    )

    @field_validator("columns")
    @classmethod
    def _readable_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        choices(list(columns), READABLE_COLUMNS)
        return columns


class PotentialSource(FetchedSource):
    """Structure types with the elements of chemical systems, relaxed with a machine-learned potential."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "potential", "systems": ["Si-Ti-Ni"]}]})

    kind: Literal["potential"]
    systems: list[str] = Field(
        min_length=1,
        description=f"Chemical systems of at most {LARGEST_SYSTEM} elements, such as Si-Ti-Ni; their subsystems are "
        "included.",
    )
    potential: Annotated[str, AfterValidator(known_potential)] = Field(
        "7net-l3i5",
        description=f"{', '.join(BUNDLED)}, or an import path package.module:callable that returns an ASE calculator.",
    )
    energy_level: str | None = Field(
        None,
        min_length=1,
        description="Level of theory of the energies. null: that of the named potential.",
    )
    name: str = Field("computed", pattern=NAME, description="Name of the source in the results, and prefix of its ids.")
    max_atoms: int = Field(
        6,
        ge=1,
        le=200,
        description="Largest number of atoms in the primitive cell; types reported for the compound are exempt.",
    )
    keep_ev_per_atom: float = Field(
        0.1,
        gt=0.0,
        le=1.0,
        description="Largest energy above the hull of the phases that are kept.",
        json_schema_extra={"unit": "eV/atom"},
    )
    folder: Path = Field(Path("relaxations"), description="Folder of finished relaxations, which are not repeated.")

    _plain = field_validator("folder")(plain_path)

    @field_validator("systems")
    @classmethod
    def _small_systems_of_elements(cls, systems: list[str]) -> list[str]:
        for system in systems:
            symbols = [known_element(symbol) for symbol in system.split("-")]
            if len(set(symbols)) < len(symbols):
                raise ValueError(f"{system!r} names an element twice")
            if len(symbols) > LARGEST_SYSTEM:
                raise ValueError(
                    f"{system!r} has {len(symbols)} elements; structure types have at most {LARGEST_SYSTEM}"
                )
        return choices(systems, systems)


class MaterialsProjectSource(ServerSource):
    """The Materials Project, with your API key in the environment variable MP_API_KEY."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "materials_project"}]})

    kind: Literal["materials_project"]
    name: str = Field(
        "materials_project",
        pattern=NAME,
        description="Name of the source in the results; two sources of this kind need different names.",
    )
    thermo_type: Literal["GGA_GGA+U", "R2SCAN"] = Field(
        "GGA_GGA+U", description="Thermo type of the entries. Of GGA_GGA+U the uncorrected PBE energies are taken."
    )
    partner_systems: bool = Field(
        True,
        description="Whether phases without a host or the working ion are fetched too; a composite may react to them.",
    )
    experimental_flags: bool = Field(
        True,
        description="Whether to ask which phases are known from experiment: ids only, but as many requests again.",
    )
    cache: Path = Field(Path("cache/materials_project"), description="Folder of the pages fetched so far.")
    endpoint: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        description="Address of the API. null: MPRESTER_ENDPOINT, or else the one that mp-api knows.",
    )
    page_size: int = Field(1000, ge=1, le=1000, description="Number of documents per page.")

    _plain = field_validator("cache")(plain_path)

    @model_validator(mode="after")
    def _known(self) -> Self:
        _require_no_password(self.endpoint)
        return self


class OptimadeSource(ServerSource):
    """A database with an OPTIMADE interface; no key is needed."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "optimade", "provider": "alexandria"}]})

    kind: Literal["optimade"]
    name: str = Field(
        "optimade",
        pattern=NAME,
        description="Name of the source in the results, by default that of the provider; two sources of one provider "
        "need different names.",
        json_schema_extra=_without_default,
    )
    provider: str = Field(
        description="Name of the database in tieline/data/optimade_providers.csv.",
        json_schema_extra={"enum": [*dict.fromkeys(row.provider for row in providers())]},
    )
    functional: str | None = Field(
        None,
        description=f"Functional: {_functionals()}. null: the first of these.",
    )
    energy: Literal["formation", "total"] | None = Field(
        None,
        description="Formation energies as the database gives them, or total energies, which are referred to the "
        "elements of the same database. null: total for alexandria, formation for the others.",
    )
    base_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s?#]+$",
        description="Address without the version, for a mirror or another server. null: that of the provider.",
    )
    max_energy_above_hull_ev_per_atom: float | None = Field(
        0.1,
        ge=0.0,
        description="Largest energy above the database's own hull of the entries that are fetched. null: all entries, "
        "several gigabytes for alexandria.",
        json_schema_extra={"unit": "eV/atom"},
    )
    cache: Path = Field(Path("cache/optimade"), description="Folder of the pages fetched so far.")
    page_size: int = Field(
        250, ge=1, le=10_000, description="Number of entries per page; most servers allow a few hundred."
    )

    _plain = field_validator("cache")(plain_path)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, raw: Any) -> Any:
        unnamed = isinstance(raw, Mapping) and raw.get("name") is None and isinstance(raw.get("provider"), str)
        return {**raw, "name": raw["provider"]} if unnamed else raw

    @model_validator(mode="after")
    def _known(self) -> Self:
        choose_provider(self.provider, self.functional, self.energy)
        _require_no_password(self.base_url)
        if self.base_url is not None and re.search(r"/v\d[\d.]*/?$", self.base_url):
            raise ValueError(f"base_url {self.base_url!r} must end before the version")
        return self

    @property
    def row(self) -> Provider:
        """What the provider calls the properties that are needed, and its address."""
        row = choose_provider(self.provider, self.functional, self.energy)
        return row if self.base_url is None else replace(row, base_url=self.base_url.rstrip("/"))


SOURCE_KINDS: Mapping[str, type[Section]] = {
    "embedded": EmbeddedSource,
    "file": FileSource,
    "function": FunctionSource,
    "materials_project": MaterialsProjectSource,
    "optimade": OptimadeSource,
    "potential": PotentialSource,
}

Source = Annotated[
    EmbeddedSource | FileSource | FunctionSource | MaterialsProjectSource | OptimadeSource | PotentialSource,
    Field(discriminator="kind"),
]


class Phases(Section):
    """Where the phase data come from."""

    sources: list[Source] = Field(
        [EmbeddedSource(kind="embedded")],
        min_length=1,
        description="Sources of phase data, read in this order and merged. All sources of a run must have the same "
        "energy level. config/README.md lists the keys of each kind.",
    )
    refresh: bool = Field(
        False, description="Whether sources on the network are fetched again although they are in the cache."
    )
    suppressed: list[str] = Field(
        [*NOT_FORMED_ELECTROCHEMICALLY],
        description="Formulas of phases that do not form electrochemically at room temperature. With the default the "
        "lithiation of Si ends at Li15Si4 (3579 mAh/g) and that of Sn at Li7Sn2, as in a cell.",
    )
    invalid_rows: InvalidRows = Field(
        "stop_if_element",
        description="What to do about rows of the sources that cannot be used; results/rejected.csv lists them.",
        json_schema_extra={
            "enumDescriptions": [
                "stop if one is an elemental phase that formation energies may refer to; leave other rows out",
                "stop if there is any such row",
                "leave all such rows out",
            ]
        },
    )

    limits: Limits = Limits()

    _formulas = field_validator("suppressed")(lambda formulas: [known_formula(f) for f in formulas])

    @property
    def fetched(self) -> tuple[FetchedSource, ...]:
        """The sources that have rules of their own."""
        sources: Sequence[Section] = self.sources
        return tuple(source for source in sources if isinstance(source, FetchedSource))

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        named = [(source.kind, source.name) for source in self.fetched]
        for kind, name in named:
            if named.count((kind, name)) > 1:
                raise ValueError(f"two sources of kind {kind} are named {name!r}; give one of them another name")
        return self

    def to_fetch(self, kind: str, name: str) -> FetchedSource:
        """Return the source of this kind and name."""
        return next(source for source in self.fetched if (source.kind, source.name) == (kind, name))
