"""From thermo documents to raw rows of the phase table."""

from __future__ import annotations

import json
import math
import reprlib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from ase.data import atomic_numbers
from emmet.core.mpid import AlphaID

from tieline.core.elements import SYMBOLS
from tieline.core.formulas import reduced_formula
from tieline.core.harmless import printable
from tieline.phases.values import RowError

RUN_TYPE: Mapping[str, str] = {"GGA_GGA+U": "GGA", "R2SCAN": "r2SCAN"}
"""Run type whose energies are taken, by thermo type: GGA+U, which the Materials Project uses for oxides and fluorides
of some transition metals, is another level."""

ENERGY_LEVEL: Mapping[str, str] = {"GGA": "PBE (Materials Project)", "r2SCAN": "r2SCAN (Materials Project)"}
"""Energy level of the rows, by run type."""

LICENCES: Mapping[str, str] = {"BY-C": "CC BY 4.0", "BY-NC": "CC BY-NC 4.0"}
"""Licence of a document by the name the server gives it."""

ID_FIELDS = ("material_id",)
"""All that is asked of the summary route, whose energies are of several functionals."""

SAME_ENERGY_EV_PER_ATOM = 1e-4
"""Difference of two statements of one energy in one document that rounding can make."""


def thermo_fields(thermo_type: str) -> tuple[str, ...]:
    """Return the fields to ask for, nested as deep as they go: about an eighth of the bytes of whole documents."""
    entry = f"entries.{RUN_TYPE[thermo_type]}"
    return (
        "material_id",
        "chemsys",
        "deprecated",
        "last_updated",
        "builder_meta.license",
        "energy_type",
        "uncorrected_energy_per_atom",
        "symmetry.number",
        f"{entry}.energy",
        f"{entry}.structure.lattice.matrix",
        f"{entry}.structure.sites.abc",
        f"{entry}.structure.sites.species.element",
    )


@dataclass(frozen=True)
class Rows:
    """What became of the documents."""

    rows: list[dict[str, Any]]
    """Raw rows, by the names of `tieline.phases.fetched.RAW_SCHEMA`."""

    rejected: list[tuple[str, str, str]]
    """Documents that make no row: where, phase_id, reason."""

    counts: dict[str, int]
    """Different documents, and how many of them were deprecated or outside the search space."""

    licences: list[str] = field(default_factory=list)
    """Licences of the rows."""


def legacy_id(material_id: Any) -> str:
    """Return an id as the Materials Project's pages show it: ``mp-149`` for ``mp-aaaaaaft``.

    Raises
    ------
    RowError
        If it is no id.
    """
    try:
        if isinstance(material_id, str) and material_id and material_id.isprintable():
            return str(AlphaID(material_id).string)
    except ValueError:
        pass
    raise RowError(f"material_id {reprlib.repr(material_id)} is no id")


