"""From relaxations to the phase set that ships with tieline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from ase.data import chemical_symbols
from numpy.typing import NDArray
from pymatgen.core.composition import Composition

from tieline.core.errors import PhaseDataError
from tieline.core.formulas import element_counts, reduced_formula
from tieline.core.table_files import schema_of, write_parquet
from tieline.data import DATA
from tieline.data.potentials import BUNDLED
from tieline.phases.table import PHASES, SORT_KEYS
from tieline.relaxation.funnel import NOT_REPORTED
from tieline.relaxation.plausibility import overruled_polymorphs, plausible_heights, systems_without_compounds
from tieline.relaxation.selection import Outcome

ENERGY_LEVEL = BUNDLED["7net-l3i5"].energy_level
"""What the energies of the set are: SevenNet-l3i5 reproduces uncorrected PBE."""

PBE_ELEMENTS = DATA / "elements/pbe_energies.csv"
"""Published PBE energies of the elements."""

PROVENANCE = pa.schema(
    [
        pa.field("prototype", pa.string(), nullable=False),
        pa.field("potential", pa.string(), nullable=False),
        pa.field("potential_version", pa.string(), nullable=False),
        pa.field("weights_sha256", pa.string(), nullable=False),
        pa.field("converged", pa.bool_(), nullable=False),
        pa.field("fmax_ev_per_a", pa.float64(), nullable=False),
        pa.field("total_energy_ev_per_atom", pa.float64(), nullable=False),
    ]
)
"""Columns of the set beyond those of every phase table."""

RELAXATIONS = pa.schema(
    [
        pa.field("elements", pa.string(), nullable=False),
        pa.field("prototype", pa.string(), nullable=False),
        pa.field("symbols", pa.string(), nullable=False),
        pa.field("known", pa.bool_(), nullable=False),
        pa.field("stage", pa.string(), nullable=False),
        pa.field("reason", pa.string(), nullable=False),
        pa.field("above_hull_ev_per_atom", pa.float64()),
        pa.field("potential", pa.string()),
        pa.field("potential_version", pa.string()),
        pa.field("weights_sha256", pa.string()),
        pa.field("energy_ev_per_atom", pa.float64()),
        pa.field("fmax_ev_per_a", pa.float64()),
        pa.field("steps", pa.int64()),
        pa.field("optimiser", pa.string()),
        pa.field("cpu_seconds", pa.float64()),
        pa.field("finished_on", pa.string()),
        pa.field("spacegroup_strict", pa.int64()),
        pa.field("spacegroup_loose", pa.int64()),
        pa.field("volume_a3_per_atom", pa.float64()),
        pa.field("numbers", pa.list_(pa.int64())),
        pa.field("cell_a", pa.list_(pa.float64())),
        pa.field("scaled_positions", pa.list_(pa.float64())),
    ]
)
"""One row per decoration: the last stage it reached, what came out, and why it went no further.

