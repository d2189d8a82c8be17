"""Small runs of the whole workflow on hand-made phase data, each made once and shared by the tests of this folder."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import ase.build
import ase.spacegroup
import pandas as pd
import pytest
import yaml
from ase import Atoms
from ase.formula import Formula

ROOT = Path(__file__).parents[2]

KJ_PER_MOL = 1.0 / 96.48533
"""Electronvolt per particle of 1 kJ/mol."""

# Formation enthalpies of the titanium silicides and Mg2Si in kJ per mol of formula: Kubaschewski, Alcock and Spencer,
# Materials Thermochemistry (1993), and NIST-JANAF. C49 is put 3 kJ/mol above C54.
ENTHALPIES_KJ_PER_MOL = {"TiSi2": -134.3, "TiSi": -129.7, "Ti5Si3": -579.1, "Mg2Si": -77.8, "Mg2Sn": -76.6}

# Free energies in eV per atom of Si (Sn, Zn). Li-Si: integrated from the plateaus at 415 C, 332/283/156 mV (Wen and
# Huggins, J. Solid State Chem. 37, 271 (1981)); Li15Si4 then lies at 60 mV, as we chose. Li-Sn and Li-Zn: chosen.
PER_HOST_ATOM_EV = {
    "Li12Si7": -(12 / 7) * 0.332,
    "Li7Si3": -(12 / 7) * 0.332 - (7 / 3 - 12 / 7) * 0.283,
    "Li13Si4": -(12 / 7) * 0.332 - (7 / 3 - 12 / 7) * 0.283 - (13 / 4 - 7 / 3) * 0.156,
    "Li15Si4": -(12 / 7) * 0.332 - (7 / 3 - 12 / 7) * 0.283 - (13 / 4 - 7 / 3) * 0.156 - 0.5 * 0.060,
    "Li22Si5": -1.0,
    "LiSn": -0.5,
    "Li7Sn2": -1.5,
    "LiZn": -0.2,
}

BETA_ABOVE_ALPHA_TIN_EV = 0.021
"""About 2 kJ/mol, the heat of the transition at 13 C."""

# id, formula, space group, volume in A3/atom (from lattice parameters, rounded).
PHASES = [
    ("si", "Si", 227, 20.0),
    ("alpha-sn", "Sn", 227, 34.2),
    ("beta-sn", "Sn", 141, 27.1),
    ("zn", "Zn", 194, 15.2),
    ("li", "Li", 229, 21.6),
    ("ti", "Ti", 194, 17.7),
    ("mg", "Mg", 194, 23.2),
    ("tisi2-c54", "TiSi2", 70, 14.1),
    ("tisi2-c49", "TiSi2", 63, 15.0),
    ("tisi", "TiSi", 62, 14.9),
    ("ti5si3", "Ti5Si3", 193, 15.6),
    ("mg2si", "Mg2Si", 225, 21.6),
    ("mg2sn", "Mg2Sn", 225, 25.8),
    ("li12si7", "Li12Si7", 62, 15.0),
    ("li7si3", "Li7Si3", 166, 15.2),
    ("li13si4", "Li13Si4", 55, 15.3),
    ("li15si4", "Li15Si4", 220, 16.1),
    ("li22si5", "Li22Si5", 216, 15.0),
    ("lisn", "LiSn", 10, 20.6),
    ("li7sn2", "Li7Sn2", 65, 18.1),
    ("lizn", "LiZn", 227, 15.0),
]


POTENTIAL = """
import numpy as np
from ase.calculators.calculator import Calculator, all_changes

VOLUME_A3_PER_ATOM = 11.8


class Balloons(Calculator):
    \"\"\"Every atom wants its volume, and as few beside it in the unit cell as can be: quick to relax.\"\"\"

    implemented_properties = ["energy", "forces", "stress"]

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        n = len(atoms)
        strain = atoms.get_volume() / n / VOLUME_A3_PER_ATOM - 1.0
        pressure = -10.0 * strain / VOLUME_A3_PER_ATOM
        self.results = {"energy": n * (5.0 * strain**2 + 0.02 * n), "forces": np.zeros((n, 3))}
        self.results["stress"] = np.array([-pressure] * 3 + [0.0] * 3)
