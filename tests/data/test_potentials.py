from __future__ import annotations

import hashlib
from pathlib import Path

import ase
import pytest
from ase.build import bulk

from tieline.core.errors import ConfigError
from tieline.data import potentials


def test_names_that_would_be_downloaded_are_refused() -> None:
    with pytest.raises(ValueError, match="'7net-omni' is none of 7net-0, 7net-l3i5, chgnet and no import path"):
        potentials.known_potential("7net-omni")


@pytest.mark.parametrize("name", ["7net-0", "chgnet", "ase.calculators.emt:EMT", "mine:Potentials.best"])
def test_names_and_import_paths_are_known(name: str) -> None:
    assert potentials.known_potential(name) == name


@pytest.mark.parametrize("name", ["mine", "mine:", ":make", "mine:make()", "os;mine:make", "a b:c"])
def test_anything_else_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is none of"):
        potentials.known_potential(name)


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(potentials, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="potential '7net-0': module sevenn is not installed"):
        potentials.weights_file("7net-0")


def test_any_calculator_by_its_import_path() -> None:
    """EMT's energy of copper is zero at its own lattice constant, by construction (ASE's documentation)."""
    atoms = bulk("Cu", "fcc", a=3.59)
    atoms.calc = potentials.calculator("ase.calculators.emt:EMT")
    assert atoms.get_potential_energy() == pytest.approx(0.0, abs=0.01)
    assert potentials.potential_version("ase.calculators.emt:EMT") == ase.__version__


@pytest.fixture
def own_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "my_potential.py"
    path.write_text("number = 3\n\n\ndef make(size):\n    return size\n\n\ndef nothing():\n    return None\n", "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return path


def test_file_of_a_module(own_module: Path) -> None:
    assert potentials.own_module("my_potential:make") == [own_module]
    assert potentials.own_module("nowhere_at_all:make") == []
    assert potentials.own_module("7net-0") == []


@pytest.mark.parametrize(
    ("attribute", "message"),
    [
        ("mkae", "has no attribute 'mkae'"),
        ("number", "not callable"),
        ("make", "missing 1 required positional argument"),
        ("nothing", "returns NoneType, which is no ASE calculator"),
    ],
)
def test_import_paths_that_lead_nowhere(own_module: Path, attribute: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        potentials.calculator(f"{own_module.stem}:{attribute}")


def test_a_module_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match=r"module no_such_package\.potential is not installed; is it on PYTHONPATH"):
        potentials.calculator("no_such_package.potential:make")


def test_an_own_module_is_known_by_its_content(own_module: Path) -> None:
    expected = hashlib.sha256(own_module.read_bytes()).hexdigest()
    assert potentials.weights_sha256(f"{own_module.stem}:make") == expected
    assert potentials.potential_version(f"{own_module.stem}:make") == ""


@pytest.mark.parametrize(("name", "energy"), [("7net-0", -5.403), ("7net-l3i5", -5.424)])
def test_energy_of_silicon(name: str, energy: float) -> None:
    pytest.importorskip("sevenn")
    atoms = bulk("Si", "diamond", a=5.466)
    atoms.calc = potentials.calculator(name)
    assert atoms.get_potential_energy() / 2 == pytest.approx(energy, abs=0.002)
    assert len(potentials.weights_sha256(name)) == 64
