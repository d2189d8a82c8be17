"""Phases that a function of the user's returns."""

from __future__ import annotations

import pandas as pd

from tieline.core.errors import PhaseDataError
from tieline.core.extensions import load
from tieline.phases.rows import Reading, RowReader, UnusableSourceError
from tieline.phases.source_settings import FunctionSource
from tieline.phases.tables import add_rows


def read_function_source(source: FunctionSource, elements: frozenset[str]) -> Reading:
    """Call the function of a source and check what it returns.

    Parameters
    ----------
    source
        What the config says of it.
    elements
        Symbols of the hosts, their partners and the working ion, which the function gets.

    Raises
    ------
    ConfigError
        If the function cannot be imported.
    PhaseDataError
        If it returns no DataFrame, lacks a column, or returns no usable row.
    """
    frame = load(source.function, "phases.sources")(elements)
    if not isinstance(frame, pd.DataFrame):
        raise PhaseDataError(f"{source.function}: returns {type(frame).__name__}, not a DataFrame")
    reader = RowReader(source=source.name, energy_level=source.energy_level, file=source.function)
    try:
        add_rows(frame, source.columns, reader, name=source.function)
    except PhaseDataError as error:
        raise UnusableSourceError(str(error), reader.rejected()) from error
    return reader.result()
