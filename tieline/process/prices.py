"""Prices of the elements."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from tieline.core.elements import SYMBOLS
from tieline.core.errors import ConfigError, did_you_mean
from tieline.data import DATA

PRICES = DATA / "process/element_prices.csv"
"""The prices that ship with tieline."""


def element_prices(path: Path, own: Mapping[str, float]) -> dict[str, float]:
    """Return the price of each element in US dollars per kilogram.

    Parameters
    ----------
    path
        CSV with ``element, usd_per_kg``, such as `PRICES`.
    own
        Prices that replace those of the file.

    Raises
    ------
    ConfigError
        If the file is missing, or holds an unknown element or a price that is none.
    """
    try:
        table = pd.read_csv(path, usecols=["element", "usd_per_kg"], keep_default_na=False)
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {' '.join(str(error).split())}") from error
    prices = {}
    for symbol, price in zip(table["element"], pd.to_numeric(table["usd_per_kg"], errors="coerce"), strict=True):
        if symbol not in SYMBOLS:
            raise ConfigError(f"{path}: {symbol!r} is no chemical symbol{did_you_mean(str(symbol), SYMBOLS)}")
        if not 0.0 < price < float("inf"):
            raise ConfigError(f"{path}: the price of {symbol} must be a number above zero")
        prices[str(symbol)] = float(price)
    return prices | dict(own)
