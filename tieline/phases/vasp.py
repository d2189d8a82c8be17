"""Finished VASP runs: the final structure and energy of a vasprun.xml."""

from __future__ import annotations

import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from pymatgen.io.vasp.outputs import Vasprun

from tieline.core.errors import PhaseDataError

MOLECULAR_DYNAMICS = 0
"""IBRION of molecular dynamics."""


@dataclass(frozen=True)
class Run:
    """The end of one VASP run."""

    atoms: Atoms
    """Final structure; its calculator holds the final energy in eV, extrapolated to zero smearing."""

    run_type: str
    """Functional, as pymatgen names it: PBE, R2SCAN, HSE06, with +U where there is one. Its GGA, the functional of
    the potentials, is PBE where these are PBE's."""

    potentials: tuple[str, ...]
    """Titles of the PAW potentials, such as ``PAW_PBE Si 05Jan2001``."""

    cutoff_ev: float
    """Cut-off energy of the plane waves."""

    fault: str
    """Why the energy cannot be used; empty if it can."""


def read_run(file: Path) -> Run:
    """Read a vasprun.xml, packed with gzip or not.

    Raises
    ------
    Exception
        Whatever pymatgen stumbles over in a damaged or unfinished file.
    """
    with warnings.catch_warnings():
        # What they say of convergence is asked for below.
        warnings.simplefilter("ignore")
        run = Vasprun(file, parse_dos=False, parse_eigen=False, parse_potcar_file=False)
        structure = run.final_structure
        atoms = Atoms(
            numbers=[site.specie.Z for site in structure],
            cell=structure.lattice.matrix,
            scaled_positions=structure.frac_coords,
            pbc=True,
        )
        atoms.calc = SinglePointCalculator(atoms, energy=float(run.final_energy))
        return Run(
            atoms=atoms,
            run_type=_run_type(run),
            potentials=tuple(run.potcar_symbols),
            cutoff_ev=float(run.parameters.get("ENMAX", run.parameters.get("ENCUT", "nan"))),
            fault=_fault(run),
        )


def _run_type(run: Vasprun) -> str:
    of_pbe = all(title.startswith("PAW_PBE ") for title in run.potcar_symbols)
    return re.sub("^GGA(?=$|[+])", "PBE", run.run_type) if of_pbe else str(run.run_type)


def _fault(run: Vasprun) -> str:
    parameters = run.parameters
    if parameters.get("IBRION") == MOLECULAR_DYNAMICS and parameters.get("NSW", 0) > 1:
        return "a molecular-dynamics run, not a relaxed structure"
    if not run.converged_electronic:
        return f"not converged: the last electronic loop used all {parameters['NELM']} steps (NELM)"
    if not run.converged_ionic:
        return f"not converged: the relaxation used all {parameters['NSW']} steps (NSW)"
    if parameters.get("PSTRESS"):
        return f"computed under pressure (PSTRESS = {parameters['PSTRESS']:g} kB): its energy is an enthalpy"
    return ""


def require_comparable(runs: Sequence[Run], folder: Path) -> list[str]:
    """Refuse runs whose total energies have no common zero; return what else differs among them.

    Parameters
    ----------
    runs
        What the folder's energies come from.
    folder
        Where they are, for messages.

    Raises
    ------
    PhaseDataError
        If functionals differ, or the potentials of one element.
    """
    kinds = Counter(run.run_type for run in runs)
    if len(kinds) > 1:
        found = ", ".join(f"{kind} ({count} runs)" for kind, count in sorted(kinds.items()))
        raise PhaseDataError(
            f"{folder}: energies of different levels make false hulls, found {found}; use runs of one functional"
        )
    potentials: dict[str, Counter[str]] = defaultdict(Counter)
    for run in runs:
        for title in set(run.potentials):
            potentials[_element_of(title)][title] += 1
    for element, titles in sorted(potentials.items()):
        if len(titles) > 1:
            found = ", ".join(f"{title!r} ({count} runs)" for title, count in sorted(titles.items()))
            raise PhaseDataError(
                f"{folder}: total energies with different potentials of {element} have no common zero, found {found}"
            )
    cutoffs = sorted({run.cutoff_ev for run in runs})
    if len(cutoffs) > 1:
        listed = ", ".join(f"{cutoff:g}" for cutoff in cutoffs)
        return [f"{folder}: the runs have different plane-wave cut-offs: {listed} eV"]
    return []


def _element_of(title: str) -> str:
    """Return the element of a potential's title: Ti of ``PAW_PBE Ti_pv 07Sep2000``."""
    words = title.split()
    return words[1 if len(words) > 1 else 0].partition("_")[0]
