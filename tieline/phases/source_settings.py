"""Where phase data come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, field_validator, model_validator

from tieline.core.extensions import ImportPath
from tieline.core.settings import Section, choices, known_element, known_formula, plain_path
from tieline.data.optimade_providers import Provider, choose_provider
from tieline.data.potentials import known_potential

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

NAME = r"^[A-Za-z0-9][\w.+-]*$"
"""Names of fetched sources, which are names of files and of nothing that a shell or Snakemake would read into."""

LARGEST_SYSTEM = 3
"""Elements in the largest structure types of the library."""


class FetchedSource(Section):
    """Base of the sources on the network: a rule of the source's kind fetches each, before the phase table is made.

    A kind of them is a subclass with its own ``kind`` and a default for `name`.
    """

    kind: str
    name: str = Field(pattern=NAME, description="Name of the source in the results and of its files")


class ServerSource(FetchedSource):
    """Base of the sources that a server sends page by page."""

    timeout_s: float = Field(60.0, gt=0.0, le=3600.0, description="Longest silence of the server, in seconds")
    retries: int = Field(6, ge=0, le=100, description="How often a page is asked for again")
    backoff_s: float = Field(1.0, gt=0.0, le=60.0, description="First wait before a page is asked for again; doubles")
    longest_wait_s: float = Field(120.0, gt=0.0, le=3600.0, description="Longest of these waits")


def _require_no_password(address: str | None) -> None:
    """Refuse an address with a user name or password, which would stand in messages, logs and provenance.json."""
    if address is not None and "@" in urlsplit(address).netloc:
        raise ValueError("the address must hold no user name or password; put them into ~/.netrc")


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
    element_energies_ev_per_atom: dict[str, float] = Field(
        default_factory=dict,
        description="Total energies of elements at the same level, where the source holds compounds only",
    )
    source_version: str = Field("", description="Version of the data, kept in the results")
    retrieved_at: str = Field("", description="ISO date of the data, kept in the results")

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
    """Phases that a function of the user's returns."""

    kind: Literal["function"]
    function: ImportPath = Field(
        description="package.module:function; it gets the elements of the run and returns a DataFrame"
    )
    name: str = Field("function", pattern=NAME, description="Name of the source in the results")
    energy_level: str | None = Field(
        None, min_length=1, description="Level of theory of the energies; needed unless a column says it"
    )
    columns: dict[str, str] = Field(
        default_factory=dict, description="What tieline calls a column: what the DataFrame calls it"
    )

    @field_validator("columns")
    @classmethod
    def _readable_columns(cls, columns: dict[str, str]) -> dict[str, str]:
        choices(list(columns), READABLE_COLUMNS)
        return columns


class PotentialSource(FetchedSource):
    """Structure types decorated with the elements of chemical systems, and relaxed."""

    kind: Literal["potential"]
    systems: list[str] = Field(min_length=1, description="Such as Si-Ti-Ni; the systems within one come with it")
    potential: Annotated[str, AfterValidator(known_potential)] = Field(
        "7net-l3i5", description="7net-l3i5, 7net-0, chgnet, or package.module:callable that returns an ASE calculator"
    )
    energy_level: str | None = Field(
        None, min_length=1, description="Level of theory of the energies; needed for an import path"
    )
    name: str = Field("computed", pattern=NAME, description="Name of the source, and beginning of its ids")
    max_atoms: int = Field(6, ge=1, le=200, description="Atoms in the primitive cell of types that are not reported")
    keep_ev_per_atom: float = Field(0.1, gt=0.0, le=1.0, description="Largest energy above the hull")
    folder: Path = Field(Path("relaxations"), description="Where finished relaxations are kept")

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
    """Thermo documents of the Materials Project, with a key from the environment."""

    kind: Literal["materials_project"]
    name: str = Field("materials_project", pattern=NAME, description="Name of the source in the results")
    thermo_type: Literal["GGA_GGA+U", "R2SCAN"] = Field(
        "GGA_GGA+U", description="Functional; uncorrected GGA or r2SCAN energies are taken"
    )
    partner_systems: bool = Field(True, description="Also phases of partners alone, as the hulls need them")
    experimental_flags: bool = Field(True, description="Also ask which phases are known from experiment")
    cache: Path = Field(Path("cache/materials_project"), description="Folder of the pages fetched so far")
    endpoint: str | None = Field(
        None, pattern=r"^https?://\S+$", description="Address of the API; default: mp-api's own (MPRESTER_ENDPOINT)"
    )
    page_size: int = Field(1000, ge=1, le=1000, description="Documents a page")

    _plain = field_validator("cache")(plain_path)

    @model_validator(mode="after")
    def _known(self) -> Self:
        _require_no_password(self.endpoint)
        return self


