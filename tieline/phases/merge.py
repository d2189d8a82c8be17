"""Several sources become one table: one energy level, one reference state per element, one row per phase."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import composition_key, element_counts
from tieline.crystal.settings import Crystal
from tieline.crystal.structures import unit_cell_of
from tieline.crystal.symmetry import spacegroup_number
from tieline.phases.columns import EXCLUDED_COLUMNS
from tieline.phases.table import SORT_KEYS, TWIN_EV_PER_ATOM, TWIN_VOLUME_FRACTION

log = logging.getLogger(__name__)

EXCLUDED_NAMES = [column.name for column in EXCLUDED_COLUMNS]


@dataclass(frozen=True)
class Merged:
    """The phases of a run."""

    included: pd.DataFrame
    """Phase table of the phases that take part; formation energies against the reference states."""

    excluded: pd.DataFrame
    """Phases that do not, with the reason: phase_id, formula, source, reason."""

    without_reference: frozenset[str]
    """Elements of the search space whose phases are excluded because there is no elemental phase."""


@dataclass(frozen=True)
class _Form:
    """The lowest form of an element in a source."""

    source: str
    """Name of the source."""

    energy: float
    """Its formation energy in eV/atom."""

    spacegroup: float
    """Number of its space group, NaN where it is not known."""


class _PhaseFilter:
    """Rows still included, and what was excluded on the way."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.excluded: list[pd.DataFrame] = []

    def drop(self, mask: pd.Series, reasons: str | pd.Series) -> None:
        dropped = self.frame.loc[mask, ["phase_id", "formula", "source"]]
        self.excluded.append(dropped.assign(reason=reasons if isinstance(reasons, str) else reasons[mask]))
        self.frame = self.frame[~mask]


def merge_phases(
    sources: Sequence[pd.DataFrame],
    *,
    elements: frozenset[str],
    required: Sequence[str],
    suppressed: Sequence[str],
    polymorphs: Mapping[str, int],
    crystal: Crystal,
) -> Merged:
    """Merge the phase tables of all sources and refer their energies to the reference states.

    Parameters
    ----------
    sources
        Phase tables.
    elements
        Elements of the search space and the working ion; phases with others are excluded.
    required
        Elements no run can do without: the hosts and the working ion.
    suppressed
        Formulas that do not form electrochemically; excluded.
    polymorphs
        Space-group number of the room-temperature polymorph of each host, its reference state. Polymorphs of
        lower energy are excluded.
    crystal
        Symmetry tolerances, by which elemental structures are recognised.

    Raises
    ------
    PhaseDataError
        If the sources are of different energy levels, contradict each other under one id, or lack an elemental
        phase that is required.
    """
    frame = pd.concat(_at_one_zero(sources, polymorphs, crystal), ignore_index=True).sort_values(
        [*SORT_KEYS, "source"], kind="stable", ignore_index=True
    )
    phase_filter = _PhaseFilter(frame)
    _drop_duplicates(phase_filter)
    _require_one_level(phase_filter.frame)
    _drop_twins(phase_filter, [table["source"].iloc[0] for table in sources if len(table)])
    foreign = phase_filter.frame["elements"].map(
        lambda text: ", ".join(s for s in text.split("-") if s not in elements)
    )
    phase_filter.drop(foreign != "", "outside the search space: " + foreign)
    unwanted = {composition_key(formula) for formula in suppressed}
    phase_filter.drop(
        phase_filter.frame["formula"].map(composition_key).isin(unwanted), "suppressed by phases.suppressed"
    )
    references = _reference_energies(phase_filter, required, polymorphs, crystal)
    without = phase_filter.frame["elements"].map(
        lambda text: ", ".join(s for s in text.split("-") if s not in references)
    )
    for symbols in sorted(set(without) - {""}):
        log.warning("phases that contain %s are excluded: the phase data hold no elemental phase of it", symbols)
    phase_filter.drop(without != "", "no elemental phase among the phase data: " + without)
    included = phase_filter.frame.assign(formation_energy_ev_per_atom=_against(references, phase_filter.frame))
    excluded = pd.concat(phase_filter.excluded) if phase_filter.excluded else pd.DataFrame(columns=EXCLUDED_NAMES)
    return Merged(
        included.reset_index(drop=True),
        excluded.sort_values(["formula", "phase_id", "source"], ignore_index=True),
        frozenset(symbol for symbols in set(without) - {""} for symbol in symbols.split(", ")),
    )


