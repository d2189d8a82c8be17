"""Phases in CSV and Parquet tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.core.errors import PhaseDataError, did_you_mean
from tieline.phases.energies import ENERGY_COLUMNS
from tieline.phases.rows import RowReader
from tieline.phases.source_settings import READABLE_COLUMNS, FileSource

MISSING_IN_CSV = ("", "NA", "N/A", "NaN", "nan", "None", "null", "NULL")
"""What says nothing in a CSV file, but for ids and formulas."""


def read_table(source: FileSource, reader: RowReader) -> None:
    """Add every row of a CSV or Parquet file to `reader`.

    Raises
    ------
    PhaseDataError
        If the file cannot be read or lacks a mapped column or any energy.
    """
    path = source.path
    frame = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path, source.columns)
    add_rows(frame, source.columns, reader, name=str(path), first_row=2 if path.suffix.lower() == ".csv" else 0)


def add_rows(
    frame: pd.DataFrame, columns: Mapping[str, str], reader: RowReader, *, name: str, first_row: int = 0
) -> None:
    """Add every row of a table to `reader`.

    Parameters
    ----------
    frame
        The rows.
    columns
        What tieline calls a column: what the table calls it. Others are read under their own names.
    reader
        What checks them.
    name
        What to call the table in an error.
    first_row
        Number of its first row.

    Raises
    ------
    PhaseDataError
        If a mapped column or any energy is missing.
    """
    for ours, theirs in columns.items():
        if theirs not in frame.columns:
            hint = did_you_mean(theirs, map(str, frame.columns))
            raise PhaseDataError(f"{name}: no column {theirs!r} for {ours}{hint}; it has {_listed(frame.columns)}")
    # A column that is mapped to one name is not also read under its own.
    taken = set(columns.values())
    names = {own: own for own in own_names(columns) if own in frame.columns and own not in taken} | dict(columns)
    if not set(names) & set(ENERGY_COLUMNS):
        raise PhaseDataError(
            f"{name}: no energy column; map one of {', '.join(ENERGY_COLUMNS)} to one of {_listed(frame.columns)}"
        )
    values = [frame[theirs].tolist() for theirs in names.values()]
    for number, row in enumerate(zip(*values, strict=True)):
        reader.add(str(number + first_row), dict(zip(names, row, strict=True)))


def own_names(columns: Collection[str]) -> tuple[str, ...]:
    """Return what is read under its own name: no energy where one is mapped, for one alone counts."""
    others = ENERGY_COLUMNS if not set(columns).isdisjoint(ENERGY_COLUMNS) else ()
    return tuple(name for name in READABLE_COLUMNS if name not in others)


def read_energies(path: Path) -> dict[str, dict[str, Any]]:
    """Return the one energy column of a CSV file, by phase id.

    Raises
    ------
    PhaseDataError
        If the file cannot be read, has no ``phase_id``, has not exactly one energy column, or names an id twice.
    """
    frame = _csv(path, {})
    found = [name for name in ENERGY_COLUMNS if name in frame.columns]
    if "phase_id" not in frame.columns or len(found) != 1:
        raise PhaseDataError(
            f"{path}: needs the column phase_id and one of {', '.join(ENERGY_COLUMNS)}; it has {_listed(frame.columns)}"
        )
    repeated = frame["phase_id"][frame.duplicated("phase_id") & ~frame.duplicated()]
    if len(repeated):
        raise PhaseDataError(
            f"{path}: row {repeated.index[0] + 2}: phase_id {repeated.iloc[0]!r} stands twice with different content"
        )
    return {row["phase_id"]: {found[0]: row[found[0]]} for row in frame.to_dict("records")}


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except Exception as error:
        # Arrow and pandas raise whatever they stumble over in a damaged file.
        raise _unreadable(path, error) from error


def _csv(path: Path, names: Mapping[str, str]) -> pd.DataFrame:
    # As text, for "007" is no number, and NaN no missing value but a formula.
    text = [names.get(name, name) for name in ("phase_id", "formula")]
    try:
        missing = {name: MISSING_IN_CSV for name in pd.read_csv(path, nrows=0).columns if name not in text}
        return pd.read_csv(
            path, dtype=dict.fromkeys(text, str), keep_default_na=False, na_values=missing, index_col=False
        )
    except (ValueError, OSError, OverflowError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> PhaseDataError:
    first_line = str(error).strip().partition("\n")[0]
    return PhaseDataError(f"{path}: cannot be read ({type(error).__name__}: {first_line})")


def _listed(columns: pd.Index) -> str:
    return ", ".join(map(str, columns))
