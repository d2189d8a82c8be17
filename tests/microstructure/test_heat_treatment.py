"""Growth and crystallisation against what was measured."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.microstructure.heat_treatment import MOBILITIES, crystallisation_onset_k, size_after_nm, stays_below_to_k

MELTING_K = {"Si": 1687.0, "Sn": 505.08, "Zn": 692.68}
GAS_CONSTANT = 8.314462618
FREE = np.array([1e9])


def size_after(host, temperature_k, hours=1.0, start=20.0, limit=FREE):
    return size_after_nm(MOBILITIES[host], MELTING_K[host], temperature_k, hours, start_nm=start, limit_nm=limit)


def stays_to(host, size, hours=1.0, start=20.0, limit=FREE):
    return stays_below_to_k(MOBILITIES[host], MELTING_K[host], size, hours, start_nm=start, limit_nm=limit)


def test_milled_amorphous_silicon():
    """Shen et al. (1995): 660 C at 40 K/min with 268 kJ/mol; Kissinger's rate is E beta / (R T^2)."""
    rate_per_s = 268e3 * (40 / 60) / (GAS_CONSTANT * 933.0**2)
    onset = 1.0 / (1 / 933.0 + GAS_CONSTANT / 268e3 * np.log(rate_per_s * 3600.0))
    assert crystallisation_onset_k(MOBILITIES["Si"], 1687.0, 1.0) == pytest.approx(onset, abs=2.0)


def test_silicon_films_crystallise_in_hours_to_tens_of_hours_at_600_c():
    """Shorter treatments may be hotter; about 550 C for an hour, and no less than 500 C for a day."""
    hour, day = (crystallisation_onset_k(MOBILITIES["Si"], 1687.0, t) for t in (1.0, 24.0))
    assert 773.0 - 30.0 < day < hour < 873.0


def test_silicon_grows_above_900_c_only():
    """Undoped polycrystalline layers are stable to about 900 C."""
    assert size_after("Si", 773.0)[0] == pytest.approx(20.0, abs=0.01)
    assert size_after("Si", 1073.0)[0] < 50.0
    assert size_after("Si", 1273.0)[0] > 100.0


@pytest.mark.parametrize("host", ["Sn", "Zn"])
def test_tin_and_zinc_grow_at_room_temperature(host):
    assert size_after(host, 298.0)[0] > 100.0
    assert crystallisation_onset_k(MOBILITIES[host], MELTING_K[host], 1.0) < 298.0
    assert stays_to(host, 50.0)[0] < 298.0


def test_growth_at_the_onset_by_hand():
    """100 nm in an hour, in squares with what was there: sqrt(20^2 + 100^2); four hours: sqrt(20^2 + 200^2)."""
    onset = 1687.0 * MOBILITIES["Si"].growth_onset_homologous
    assert size_after("Si", onset)[0] == pytest.approx(np.hypot(20.0, 100.0))
    assert size_after("Si", onset, hours=4.0)[0] == pytest.approx(np.hypot(20.0, 200.0))


def test_pinned_crystallites_stop_at_the_limit_and_large_ones_stay():
    assert size_after("Sn", 400.0, limit=np.array([75.0, 10.0])).tolist() == [75.0, 20.0]


def test_molten_is_undecided():
    assert np.isnan(size_after("Sn", 773.0)).all()
    assert np.isfinite(size_after("Zn", 600.0)).all()


@pytest.mark.parametrize("host", MOBILITIES)
@pytest.mark.parametrize("hours", [0.1, 1.0, 100.0])
def test_size_at_the_highest_temperature_is_the_size_asked_for(host, hours):
    temperature = stays_to(host, 80.0, hours)[0]
    assert temperature < MELTING_K[host]
    assert size_after(host, temperature, hours)[0] == pytest.approx(80.0)


def test_what_b_holds_stays_to_the_melting_point():
    assert stays_to("Sn", 80.0, limit=np.array([79.0, 81.0])).tolist()[0] == 505.08
    assert stays_to("Sn", 80.0, limit=np.array([79.0, 81.0])).tolist()[1] < 298.0


def test_unknown_limit_is_undecided_where_it_matters():
    """Small crystallites of silicon reach 1 um in no treatment of half a minute below the melting point."""
    unknown = np.array([np.nan])
    assert np.isnan(stays_to("Zn", 50.0, limit=unknown)).all()
    assert stays_to("Si", 1000.0, 0.01, limit=unknown).tolist() == [1687.0]


def test_crystallites_of_the_largest_size_may_be_heated_where_they_do_not_grow():
    """0.01 nm on 50 nm, 1 nm^2 in squares, is 1e-4 of what the onset gives: 1/T = 1/1173 K + k/2.2 eV ln(1e4)."""
    highest = stays_to("Si", 50.0, start=50.0)[0]
    assert highest == pytest.approx(1.0 / (1.0 / 1173.0 + 8.617333e-5 / 2.2 * np.log(1e4)), rel=1e-5)
    assert size_after("Si", highest, start=50.0)[0] == pytest.approx(50.01, abs=1e-4)
    assert stays_to("Sn", 50.0, start=50.0)[0] < 298.0


def test_too_large_to_begin_with_is_undecided():
    assert np.isnan(stays_to("Si", 50.0, start=60.0)).all()
