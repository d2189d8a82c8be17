"""Scattering factors against published tables."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.core.elements import PARTNER_GROUPS, RADIOACTIVE, SYMBOLS
from tieline.microstructure.scattering import scattering_coefficients, scattering_factor

# Electrons at sin(theta)/lambda: International Tables C, table 6.1.1.1 (Si); B. D. Cullity, Elements of X-Ray
# Diffraction, the worked powder pattern of copper (Cu).
TABULATED = {
    "Si": ({0.1: 12.16, 0.2: 9.67, 0.3: 8.22, 0.4: 7.20, 0.5: 6.24}, 0.05),
    "Cu": ({0.24: 22.1, 0.27: 20.9, 0.39: 16.8, 0.46: 14.8, 0.48: 14.2, 0.55: 12.5, 0.60: 11.5, 0.62: 11.1}, 0.1),
}


@pytest.mark.parametrize("symbol", TABULATED)
def test_published_values(symbol):
    values, tolerance = TABULATED[symbol]
    number = SYMBOLS.index(symbol) + 1
    s_squared = np.array(list(values)) ** 2
    found = scattering_factor(number, scattering_coefficients()[number], s_squared)
    assert found == pytest.approx(list(values.values()), abs=tolerance)


def test_forward_scattering_is_the_number_of_electrons():
    assert scattering_factor(14, scattering_coefficients()[14], np.zeros(1)) == pytest.approx([14.0])


def test_every_element_of_a_search_is_known():
    wanted = {symbol for group in PARTNER_GROUPS.values() for symbol in group} - RADIOACTIVE
    table = scattering_coefficients()
    assert [s for s in wanted if np.isnan(table[SYMBOLS.index(s) + 1]).any()] == []
    assert np.isnan(table[0]).all()
    assert np.isnan(table[SYMBOLS.index("Es") + 1]).all()
