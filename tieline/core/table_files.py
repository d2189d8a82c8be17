"""Reading and writing tables by their contract, as Parquet or CSV; see `tieline.core.tables`."""

from __future__ import annotations

import csv
import errno
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from tieline.core.columns import Column, Kind
from tieline.core.errors import StorageError, TableError, did_you_mean, storage_error
from tieline.core.files import MADE_ANEW, atomic_write, write_csv
from tieline.core.table_cells import meant

ARROW_TYPES: Mapping[Kind, pa.DataType] = MappingProxyType(
    {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "integers": pa.list_(pa.int64()),
        "numbers": pa.list_(pa.float64()),
    }
)
"""The type that a column of each kind has in a Parquet file."""

IN_WORDS: Mapping[Kind, str] = MappingProxyType(
    {
        "text": "text",
        "integer": "integers",
        "number": "numbers",
        "flag": "flags",
        "integers": "lists of integers",
        "numbers": "lists of numbers",
    }
)

_PLAIN: Mapping[Kind, str] = MappingProxyType({"integer": "int64", "flag": "bool"})
"""NumPy's types of columns without empty rows."""

_WRITTEN_FROM: Mapping[Kind, tuple[Kind, ...]] = MappingProxyType(
    {
        "text": ("text",),
        "integer": ("integer", "number"),
        "number": ("number", "integer"),
        "flag": ("flag",),
        "integers": ("integers", "numbers"),
        "numbers": ("numbers", "integers"),
    }
)
"""What a column of each kind is made from, where nothing is lost: beside missing values pandas holds integers as
floats."""

_NULLABLE: Mapping[pa.DataType, pd.api.extensions.ExtensionDtype] = MappingProxyType(
    {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
)

_SIMPLE: Mapping[Kind, Callable[[pa.DataType], bool]] = MappingProxyType(
    {
        "text": lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind),
        "integer": pa.types.is_integer,
        "number": pa.types.is_floating,
        "flag": pa.types.is_boolean,
    }
)


def schema_of(columns: Iterable[Column]) -> pa.Schema:
    """Return columns as Arrow fields."""
    return pa.schema(
        [pa.field(column.name, ARROW_TYPES[column.kind], nullable=not column.required) for column in columns]
    )


