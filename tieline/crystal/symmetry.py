"""Space groups and Bravais lattices, recomputed from structures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
import spglib
from numpy.typing import NDArray

from tieline.core.columns import Column
from tieline.core.parallel import Resources, map_batches
from tieline.core.tables import Table
from tieline.crystal.settings import Crystal
from tieline.crystal.structures import unit_cell_of

log = logging.getLogger(__name__)

Cell = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]
"""Lattice (angstrom), fractional positions and atomic numbers, as spglib takes them."""

CMCM = 63
"""Number of the space group Cmcm."""

SECONDS_PER_PHASE = 0.01
"""Typical time for one structure at two tolerances on one core."""

_FAMILY_ENDS = ((2, "a"), (15, "m"), (74, "o"), (142, "t"), (194, "h"), (230, "c"))


def spacegroup_number(cell: Cell, tolerance_angstrom: float) -> int | None:
    """Return the space-group number of `cell`, or None where spglib finds none.

    Parameters
    ----------
    cell
        The structure.
    tolerance_angstrom
        Distance within which atoms count as equivalent.
    """
    return number_and_unit_cell_a3(cell, tolerance_angstrom)[0]


def number_and_unit_cell_a3(cell: Cell, tolerance_angstrom: float) -> tuple[int | None, float | None]:
    """Return space-group number and volume of the conventional unit cell (cubic angstrom); None where not found.

    The conventional cell is that of *International Tables A*: for centred lattices 2 to 4 times the primitive one.
    """
    try:
        dataset = spglib.get_symmetry_dataset(cell, symprec=tolerance_angstrom)  # type: ignore[arg-type]
    except spglib.SpglibError:
        return None, None
    if dataset is None:
        return None, None
    return int(dataset.number), float(abs(np.linalg.det(dataset.std_lattice)))


def conventional_cell(cell: Cell, tolerance_angstrom: float) -> Cell:
    """Return `cell` in the conventional setting of *International Tables A*; `cell` itself where spglib finds none.

    Examples
    --------
    >>> import numpy as np
    >>> fcc = 2.0 * (np.ones((3, 3)) - np.eye(3)), np.zeros((1, 3)), np.array([29])
    >>> conventional_cell(fcc, 0.01)[0].round(6).tolist()
    [[4.0, 0.0, 0.0], [0.0, 4.0, 0.0], [0.0, 0.0, 4.0]]
    """
    try:
        found = spglib.standardize_cell(cell, symprec=tolerance_angstrom)  # type: ignore[arg-type]
    except spglib.SpglibError:
        return cell
    if found is None:
        return cell
    lattice, positions, numbers = found
    return np.asarray(lattice), np.asarray(positions), np.asarray(numbers, dtype=np.int64)


def bravais_lattice(number: int) -> tuple[str, str]:
    """Return Bravais lattice and literal centring letter of a space group.

    Parameters
    ----------
    number
        Space-group number, 1-230.

    Returns
    -------
    bravais : str
        Crystal family and centring, such as ``oC``. A-centred groups (Amm2 and so on) count as base-centred, C.
    letter : str
        First letter of the standard Hermann-Mauguin symbol: P, A, C, I, F or R.
    """
    if not 1 <= number <= 230:
        raise ValueError(f"{number} is no space-group number")
    family = next(letter for end, letter in _FAMILY_ENDS if number <= end)
    letter = _first_letters()[number]
    return family + letter.replace("A", "C"), letter


@cache
def _first_letters() -> dict[int, str]:
    letters: dict[int, str] = {}
    for hall_number in range(1, 531):
        kind = spglib.get_spacegroup_type(hall_number)
        if kind is not None:
            # The first setting of each group is the standard one.
            letters.setdefault(kind.number, str(kind.international_short[0]))
    return letters


SPACE_GROUPS = Table(
    (
        Column("phase_id", "Identifier of a phase", required=True),
        Column("spacegroup_number", "Space-group number at the tight symmetry tolerance", kind="integer"),
        Column("spacegroup_number_loose", "Space-group number at the loose symmetry tolerance", kind="integer"),
        Column("unit_cell_a3", "Volume of the conventional unit cell", "A^3", 3),
    )
)
"""work/space_groups.parquet."""


def space_groups(phases: pd.DataFrame, settings: Crystal, *, resources: Resources) -> pd.DataFrame:
    """Return the space groups of phases, found on Dask workers if they are many.

    Parameters
    ----------
    phases
        Phase table.
    settings
        The tolerances.
    resources
        Cores and workers.

    Returns
    -------
    DataFrame
        The columns of `SPACE_GROUPS`, one row per phase, in their order. A phase without a structure has the space
        group that its source says.
    """
    tolerances = (settings.symmetry_tolerance_angstrom, settings.symmetry_tolerance_loose_angstrom)
    phases = phases.reset_index(drop=True)
    with_structure = phases[phases["numbers"].notna()]
    cells = [unit_cell_of(row) for _, row in with_structure.iterrows()]
    batches = map_batches(_spacegroup_numbers, tolerances, cells, resources=resources, item_s=SECONDS_PER_PHASE)
    found = pd.DataFrame(
        [row for batch in batches for row in batch],
        columns=["spacegroup_number", "spacegroup_number_loose", "unit_cell_a3"],
        index=with_structure.index,
    ).reindex(phases.index)
    numbers = found[["spacegroup_number", "spacegroup_number_loose"]].astype("Int64")
    disagree = numbers.dropna()[lambda n: n["spacegroup_number"] != n["spacegroup_number_loose"]]
    if len(disagree):
        log.info(
            "%d of %d phases have another space group at %g than at %g A: %s",
            len(disagree),
            len(cells),
            *tolerances,
            ", ".join(phases.loc[disagree.index, "phase_id"]),
        )
    stated = phases["spacegroup_number_source"].astype("Int64").where(phases["numbers"].isna())
    return pd.DataFrame(
        {
            "phase_id": phases["phase_id"],
            **{name: numbers[name].fillna(stated) for name in numbers},
            "unit_cell_a3": found["unit_cell_a3"].astype(np.float64),
        }
    )


def _spacegroup_numbers(
    tolerances: tuple[float, float], cells: Sequence[Cell]
) -> list[tuple[int | None, int | None, float | None]]:
    tight, loose = tolerances
    rows = []
    for cell in cells:
        number, volume_a3 = number_and_unit_cell_a3(cell, tight)
        rows.append((number, spacegroup_number(cell, loose), volume_a3))
    return rows
