from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from tieline.relaxation.records import Record, RecordFile


def test_records_come_back_as_they_were_written(tmp_path: Path, record: Record, failed: Record) -> None:
    store = RecordFile(tmp_path / "deep" / "store.jsonl")
    assert store.read() == {}
    store.append([record])
    store.append([failed])
    assert store.read() == {record.key: record, "b": failed}
    assert record.succeeded
    assert not failed.succeeded


def test_the_first_of_two_records_counts(tmp_path: Path, record: Record) -> None:
    store = RecordFile(tmp_path / "store.jsonl")
    store.append([record, replace(record, energy_ev_per_atom=0.0)])
    assert store.read() == {record.key: record}


def test_a_line_cut_short_is_ignored_and_does_not_spoil_the_next(
    tmp_path: Path, record: Record, failed: Record
) -> None:
    store = RecordFile(tmp_path / "store.jsonl")
    store.append([record, failed])
    whole = store.path.read_bytes()
    store.path.write_bytes(whole[:-40])
    assert store.read() == {record.key: record}
    store.append([failed])
    assert store.read() == {record.key: record, "b": failed}


def test_structure_of_a_record(record: Record) -> None:
    atoms = record.atoms()
    assert atoms.get_chemical_formula() == "Cu"
    np.testing.assert_allclose(atoms.get_volume(), record.volume_a3_per_atom())
    np.testing.assert_allclose(record.volume_a3_per_atom(), 3.6**3 / 4)


def test_archive_starts_a_new_store_and_leaves_an_old_one_alone(tmp_path: Path, record: Record, failed: Record) -> None:
    archive = tmp_path / "archive.jsonl.xz"
    first = RecordFile(tmp_path / "first.jsonl")
    first.start_from(archive)
    assert first.read() == {}
    first.append([record])
    first.archive(archive)
    second = RecordFile(tmp_path / "second.jsonl")
    second.append([failed])
    second.start_from(archive)
    assert second.read() == {"b": failed}
    third = RecordFile(tmp_path / "third.jsonl")
    third.start_from(archive)
    assert third.read() == {record.key: record}


def test_no_flipped_bit_gives_another_record(tmp_path: Path, record: Record, failed: Record) -> None:
    """Two records, every seventh bit: each comes back as it was or not at all."""
    store = RecordFile(tmp_path / "store.jsonl")
    store.append([record, failed])
    sound, expected = store.path.read_bytes(), store.read()
    for bit in range(0, 8 * len(sound), 7):
        damaged = bytearray(sound)
        damaged[bit // 8] ^= 1 << bit % 8
        store.path.write_bytes(damaged)
        found = store.read()
        assert found.items() <= expected.items()
        assert len(found) < 2


def test_records_of_earlier_versions_have_no_checksum(tmp_path: Path, record: Record, failed: Record) -> None:
    store = RecordFile(tmp_path / "store.jsonl")
    store.append([record, failed])
    expected = store.read()
    lines = store.path.read_bytes().splitlines()
    store.path.write_bytes(b"".join(line.partition(b"\t")[0] + b"\n" for line in lines))
    assert store.read() == expected
