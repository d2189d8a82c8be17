"""Finished VASP runs: the final structure and energy of a vasprun.xml."""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from pymatgen.io.vasp.outputs import Vasprun

from tieline.core.errors import PhaseDataError
from tieline.phases.vasp_head import Head, Tags, Value, read_head
from tieline.phases.vasp_tags import (
    NAMED_DISPERSIONS,
    NAMED_HYBRIDS,
    NOTED,
    element_settings,
    hybrid_parameters,
    is_hybrid,
    level_suffixes,
    text_of_value,
    why_no_phase,
)

LARGEST_GAP_ANGSTROM = 8.0
"""A bulk phase has no layer without atoms as thick as this: fullerenes and intercalated graphite stay below."""

RELAXATIONS = (1, 2, 3)
"""IBRION of relaxations."""

LARGEST_CHANGE_EV_PER_ATOM = 1e-3
"""Energies of the last two electronic steps that differ by more, and by 100 EDIFF, have not converged."""

LARGEST_FORCE_EV_PER_ANGSTROM = 0.05
"""A larger force, beyond twice EDIFFG, is left where a relaxation was stopped."""

GASES = frozenset({"H", "N", "O", "F", "Cl"})
"""Elements whose reference state may be a molecule in a box."""

LARGEST_ENTROPY_EV_PER_ATOM = 0.05
"""Beyond this entropy of the electrons the extrapolation to zero smearing is no longer good to a few meV/atom."""

SPACING_RATIO = 2.0
"""Runs whose k-point spacings differ by more than this factor are noted."""


class _Vasprun(Vasprun):
    """A run that is not asked whether it has converged while it is read: one without energies cannot say."""

    @property
    def converged(self) -> bool:
        """Whether it has converged, which is asked for where the tags allow."""
        return True


@dataclass(frozen=True)
class Run:
    """The end of one VASP run."""

    file: Path

    atoms: Atoms
    """Final structure; its calculator holds the final energy in eV, extrapolated to zero smearing."""

    run_type: str
    """Functional: PBE, R2SCAN, HSE06, followed by the tags that make it another level, such as PBE+LSORBIT. U is not
    part of it, for it belongs to elements. The GGA of the potentials is PBE where these are PBE's."""

    potentials: tuple[str, ...]
    """Titles of the PAW potentials, such as ``PAW_PBE Si 05Jan2001``."""

    cutoff_ev: float
    """Cut-off energy of the plane waves."""

    fault: str
    """Why the energy cannot be used; empty if it can."""

    of_elements: dict[str, frozenset[tuple[tuple[str, Value], ...]]] = field(default_factory=dict)
    """What the tags with a value for each element say, U among them, by element."""

    noted: dict[str, str] = field(default_factory=dict)
    """Values of other tags that change energies slightly."""

    kpoint_spacing_per_angstrom: float = float("nan")
    """Largest distance of neighbouring k-points of a grid, NaN for other k-points."""

    entropy_ev_per_atom: float = 0.0
    """Entropy of the electrons times temperature."""


def read_run(file: Path) -> Run:
    """Read a vasprun.xml, packed or not.

    Raises
    ------
    Exception
        Whatever pymatgen stumbles over in a damaged or unfinished file.
    """
    head = read_head(file)
    with warnings.catch_warnings():
        # What they say of convergence is asked for below.
        warnings.simplefilter("ignore")
        run = _Vasprun(file, parse_dos=False, parse_eigen=False, parse_potcar_file=False)
        structure = run.final_structure
        atoms = Atoms(
            numbers=[site.specie.Z for site in structure],
            cell=structure.lattice.matrix,
            scaled_positions=structure.frac_coords,
            pbc=True,
        )
        atoms.calc = SinglePointCalculator(atoms, energy=float(run.final_energy))
        return Run(
            file=file,
            atoms=atoms,
            run_type=_run_type(run, head.tags),
            potentials=tuple(run.potcar_symbols),
            cutoff_ev=float(run.parameters.get("ENMAX", run.parameters.get("ENCUT", "nan"))),
            fault=why_no_phase(head) or _not_converged(run) or _no_bulk(atoms),
            of_elements=element_settings(head),
            noted={tag: text_of_value(head.tags[tag][0]) for tag in NOTED if head.tags[tag]},
            kpoint_spacing_per_angstrom=_kpoint_spacing(head, atoms),
            entropy_ev_per_atom=_entropy(run) / len(atoms),
        )


