from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from distributed import Client

from tieline.core.errors import ParallelError
from tieline.relaxation import tasks
from tieline.relaxation.embedded import (
    describe_systems,
    embedded_labels,
    phase_set,
    relaxations_table,
    write_embedded,
)
from tieline.relaxation.records import RecordFile
from tieline.relaxation.run import execute, replay
from tieline.relaxation.settings import ReferenceSettings
from tieline.relaxation.tasks import Task


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address="127.0.0.1:0") as made:
        yield made


@pytest.fixture(scope="module")
def whole(client: Client, settings: ReferenceSettings, tmp_path_factory: pytest.TempPathFactory) -> RecordFile:
    """The records of an undisturbed run."""
    store = RecordFile(tmp_path_factory.mktemp("whole") / "store.jsonl")
    assert set(execute(settings, store, client)) == {("Cu",), ("Al",), ("Al", "Cu")}
    return store


def phases_in(settings: ReferenceSettings, store: RecordFile) -> pd.DataFrame:
    table = relaxations_table(replay(settings, store.read())).to_pandas()
    return phase_set(
        table,
        embedded_labels(settings.version),
        {},
        penalty_ev_per_atom=0.0,
        keep_ev_per_atom=settings.keep_ev_per_atom,
    )


def test_a_killed_run_resumes_to_the_same_bytes(
    client: Client,
    settings: ReferenceSettings,
    whole: RecordFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cut = RecordFile(tmp_path / "cut.jsonl")
    lines = whole.path.read_bytes().splitlines(keepends=True)
    complete = 2 * len(lines) // 3
    # Also an early line is lost, as where a structure type is added to the library: what follows it is not redone.
    cut.path.write_bytes(b"".join(lines[1:complete]) + lines[complete][:100])
    computed = []
    compute_one = tasks._compute

    def counted(task: Task) -> object:
        computed.append(task.key)
        return compute_one(task)

    monkeypatch.setattr(tasks, "_compute", counted)
    execute(settings, cut, client)
    assert len(computed) == len(lines) - complete + 1
    assert set(cut.read()) == set(whole.read())
    write_embedded(phases_in(settings, whole), tmp_path / "whole")
    write_embedded(phases_in(settings, cut), tmp_path / "cut")
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "cut").read_bytes()


def test_the_funnel_finds_the_ground_states_of_emt(settings: ReferenceSettings, whole: RecordFile) -> None:
    phases = phases_in(settings, whole)
    stable = phases[phases["formation_energy_ev_per_atom"] == 0]
    assert {"tl-Al-A1", "tl-Cu-A1"} <= set(stable["phase_id"])
    table = relaxations_table(replay(settings, whole.read())).to_pandas()
    dropped = table[table["reason"] != ""]
    assert len(dropped) > len(phases)
    assert dropped["reason"].str.contains("atoms in the primitive cell").any()
    assert dropped["reason"].str.contains("above the hull, more than").any()
    assert dropped.loc[dropped["stage"] == "", "energy_ev_per_atom"].isna().all()
    described = describe_systems(table, phases).set_index("elements")
    assert described.index.tolist() == ["Al", "Cu", "Al-Cu"]
    assert described["phases"].sum() == len(phases)
    assert (described["decorations"] >= described["relaxed"]).all()
    assert (described["relaxed"] >= described["refined"]).all()


def test_replay_leaves_out_what_is_unfinished(settings: ReferenceSettings, whole: RecordFile) -> None:
    elements_only = {key: record for key, record in whole.read().items() if len(record.symbols) == 1}
    assert set(replay(settings, elements_only)) == {("Cu",), ("Al",)}
    assert replay(settings, {}) == {}


def test_a_system_whose_batches_fail_is_reported_after_the_others_are_done(
    client: Client,
    settings: ReferenceSettings,
    whole: RecordFile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compute_one = tasks._compute

    def broken(task: Task) -> object:
        if task.symbols == ("Al",):
            raise OSError("out of disk")
        return compute_one(task)

    monkeypatch.setattr(tasks, "_compute", broken)
    store = RecordFile(tmp_path / "store.jsonl")
    store.append(record for record in whole.read().values() if "Al" not in record.symbols)
    with pytest.raises(ParallelError, match=r"2 systems are unfinished, first Al: OSError: out of disk"):
        execute(settings, store, client)
    assert set(replay(settings, store.read())) == {("Cu",)}