def ids_of(documents: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the ids of documents; what is no id is left out."""
    ids = set()
    for document in documents:
        with suppress(RowError):
            ids.add(legacy_id(document.get("material_id")))
    return frozenset(ids)


def rows_of(
    documents: Iterable[Mapping[str, Any]],
    *,
    thermo_type: str,
    elements: frozenset[str],
    experimental: frozenset[str] | None,
) -> Rows:
    """Return the raw rows that thermo documents make.

    Energies are those of the run type without corrections: the Materials Project's corrections of 2020 add 0.071 eV
    per Si to some silicides, as if Si were an anion, and nothing to others.

    Parameters
    ----------
    documents
        Documents of every series; one that fits several series comes several times.
    thermo_type
        Thermo type that was asked for.
    elements
        Elements of the search space; documents with others are left out.
    experimental
        Ids of the phases known from experiment; None if that was not asked.
    """
    ids: dict[str, set[str]] = {"n_documents": set(), "n_deprecated": set(), "n_outside_the_space": set()}
    latest: dict[str, Mapping[str, Any]] = {}
    for document in documents:
        raw_id = str(document.get("material_id"))
        ids["n_documents"].add(raw_id)
        if document.get("deprecated") is True:
            ids["n_deprecated"].add(raw_id)
        elif not elements.issuperset(str(document.get("chemsys")).split("-")):
            ids["n_outside_the_space"].add(raw_id)
        elif raw_id not in latest or _age(document) > _age(latest[raw_id]):
            latest[raw_id] = document
    rows, rejected, licences = [], [], set()
    for raw_id, document in sorted(latest.items()):
        try:
            rows.append(_row(document, RUN_TYPE[thermo_type], experimental))
        except RowError as error:
            shown = printable(raw_id)
            rejected.append((f"document {shown}", shown, printable(str(error))))
        else:
            licences.add(_licence(document))
    return Rows(rows, rejected, {name: len(found) for name, found in ids.items()}, sorted(licences))


def _age(document: Mapping[str, Any]) -> tuple[str, str]:
    """Order documents of one id, should the database have changed between two series; the later one counts."""
    # The text decides between documents of one date, so that the order of series does not.
    return str(document.get("last_updated")), json.dumps(document, sort_keys=True)


def _row(document: Mapping[str, Any], run_type: str, experimental: frozenset[str] | None) -> dict[str, Any]:
    phase_id = legacy_id(document.get("material_id"))
    entry = _part(document, "entries").get(run_type)
    if not isinstance(entry, Mapping):
        raise RowError(f"no {run_type} energy, only {document.get('energy_type')}")
    structure = _part(entry, "structure")
    symbols, positions = _sites(structure.get("sites"))
    cell = _array(_part(structure, "lattice").get("matrix"), (3, 3), "lattice.matrix")
    energy = _energy(entry.get("energy"), "entry's energy") / len(symbols)
    if document.get("energy_type") == run_type:
        stated = _energy(document.get("uncorrected_energy_per_atom"), "uncorrected_energy_per_atom")
        if abs(stated - energy) > SAME_ENERGY_EV_PER_ATOM:
            raise RowError(
                f"the entry's energy, {energy:g} eV/atom, is not the document's uncorrected one, {stated:g} eV/atom"
            )
    counts = Counter(symbols)
    return {
        "phase_id": phase_id,
        "formula": reduced_formula({symbol: counts[symbol] for symbol in sorted(counts)}),
        "total_energy_ev_per_atom": energy,
        "energy_level": ENERGY_LEVEL[run_type],
        "numbers": [atomic_numbers[symbol] for symbol in symbols],
        "cell_a": cell.ravel().tolist(),
        "scaled_positions": positions.ravel().tolist(),
        "spacegroup_number_source": _spacegroup(document.get("symmetry")),
        "experimental": None if experimental is None else phase_id in experimental,
    }


def _part(mapping: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = mapping.get(name)
    if not isinstance(part, Mapping):
        raise RowError(f"no {name}")
    return part


def _sites(sites: Any) -> tuple[list[str], Any]:
    """Return the element of every site, and the fractional positions, shape (n_sites, 3)."""
    try:
        species = [site["species"] for site in sites]
        symbols = [str(only["element"]) for (only,) in species]
        positions = [site["abc"] for site in sites]
    except (KeyError, TypeError, ValueError):
        raise RowError("sites without one element and one position each") from None
    unknown = sorted({symbol for symbol in symbols if symbol not in SYMBOLS})
    if unknown or not symbols:
        raise RowError(f"{unknown[0]!r} is no chemical symbol" if unknown else "no sites")
    return symbols, _array(positions, (len(symbols), 3), "sites.abc")


def _array(values: Any, shape: tuple[int, int], name: str) -> Any:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise RowError(f"{name} holds something that is no number") from None
    if array.shape != shape or not np.isfinite(array).all():
        raise RowError(f"{name} is no {shape[0]} x {shape[1]} matrix of finite numbers")
    return array


def _energy(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise RowError(f"{name} {reprlib.repr(value)} is no energy")
    return float(value)


def _spacegroup(symmetry: Any) -> int | None:
    number = symmetry.get("number") if isinstance(symmetry, Mapping) else None
    return number if isinstance(number, int) and 1 <= number <= 230 else None


def _licence(document: Mapping[str, Any]) -> str:
    meta = document.get("builder_meta")
    name = meta.get("license") if isinstance(meta, Mapping) else None
    return LICENCES.get(str(name), f"not stated ({printable(reprlib.repr(name))})")
