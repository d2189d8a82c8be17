"""What experiment says of the compounds of a phase table: whether they are reported, and which are missing."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.formulas import composition_key, element_counts
from tieline.data import DATA
from tieline.thermo.phase_arrays import PhaseArrays, System, atomic_fractions

Composition = tuple[tuple[str, int], ...]
"""A reduced composition, as `tieline.formulas.composition_key` makes it."""

REPORT_FILES: tuple[Path, ...] = tuple(
    DATA / "compounds" / name
    for name in ("known_compounds.csv", "reported_compounds.csv", "systems_without_compounds.csv")
)
"""Compounds by structure type, compounds with the kind of report, systems whose assessed diagrams have no compound."""

ENANTIOMORPHS: Mapping[int, int] = MappingProxyType(
    {78: 76, 95: 91, 96: 92, 145: 144, 153: 151, 154: 152, 170: 169, 172: 171, 179: 178, 181: 180, 213: 212}
)
"""Space groups that are the mirror image of another, which structure reports do not tell apart."""


class Evidence(IntEnum):
    """What is known of a compound, the least first."""

    UNREPORTED = 0
    """Absent from an assessed diagram, or reported under other conditions only: hot, under pressure, as a film."""

    UNLISTED = 1
    """Hypothetical according to the source of the data, or not flagged by a source that flags others."""

    UNKNOWN = 2
    """Nothing is said of it, by a source that says nothing of any compound."""

    REPORTED = 3
    """Reported to exist: by the source of the data, or in a list of compounds by structure type."""

    ASSESSED = 4
    """Stable at 298 K in an assessed phase diagram. Elements count as assessed."""


EVIDENCE_OF: Mapping[str, Evidence] = MappingProxyType(
    {"assessed": Evidence.ASSESSED, "structure": Evidence.REPORTED, "other_conditions": Evidence.UNREPORTED}
)
"""What the words of the column ``evidence`` in `reported_compounds.csv` mean."""


@dataclass(frozen=True)
class ReportedCompound:
    """One row of `reported_compounds.csv`."""

    compositions: frozenset[Composition]
    """The compositions it is written with."""

    formula: str
    """The first of them."""

    space_groups: frozenset[int]
    """Space groups reported for it at 298 K, one of each enantiomorphic pair; empty where not noted."""

    evidence: Evidence
    """`ASSESSED`, `REPORTED` or, if reported under other conditions only, `UNREPORTED`."""


@dataclass(frozen=True)
class ReportedList:
    """All that the project itself knows of reported compounds."""

    by_composition: Mapping[Composition, ReportedCompound]
    """Each compound under every composition it is written with."""

    assessed: Mapping[System, tuple[ReportedCompound, ...]]
    """Systems whose diagrams are assessed, with the compounds stable at 298 K; empty where there is none."""


@dataclass(frozen=True)
class Reports:
    """What is known of the phases of one phase table, row by row."""

    evidence: NDArray[np.int8]
    """Shape (n_phases,): the `Evidence` of each phase's composition."""

    other_polymorph: NDArray[np.bool_]
    """Shape (n_phases,): the composition is reported in another space group, and the table holds that phase too."""

    missing_fractions: NDArray[np.float64]
    """Shape (n_missing, n_symbols): assessed compounds the table lacks, columns as in `PhaseArrays.fractions`."""

    missing_formulas: tuple[str, ...]
    """Their formulas."""

    def missing_within(self, elements: Collection[str]) -> list[str]:
        """Return the formulas of the missing compounds that are made of some elements."""
        return [formula for formula in self.missing_formulas if element_counts(formula).keys() <= set(elements)]

    @classmethod
    def nothing(cls, phases: PhaseArrays) -> Reports:
        """Return the reports of a table of which nothing is known but its energies."""
        elemental = (phases.fractions > 0.0).sum(axis=1) == 1
        return cls(
            evidence=np.where(elemental, Evidence.ASSESSED, Evidence.UNKNOWN).astype(np.int8),
            other_polymorph=np.zeros(len(elemental), dtype=np.bool_),
            missing_fractions=np.zeros((0, len(phases.symbols))),
            missing_formulas=(),
        )


