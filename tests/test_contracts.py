"""A stage that reads a table with a column lost, renamed or of another type stops and names stage, file and column."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import small_run

from tieline.config import STAGES
from tieline.core.tables import Table

READS = {
    "phases.export": {"phases": "formula"},
    "thermo": {"phases": "formation_energy_ev_per_atom"},
    "lithiation": {
        "phases": "volume_a3_per_atom",
        "coexistence": "tie_line_excess_ev_per_atom",
        "counts": "n_tested",
        "space_groups": "spacegroup_number_loose",
    },
    "microstructure": {
        "candidates": "phase_b_weight_fraction",
        "phases": "scaled_positions",
        "space_groups": "unit_cell_a3",
    },
    "full_cell": {"candidates": "phase_b1_id", "phases": "formation_energy_ev_per_atom"},
    "process": {"candidates": "capacity_inert_b_mah_per_g", "phases": "formula"},
    "claims": {
        "candidates": "spacegroup_b",
        "microstructure": "shell_unit_cells",
        "process": "melting_route",
        "cells": "cell_average_voltage_inert_b_v",
        "phases": "spacegroup_number_source",
        "space_groups": "spacegroup_number",
    },
    "ranking": {
        "properties": "capacity_inert_b_mah_per_g",
        "claims": "verdict",
        "systems": "n_pairs",
        "phases": "phase_id",
        "excluded": "phase_id",
    },
    "report.page": {
        "ranked_table": "phase_b_volume_fraction",
        "alternatives": "rank",
        "claims_summary": "claim",
        "properties": "liquidus_estimate_k",
        "claims": "verdict",
        "voltage_curves": "voltage_v",
        "lines": "intensity",
        "counts": "n_tested",
        "systems": "n_coexisting",
        "phases": "scaled_positions",
    },
    "report": {"properties": "capacity_expected_mah_per_g", "ranked_table": "phase_b_volume_fraction"},
    "report.export": {
        "properties": "capacity_expected_mah_per_g",
        "ranked_table": "score",
        "voltage_curves": "voltage_v",
        "phases": "formula",
        "claims": "verdict",
        "claims_summary": "says",
    },
    "report.paper": {
        "ranked_table": "partners",
        "properties": "capacity_expected_mah_per_g",
        "voltage_curves": "part",
        "systems": "status",
        "phases": "formula",
    },
    "evaluation.experiment": {"phases": "n_elements"},
    "evaluation.measured": {"phases": "formation_energy_ev_per_atom"},
    "evaluation.comparison": {"phases": "spacegroup_number_source"},
}
"""The tables that each stage reads, by the names of its inputs, and a column of each that it needs."""

NO_TABLES = {"phases", "phases.materials_project", "phases.optimade", "relaxation"}
"""Stages that begin with what users and servers say, or with what ships with tieline."""

DAMAGES = ("lost", "renamed", "of another type")

CASES = [
    (stage, name, column, damage)
    for stage, tables in READS.items()
    for name, column in tables.items()
    for damage in DAMAGES
    # A CSV file holds nothing but text.
    if (name, damage)
    not in {("excluded", "of another type"), ("claims_summary", "of another type"), ("systems", "of another type")}
]


def test_no_stage_is_left_out():
    assert set(READS) == set(STAGES) - NO_TABLES
    assert set(READS) < set(small_run.INPUTS)


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize("stage", READS)
def test_no_table_is_left_out(stage, small_results, tmp_path, monkeypatch):
    """What a stage reads by a contract is what is tried here."""
    seen = set()
    for method in ("read", "check"):
        original = getattr(Table, method)

        def noted(table, path, *columns, original=original):
            seen.add(path)
            return original(table, path, *columns)

        monkeypatch.setattr(Table, method, noted)
    small_run.run_stage(stage, small_results, results=tmp_path)
    assert seen == {small_results / small_run.INPUTS[stage][name] for name in READS[stage]}


def other_values(column: pa.ChunkedArray) -> pa.Array:
    """Return numbers in place of text, and text in place of anything else."""
    is_text = pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
    return pa.array([0.5 if is_text else "x"] * len(column))


def damaged(path: Path, folder: Path, column: str, damage: str) -> Path:
    """Return a copy of the table at `path`, below `folder`, with one column damaged."""
    copy = folder / path.name
    is_csv = path.suffix == ".csv"
    table = pa.Table.from_pandas(pd.read_csv(path, dtype=str)) if is_csv else pq.read_table(path)
    place = table.column_names.index(column)
    if damage == "lost":
        table = table.remove_column(place)
    elif damage == "renamed":
        table = table.rename_columns([f"{name}_2" if name == column else name for name in table.column_names])
    else:
        values = pa.array(["x"] * len(table)) if is_csv else other_values(table[column])
        table = table.set_column(place, column, values)
    if is_csv:
        table.to_pandas().to_csv(copy, index=False)
    else:
        pq.write_table(table, copy)
    return copy


@pytest.mark.usefixtures("_own_logging")
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_one_line_names_stage_file_and_column(case, small_results, tmp_path, capsys):
    stage, name, column, damage = case
    original = small_results / small_run.INPUTS[stage][name]
    copy = damaged(original, tmp_path, column, damage)
    with pytest.raises(SystemExit) as stopped:
        small_run.run_stage(stage, small_results, results=tmp_path / "results", inputs={name: copy})
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    start = f"tieline: {stage}: {copy}: "
    if damage == "of another type":
        assert line.startswith(f"{start}column '{column}' ")
        assert " not " in line
    else:
        assert line.startswith(f"{start}no column '{column}'")
        assert damage == "lost" or "did you mean" in line
    log = (tmp_path / f"results/logs/{stage}.log").read_text("utf-8")
    assert "Traceback" not in log
    assert f"ERROR {line.removeprefix('tieline: ')}" in log


@pytest.mark.usefixtures("_own_logging")
def test_undamaged_tables_pass(small_results, tmp_path):
    """Copied in the same way, so that nothing but the damage stops a stage."""
    for stage, tables in READS.items():
        copies = {}
        for name in tables:
            original = small_results / small_run.INPUTS[stage][name]
            copies[name] = tmp_path / original.name
            if original.suffix == ".csv":
                pd.read_csv(original, dtype=str).to_csv(copies[name], index=False)
            else:
                pq.write_table(pq.read_table(original), copies[name])
        small_run.run_stage(stage, small_results, results=tmp_path / "results", inputs=copies)