def _run_type(run: Vasprun, tags: Tags) -> str:
    # pymatgen takes what is left unsaid for exact exchange, and IVDW = 0 for a dispersion energy.
    run.parameters.update(AEXX=0.0, HFSCREEN=0.0, LHFCALC=False, LDAU=False, LUSE_VDW=tags.is_set("LUSE_VDW"))
    run.parameters["GGA"] = next((value for value in tags["GGA"] if value), "--")
    run.incar.update(LDAU=False, IVDW=0)
    run.incar["METAGGA"] = next((value for value in tags["METAGGA"] if value not in ("", "--")), "--")
    if is_hybrid(tags):
        functional = NAMED_HYBRIDS.get(hybrid_parameters(tags), "hybrid")
        functional += "+rVV10" if tags.is_set("LUSE_VDW") else ""
    else:
        functional = str(run.run_type).partition("+vdW-")[0]
        functional = re.sub("^GGA(?=$|[+])", _of_potentials(run.potcar_symbols), functional)
    dispersion = next((value for value in tags["IVDW"] if value and value in NAMED_DISPERSIONS), None)
    if isinstance(dispersion, float):
        run.parameters["LUSE_VDW"] = False
        run.incar["IVDW"] = int(dispersion)
        functional += "+vdW-" + str(run.run_type).partition("+vdW-")[2]
    return "+".join((functional, *level_suffixes(tags)))


def _of_potentials(titles: Sequence[str]) -> str:
    """Return the functional of the potentials, which is that of a run without GGA."""
    kinds = {title.partition(" ")[0] for title in titles}
    return {"PAW_PBE": "PBE", "PAW_GGA": "PW91", "PAW": "LDA"}.get(kinds.pop() if len(kinds) == 1 else "", "GGA")


def _not_converged(run: Vasprun) -> str:
    """Return what has not converged: all steps used, or ended before (a STOPCAR file, a limit of time)."""
    parameters = run.parameters
    if not run.converged_electronic:
        return f"not converged: the last electronic loop used all {parameters['NELM']} steps (NELM)"
    if not run.converged_ionic:
        return f"not converged: the relaxation used all {parameters['NSW']} steps (NSW)"
    last = run.ionic_steps[-1]
    energies = [float(step["e_fr_energy"]) for step in last["electronic_steps"][-2:] if "e_fr_energy" in step]
    change = float(np.ptp(energies)) if len(energies) == 2 else 0.0
    if "EDIFF" in parameters and change > max(
        100.0 * parameters["EDIFF"], LARGEST_CHANGE_EV_PER_ATOM * len(run.final_structure)
    ):
        return f"not converged: the last electronic steps differ by {change:.2g} eV (EDIFF = {parameters['EDIFF']:g})"
    limit = -float(parameters.get("EDIFFG", 0.0))
    if limit > 0.0 and parameters.get("NSW", 0) > 1 and parameters.get("IBRION") in RELAXATIONS and "forces" in last:
        free = run.final_structure.site_properties.get("selective_dynamics", True)
        force = float(np.linalg.norm(np.where(free, last["forces"], 0.0), axis=1).max())
        if force > max(2.0 * limit, LARGEST_FORCE_EV_PER_ANGSTROM):
            return f"not converged: a force of {force:.2g} eV/A remains (EDIFFG = {-limit:g})"
    return ""


def _no_bulk(atoms: Atoms) -> str:
    """Return why a structure is no bulk phase: a slab, a wire, or a molecule or atom in a box."""
    if set(atoms.get_chemical_symbols()) <= GASES and len(set(atoms.numbers)) == 1:
        return ""
    heights = 1.0 / np.linalg.norm(np.linalg.inv(np.asarray(atoms.cell)), axis=0)
    for axis, height in enumerate(heights):
        places = np.sort(atoms.get_scaled_positions(wrap=True)[:, axis])
        gap = float(np.diff(places, append=places[0] + 1.0).max() * height)
        if gap > LARGEST_GAP_ANGSTROM:
            return f"no bulk phase: a layer of {gap:.3g} A along {'abc'[axis]} holds no atoms (a slab or a molecule?)"
    return ""


def _kpoint_spacing(head: Head, atoms: Atoms) -> float:
    if not head.kpoint_divisions or min(head.kpoint_divisions) < 1:
        return float("nan")
    reciprocal = 2.0 * np.pi * np.linalg.norm(np.linalg.inv(np.asarray(atoms.cell)), axis=0)
    return float((reciprocal / np.asarray(head.kpoint_divisions)).max())


def _entropy(run: Vasprun) -> float:
    """Return the entropy term of the last electronic step (eV per cell), zero where there is none."""
    steps = run.ionic_steps[-1].get("electronic_steps", []) if run.ionic_steps else []
    last = steps[-1] if steps else {}
    return abs(float(last.get("e_fr_energy", 0.0)) - float(last.get("e_wo_entrp", last.get("e_fr_energy", 0.0))))


def common_level(runs: Sequence[Run]) -> str:
    """Return what to add to the functional of each of several runs: U of the elements that have one.

    >>> common_level([])
    ''
    """
    u_of = {
        element: ", ".join(sorted({_text_of_u(dict(pairs)) for pairs in settings} - {""}))
        for run in runs
        for element, settings in run.of_elements.items()
        if any("LDAUTYPE" in dict(pairs) for pairs in settings)
    }
    return f"+U ({', '.join(f'{element} {u}' for element, u in sorted(u_of.items()))})" if u_of else ""


