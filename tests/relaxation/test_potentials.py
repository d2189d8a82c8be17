from __future__ import annotations

import pytest
from ase.build import bulk

from tieline.errors import ConfigError
from tieline.relaxation import potentials


def test_names_that_would_be_downloaded_are_refused() -> None:
    with pytest.raises(ConfigError, match="'7net-omni' is not installed with sevenn"):
        potentials.weights_file("7net-omni")


def test_a_missing_package_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(potentials, "find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="make reference"):
        potentials.weights_file("7net-0")


@pytest.mark.parametrize(("name", "energy"), [("7net-0", -5.403), ("7net-l3i5", -5.424)])
def test_energy_of_silicon(name: str, energy: float) -> None:
    pytest.importorskip("sevenn")
    atoms = bulk("Si", "diamond", a=5.466)
    atoms.calc = potentials.calculator(name)
    assert atoms.get_potential_energy() / 2 == pytest.approx(energy, abs=0.002)
    assert len(potentials.weights_sha256(name)) == 64