``symbols`` are those on the prototype's slots, joined by ``-``; ``stage`` is empty where nothing was computed;
``reason`` is empty for structures that went through; ``cpu_seconds`` is the sum over all stages.
"""


def relaxations_table(outcomes: Mapping[tuple[str, ...], Sequence[Outcome]]) -> pa.Table:
    """Return the outcomes of all systems as a table, sorted by system, prototype and symbols."""
    everything = sorted(
        (outcome for group in outcomes.values() for outcome in group),
        key=lambda o: (len(o.system), o.system, o.prototype, o.symbols),
    )
    return pa.Table.from_pylist([_relaxation_row(outcome) for outcome in everything], schema=RELAXATIONS)


def _relaxation_row(outcome: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {
        "elements": "-".join(outcome.system),
        "prototype": outcome.prototype,
        "symbols": "-".join(outcome.symbols),
        "known": outcome.known,
        "stage": "",
        "reason": outcome.reason,
        "above_hull_ev_per_atom": outcome.above_hull_ev_per_atom,
    }
    record = outcome.last
    if record is None:
        return row
    strict, loose = record.spacegroups or (None, None)
    return row | {
        "stage": record.stage,
        "potential": record.potential,
        "potential_version": record.potential_version,
        "weights_sha256": record.weights_sha256,
        "energy_ev_per_atom": record.energy_ev_per_atom,
        "fmax_ev_per_a": record.fmax_ev_per_a,
        "steps": record.steps,
        "optimiser": record.optimiser,
        "cpu_seconds": round(sum(r.cpu_seconds for r in outcome.records), 3),
        "finished_on": record.finished_on,
        "spacegroup_strict": strict,
        "spacegroup_loose": loose,
        "volume_a3_per_atom": record.volume_a3_per_atom() if record.succeeded else None,
        "numbers": record.numbers,
        "cell_a": record.cell_a or None,
        "scaled_positions": record.scaled_positions or None,
    }


@dataclass(frozen=True)
class Labels:
    """What a set of computed phases calls itself."""

    source: str
    """Name of the phase source."""

    version: str
    """Its version."""

    id_prefix: str
    """Beginning of every phase_id."""

    energy_level: str
    """What the energies are."""

    unreported: bool | None
    """``experimental`` of a phase that is not reported: False where the set is one of predictions, else None."""


def embedded_labels(version: str) -> Labels:
    """Return the labels of the set that ships with tieline."""
    return Labels("embedded", version, "tl", ENERGY_LEVEL, unreported=None)


def pbe_element_energies() -> dict[str, float]:
    """Return the published PBE energies of elements in their ground states, eV/atom."""
    table = pd.read_csv(PBE_ELEMENTS, comment="#")
    return dict(zip(table["element"], table["energy_ev_per_atom"], strict=True))


def phase_set(
    relaxations: pd.DataFrame,
    labels: Labels,
    element_energies_ev: Mapping[str, float],
    *,
    penalty_ev_per_atom: float,
    keep_ev_per_atom: float,
) -> pd.DataFrame:
    """Return the phases: the reported structures of the elements, and the compounds on or near the hull.

    Parameters
    ----------
    relaxations
        Table of `RELAXATIONS`.
    labels
        Source, version, energy level and ids.
    element_energies_ev
        Energy per atom of elements in their ground states, the zero of the formation energies of compounds; for
        elements that are not there, the lowest one of the relaxations.
    penalty_ev_per_atom
        Added to the energies of unreported structures (`tieline.relaxation.plausibility`).
    keep_ev_per_atom
        Largest energy above the hull, eV/atom.

    Raises
    ------
    PhaseDataError
        If the relaxations come from several potentials, or an element has none.
    """
    believable = relaxations["known"] | relaxations["elements"].str.contains("-")
    rows = relaxations[(relaxations["stage"] == "refine") & (relaxations["reason"] == "") & believable]
    rows = rows.reset_index(drop=True)
    levels = sorted(set(zip(rows["potential"], rows["weights_sha256"], strict=True)))
    if len(levels) != 1:
        found = ", ".join(f"{name} {weights[:8]}" for name, weights in levels) or "none"
        raise PhaseDataError(f"relaxations: one potential is needed, found {found}")
    systems = [tuple(elements.split("-")) for elements in rows["elements"]]
    elements = sorted({symbol for system in systems for symbol in system})
    fractions = _fractions(rows["numbers"], elements)
    energies = rows["energy_ev_per_atom"].to_numpy(dtype=np.float64)
    formation = formation_energies(fractions, energies, elements, element_energies_ev)
    formulas = pd.Series(_formulas(rows["numbers"]))
    # A compound can sit on a type's slots in more than one way: the lowest is the one that is reported.
    order = pd.Series(formation).groupby([formulas, rows["prototype"]]).rank(method="first").to_numpy()
    reported = rows["known"].to_numpy(dtype=bool) & (order == 1)
    heights = np.full(len(rows), np.inf)
    left = ~overruled_polymorphs(formulas.tolist(), rows["spacegroup_strict"].tolist(), formation, penalty_ev_per_atom)
    heights[left] = plausible_heights(
        [system for system, is_left in zip(systems, left, strict=True) if is_left],
        elements,
        fractions[left],
        formation[left],
        reported[left],
        penalty_ev_per_atom=penalty_ev_per_atom,
        without_compounds=systems_without_compounds(),
    )
    near = np.array([len(system) == 1 for system in systems]) | (heights <= keep_ev_per_atom)
    frame = pd.DataFrame(
        {
            "formula": formulas,
            "elements": rows["elements"],
            "n_elements": [len(system) for system in systems],
            "formation_energy_ev_per_atom": np.round(formation, 6) + 0.0,
            "energy_level": labels.energy_level,
            "volume_a3_per_atom": rows["volume_a3_per_atom"].round(6),
            "numbers": rows["numbers"],
            "cell_a": rows["cell_a"],
            "scaled_positions": rows["scaled_positions"],
            "spacegroup_number_source": rows["spacegroup_strict"].astype("Int64"),
            "experimental": [True if seen else labels.unreported for seen in reported],
            "source": labels.source,
            "source_version": labels.version,
            "retrieved_at": rows["finished_on"],
            "prototype": rows["prototype"],
            "potential": rows["potential"],
            "potential_version": rows["potential_version"],
            "weights_sha256": rows["weights_sha256"],
            "converged": True,
            "fmax_ev_per_a": rows["fmax_ev_per_a"],
            "total_energy_ev_per_atom": rows["energy_ev_per_atom"],
        }
    )
    frame = frame[near].sort_values(
        ["n_elements", "elements", "formula", "prototype", "formation_energy_ev_per_atom"], kind="stable"
    )
    rank = frame.groupby(["formula", "prototype"]).cumcount()
    frame["phase_id"] = [
        f"{labels.id_prefix}-{formula}-{prototype}" + (f"-{number + 1}" if number else "")
        for formula, prototype, number in zip(frame["formula"], frame["prototype"], rank, strict=True)
    ]
    return frame.sort_values(list(SORT_KEYS), kind="stable").reset_index(drop=True)


def describe_systems(relaxations: pd.DataFrame, phases: pd.DataFrame) -> pd.DataFrame:
    """Return, for each chemical system, how many structures came how far and what they cost.

    Parameters
    ----------
    relaxations
        Table of `RELAXATIONS`.
    phases
        The phase set made of them.
    """
    by_system = relaxations.groupby("elements", sort=False)
    described = pd.DataFrame(
        {
            "search": by_system["reason"].agg(
                lambda reasons: "reported" if NOT_REPORTED in set(reasons) else "decorated"
            ),
            "decorations": by_system["stage"].agg(lambda stages: int((stages != "").sum())),
            "relaxed": by_system["stage"].agg(lambda stages: int(stages.isin(["relax", "refine"]).sum())),
            "refined": by_system["stage"].agg(lambda stages: int((stages == "refine").sum())),
            "phases": phases.groupby("elements").size(),
            "known_phases": phases[phases["experimental"].notna()].groupby("elements").size(),
            "cpu_seconds": by_system["cpu_seconds"].sum().round(1),
        }
    ).reindex(list(by_system.groups))
    return described.fillna(0).astype({"phases": int, "known_phases": int}).rename_axis("elements").reset_index()


def formation_energies(
    fractions: NDArray[np.float64],
    energies_ev_per_atom: NDArray[np.float64],
    elements: Sequence[str],
    element_energies_ev: Mapping[str, float],
) -> NDArray[np.float64]:
    """Return formation energies against the most stable structure of each element.

    Parameters
    ----------
    fractions : ndarray, shape (n_phases, n_elements)
        Atomic fractions.
    energies_ev_per_atom : ndarray, shape (n_phases,)
        Total energies.
    elements
        Symbols of the columns.
    element_energies_ev
        Energy per atom of elements, the zero for compounds; the lowest of the phases where an element is not there.
        Polymorphs of an element are compared as computed.

    Raises
    ------
    PhaseDataError
        If an element has no structure.

    Notes
    -----
    A potential errs more on elements than on differences between compounds: of the error of formation energies against
    density-functional theory half is the elements'.
    """
    pure = fractions > 1 - 1e-9
    lowest = np.where(pure, energies_ev_per_atom[:, None], np.inf).min(axis=0)
    missing = [symbol for symbol, energy in zip(elements, lowest, strict=True) if not np.isfinite(energy)]
    if missing:
        raise PhaseDataError(f"relaxations: no structure of element {missing[0]}")
    zero = np.array([element_energies_ev.get(symbol, own) for symbol, own in zip(elements, lowest, strict=True)])
    elements_alone = np.where(pure.any(axis=1), fractions @ lowest, fractions @ zero)
    formation: NDArray[np.float64] = energies_ev_per_atom - elements_alone
    return formation


def write_embedded(frame: pd.DataFrame, path: Path) -> None:
    """Write the phase set to `path` (Parquet, zstd), atomically; the same frame gives the same bytes."""
    schema = pa.schema([*schema_of(PHASES.columns), *PROVENANCE])
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    write_parquet(table.replace_schema_metadata(None), path)


def _fractions(numbers: pd.Series, elements: Sequence[str]) -> NDArray[np.float64]:
    fractions = np.zeros((len(numbers), len(elements)))
    column = {symbol: index for index, symbol in enumerate(elements)}
    for row, atoms in enumerate(numbers):
        for number in atoms:
            fractions[row, column[chemical_symbols[number]]] += 1 / len(atoms)
    return fractions


def _formulas(numbers: pd.Series) -> list[str]:
    """Return reduced formulas, electropositive elements first but hosts behind metals."""
    formulas = []
    for atoms in numbers:
        counts = Counter(chemical_symbols[number] for number in atoms)
        formulas.append(reduced_formula(element_counts(Composition(counts).reduced_formula)))
    return formulas