def _at_one_zero(
    sources: Sequence[pd.DataFrame], polymorphs: Mapping[str, int], crystal: Crystal
) -> list[pd.DataFrame]:
    """Refer the formation energies of all sources to one zero for each element.

    The zero is the form of lowest energy of the element (of a host, the lowest of its reference polymorph), as the
    first source that has it gives it. Another source has a zero of its own only where it holds the same form, of the
    same known space group, at another energy. Any other form says nothing of its source's zero: at +0.11 eV/atom it
    is metastable, and the source's compounds are where the source puts them.
    """
    held = [_lowest_forms(frame, polymorphs, crystal) for frame in sources]
    zeros: list[dict[str, float]] = [{} for _ in sources]
    for symbol in sorted({symbol for forms in held for symbol in forms}):
        found = [forms[symbol] for forms in held if symbol in forms]
        lowest = min(found, key=lambda form: form.energy)
        first = next(form for form in found if form is lowest or form.spacegroup == lowest.spacegroup)
        for frame, forms, zero in zip(sources, held, zeros, strict=True):
            form = forms.get(symbol, first)
            if form.spacegroup != first.spacegroup:
                # The source may hold the first one's form as well, above its lowest.
                form = (
                    _lowest(_forms_of(frame[frame["elements"] == symbol], first.spacegroup, crystal), crystal) or form
                )
            zero[symbol] = form.energy if form.spacegroup == first.spacegroup else first.energy
            if form is not first:
                _note_other_form(symbol, form, first)
    return [
        frame.assign(formation_energy_ev_per_atom=_against(zero, frame))
        for frame, zero in zip(sources, zeros, strict=True)
    ]


def _lowest_forms(frame: pd.DataFrame, polymorphs: Mapping[str, int], crystal: Crystal) -> dict[str, _Form]:
    """Return the form of lowest energy of each element in one source, of a host only of its reference polymorph."""
    lowest = {}
    for symbol, forms in frame[frame["n_elements"] == 1].groupby("elements"):
        if symbol in polymorphs:
            forms = _forms_of(forms, polymorphs[str(symbol)], crystal)  # noqa: PLW2901
        form = _lowest(forms, crystal)
        if form is not None:
            lowest[str(symbol)] = form
    return lowest


def _lowest(forms: pd.DataFrame, crystal: Crystal) -> _Form | None:
    """Return the form of lowest energy, None if there is none."""
    if forms.empty:
        return None
    row = forms.sort_values("formation_energy_ev_per_atom", kind="stable").iloc[0]
    return _Form(str(row["source"]), float(row["formation_energy_ev_per_atom"]), _elemental_spacegroup(row, crystal))


def _note_other_form(symbol: str, form: _Form, first: _Form) -> None:
    """Say how the energies of a source are read whose lowest form of an element is, or may be, another one."""
    off = form.energy - first.energy
    if form.spacegroup == first.spacegroup:
        if abs(off) > TWIN_EV_PER_ATOM:
            log.warning(
                "%s in %s lies %+.3f eV/atom from the same form in %s: that is taken off its energies",
                symbol,
                form.source,
                off,
                first.source,
            )
    # A form well above the lowest is metastable; one of unknown space group at the same energy is the same form.
    elif abs(off) < TWIN_EV_PER_ATOM and not (np.isnan(form.spacegroup) or np.isnan(first.spacegroup)):
        log.warning(
            "the lowest phase of %s in %s is of space group %g, in %s of %g, both at %.3f eV/atom: "
            "is it the same reference state?",
            symbol,
            form.source,
            form.spacegroup,
            first.source,
            first.spacegroup,
            form.energy,
        )
    elif abs(off) >= TWIN_EV_PER_ATOM:
        log.info(
            "the lowest phase of %s in %s (space group %s) is at %+.3f eV/atom against that in %s (space group %s): "
            "another form, so that the energies of %s are taken as they are given",
            symbol,
            form.source,
            _number_or_unknown(form.spacegroup),
            off,
            first.source,
            _number_or_unknown(first.spacegroup),
            form.source,
        )


def _number_or_unknown(spacegroup: float) -> str:
    return "unknown" if np.isnan(spacegroup) else f"{spacegroup:g}"


def _drop_duplicates(phase_filter: _PhaseFilter) -> None:
    repeated = phase_filter.frame.duplicated("phase_id", keep="first")
    for phase_id, rows in phase_filter.frame[
        phase_filter.frame["phase_id"].isin(phase_filter.frame["phase_id"][repeated])
    ].groupby("phase_id"):
        # Rounded, for each source's zero has been taken off.
        energies = rows["formation_energy_ev_per_atom"].round(6)
        contents = set(zip(rows["formula"], energies, rows["energy_level"], strict=True))
        if len(contents) > 1:
            raise PhaseDataError(
                f"phase_id {phase_id!r} means different phases in {' and '.join(rows['source'])}; rename one"
            )
    phase_filter.drop(repeated, "the same phase as in another source")


