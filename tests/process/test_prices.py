"""Prices: the file that ships, and files that are wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tieline.core.elements import PARTNER_GROUPS, RADIOACTIVE
from tieline.core.errors import ConfigError
from tieline.process.prices import PRICES, element_prices


def test_every_price_has_a_year_and_a_source() -> None:
    table = pd.read_csv(PRICES)
    assert table["element"].is_unique
    assert table["year"].between(2000, 2025).all()
    assert table["source"].str.len().gt(0).all()


def test_only_barium_and_radioactive_elements_have_none() -> None:
    screened = {symbol for group in PARTNER_GROUPS.values() for symbol in group}
    assert screened - set(element_prices(PRICES, {})) == {"Ba"} | RADIOACTIVE


def test_metals_are_not_priced_as_ore() -> None:
    """London Metal Exchange in 2019, USD/t: tin 18,661, nickel 13,914, zinc 2,550 (World Bank, Pink Sheet)."""
    prices = element_prices(PRICES, {})
    for symbol, usd_per_t in {"Sn": 18661, "Ni": 13914, "Zn": 2550}.items():
        assert prices[symbol] == pytest.approx(usd_per_t / 1000, rel=0.02)
    assert prices["Zr"] > 20.0
    assert prices["Fe"] > 0.2


def test_own_prices_win() -> None:
    prices = element_prices(PRICES, {"Ti": 25.0, "Ba": 500.0})
    assert (prices["Ti"], prices["Ba"]) == (25.0, 500.0)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("element,usd_per_kg\nTx,1\n", "'Tx' is no chemical symbol"),
        ("element,usd_per_kg\nTi,free\n", "the price of Ti"),
        ("element,usd_per_kg\nTi,0\n", "the price of Ti"),
        ("element,price\nTi,1\n", "usd_per_kg"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=part) as caught:
        element_prices(path, {})
    assert str(path) in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file"):
        element_prices(tmp_path / "none.csv", {})