class OptimadeSource(ServerSource):
    """A database that speaks OPTIMADE; needs no key."""

    kind: Literal["optimade"]
    name: str = Field(
        "optimade", pattern=NAME, description="Name of the source in the results; default: the provider's"
    )
    provider: str = Field(description="Database, as tieline/config/optimade_providers.csv names it")
    functional: str | None = Field(None, description="Functional; default: the provider's first in that table")
    energy: Literal["formation", "total"] | None = Field(
        None, description="Formation energies as the provider has them, or total energies; default: as in that table"
    )
    base_url: str | None = Field(
        None, pattern=r"^https?://[^\s?#]+$", description="Address without the version; default: the provider's own"
    )
    max_energy_above_hull_ev_per_atom: float | None = Field(
        0.1, ge=0.0, description="Entries further above the provider's own hull are left out; null takes all"
    )
    cache: Path = Field(Path("cache/optimade"), description="Folder of the pages fetched so far")
    page_size: int = Field(250, ge=1, le=10_000, description="Entries a page")

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


NOT_FORMED_ELECTROCHEMICALLY: tuple[str, ...] = (
    *("Li17Si4", "Li21Si5", "Li22Si5"),
    *("Li17Sn4", "Li22Sn5"),
    *("LiMg15", "LiMg7", "LiMg5", "LiMg3", "LiMg2", "Li3Mg5", "LiMg", "Li2Mg", "Li3Mg", "Li4Mg", "Li5Mg"),
)
"""Phases that no cell makes at room temperature.

Silicon ends at Li15Si4 (M. N. Obrovac and L. Christensen, Electrochem. Solid-State Lett. 7 (2004) A93). Compounds of
tin end at Li7Sn2, by Moessbauer spectroscopy for FeSn2 (Chamas et al. 2011) and CoSn2 (Ionica-Bousquet et al. 2006);
one hull serves A and B, so tin itself ends there too. Lithium and magnesium form no compounds but a disordered
solution, which takes up lithium within 0.05 V of the metal; ordered compounds of them, which computations find stable,
would put that uptake at 0.05-0.16 V.
"""


class Phases(Section):
    """Where phase data come from."""

    sources: list[Source] = Field([EmbeddedSource(kind="embedded")], min_length=1)
    refresh: bool = Field(False, description="Fetch the sources on the network anew, whatever was fetched before")
    suppressed: list[str] = Field(
        list(NOT_FORMED_ELECTROCHEMICALLY), description="Formulas that do not form electrochemically"
    )

    on_rejected: Literal["stop_if_element", "stop", "go_on"] = Field(
        "stop_if_element", description="What to do when rows of the sources cannot be used"
    )

    _formulas = field_validator("suppressed")(lambda formulas: [known_formula(f) for f in formulas])

    @property
    def fetched(self) -> tuple[FetchedSource, ...]:
        """The sources that rules of their own fetch."""
        sources: Sequence[Section] = self.sources
        return tuple(source for source in sources if isinstance(source, FetchedSource))

    @model_validator(mode="after")
    def _told_apart(self) -> Self:
        named = [(source.kind, source.name) for source in self.fetched]
        for kind, name in named:
            if named.count((kind, name)) > 1:
                raise ValueError(f"two sources of kind {kind} are called {name!r}; give one another name")
        return self

    def to_fetch(self, kind: str, name: str) -> FetchedSource:
        """Return the source of this kind and name."""
        return next(source for source in self.fetched if (source.kind, source.name) == (kind, name))