def _drop_twins(phase_filter: _PhaseFilter, order: Sequence[str]) -> None:
    """Exclude phases that an earlier source holds under another id.

    Twins have one composition and differ by less than `TWIN_EV_PER_ATOM` and `TWIN_VOLUME_FRACTION` and in no
    known space group; within a source nothing is touched, for it knows its own.
    """
    if len(set(order)) < 2:
        return
    place = {source: number for number, source in reversed(list(enumerate(order)))}
    frame = phase_filter.frame.assign(
        key=phase_filter.frame["formula"].map(composition_key), place=phase_filter.frame["source"].map(place)
    ).sort_values("place", kind="stable")
    reasons: dict[Any, str] = {}
    for _, group in frame.groupby("key", sort=False):
        if group["place"].nunique() < 2:
            continue
        energy, volume, number, source = (
            group[name].to_numpy(dtype=np.float64, na_value=np.nan)
            for name in (
                "formation_energy_ev_per_atom",
                "volume_a3_per_atom",
                "spacegroup_number_source",
                "place",
            )
        )
        alike = (
            (np.abs(energy[:, None] - energy) < TWIN_EV_PER_ATOM)
            & (np.abs(volume[:, None] / volume - 1.0) < TWIN_VOLUME_FRACTION)
            & ~(np.abs(number[:, None] - number) > 0.0)
            & (source[:, None] > source)
        )
        for row in np.flatnonzero(alike.any(axis=1)).tolist():
            twin = group.iloc[int(alike[row].argmax())]
            reasons[group.index[row]] = f"the same as {twin['phase_id']} of {twin['source']}"
    found = pd.Series(reasons, dtype=object).reindex(phase_filter.frame.index)
    phase_filter.drop(found.notna(), found)


def _require_one_level(frame: pd.DataFrame) -> None:
    counts = frame["energy_level"].value_counts().sort_index()
    if len(counts) > 1:
        found = ", ".join(f"{level!r} ({count} phases)" for level, count in counts.items())
        raise PhaseDataError(
            f"phases.sources: energies of different levels make false hulls, found {found}; use sources of one level"
        )


def _reference_energies(
    phase_filter: _PhaseFilter, required: Sequence[str], polymorphs: Mapping[str, int], crystal: Crystal
) -> dict[str, float]:
    """Return the energy of each element's reference state; exclude lower polymorphs of the hosts."""
    elemental = phase_filter.frame[phase_filter.frame["n_elements"] == 1]
    lowest = elemental.groupby("elements")["formation_energy_ev_per_atom"].min()
    energies = {str(symbol): float(energy) for symbol, energy in lowest.items()}
    for symbol in required:
        if symbol not in energies:
            raise PhaseDataError(
                f"phases.sources: the phase data hold no elemental phase of {symbol}, which is needed as a reference"
            )
    for host, number in polymorphs.items():
        if host not in energies:
            continue
        forms = elemental[elemental["elements"] == host]
        wanted = _forms_of(forms, number, crystal)
        if wanted.empty and host in required:
            numbers = {_elemental_spacegroup(row, crystal) for _, row in forms.iterrows()}
            found = ", ".join(f"{n:g}" for n in sorted(n for n in numbers if pd.notna(n)))
            if found or len(forms) > 1:
                raise PhaseDataError(
                    f"phase_a.polymorphs.{host} = {number}: the phase data hold no {host} of this space group; they "
                    f"hold {found or 'none with a known one: give the column spacegroup_number_source, or structures'}"
                )
            log.warning(
                "%s, the only phase of %s, has no known space group; it is taken to be of space group %d "
                "(phase_a.polymorphs.%s)",
                forms["phase_id"].iloc[0],
                host,
                number,
                host,
            )
        if wanted.empty:
            continue
        energies[host] = wanted["formation_energy_ev_per_atom"].min()
        lower = (phase_filter.frame["elements"] == host) & (
            phase_filter.frame["formation_energy_ev_per_atom"] < energies[host]
        )
        phase_filter.drop(lower, f"polymorph of {host} below its reference state, space group {number}")
    return energies


def _forms_of(forms: pd.DataFrame, number: float, crystal: Crystal) -> pd.DataFrame:
    """Return the elemental phases of one space group."""
    is_wanted = [_elemental_spacegroup(row, crystal) == number for _, row in forms.iterrows()]
    return forms[is_wanted]


def _elemental_spacegroup(row: pd.Series, crystal: Crystal) -> float:
    if row["numbers"] is None:
        return float("nan") if pd.isna(row["spacegroup_number_source"]) else float(row["spacegroup_number_source"])
    number = spacegroup_number(unit_cell_of(row), crystal.symmetry_tolerance_loose_angstrom)
    return float("nan") if number is None else float(number)


def _against(references: Mapping[str, float], frame: pd.DataFrame) -> list[float]:
    shifts = {}
    for formula in frame["formula"].unique():
        counts = element_counts(formula)
        shifts[formula] = sum(n * references.get(s, 0.0) for s, n in counts.items()) / sum(counts.values())
    energies = frame["formation_energy_ev_per_atom"] - frame["formula"].map(shifts)
    return list(np.asarray(energies, dtype=np.float64))


def reference_phase_ids(included: pd.DataFrame) -> dict[str, str]:
    """Return the id of each element's reference state: its lowest phase.

    Where several tie, one with a volume comes first, then the one of the smallest id.
    """
    elemental = included[included["n_elements"] == 1]
    elemental = elemental.assign(without=elemental["volume_a3_per_atom"].isna()).sort_values(
        ["formation_energy_ev_per_atom", "without", "phase_id"]
    )
    return {str(row.elements): str(row.phase_id) for row in elemental.drop_duplicates("elements").itertuples()}