def write_table(frame: pd.DataFrame, columns: Sequence[Column], path: Path) -> None:
    """Write `frame`, which has exactly `columns`, to `path`; see `tieline.core.tables.Table.write`."""
    names = [column.name for column in columns]
    if unknown := [str(name) for name in frame.columns if name not in names]:
        raise TableError(f"{path}: column {unknown[0]!r} is not declared{did_you_mean(unknown[0], names)}")
    table = to_arrow(frame, columns, path)
    if path.suffix == ".csv":
        write_csv(as_text(table.to_pandas(types_mapper=_NULLABLE.get), columns), path)
        return
    write_parquet(table, path)


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write `table` to `path` as Parquet (zstd), atomically."""
    with atomic_write(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def to_arrow(frame: pd.DataFrame, columns: Sequence[Column], name: str | Path) -> pa.Table:
    """Return `columns` of `frame` as an Arrow table, in their order.

    Parameters
    ----------
    frame
        At least the columns.
    columns
        What the table holds.
    name
        What to call the table in an error.

    Raises
    ------
    TableError
        If a column is missing or holds values of another type.
    """
    _require(frame.columns, [column.name for column in columns], name)
    arrays = []
    for column in columns:
        try:
            array = _array(frame[column.name], column.kind)
        except (pa.ArrowException, TypeError, ValueError) as error:
            raise TableError(f"{name}: column {column.name!r} does not hold {IN_WORDS[column.kind]}") from error
        if column.required and array.null_count:
            raise TableError(f"{name}: column {column.name!r} is empty in {array.null_count} of {len(array)} rows")
        arrays.append(array)
    return pa.table(arrays, schema=schema_of(columns))


def _array(values: pd.Series, kind: Kind) -> pa.Array:
    """Return `values` as `kind`, or raise TypeError or an Arrow exception where they are of another."""
    found = pa.Array.from_pandas(values)
    wanted = ARROW_TYPES[kind]
    if found.null_count == len(found):
        return pa.nulls(len(found), wanted)
    if not any(_is_of(source, found.type) for source in _WRITTEN_FROM[kind]):
        raise TypeError(f"{found.type} is not {wanted}")
    return found.cast(wanted)


def read_table(path: Path, columns: Sequence[Column]) -> pd.DataFrame:
    """Return `columns` of the table at `path`; see `tieline.core.tables.Table.read`."""
    read = _read_csv if path.suffix == ".csv" else _read_parquet
    try:
        table = read(path, columns)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    fields = [pa.field(column.name, ARROW_TYPES[column.kind]) for column in columns]
    table = table.select([field.name for field in fields]).cast(pa.schema(fields))
    for column in columns:
        if column.required and (empty := table[column.name].null_count):
            raise TableError(f"{path}: column {column.name!r} is empty in {empty} of {table.num_rows} rows")
    frame: pd.DataFrame = table.to_pandas(types_mapper=_NULLABLE.get)
    if path.suffix == ".csv":
        frame = meant(frame)
    return frame.astype({c.name: _PLAIN[c.kind] for c in columns if c.required and c.kind in _PLAIN})


def check_parquet(path: Path, columns: Sequence[Column]) -> None:
    """Raise unless the Parquet file at `path` has `columns`; see `tieline.core.tables.Table.check`."""
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    _require(schema.names, [column.name for column in columns], path)
    for column in columns:
        found = schema.field(column.name).type
        if not _is_of(column.kind, found):
            raise TableError(f"{path}: column {column.name!r} holds {found}, not {IN_WORDS[column.kind]}")


def _read_parquet(path: Path, columns: Sequence[Column]) -> pa.Table:
    check_parquet(path, columns)
    # Not through a data set, whose import costs more than most tables.
    return pq.ParquetFile(path).read(columns=[column.name for column in columns])


def _read_csv(path: Path, columns: Sequence[Column]) -> pa.Table:
    with path.open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file), [])
    names = [column.name for column in columns]
    _require(header, names, path)
    options = pa.csv.ConvertOptions(
        column_types={column.name: ARROW_TYPES[column.kind] for column in columns},
        include_columns=names,
        null_values=[""],
        strings_can_be_null=True,
    )
    try:
        return pa.csv.read_csv(path, convert_options=options)
    except pa.ArrowInvalid as error:
        # Arrow counts the columns.
        number = re.match(r"In CSV column #(\d+): ", str(error))
        if number is None:
            raise
        column = next(column for column in columns if column.name == header[int(number[1])])
        raise TableError(f"{path}: column {column.name!r} does not hold {IN_WORDS[column.kind]}") from error


def _is_of(kind: Kind, found: pa.DataType) -> bool:
    """Return whether a column of type `found`, of whatever width or encoding, is of `kind`."""
    if pa.types.is_dictionary(found):
        found = found.value_type
    if kind in _SIMPLE:
        return _SIMPLE[kind](found)
    if not (pa.types.is_list(found) or pa.types.is_large_list(found)):
        return False
    # Lists that are all empty are of no type.
    return pa.types.is_null(found.value_type) or _SIMPLE["integer" if kind == "integers" else "number"](
        found.value_type
    )


def _unreadable(path: Path, error: Exception) -> TableError | StorageError:
    if isinstance(error, OSError) and error.errno not in (None, errno.ENOENT):
        return storage_error(error, path)
    reason = (str(error).splitlines() or ["damaged"])[0]
    return TableError(f"{path}: cannot be read ({reason}); {MADE_ANEW}")


def _require(found: Iterable[str], wanted: Sequence[str], name: str | Path) -> None:
    present = [str(column) for column in found]
    if missing := [column for column in wanted if column not in present]:
        raise TableError(f"{name}: no column {missing[0]!r}{did_you_mean(missing[0], present)}")


def as_text(frame: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return `frame` with exactly `columns`, floats as text of fixed decimals and missing values empty."""
    text = {}
    for column in columns:
        values = frame[column.name]
        if column.decimals is None:
            text[column.name] = values
        else:
            # Adding zero turns -0.0 into 0.0.
            rounded = values.round(column.decimals) + 0.0
            text[column.name] = rounded.map(f"{{:.{column.decimals}f}}".format, na_action="ignore")
    return pd.DataFrame(text, index=frame.index)
