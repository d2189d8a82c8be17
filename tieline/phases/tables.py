"""Phases in tables: CSV, Excel and Parquet."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.table_cells import as_meant
from tieline.phases.column_names import ChosenColumns, choose_columns, is_known, nearest_name, require_energy
from tieline.phases.decimal_marks import with_decimal_points
from tieline.phases.energies import ENERGY_COLUMNS
from tieline.phases.grids import Grid, read_spreadsheet_grid, read_text_grid
from tieline.phases.rows import RowReader
from tieline.phases.source_settings import READABLE_COLUMNS, FileSource

log = logging.getLogger(__name__)

MISSING_IN_CSV = ("", "NA", "N/A", "#N/A", "NaN", "nan", "None", "null", "NULL")
"""What says nothing in a CSV file, but for ids and formulas."""

TEXTS = ("phase_id", "formula")
"""Columns in which nothing means missing but an empty cell: NaN is a formula."""

NUMBERS = (*ENERGY_COLUMNS, "volume_a3_per_atom", "spacegroup_number_source")
"""Columns of one number per row."""

UNREAD_SHOWN = 12
"""Columns that are not read and that the log names."""


def read_table(source: FileSource, reader: RowReader) -> None:
    """Add every row of a CSV, Excel or Parquet file to `reader`.

    Raises
    ------
    PhaseDataError
        If the file cannot be read, its numbers could mean two things, or it lacks a mapped column or any energy.
    """
    path = source.path
    if path.suffix.lower() == ".parquet":
        add_rows(_parquet(path), source.columns, reader, name=str(path))
        return
    grid = _grid(path, source.columns)
    chosen = choose_columns(grid.header, source.columns, str(path))
    require_energy(chosen, grid.header, str(path))
    columns, mark = _columns(grid, chosen, path)
    _say(str(path), chosen, f"{grid.described}{mark and f', {mark}'}; ")
    for number, cells in grid.comments:
        reject_id = str(cells[grid.header.index(chosen.names["phase_id"])]) if "phase_id" in chosen.names else ""
        reader.reject(str(number), reject_id, "the row starts with #: is it a comment? Take it out, or the # away")
    _add(columns, grid.numbers, reader)


def add_rows(frame: pd.DataFrame, columns: Mapping[str, str], reader: RowReader, *, name: str) -> None:
    """Add every row of a table to `reader`, numbered from 0.

    Parameters
    ----------
    frame
        The rows.
    columns
        What tieline calls a column: what the table calls it. Others are read under their own names and those of
        `tieline.phases.column_names.OTHER_NAMES`.
    reader
        What checks them.
    name
        What to call the table in an error.

    Raises
    ------
    PhaseDataError
        If a mapped column or any energy is missing.
    """
    header = [str(column) for column in frame.columns]
    chosen = choose_columns(header, columns, name)
    require_energy(chosen, header, name)
    _say(name, chosen, "")
    named = frame.set_axis(header, axis=1)
    _add({ours: named[theirs].tolist() for ours, theirs in chosen.names.items()}, range(len(frame)), reader)


def own_names(columns: Collection[str]) -> tuple[str, ...]:
    """Return what is read under its own name: no energy where one is mapped, for one alone counts."""
    others = ENERGY_COLUMNS if not set(columns).isdisjoint(ENERGY_COLUMNS) else ()
    return tuple(name for name in READABLE_COLUMNS if name not in others)


def read_energies(path: Path) -> dict[str, dict[str, Any]]:
    """Return the one energy column of a CSV or Excel file, by phase id.

    Raises
    ------
    PhaseDataError
        If the file cannot be read, has no ``phase_id``, has not exactly one energy column, or names an id twice.
    """
    grid = _grid(path, {})
    chosen = choose_columns(grid.header, {}, str(path))
    found = [name for name in ENERGY_COLUMNS if name in chosen.names]
    if "phase_id" not in chosen.names or len(found) != 1:
        raise PhaseDataError(
            f"{path}: needs the column phase_id and one of {', '.join(ENERGY_COLUMNS)}; it has {', '.join(grid.header)}"
        )
    columns, mark = _columns(grid, chosen, path)
    _say(str(path), chosen, f"{grid.described}{mark and f', {mark}'}; ")
    energies: dict[str, dict[str, Any]] = {}
    for number, phase_id, energy in zip(grid.numbers, columns["phase_id"], columns[found[0]], strict=True):
        if energies.setdefault(str(phase_id), {found[0]: energy}) != {found[0]: energy}:
            raise PhaseDataError(f"{path}: row {number}: phase_id {phase_id!r} stands twice with different content")
    return energies


def _grid(path: Path, mapped: Mapping[str, str]) -> Grid:
    read = read_spreadsheet_grid if path.suffix.lower() == ".xlsx" else read_text_grid
    grid = read(path, lambda column: column in mapped.values() or is_known(column))
    repeated = {column for column in grid.header if grid.header.count(column) > 1}
    for column in sorted(repeated):
        if column in mapped.values() or is_known(column):
            raise PhaseDataError(f"{path}: two columns are called {column!r}; rename one")
    return grid


def _columns(grid: Grid, chosen: ChosenColumns, path: Path) -> tuple[dict[str, list[Any]], str]:
    """Return the columns that are read, by tieline's names, and the decimal mark where it is no point."""
    places = {ours: grid.header.index(theirs) for ours, theirs in chosen.names.items()}
    columns = {ours: [_meant(row[place], ours) for row in grid.rows] for ours, place in places.items()}
    for ours in ENERGY_COLUMNS:
        for number, value in zip(grid.numbers, columns.get(ours, ()), strict=ours in columns):
            if value in ("-0", "\N{MINUS SIGN}0") and "commas" in grid.described:
                raise PhaseDataError(
                    f"{path}: row {number}: {ours} is {value}; if that is the start of a number with a decimal comma, "
                    f"quote it or separate the cells by semicolons; if it is zero, write 0"
                )
    numbers, mark = with_decimal_points(
        {ours: values for ours, values in columns.items() if ours in NUMBERS}, grid.numbers, str(path)
    )
    return columns | {ours: [_number(value) for value in values] for ours, values in numbers.items()}, mark


