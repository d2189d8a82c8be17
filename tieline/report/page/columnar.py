"""Tables as JSON: columns as lists, numbers as the CSV files have them, repeated text once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from tieline.core.columns import Column


def columnar(frame: pd.DataFrame, columns: Sequence[Column]) -> dict[str, Any]:
    """Return `columns` of `frame` for JSON.

    Parameters
    ----------
    frame
        At least the columns.
    columns
        What to keep; numbers are rounded to the digits that the CSV files have.

    Returns
    -------
    dict
        By name a list with None for what is missing; for text that repeats itself, ``values`` and the ``codes`` of the
        rows in them, -1 for what is missing.

    Examples
    --------
    >>> columnar(pd.DataFrame({"x": [0.12345, None]}), [Column("x", "", decimals=2)])
    {'x': [0.12, None]}
    >>> columnar(pd.DataFrame({"host": ["Si", "Si", "Sn", None]}), [Column("host", "")])
    {'host': {'values': ['Si', 'Sn'], 'codes': [0, 0, 1, -1]}}
    """
    return {column.name: _values(frame[column.name], column) for column in columns}


def record(row: pd.Series, columns: Sequence[Column]) -> dict[str, Any]:
    """Return `columns` of one row for JSON, by name, without what is missing."""
    cells = columnar(row.to_frame().T, columns)
    found = {name: (cell["values"] or [None])[0] if isinstance(cell, dict) else cell[0] for name, cell in cells.items()}
    return {name: value for name, value in found.items() if value is not None and value != ""}


def _values(values: pd.Series, column: Column) -> Any:
    missing = values.isna().to_numpy()
    if column.kind == "text":
        codes, known = pd.factorize(values)
        return {"values": [str(value) for value in known], "codes": codes.tolist()}
    if column.decimals is not None:
        # Adding zero turns -0.0 into 0.0, as in the CSV files.
        numbers = values.to_numpy(np.float64, na_value=np.nan).round(column.decimals) + 0.0
        found = numbers.tolist() if column.decimals else [0 if gone else int(n) for n, gone in _known(numbers, missing)]
    elif column.kind == "flag":
        found = [None if gone else bool(value) for value, gone in zip(values, missing, strict=True)]
    elif column.kind == "integer":
        found = [None if gone else int(value) for value, gone in zip(values, missing, strict=True)]
    else:
        found = values.tolist()
    return [None if gone else value for value, gone in zip(found, missing, strict=True)]


def _known(numbers: np.ndarray[Any, Any], missing: np.ndarray[Any, Any]) -> zip[tuple[float, bool]]:
    return zip(numbers, missing, strict=True)
