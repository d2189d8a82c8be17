"""A source of computed phases, with EMT in the place of a potential."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from distributed import Client

from tieline.core.errors import ConfigError
from tieline.phases.fetched import Fetched, read_fetched, write_fetched
from tieline.phases.inputs import fetched_files
from tieline.phases.rows import Reading
from tieline.phases.source_settings import PotentialSource
from tieline.relaxation import run
from tieline.relaxation.records import RecordFile
from tieline.relaxation.source import energy_level, predict_phases, source_settings

EMT = "ase.calculators.emt:EMT"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        yield made


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> PotentialSource:
    folder = tmp_path_factory.mktemp("relaxations")
    return PotentialSource(
        kind="potential", systems=["Cu-Au"], potential=EMT, energy_level="EMT", name="emt", max_atoms=4, folder=folder
    )


@pytest.fixture(scope="module")
def predicted(source: PotentialSource, client: Client) -> Fetched:
    return predict_phases(source, client)


@pytest.fixture(scope="module")
def reading(source: PotentialSource, predicted: Fetched, tmp_path_factory: pytest.TempPathFactory) -> Reading:
    """What the phase table reads of it."""
    folder = tmp_path_factory.mktemp("fetched")
    write_fetched(predicted, *fetched_files(source, folder))
    return read_fetched(source, folder)[0]


def test_every_part_of_a_system_is_searched(reading: Reading) -> None:
    assert reading.searched == {"Au", "Cu", "Au-Cu"}


def test_phases_are_named_and_flagged(predicted: Fetched, reading: Reading) -> None:
    phases = reading.phases.set_index("phase_id")
    assert len(phases) == len(predicted.rows)
    assert reading.rejected.empty
    assert set(phases["energy_level"]) == {"EMT"}
    assert set(phases["source"]) == {"emt"}
    assert phases.index.str.startswith("emt-").all()
    assert phases.loc["emt-Cu-A1", "experimental"]
    compounds = phases[phases["n_elements"] == 2]
    assert compounds["experimental"].isin([True, False]).all()
    assert not compounds["experimental"].all()


def test_energies_are_those_of_the_calculator(reading: Reading) -> None:
    """Ordered Cu3Au in EMT: -0.03 to -0.07 eV/atom, about the measured -0.07 (Hultgren et al., Selected Values)."""
    cu3au = reading.phases[reading.phases["formula"] == "Cu3Au"]
    assert -0.09 < cu3au["formation_energy_ev_per_atom"].min() < -0.01


def test_nothing_is_computed_twice(
    source: PotentialSource, client: Client, predicted: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "compute", lambda _: pytest.fail("computed again"))
    again = predict_phases(source, client)
    assert again == predicted


def test_a_changed_potential_starts_anew(
    source: PotentialSource, predicted: Fetched, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert predicted.searched
    records = RecordFile(source.folder / "emt.jsonl").read()
    settings = source_settings(source)
    assert len(run._up_to_date(records, settings)) == len(records) > 0
    monkeypatch.setattr(run, "weights_sha256", lambda _: "another")
    assert not run._up_to_date(records, settings)


def test_energy_levels() -> None:
    shipped = PotentialSource(kind="potential", systems=["Si-Ti"])
    assert energy_level(shipped) == "PBE (7net-l3i5)"
    own = PotentialSource(kind="potential", systems=["Si-Ti"], potential=EMT)
    with pytest.raises(ConfigError, match=r"energy_level is needed for potential 'ase\.calculators\.emt:EMT'"):
        energy_level(own)


def test_only_the_fine_stage_is_in_another_potential() -> None:
    settings = source_settings(PotentialSource(kind="potential", systems=["Si-Ti"]))
    assert (settings.prescreen.potential, settings.relax.potential) == ("7net-0", "7net-0")
    assert settings.refine.potential == "7net-l3i5"
    assert settings.plan() == (("Si",), ("Ti",), ("Si", "Ti"))
