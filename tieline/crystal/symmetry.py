"""Space groups and Bravais lattices, recomputed from structures."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache

import numpy as np
import pandas as pd
import spglib
from numpy.typing import NDArray

from tieline.core.parallel import Parallel, map_batches
from tieline.crystal.settings import Crystal
from tieline.crystal.structures import cell_of

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


def with_space_groups(
    phases: pd.DataFrame, wanted: set[str], settings: Crystal, *, parallel: Parallel, cores: int
) -> pd.DataFrame:
    """Return `phases` with the recomputed space groups of the `wanted` ones, found on Dask workers.

    Parameters
    ----------
    phases
        Phase table.
    wanted
        Ids of the phases to recompute.
    settings
        The tolerances.
    parallel, cores
        Where to compute.

    Returns
    -------
    DataFrame
        With ``spacegroup_number`` (tight tolerance) and ``spacegroup_number_loose``, nullable integers, and
        ``unit_cell_a3``, the volume of the conventional cell. A wanted phase without a structure has the space group
        that its source says; phases not wanted have none.
    """
    tolerances = (settings.symmetry_tolerance_angstrom, settings.symmetry_tolerance_loose_angstrom)
    is_wanted = phases["phase_id"].isin(wanted)
    with_structure = phases[is_wanted & phases["numbers"].notna()]
    cells = [cell_of(row) for _, row in with_structure.iterrows()]
    batches = map_batches(
        _spacegroup_numbers, tolerances, cells, settings=parallel, cores=cores, item_s=SECONDS_PER_PHASE
    )
    found = pd.DataFrame(
        [row for batch in batches for row in batch],
        columns=["spacegroup_number", "spacegroup_number_loose", "unit_cell_a3"],
        index=with_structure.index,
    ).reindex(phases.index)
    numbers = found[["spacegroup_number", "spacegroup_number_loose"]].astype("Int64")
    stated = phases["spacegroup_number_source"].astype("Int64").where(is_wanted & phases["numbers"].isna())
    disagree = numbers.dropna()[lambda n: n["spacegroup_number"] != n["spacegroup_number_loose"]]
    if len(disagree):
        log.info(
            "%d of %d phases have another space group at %g than at %g A: %s",
            len(disagree),
            len(cells),
            *tolerances,
            ", ".join(phases.loc[disagree.index, "phase_id"]),
        )
    return phases.assign(
        **{name: numbers[name].fillna(stated) for name in numbers.columns},
        unit_cell_a3=found["unit_cell_a3"].astype(np.float64),
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