@cache
def reported_list(*, assessed: bool = True) -> ReportedList:
    """Return the reported compounds that ship with tieline.

    Parameters
    ----------
    assessed
        False leaves the assessed diagrams out and keeps the lists by structure type.

    Notes
    -----
    From the files of `REPORT_FILES`; an assessed diagram overrules the list by structure type.
    """
    by_type, reported, without = (list(_rows(path)) for path in REPORT_FILES)
    by_structure = [row["compounds"].split() for row in by_type]
    compounds = [_of_structure_type(formula) for formulas in by_structure for formula in formulas]
    compounds += [_compound(row) for row in reported if row["evidence"] == "structure"]
    diagrams: dict[System, list[ReportedCompound]] = {}
    if assessed:
        for row in without:
            diagrams[tuple(row["elements"].split("-"))] = []
        for row in reported:
            if row["evidence"] == "structure":
                continue
            compound = _compound(row)
            compounds.append(compound)
            stable = diagrams.setdefault(tuple(sorted(element_counts(compound.formula))), [])
            if compound.evidence is Evidence.ASSESSED:
                stable.append(compound)
    return ReportedList(
        by_composition=MappingProxyType({key: compound for compound in compounds for key in compound.compositions}),
        assessed=MappingProxyType({system: tuple(stable) for system, stable in diagrams.items()}),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    return csv.DictReader(path.read_text(encoding="utf-8").splitlines())


def _of_structure_type(formula: str) -> ReportedCompound:
    return ReportedCompound(frozenset({composition_key(formula)}), formula, frozenset(), Evidence.REPORTED)


def _compound(row: Mapping[str, str]) -> ReportedCompound:
    formulas = [row["formula"], *filter(None, row["other_formulas"].split("|"))]
    numbers = [int(number) for number in filter(None, row["space_groups"].split("|"))]
    return ReportedCompound(
        compositions=frozenset(map(composition_key, formulas)),
        formula=row["formula"],
        space_groups=frozenset(ENANTIOMORPHS.get(number, number) for number in numbers),
        evidence=EVIDENCE_OF[row["evidence"]],
    )


def reports_of(phases: pd.DataFrame, reported: ReportedList) -> Reports:
    """Return what is known of every phase of a table.

    Parameters
    ----------
    phases : DataFrame
        Phase table with ``formula, experimental, source, spacegroup_number_source``.
    reported
        The reported compounds to look the phases up in.

    Notes
    -----
    An assessed diagram decides first: the compound is in it, or it is not stable at 298 K. Where no diagram is at hand
    the source's own flag (`experimental`) decides, then the list by structure type. A phase that the source calls
    experimental counts as the reported polymorph, and so does one of a space group reported for its composition.
    """
    keys_of = {formula: composition_key(formula) for formula in phases["formula"].unique()}
    keys = [keys_of[formula] for formula in phases["formula"]]
    flags = phases["experimental"].astype("boolean")
    flagged = {key for key, flag in zip(keys, flags.fillna(value=False), strict=True) if flag}
    # A source that flags compounds has passed over those it does not flag; one that flags none says nothing of any.
    is_compound = np.array([len(key) > 1 for key in keys], dtype=np.bool_)
    flagging = set(phases["source"][flags.notna() & is_compound])
    unspoken = {key for key, source in zip(keys, phases["source"], strict=True) if source not in flagging}
    evidence = {
        key: _evidence(
            key, reported, Evidence.UNKNOWN if key in unspoken else Evidence.UNLISTED, flagged=key in flagged
        )
        for key in keys_of.values()
    }
    symbols = tuple(sorted({symbol for key in evidence for symbol, _ in key}))
    missing = [
        compound
        for system, compounds in reported.assessed.items()
        if set(symbols).issuperset(system)
        for compound in compounds
        if compound.compositions.isdisjoint(evidence)
    ]
    fractions = np.array([atomic_fractions(compound.formula, symbols) for compound in missing], dtype=np.float64)
    return Reports(
        evidence=np.array([evidence[key] for key in keys], dtype=np.int8),
        other_polymorph=_other_polymorphs(keys, phases, reported),
        missing_fractions=fractions.reshape(len(missing), len(symbols)),
        missing_formulas=tuple(compound.formula for compound in missing),
    )


def _evidence(key: Composition, reported: ReportedList, otherwise: Evidence, *, flagged: bool) -> Evidence:
    if len(key) == 1:
        return Evidence.ASSESSED
    listed = reported.by_composition.get(key)
    if listed is not None and listed.evidence is not Evidence.REPORTED:
        return listed.evidence
    if listed is not None or flagged:
        return Evidence.REPORTED
    assessed = tuple(symbol for symbol, _ in key) in reported.assessed
    return Evidence.UNREPORTED if assessed else otherwise


def _other_polymorphs(keys: Sequence[Composition], phases: pd.DataFrame, reported: ReportedList) -> NDArray[np.bool_]:
    numbers = phases["spacegroup_number_source"].replace(dict(ENANTIOMORPHS)).to_numpy(np.float64, na_value=np.nan)
    right = phases["experimental"].astype("boolean").fillna(value=False).to_numpy(np.bool_, copy=True)
    for row, (key, number) in enumerate(zip(keys, numbers.tolist(), strict=True)):
        compound = reported.by_composition.get(key)
        right[row] |= compound is not None and number in compound.space_groups
    held = {key for key, is_right in zip(keys, right, strict=True) if is_right}
    return np.array([key in held for key in keys], dtype=np.bool_) & ~right
