"""Widths and shapes of lines."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from tieline.microstructure.profile import Profile


def profile(share=0.5, instrument=0.1):
    return Profile(1.54184, instrument, 0.9, share)


def width_at_half_height(shape, line, size):
    x = np.linspace(line - 20, line + 20, 400_001)
    heights = shape.height_per_deg(x, line, size)
    above = x[heights >= heights.max() / 2]
    return above[-1] - above[0]


@pytest.mark.parametrize(
    ("two_theta", "size", "width"),
    [
        # By hand: 0.9 x 1.54184 / (10 D cos theta) rad. Si 111 at 28.44: cos = 0.96936.
        (28.44, 10.0, 0.8202),
        (28.44, 100.0, 0.08202),
        # cos 30 = 0.86603.
        (60.0, 5.0, 1.8361),
    ],
)
def test_scherrer_by_hand(two_theta, size, width):
    assert profile().size_fwhm_deg(two_theta, size) == pytest.approx(width, rel=1e-4)


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (1.0, 0.3 + 0.8202),  # widths of Lorentzians add
        (0.0, (0.3**2 + 0.8202**2) ** 0.5),  # those of Gaussians in squares
    ],
)
def test_instrument_and_size_broaden_as_convolutions_do(share, expected):
    assert width_at_half_height(profile(share, 0.3), 28.44, 10.0) == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_area_is_one(share):
    area, _ = quad(lambda x: profile(share).height_per_deg(x, 40.0, 20.0), -np.inf, np.inf, points=None, limit=500)
    near, _ = quad(lambda x: profile(share).height_per_deg(x, 40.0, 20.0), 20, 60, points=[40.0], limit=500)
    assert max(area, near) == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("share", [0.0, 1.0])
@pytest.mark.parametrize("offset", [0.0, 0.2, 1.0, 3.0])
def test_highest_is_the_largest_height_over_all_smaller_sizes(share, offset):
    """Against a fine scan of the sizes; exact for a pure Lorentzian or Gaussian."""
    shape, sizes = profile(share), np.geomspace(0.3, 300.0, 20_000)
    scan = np.maximum.accumulate(shape.height_per_deg(40.0 + offset, 40.0, sizes))
    found = shape.highest_per_deg(40.0 + offset, 40.0, sizes)
    assert found[2000:] == pytest.approx(scan[2000:], rel=1e-5)


@pytest.mark.parametrize("offset", [0.0, 0.05, 0.7, 5.0])
def test_highest_never_falls_and_never_lies_below_the_height(offset):
    shape, sizes = profile(0.4), np.geomspace(1.0, 1000.0, 500)
    found = shape.highest_per_deg(40.0 + offset, 40.0, sizes)
    assert (np.diff(found) >= 0.0).all()
    assert (found >= shape.height_per_deg(40.0 + offset, 40.0, sizes) - 1e-15).all()
