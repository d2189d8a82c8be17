"""Structures as they stand in a phase table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray


def unit_cell_of(
    row: pd.Series | Mapping[Any, Any],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    """Return one row's structure as spglib takes it.

    Returns
    -------
    lattice : ndarray, shape (3, 3)
        Cell vectors as rows, in angstrom.
    scaled_positions : ndarray, shape (n_atoms, 3)
        Fractional positions.
    numbers : ndarray, shape (n_atoms,)
        Atomic numbers.
    """
    return (
        np.asarray(row["cell_a"], dtype=np.float64).reshape(3, 3),
        np.asarray(row["scaled_positions"], dtype=np.float64).reshape(-1, 3),
        np.asarray(row["numbers"], dtype=np.int64),
    )