def _meant(cell: Any, ours: str) -> Any:
    if not isinstance(cell, str):
        return cell
    if ours in TEXTS:
        return as_meant(cell)
    return None if cell.strip() in MISSING_IN_CSV else cell


def _number(value: Any) -> Any:
    """Return the number that a text is; what is none is for the row to say."""
    try:
        return float(value) if isinstance(value, str) and "_" not in value else value
    except ValueError:
        return value


def _add(columns: Mapping[str, Sequence[Any]], numbers: Iterable[int], reader: RowReader) -> None:
    for number, *row in zip(numbers, *columns.values(), strict=True):
        reader.add(str(number), dict(zip(columns, row, strict=True)))


def _say(name: str, chosen: ChosenColumns, described: str) -> None:
    """Write how a table is read to the log."""
    renamed = [f"{theirs!r} as {ours}" for ours, theirs in chosen.names.items() if ours != theirs]
    unread = [f"{column!r}{nearest_name(column)}" for column in chosen.unread if column]
    more = [f"{len(unread) - UNREAD_SHOWN} more"] if len(unread) > UNREAD_SHOWN else []
    said = [f"read {', '.join(renamed)}"] if renamed else []
    said += [f"not read: {', '.join(unread[:UNREAD_SHOWN] + more)}"] if unread else []
    if said or described:
        log.info("%s: %s%s", name, described, "; ".join(said) or "all columns are read")
    for note in chosen.notes:
        log.warning("%s: %s", name, note)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except Exception as error:
        # Arrow and pandas raise whatever they stumble over in a damaged file.
        first_line = str(error).strip().partition("\n")[0]
        raise PhaseDataError(f"{path}: cannot be read ({type(error).__name__}: {first_line})") from error
