"""Tables with a contract: their columns and types are declared once, and checked when they are written and read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tieline.core.columns import Column

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Table:
    """A table that stages hand on, or that users read. Light to import: the configuration names columns."""

    columns: tuple[Column, ...]
    """Its columns, in order."""

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def write(self, frame: pd.DataFrame, path: Path) -> None:
        """Write `frame` to `path`, atomically: Parquet (zstd), or CSV with numbers of fixed decimals.

        Parameters
        ----------
        frame
            Exactly the columns of the table, in any order.
        path
            A file ending in ``.parquet`` or ``.csv``.

        Raises
        ------
        TableError
            If a column is missing, is not of the table, or holds values of another type.
        """
        from tieline.core.table_files import write_table  # noqa: PLC0415

        write_table(frame, self.columns, path)

    def read(self, path: Path, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return the table at `path`, only `columns` if given.

        Integers and flags are of pandas' nullable types, but for columns that are `required`.

        Raises
        ------
        TableError
            If the file cannot be read, or a column that is asked for is missing or of another type.
        """
        from tieline.core.table_files import read_table  # noqa: PLC0415

        return read_table(path, self._chosen(columns))

    def check(self, path: Path, columns: Sequence[str] | None = None) -> None:
        """Raise unless the Parquet file at `path`, which may be too large to read at once, has the columns.

        Raises
        ------
        TableError
            As `read`, but for empty rows.
        """
        from tieline.core.table_files import check_parquet  # noqa: PLC0415

        check_parquet(path, self._chosen(columns))

    def _chosen(self, columns: Sequence[str] | None) -> Sequence[Column]:
        by_name = {column.name: column for column in self.columns}
        return self.columns if columns is None else [by_name[name] for name in columns]
