"""Enthalpy of amorphous alloys by Miedema's model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.core.errors import PhaseDataError

Array = NDArray[np.float64]

P_BOTH_TRANSITION, P_ONE_TRANSITION, P_NO_TRANSITION = 14.2, 12.35, 10.7
"""P of the model in kJ V^-2 cm^-2 (d.u.)^(1/3), by how many of two elements are transition metals."""

Q_OVER_P = 9.4
"""Q/P in V^2 (d.u.)^(-2/3)."""

RANDOM, AMORPHOUS, ORDERED = 0.0, 5.0, 8.0
"""Weight of chemical order in a random solution, an amorphous alloy and a compound."""

DISORDER_KJ_PER_MOL_K = 3.5e-3
"""Enthalpy of topological disorder per kelvin of the mean melting point."""


@dataclass(frozen=True)
class ElementParameters:
    """Miedema's parameters of one element; see tieline/data/elements/README.md."""

    transition: bool
    """Whether it is a transition metal."""

    phi_v: float
    """Electronegativity."""

    n_ws_cube_root_du: float
    """Cube root of the electron density."""

    v_two_thirds_cm2: float
    """Molar volume to the power 2/3."""

    volume_coefficient: float
    """How much the volume follows the difference in electronegativity."""

    hybridisation: float
    """Its factor of R/P."""

    metal_transformation_kj_per_mol: float
    """Enthalpy of turning it into a metal."""


Parameters = Mapping[str, ElementParameters]
"""By chemical symbol."""


def read_parameters(path: Path) -> Parameters:
    """Read Miedema's parameters.

    Raises
    ------
    PhaseDataError
        If the file is not readable or a column is missing.
    """
    names = [field.name for field in fields(ElementParameters)]
    try:
        table = pd.read_csv(path, usecols=["element", *names], keep_default_na=False).set_index("element")
    except (OSError, ValueError) as error:
        raise PhaseDataError(f"{path}: {str(error).splitlines()[0]}") from error
    rows = zip(table.index, table[names].itertuples(index=False), strict=True)
    return {str(symbol): ElementParameters(*row) for symbol, row in rows}


def chemical_enthalpy_kj_per_mol(fractions: Mapping[str, float], parameters: Parameters, order: float) -> float:
    """Return the enthalpy of mixing metals, per mole of atoms: the chemical term of the model.

    For each pair of elements i, j

        x_i V_i^(2/3) f_ij 2 P (-(d phi)^2 + Q/P (d n^(1/3))^2 - R/P) / (n_i^(-1/3) + n_j^(-1/3))

    with f_ij = c_j (1 + order (c_i c_j)^2), c the surface fractions and V the volumes in the alloy (de Boer et al.,
    *Cohesion in Metals*, 1988, ch. II; volumes are followed for two steps). In alloys of more elements c are the
    surface fractions among all of them and the pairs are summed, which is the model for two elements and keeps to its
    picture of contacts for more (H. Bakker, *Enthalpies in Alloys*, 1998).

    Parameters
    ----------
    fractions
        Atomic fractions x, summing to one.
    parameters
        Of at least those elements.
    order
        `RANDOM`, `AMORPHOUS` or `ORDERED`.
    """
    symbols = list(fractions)
    own = [parameters[symbol] for symbol in symbols]
    x = np.array(list(fractions.values()))
    phi = np.array([element.phi_v for element in own])
    relaxed = np.array([element.v_two_thirds_cm2 for element in own])
    coefficient = np.array([element.volume_coefficient for element in own])
    initial = relaxed
    for _ in range(2):
        degree = _degree_of_contact(x, relaxed, order)
        relaxed = initial * (1.0 + coefficient * (degree * (phi[:, None] - phi)).sum(axis=1))
    degree = _degree_of_contact(x, relaxed, order)
    return float(
        sum(x[i] * relaxed[i] * degree[i, j] * _interface(own[i], own[j]) for i, j in combinations(range(len(x)), 2))
    )


def _degree_of_contact(x: Array, v_two_thirds: Array, order: float) -> Array:
    """Return f_ij, shape (n, n): how much of element i's surface touches element j."""
    surface = x * v_two_thirds / (x @ v_two_thirds)
    return surface * (1.0 + order * np.outer(surface, surface) ** 2)


def _interface(one: ElementParameters, other: ElementParameters) -> float:
    """Return the enthalpy of an interface of two metals, in kJ per mole and cm2 of V^(2/3)."""
    n_transition = one.transition + other.transition
    p = (P_NO_TRANSITION, P_ONE_TRANSITION, P_BOTH_TRANSITION)[n_transition]
    r_over_p = one.hybridisation * other.hybridisation if n_transition == 1 else 0.0
    n_one, n_other = one.n_ws_cube_root_du, other.n_ws_cube_root_du
    drive = -((one.phi_v - other.phi_v) ** 2) + Q_OVER_P * (n_one - n_other) ** 2 - r_over_p
    return 2.0 * p * drive / (1.0 / n_one + 1.0 / n_other)


def amorphous_enthalpy_kj_per_mol(
    fractions: Mapping[str, float], parameters: Parameters, melting_points_k: Mapping[str, float]
) -> float:
    """Return the enthalpy of forming an amorphous alloy from its crystalline elements, per mole of atoms.

    The chemical term with the order of an amorphous alloy, the transformation of non-metals into metals, and
    3.5 J/(mol K) times the mean melting point for disorder (A. W. Weeber and H. Bakker, Physica B 153 (1988) 93; Bakker
    1998). Where it is below zero, milling the elements can lead to an amorphous alloy.

    Parameters
    ----------
    fractions
        Atomic fractions, summing to one.
    parameters, melting_points_k
        Of at least those elements.
    """
    metals = sum(x * parameters[symbol].metal_transformation_kj_per_mol for symbol, x in fractions.items())
    disorder = DISORDER_KJ_PER_MOL_K * sum(x * melting_points_k[symbol] for symbol, x in fractions.items())
    return chemical_enthalpy_kj_per_mol(fractions, parameters, AMORPHOUS) + metals + disorder
