"""The chemistries that ship with the project, against crystallography and Faraday's law."""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import pytest
from scipy.constants import Avogadro

from tieline.core.elements import masses_g_per_mol
from tieline.core.errors import ConfigError
from tieline.core.units import FARADAY_MAH_PER_MOL
from tieline.data import chemistries
from tieline.data.chemistries import electrolytes, inactive, positive_electrodes

READERS = {
    "positive_electrodes.yaml": positive_electrodes,
    "electrolytes.yaml": electrolytes,
    "inactive.yaml": inactive,
}

MOLES = {
    "NMC811": {"Li": 1, "Ni": 0.8, "Mn": 0.1, "Co": 0.1, "O": 2},
    "NMC622": {"Li": 1, "Ni": 0.6, "Mn": 0.2, "Co": 0.2, "O": 2},
    "NCA": {"Li": 1, "Ni": 0.8, "Co": 0.15, "Al": 0.05, "O": 2},
    "LCO": {"Li": 1, "Co": 1, "O": 2},
    "LMO": {"Li": 1, "Mn": 2, "O": 4},
    "LFP": {"Li": 1, "Fe": 1, "P": 1, "O": 4},
}

# Formulas in the cell and its volume in A^3, from published lattice parameters in angstrom.
CELLS = {
    "NMC811": (3, 2.871**2 * 14.20 * sqrt(3) / 2),
    "NMC622": (3, 2.869**2 * 14.22 * sqrt(3) / 2),
    "NCA": (3, 2.864**2 * 14.18 * sqrt(3) / 2),
    "LCO": (3, 2.816**2 * 14.05 * sqrt(3) / 2),
    "LMO": (8, 8.248**3),
    "LFP": (4, 10.33 * 6.01 * 4.69),
}


def molar_mass(name: str) -> float:
    return float(masses_g_per_mol(list(MOLES[name])) @ list(MOLES[name].values()))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of chemistries for a test to spoil."""
    for path in chemistries.chemistry_files():
        (tmp_path / path.name).write_text(path.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(chemistries, "FOLDER", tmp_path)
    for reader in READERS.values():
        reader.cache_clear()
    yield tmp_path
    for reader in READERS.values():
        reader.cache_clear()


@pytest.mark.parametrize("name", list(MOLES))
def test_densities_are_those_of_the_crystals(name: str) -> None:
    formulas, volume_a3 = CELLS[name]
    density = formulas * molar_mass(name) / (Avogadro * volume_a3 * 1e-24)
    assert positive_electrodes()[name].density_g_per_cm3.value == pytest.approx(density, rel=0.03)


@pytest.mark.parametrize("name", list(MOLES))
def test_capacities_need_no_more_ions_than_there_are(name: str) -> None:
    share = positive_electrodes()[name].capacity_mah_per_g.value * molar_mass(name) / FARADAY_MAH_PER_MOL
    assert 0.5 < share < 1.0


def test_every_chemistry_is_known_here() -> None:
    assert set(positive_electrodes()) == set(MOLES)
    assert {electrolyte.working_ion for electrolyte in electrolytes().values()} == {"Li"}


@pytest.mark.parametrize(
    ("file", "old", "new", "parts"),
    [
        (
            "positive_electrodes.yaml",
            "capacity_mah_per_g:",
            "capacity:",
            ["NMC811.capacity_mah_per_g", "required"],
        ),
        (
            "electrolytes.yaml",
            "value: 1.19",
            "value: -1",
            ["LiPF6-EC-EMC.density_g_per_cm3.value = -1: ", "greater than 0"],
        ),
        (
            "electrolytes.yaml",
            "working_ion: Li",
            "working_ion: Li+",
            ["LiPF6-EC-EMC.working_ion = 'Li+': 'Li+' is no chemical symbol (did you mean 'Li'?)"],
        ),
        ("inactive.yaml", "source:", "sauce:", ["binder.density_g_per_cm3.source", "required"]),
        ("inactive.yaml", "name: copper", "name: [", ["not YAML"]),
    ],
)
def test_a_spoilt_file_ends_in_one_line(folder: Path, file: str, old: str, new: str, parts: list[str]) -> None:
    path, reader = folder / file, READERS[file]
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(ConfigError) as caught:
        reader()
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert all(part in message for part in parts), message
    assert "\n" not in message


def test_an_empty_file_is_named(folder: Path) -> None:
    (folder / "electrolytes.yaml").write_text("", "utf-8")
    with pytest.raises(ConfigError, match=r"electrolytes\.yaml: the file = None: "):
        electrolytes()


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "inactive.yaml").unlink()
    with pytest.raises(ConfigError, match=r"inactive\.yaml: No such file"):
        inactive()
