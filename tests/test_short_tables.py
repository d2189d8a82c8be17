"""No stage ends in anything but its tables or one line, however few rows the tables before it have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import small_run
from test_contracts import READS

from tieline.core.logs import last_error

pytestmark = pytest.mark.usefixtures("_own_logging")


def shortened(path: Path, n_rows: int, folder: Path) -> Path:
    """Return a copy of the table at `path`, below `folder`, with its first rows only."""
    copy = folder / path.name
    if path.suffix == ".csv":
        pd.read_csv(path, dtype=str).head(n_rows).to_csv(copy, index=False)
    else:
        pq.write_table(pq.read_table(path).slice(0, n_rows), copy)
    return copy


def refused(stage: str, results: Path, folder: Path, capsys, **options) -> str:
    """Run a stage; return the line that it ends with, empty if it has written all its tables."""
    capsys.readouterr()
    try:
        small_run.run_stage(stage, folder, results=results, **options)
    except SystemExit:
        log = results / f"logs/{stage}.log"
        assert "Traceback" not in log.read_text("utf-8")
        (line,) = capsys.readouterr().err.splitlines()
        assert line == f"tieline: {last_error(log)}"
        return line
    for name in small_run.OUTPUTS[stage].values():
        assert (results / name).stat().st_size > 0
    return ""


LENGTHS: list[tuple[str, Mapping[str, int]]] = [
    (stage, lengths)
    for stage, tables in READS.items()
    for lengths in (
        *({name: n_rows} for name in tables for n_rows in (0, 1)),
        dict.fromkeys(tables, 0),
        dict.fromkeys(tables, 1),
    )
]
"""Each table of each stage short by itself, and all of them at once."""


@pytest.mark.parametrize(
    ("stage", "lengths"), LENGTHS, ids=lambda case: case if isinstance(case, str) else str(dict(case))
)
def test_tables_without_rows_and_of_one_row(stage, lengths, small_results, tmp_path, capsys):
    inputs = {
        name: shortened(small_results / small_run.INPUTS[stage][name], n_rows, tmp_path)
        for name, n_rows in lengths.items()
    }
    line = refused(stage, tmp_path / "results", small_results, capsys, inputs=inputs)
    # Nothing is wrong with no rows at all; only tables of different runs are refused.
    assert not (line and set(lengths) == set(READS[stage]) and not any(lengths.values()))
    assert not line or re.search(r"same run|one run|30 claims of each candidate", line)


PHASE_SETS = {
    "none": (),
    "lithium": ("li",),
    "silicon": ("si",),
    "titanium": ("ti",),
    "elements": ("si", "li", "ti", "mg"),
    "no lithium": ("si", "ti", "mg", "c54", "c49", "tisi", "mg2si"),
    "no lithium silicide": ("si", "li", "ti", "mg", "c54", "mg2si"),
    "no silicide": ("si", "li", "ti", "mg", "li15si4", "li22si5"),
    "no titanium silicide": ("si", "li", "ti", "mg", "mg2si", "li15si4", "li22si5"),
    "no titanium": ("si", "li", "mg", "mg2si", "li15si4", "li22si5"),
    "no silicon": ("li", "ti", "mg", "c54", "c49", "tisi", "mg2si", "li15si4", "li22si5"),
}


@pytest.mark.parametrize("kept", PHASE_SETS)
def test_every_stage_on_few_phases(kept, tmp_path, capsys):
    """Without a phase of titanium and silicon, without a candidate, without a pair of the host."""
    small_run.write_phases(tmp_path / "mine.csv")
    phases = pd.read_csv(tmp_path / "mine.csv")
    phases[phases["phase_id"].isin(PHASE_SETS[kept])].to_csv(tmp_path / "mine.csv", index=False)
    lines = []
    for stage in small_run.INPUTS:
        lines.append(refused(stage, tmp_path, tmp_path, capsys))
        if stage == "phases" and lines[0]:
            break
    assert not [line for line in lines[1:] if line]
    if not lines[0] and "c54" not in PHASE_SETS[kept]:
        properties = pd.read_parquet(tmp_path / "properties.parquet")
        assert not properties["phase_b"].eq("TiSi2").any()
    if kept == "no titanium":
        # Silicon with Mg2Si at two weight fractions, as the phases that are left allow.
        ranked = pd.read_csv(tmp_path / "ranked.csv")
        assert ranked[["phase_a", "phase_b"]].drop_duplicates().to_numpy().tolist() == [["Si", "Mg2Si"]]
