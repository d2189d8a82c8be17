"""What a rule fetched becomes a reading."""

from __future__ import annotations

import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.phases.fetched import RAW_SCHEMA, Fetched, read_fetched, write_fetched
from tieline.phases.inputs import fetched_files
from tieline.phases.source_settings import FetchedSource

SOURCE = FetchedSource(kind="some_database", name="mine")
ROWS = [
    {"phase_id": "ti", "formula": "Ti", "total_energy_ev_per_atom": -7.0, "energy_level": "x", "experimental": True},
    {"phase_id": "si", "formula": "Si", "total_energy_ev_per_atom": -5.0, "energy_level": "x"},
    {
        "phase_id": "tisi2",
        "formula": "Ti2Si4",
        "total_energy_ev_per_atom": -6.5,
        "energy_level": "x",
        "numbers": [22, 14, 14],
        "cell_a": [3.0, 0, 0, 0, 3.0, 0, 0, 0, 3.0],
        "scaled_positions": [0.0, 0, 0, 0.3, 0.3, 0.3, 0.7, 0.7, 0.7],
        "spacegroup_number_source": 70,
    },
]


def write(folder, rows, **more):
    fetched = Fetched(rows=rows, source_version="7", retrieved_at="2026-11-01", **more)
    write_fetched(fetched, *fetched_files(SOURCE, folder))


def test_rows_come_back_checked(tmp_path):
    """TiSi2: -6.5 - (1 x -7 + 2 x -5) / 3 = -0.8333 eV/atom."""
    write(tmp_path, ROWS, rejected=[("page 3", "odd", "no structure")], described={"licence": "CC BY 4.0"})
    reading, described = read_fetched(SOURCE, tmp_path)
    phases = reading.phases.set_index("phase_id")
    assert list(phases.index) == ["si", "ti", "tisi2"]
    assert phases.loc["tisi2", "formation_energy_ev_per_atom"] == pytest.approx(-6.5 + 17 / 3)
    assert phases.loc["tisi2", "formula"] == "TiSi2"
    assert list(phases.loc["tisi2", "numbers"]) == [22, 14, 14]
    assert phases.loc["ti", ["source", "source_version", "retrieved_at"]].tolist() == ["mine", "7", "2026-11-01"]
    assert phases.loc["ti", "experimental"]
    assert reading.rejected["reason"].tolist() == ["no structure"]
    assert described == {"licence": "CC BY 4.0"}


def test_files_do_not_depend_on_the_order_of_rows(tmp_path):
    write(tmp_path / "one", ROWS)
    write(tmp_path / "other", ROWS[::-1])
    for one, other in zip(*(fetched_files(SOURCE, tmp_path / name) for name in ("one", "other")), strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert list(pd.read_parquet(one.with_suffix(".parquet"))) == RAW_SCHEMA.names


def test_an_element_without_reference_costs_its_phases_only(tmp_path):
    odd = {"phase_id": "zrsi", "formula": "ZrSi", "total_energy_ev_per_atom": -7.0, "energy_level": "x"}
    write(tmp_path, [*ROWS, odd, {"phase_id": "typo", "formula": "?", "total_energy_ev_per_atom": -7.0}])
    reading, _ = read_fetched(SOURCE, tmp_path)
    assert len(reading.phases) == 3
    reasons = reading.rejected.set_index("phase_id")["reason"]
    assert reasons["zrsi"] == "the source holds no elemental phase of Zr"
    assert "no chemical formula" in reasons["typo"]


def test_damaged_files_are_one_line(tmp_path):
    table, about = fetched_files(SOURCE, tmp_path)
    with pytest.raises(PhaseDataError, match=r"^\S+mine\.parquet: cannot be read \(.*\); delete it$"):
        read_fetched(SOURCE, tmp_path)
    write(tmp_path, ROWS)
    table.write_bytes(table.read_bytes()[:100])
    with pytest.raises(PhaseDataError, match="cannot be read"):
        read_fetched(SOURCE, tmp_path)
    about.write_text("{", "utf-8")
    with pytest.raises(PhaseDataError, match="cannot be read"):
        read_fetched(SOURCE, tmp_path)