def _text_of_u(pairs: dict[str, Value]) -> str:
    if "LDAUTYPE" not in pairs:
        return ""
    orbital = dict[Value, str]({0.0: "s", 1.0: "p", 2.0: "d", 3.0: "f"}).get(pairs.get("LDAUL", -1.0), "?")
    u, j = (text_of_value(pairs[tag]) if tag in pairs else "0" for tag in ("LDAUU", "LDAUJ"))
    return f"{orbital} {u}" + (f"-{j}" if j != "0" else "") + " eV"


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
        If functionals differ, or the potentials or U of one element.
    """
    levels: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        levels[run.run_type].append(run)
    if len(levels) > 1:
        raise PhaseDataError(
            f"{folder}: energies of different levels make false hulls, found {_counted(levels, ', ')}; "
            f"use runs of one functional"
        )
    _require_one_u(runs, folder)
    potentials: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        for title in set(run.potentials):
            potentials[_element_of(title)][f"{title!r}"].append(run)
    for element, titles in sorted(potentials.items()):
        if len(titles) > 1:
            raise PhaseDataError(
                f"{folder}: total energies with different potentials of {element} have no common zero, found "
                f"{_counted(titles, ', ')}"
            )
    return _differences(runs, folder)


def _require_one_u(runs: Sequence[Run], folder: Path) -> None:
    """Refuse different U, or parameters of the dispersion energy, of one element."""
    settings: dict[str, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))
    for run in runs:
        for element, found in run.of_elements.items():
            for pairs in found:
                text = ", ".join(f"{tag} = {text_of_value(value)}" for tag, value in pairs)
                settings[element][text or "none"].append(run)
    for element, kinds in sorted(settings.items()):
        if len(kinds) > 1 and all(("LDAUTYPE" in kind) != (kind == "none") for kind in kinds) and "none" in kinds:
            by_level: dict[str, list[Run]] = defaultdict(list)
            for run in runs:
                by_level[f"{run.run_type}{'+U' if _has_u(run) else ''}"].append(run)
            raise PhaseDataError(
                f"{folder}: energies with and without U of {element} have no common zero, found "
                f"{_counted(by_level, ', ')}"
            )
        if len(kinds) > 1:
            raise PhaseDataError(
                f"{folder}: total energies with different U or dispersion parameters of {element} have no common "
                f"zero, found {_counted(kinds, '; ')}"
            )


def _has_u(run: Run) -> bool:
    return any("LDAUTYPE" in dict(pairs) for found in run.of_elements.values() for pairs in found)


def _counted(kinds: Mapping[str, Sequence[Run]], separator: str) -> str:
    """Return how many runs are of each kind, and a file of the rarest."""
    counts = separator.join(f"{kind} ({len(runs)} runs)" for kind, runs in sorted(kinds.items()))
    rarest = min(sorted(kinds), key=lambda kind: len(kinds[kind]))
    return f"{counts}, such as {rarest} in {kinds[rarest][0].file}"


def _differences(runs: Sequence[Run], folder: Path) -> list[str]:
    """Return what differs among runs that are used together nevertheless."""
    found = []
    cutoffs = sorted({run.cutoff_ev for run in runs})
    if len(cutoffs) > 1:
        listed = ", ".join(f"{cutoff:g}" for cutoff in cutoffs)
        found.append(f"{folder}: the runs have different plane-wave cut-offs: {listed} eV")
    for tag in NOTED:
        values = sorted({run.noted[tag] for run in runs if tag in run.noted})
        if len(values) > 1:
            found.append(f"{folder}: the runs have different {tag}: {', '.join(values)}")
    spacings = [run.kpoint_spacing_per_angstrom for run in runs if run.kpoint_spacing_per_angstrom > 0.0]
    if spacings and max(spacings) > SPACING_RATIO * min(spacings):
        found.append(
            f"{folder}: the runs have k-points {min(spacings):.2g} to {max(spacings):.2g} A^-1 apart; "
            "their energies may differ by that alone"
        )
    n_hot = sum(run.entropy_ev_per_atom > LARGEST_ENTROPY_EV_PER_ATOM for run in runs)
    if n_hot:
        found.append(
            f"{folder}: {n_hot} runs have an electronic entropy beyond {LARGEST_ENTROPY_EV_PER_ATOM:g} eV/atom, with "
            "which the energy at zero smearing is uncertain; reduce SIGMA"
        )
    return found


def _element_of(title: str) -> str:
    """Return the element of a potential's title: Ti of ``PAW_PBE Ti_pv 07Sep2000``."""
    words = title.split()
    return words[1 if len(words) > 1 else 0].partition("_")[0]
