"""Volume search and relaxation of one structure with any ASE calculator."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import spglib
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.constraints import FixSymmetry
from ase.filters import FrechetCellFilter
from ase.optimize import FIRE, LBFGS
from numpy.typing import NDArray

from tieline.core.errors import StructureError
from tieline.relaxation.checks import Expectation, check_energy, check_geometry
from tieline.relaxation.settings import Limits, PrescreenSettings, RelaxSettings

TYPICAL_BULK_MODULUS_EV_PER_A3 = 0.5
"""80 GPa, the first guess for a metal."""

LOWEST_BULK_MODULUS_EV_PER_A3 = 0.06
"""10 GPa, about that of lithium: a secant below this is noise."""

LARGEST_VOLUME_STEP = 0.20
"""Largest relative change of volume in one step of the search."""

SYMMETRY_TOLERANCES_A = (0.01, 0.1)
"""The two tolerances at which space groups are recorded."""

IDEALISING_TOLERANCE_A = 1e-3
"""Prototypes come with coordinates of four digits or more."""


@dataclass(frozen=True)
class VolumeSearch:
    """The lowest point found by scaling a structure isotropically."""

    atoms: Atoms
    """The structure at that volume."""

    energy_ev_per_atom: float
    """Energy extrapolated to the minimum."""

    evaluations: int
    """Energies computed."""


@dataclass(frozen=True)
class Relaxation:
    """A relaxed structure that passed every check."""

    atoms: Atoms
    """The relaxed structure, without calculator."""

    energy_ev_per_atom: float
    """Total energy."""

    fmax_ev_per_a: float
    """Largest remaining force, cell forces (virial per atom) included."""

    steps: int
    """Optimiser steps, those of a failed first attempt included."""

    optimiser: str
    """The optimiser that converged."""

    spacegroups: tuple[int, int]
    """Space-group numbers at `SYMMETRY_TOLERANCES_A`."""


def primitive(atoms: Atoms) -> Atoms:
    """Return the idealised primitive cell of `atoms`.

    Raises
    ------
    StructureError
        If spglib finds no symmetry in the structure.
    """
    cell = spglib.standardize_cell(
        _spglib_cell(atoms),  # type: ignore[arg-type]
        to_primitive=True,
        symprec=IDEALISING_TOLERANCE_A,
    )
    if cell is None:
        raise StructureError(f"{atoms.get_chemical_formula()}: spglib finds no symmetry")
    lattice, positions, numbers = cell
    return Atoms(numbers=numbers, cell=lattice, scaled_positions=positions, pbc=True)


def spacegroup_numbers(atoms: Atoms) -> tuple[int, int]:
    """Return the space-group numbers of `atoms` at the two `SYMMETRY_TOLERANCES_A`; 1 where none is found."""
    cell = _spglib_cell(atoms)
    found = [spglib.get_symmetry_dataset(cell, symprec=t) for t in SYMMETRY_TOLERANCES_A]  # type: ignore[arg-type]
    first, second = (1 if dataset is None else int(dataset.number) for dataset in found)
    return first, second


def search_volume(
    atoms: Atoms,
    calculator: Calculator,
    expected: Expectation,
    settings: PrescreenSettings,
) -> VolumeSearch:
    """Scale `atoms` isotropically towards its lowest energy, positions held.

    Parameters
    ----------
    atoms
        The structure, at the volume where the search starts.
    calculator
        An ASE calculator with energies and stresses.
    expected
        The elements' energy, by which the search gives up.
    settings
        When to stop.

    Notes
    -----
    Newton steps on the pressure, with a secant bulk modulus from the second step on. The energy left to gain,
    P^2 V / 2B, is subtracted from the last energy.
    """
    atoms = atoms.copy()
    n_atoms = len(atoms)
    volume = atoms.get_volume()
    modulus = TYPICAL_BULK_MODULUS_EV_PER_A3
    before: tuple[float, float] | None = None
    energy = np.inf
    evaluations = 0
    while evaluations < settings.evaluations:
        atoms.set_cell(atoms.cell * (volume / atoms.get_volume()) ** (1 / 3), scale_atoms=True)
        atoms.calc = calculator
        total = float(atoms.get_potential_energy())
        pressure = -float(atoms.get_stress(voigt=False).trace()) / 3
        evaluations += 1
        if before is not None and volume != before[0]:
            secant = -0.5 * (volume + before[0]) * (pressure - before[1]) / (volume - before[0])
            modulus = max(secant, LOWEST_BULK_MODULUS_EV_PER_A3)
        gain = pressure**2 * volume / (2 * modulus) / n_atoms
        energy = total / n_atoms - gain
        before = (volume, pressure)
        formation = energy - expected.energy_ev_per_atom if expected.energy_ev_per_atom is not None else -np.inf
        volume *= 1 + float(np.clip(pressure / modulus, -LARGEST_VOLUME_STEP, LARGEST_VOLUME_STEP))
        if gain < settings.settled_ev_per_atom or formation > settings.hopeless_ev_per_atom:
            break
    atoms.set_cell(atoms.cell * (volume / atoms.get_volume()) ** (1 / 3), scale_atoms=True)
    atoms.calc = None
    return VolumeSearch(atoms=atoms, energy_ev_per_atom=float(energy), evaluations=evaluations)


def relax(
    atoms: Atoms,
    calculator: Calculator,
    expected: Expectation,
    settings: RelaxSettings,
    limits: Limits,
) -> Relaxation:
    """Relax cell and positions of `atoms`, its symmetry kept, by LBFGS and, if that fails, by FIRE.

    Parameters
    ----------
    atoms
        The structure to start from.
    calculator
        An ASE calculator with energies, forces and stresses.
    expected
        What the elements say of volume and energy.
    settings
        Convergence and step limit.
    limits
        Bounds outside which the structure is lost.

    Raises
    ------
    StructureError
        If the structure leaves its bounds with either optimiser, or neither converges where that is asked for.
    """
    tried = 0
    for optimiser in (LBFGS, FIRE):
        trial = atoms.copy()
        progress: list[float] = []
        try:
            _optimise(
                trial, calculator, optimiser, expected=expected, settings=settings, limits=limits, progress=progress
            )
        except (StructureError, RuntimeError, ValueError, np.linalg.LinAlgError) as error:
            tried += len(progress)
            failure = f"{optimiser.__name__}: {str(error).splitlines()[0]}"
            continue
        energy = float(trial.get_potential_energy()) / len(trial)
        check_energy(energy, expected, limits)
        trial.calc = None
        trial.set_constraint()
        return Relaxation(
            atoms=trial,
            energy_ev_per_atom=energy,
            fmax_ev_per_a=progress[-1],
            steps=tried + len(progress),
            optimiser=optimiser.__name__,
            spacegroups=spacegroup_numbers(trial),
        )
    raise StructureError(failure)


def _optimise(
    atoms: Atoms,
    calculator: Calculator,
    optimiser: type[Any],
    *,
    expected: Expectation,
    settings: RelaxSettings,
    limits: Limits,
    progress: list[float],
) -> None:
    """Relax `atoms` in place and append the largest force (eV/A) of each step to `progress`."""
    with _quiet_symmetry():
        atoms.set_constraint(FixSymmetry(atoms, symprec=IDEALISING_TOLERANCE_A))
        atoms.calc = calculator
        cell_and_atoms = FrechetCellFilter(atoms)
        dynamics = optimiser(cell_and_atoms, logfile=None)
        for _ in dynamics.irun(fmax=settings.fmax_ev_per_a, steps=settings.max_steps):
            forces: NDArray[np.float64] = cell_and_atoms.get_forces()
            progress.append(float(np.sqrt((forces**2).sum(axis=1).max())))
            if not np.isfinite(progress[-1]):
                raise StructureError("forces are not finite")
            check_geometry(atoms, expected, limits)
    if settings.must_converge and progress[-1] > settings.fmax_ev_per_a:
        raise StructureError(f"fmax {progress[-1]:.3f} eV/A after {settings.max_steps} steps")


@contextmanager
def _quiet_symmetry() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="FixSymmetry adjust_cell")
        yield


def _spglib_cell(atoms: Atoms) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int64]]:
    return atoms.cell.array, atoms.get_scaled_positions(), atoms.numbers
