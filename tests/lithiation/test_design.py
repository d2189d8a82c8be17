"""How much B a composite needs, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.lithiation.design import LEAST, MOST, UNKNOWN, WITHIN, design_points
from tieline.lithiation.settings import Design

WEIGHTS = np.array([0.6, 0.7, 0.8])

SWELLING = Design(limit=1.0)
CAPACITY = Design(quantity="capacity_expected_mah_per_g", limit=500.0)
VOLUME = Design(quantity="phase_b_volume_fraction", limit=0.5)


@pytest.mark.parametrize(
    ("design", "values", "scale", "weight", "note"),
    [
        # 0.3 too much at 0.7, 0.1 to spare at 0.8: three quarters of the way.
        (SWELLING, [1.6, 1.3, 0.9], [1.0, 1.0, 1.0], 0.775, WITHIN),
        # Of two cm3 and one per gram the excess is 0.6 and -0.1 cm3: six sevenths of the way, rounded up.
        (SWELLING, [1.6, 1.3, 0.9], [3.0, 2.0, 1.0], 0.785714286, WITHIN),
        (SWELLING, [1.6, 1.0, 0.9], [1.0, 1.0, 1.0], 0.7, WITHIN),
        (SWELLING, [1.0, 0.9, 0.8], [1.0, 1.0, 1.0], 0.6, LEAST),
        (SWELLING, [0.9, 1.2, 0.8], [1.0, 1.0, 1.0], 0.6, LEAST),
        (SWELLING, [1.6, 1.3, 1.1], [1.0, 1.0, 1.0], 0.8, MOST),
        (SWELLING, [1.6, np.nan, 0.9], [1.0, 1.0, 1.0], 0.6, UNKNOWN),
        (CAPACITY, [800.0, 600.0, 400.0], [1.0, 1.0, 1.0], 0.75, WITHIN),
        (CAPACITY, [400.0, 300.0, 200.0], [1.0, 1.0, 1.0], 0.6, LEAST),
        # B is to take at least the limit.
        (VOLUME, [0.4, 0.45, 0.55], [1.0, 1.0, 1.0], 0.75, WITHIN),
        (VOLUME, [0.2, 0.3, 0.4], [1.0, 1.0, 1.0], 0.8, MOST),
        (VOLUME, [0.5, 0.6, 0.7], [1.0, 1.0, 1.0], 0.6, LEAST),
    ],
)
def test_least_b_that_keeps_the_limit(
    design: Design, values: list[float], scale: list[float], weight: float, note: str
) -> None:
    found = design_points(design, WEIGHTS, np.array([values]), np.array([scale]))
    assert found.weight_fraction_b.tolist() == pytest.approx([weight], abs=1e-12)
    assert found.note.tolist() == [note]


def test_one_weight_fraction_is_the_design_point() -> None:
    found = design_points(SWELLING, np.array([0.7]), np.array([[0.9], [1.1], [np.nan]]), np.ones((3, 1)))
    assert found.weight_fraction_b.tolist() == [0.7] * 3
    assert found.note.tolist() == [LEAST, MOST, UNKNOWN]


def test_no_composites() -> None:
    found = design_points(SWELLING, WEIGHTS, np.zeros((0, 3)), np.zeros((0, 3)))
    assert found.weight_fraction_b.shape == found.note.shape == (0,)


def test_inert_b_meets_the_limit_exactly() -> None:
    """Silicon that grows to 71.25 / 20 of its volume beside TiSi2 of 39 A^3 in 104.037 g.

    Volumes per gram are linear in the weight fraction, and so is the growth: (1 - w) 51.25 / 28.085 A^3 mol.
    """
    a, b, growth = 20 / 28.085, 39 / 104.037, 51.25 / 28.085
    w = np.array([0.3, 0.9])
    volume = (1 - w) * a + w * b
    found = design_points(SWELLING, w, ((1 - w) * growth / volume)[None], volume[None])
    # (1 - w) growth = (1 - w) a + w b
    assert found.weight_fraction_b[0] == pytest.approx((growth - a) / (growth - a + b), abs=1e-4)
    assert found.weight_fraction_b[0] >= (growth - a) / (growth - a + b)