"""
"""A potential in a module of the user's."""


def _energy_ev_per_atom(phase_id: str, formula: str) -> float:
    counts = Formula(formula).count()
    n_atoms = sum(counts.values())
    if formula in ENTHALPIES_KJ_PER_MOL:
        metastable = 3.0 if phase_id == "tisi2-c49" else 0.0
        return (ENTHALPIES_KJ_PER_MOL[formula] + metastable) * KJ_PER_MOL / n_atoms
    if formula in PER_HOST_ATOM_EV:
        host = next(symbol for symbol in ("Si", "Sn", "Zn") if symbol in counts)
        return PER_HOST_ATOM_EV[formula] * counts[host] / n_atoms
    return BETA_ABOVE_ALPHA_TIN_EV if phase_id == "beta-sn" else 0.0


def _structures() -> dict[str, Atoms]:
    """Si and both forms of TiSi2, from published lattice parameters (Pearson's Handbook)."""
    c49 = ase.spacegroup.crystal(
        ("Ti", "Si", "Si"),
        [(0, 0.1022, 0.25), (0, 0.7523, 0.25), (0, 0.4461, 0.25)],
        spacegroup=63,
        cellpar=[3.62, 13.76, 3.605, 90, 90, 90],
    )
    c54 = ase.spacegroup.crystal(
        ("Ti", "Si"),
        [(0.125, 0.125, 0.125), (0.4615, 0.125, 0.125)],
        spacegroup=70,
        setting=2,
        cellpar=[8.267, 4.800, 8.551, 90, 90, 90],
    )
    return {"si": ase.build.bulk("Si", a=5.431), "tisi2-c49": c49, "tisi2-c54": c54}


def write_phases(path: Path) -> None:
    """Write the hand-made phases, some with structures, to `path`."""
    structures = _structures()
    rows = []
    for phase_id, formula, number, volume in PHASES:
        row: dict[str, object] = {
            "phase_id": phase_id,
            "formula": formula,
            "formation_energy_ev_per_atom": _energy_ev_per_atom(phase_id, formula),
            "spacegroup_number_source": number,
            "volume_a3_per_atom": volume,
        }
        if phase_id in structures:
            atoms = structures[phase_id]
            row |= {
                "numbers": json.dumps(atoms.numbers.tolist()),
                "cell_a": json.dumps(atoms.cell.tolist()),
                "scaled_positions": json.dumps(atoms.get_scaled_positions().tolist()),
            }
        rows.append(row)
    pd.DataFrame(rows).to_csv(path, index=False)


BY_THE_HULL = {"minimum_probability": 0.0, "tolerance_ev_per_atom": 0.025}
"""What coexists within 25 meV/atom of the hull, however probable."""

EVERY_TARGET = ("screen", "validation", "comparison", "export", "export_candidates", "figures")
"""What a run makes by itself, and what it makes when asked."""


@dataclass(frozen=True)
class Project:
    """A folder with a config and phase data, where the workflow runs."""

    folder: Path
    """Snakemake's working directory."""

    checkout: Path
    """Where the workflow and the package are."""

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def write(self, *more_sources: dict[str, object], **sections: object) -> None:
        """Write the config: the hand-made phases, which coexist by the hull alone, `more_sources`, and `sections`."""
        source = {"kind": "file", "path": "phases.csv", "energy_level": "experiment", "name": "handbook"}
        config = {"phases": {"sources": [source, *more_sources]}, "coexistence": BY_THE_HULL} | sections
        (self.folder / "my.yaml").write_text(yaml.safe_dump(config), "utf-8")

    def command(self, *options: str, cores: int = 2) -> list[str]:
        files = (str(self.checkout / "config/config.yaml"), "my.yaml")
        return [
            *(sys.executable, "-m", "snakemake", "--cores", str(cores), "--directory", str(self.folder)),
            *("--snakefile", str(self.checkout / "Snakefile"), "--configfile", *files, *options),
        ]

    @property
    def environment(self) -> dict[str, str]:
        # Before the installed package, so that the copy is what runs; after it, modules of the user's.
        paths = (str(self.checkout), os.getenv("PYTHONPATH"), str(self.folder))
        return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))}

    def run(self, *options: str, cores: int = 2) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*options, cores=cores),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env=self.environment,
        )

    def finish(self, *options: str, cores: int = 2) -> str:
        """Run to the end and return all that Snakemake said."""
        done = self.run(*options, cores=cores)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        return said

    def planned(self, *options: str) -> set[str]:
        """The rules that a run would execute now."""
        lines = self.finish("--dry-run", "--quiet", "rules", *options).splitlines()
        if any("Nothing to be done" in line for line in lines):
            return set()
        start = next(i for i, line in enumerate(lines) if line.startswith("job ")) + 2
        names = [line.split()[0] for line in lines[start : lines.index("", start)]]
        return {*names} - {"total"}

    def reasons(self, *targets: str) -> dict[str, str]:
        """The rules that a run would execute now, and why."""
        said = self.finish("--dry-run", "--", *targets)
        return dict(re.findall(r"^ *(?:local)?rule (\w+):\n.*?^ +reason: (.*?)$", said, re.MULTILINE | re.DOTALL))

    def contents(self) -> dict[str, bytes]:
        """Every result file but logs and timings."""
        return {
            str(path.relative_to(self.results)): path.read_bytes()
            for path in sorted(self.results.rglob("*"))
            if path.is_file() and path.relative_to(self.results).parts[0] not in ("logs", "benchmarks")
        }

    def copy_to(self, folder: Path) -> Project:
        """Copy everything, times and Snakemake's memory included."""
        shutil.copytree(self.folder, folder)
        return Project(folder, self.checkout)


@contextmanager
def edited(path: Path, old: str, new: str) -> Iterator[None]:
    """Replace what stands once in a file, and put it back, its times included."""
    content, times = path.read_bytes(), path.stat()
    text = content.decode()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    try:
        yield
    finally:
        path.write_bytes(content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.fixture(scope="session")
def edit() -> Callable[[Path, str, str], AbstractContextManager[None]]:
    """Return a context in which a file says something else."""
    return edited


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a run needs of the repository, copied: no test writes into the real one or sees it change."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("tieline", "snakemake_logger_plugin_tieline", "workflow", "scripts", "config", "profiles"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Snakefile", "environment.yml"):
        shutil.copy2(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def make_project(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> Callable[..., Project]:
    """Return a function that makes a fresh project folder."""

    def make(**sections: object) -> Project:
        project = Project(tmp_path_factory.mktemp("project"), checkout)
        write_phases(project.folder / "phases.csv")
        project.write(**sections)
        return project

    return make


@pytest.fixture(scope="session")
def finished(make_project: Callable[..., Project]) -> Project:
    """A project after one undisturbed run; tests leave it as it is."""
    project: Project = make_project()
    (project.folder / "said.txt").write_text(project.finish(), "utf-8")
    return project


@pytest.fixture(scope="session")
def extended(make_project: Callable[..., Project]) -> Project:
    """As `finished`, with phases of a potential and all that is made when asked for; tests leave it as it is."""
    project: Project = make_project()
    (project.folder / "my_potential.py").write_text(POTENTIAL, "utf-8")
    # Beside the hand-made phases, so at their level.
    computed: dict[str, object] = {"kind": "potential", "systems": ["Cu"], "potential": "my_potential:Balloons"}
    computed |= {"energy_level": "experiment", "name": "balloons", "max_atoms": 1}
    other = {"kind": "file", "path": "phases.csv", "energy_level": "other"}
    project.write(computed, comparison={"source": other})
    (project.folder / "said.txt").write_text(project.finish("--", *EVERY_TARGET), "utf-8")
    return project


@pytest.fixture
def rerun(finished: Project, tmp_path: Path) -> Project:
    """A copy of the finished project, for a test to change."""
    return finished.copy_to(tmp_path / "project")
