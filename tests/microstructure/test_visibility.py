"""When phase A is seen."""

from __future__ import annotations

import numpy as np
import pytest
from reference_structures import TEXTBOOK, cell

from tieline.microstructure.diffraction import Lines, Radiation, powder_lines
from tieline.microstructure.profile import Profile
from tieline.microstructure.scattering import scattering_coefficients
from tieline.microstructure.visibility import LARGEST_NM, SMALLEST_NM, Detection, LinePair, visibility

LORENTZIAN = Profile(1.54184, 0.1, 0.9, 1.0)
MIXED = Profile(1.54184, 0.1, 0.9, 0.5)


def lines(*pairs):
    angles, weights = zip(*pairs, strict=True)
    return Lines(np.array(angles, dtype=float), np.array(weights, dtype=float))


def detection(profile=MIXED, size_b=20.0, background=0.05, limit=0.5):
    return Detection(profile, size_b, background, limit)


def answer(a, b, ratios, settings):
    return visibility(settings, [LinePair(a, b, np.atleast_1d(np.asarray(ratios, dtype=float)))])


def test_two_lines_by_hand():
    """A at 30 degrees and B at 60, as strong per volume, twice as much B, all Lorentzian, B of 20 nm.

    Width of B: 0.1 + 0.9 x 1.54184 / (200 cos 30) rad = 0.1 + 0.459031 = 0.559031 deg; its top is
    2 / (pi 0.559031) = 1.138789 and at 30 degrees it still is 0.2795155 / (pi (900 + 0.0781289)) = 9.88483e-5.
    A must reach 0.5 x 2 x (9.88483e-5 + 0.05 x 1.138789) = 0.0570383 = 2 / (pi w), so w = 11.161235 deg, of which
    size makes 11.061235 deg = 0.193055 rad: D = 0.9 x 0.154184 nm / (0.193055 cos 15) = 0.74414 nm; with four times
    the B, 0.2281532: w = 2.790309, size 2.690309 deg = 0.0469547 rad: D = 3.05957 nm.
    """
    a, b = lines((30.0, 1.0)), lines((60.0, 1.0))
    found = answer(a, b, [2.0, 8.0], detection(LORENTZIAN))
    assert found.detection_size_nm[0] == SMALLEST_NM
    assert found.detection_size_nm[1] == pytest.approx(3.05957, rel=3e-4)
    assert found.first_seen_two_theta_deg.tolist() == [30.0, 30.0]


def test_line_under_a_line_of_b_hides_longer():
    a = lines((30.0, 1.0))
    apart, under = (answer(a, lines((x, 4.0)), 2.0, detection()).detection_size_nm[0] for x in (50.0, 30.0))
    assert under > apart > SMALLEST_NM


def test_broad_hump_is_seen_beside_a_narrow_line_of_b():
    """Where B's line covers the top of A's peak, its flanks still give it away at the size where they are highest."""
    gaussian = Profile(1.54184, 0.1, 0.9, 0.0)
    settings = detection(gaussian, size_b=500.0, background=5e-4, limit=1.0)
    found = answer(lines((30.0, 1.0)), lines((30.0, 30.0)), 1.0, settings).detection_size_nm[0]
    largest_a, b = (gaussian.height_per_deg(30.0, 30.0, np.array(size)) for size in (LARGEST_NM, 500.0))
    assert largest_a < 30.0 * b
    assert SMALLEST_NM < found < 3.0


def test_never_seen():
    found = answer(lines((30.0, 1e-6)), lines((60.0, 1.0)), 9.0, detection())
    assert found.detection_size_nm.tolist() == [LARGEST_NM]
    assert np.isnan(found.first_seen_two_theta_deg).all()


@pytest.fixture(scope="module")
def real():
    radiation = Radiation(1.54184, 10.0, 80.0, scattering_coefficients())
    return {name: powder_lines(radiation, cell(atoms)) for name, (atoms, *_) in TEXTBOOK.items()}


REAL_PAIRS = {
    ("diamond Si", "C54 TiSi2"): (3.0, 9.0, 20.0),
    ("diamond Si", "C49 ZrSi2"): (3.0, 9.0, 20.0),
    ("beta-Sn", "C1 Mg2Si"): (60.0, 150.0, 300.0),
    ("hcp Zn", "C54 TiSi2"): (15.0, 25.0, 50.0),
}
"""With volumes of B per volume of A at which the answer lies within the range of the search."""


@pytest.mark.parametrize(("a", "b"), REAL_PAIRS)
def test_invisible_at_every_smaller_size_and_seen_just_above(real, a, b):
    """Against whole patterns on a fine grid of angles, composed here from single lines."""
    ratios, settings = np.array(REAL_PAIRS[a, b]), detection()
    found = answer(real[a], real[b], ratios, settings).detection_size_nm
    x = np.arange(10.0, 80.0, 0.02)
    pattern_b = sum(
        w * MIXED.height_per_deg(x, t, np.array(20.0))
        for t, w in zip(real[b].two_theta_deg, real[b].intensity, strict=True)
    )
    rest = pattern_b + 0.05 * pattern_b.max()
    for ratio, limit_nm in zip(ratios, found, strict=True):
        assert SMALLEST_NM < limit_nm < LARGEST_NM
        contrast = []
        for size in (*np.geomspace(SMALLEST_NM, limit_nm, 12), 1.3 * limit_nm):
            pattern_a = sum(
                w * MIXED.height_per_deg(x, t, np.array(size))
                for t, w in zip(real[a].two_theta_deg, real[a].intensity, strict=True)
            )
            contrast.append((pattern_a / (ratio * rest)).max())
        # Between the places where A is looked for it may be a little higher.
        assert max(contrast[:-1]) < 0.5 * 1.05
        # Tails of neighbours count with the most they had at any smaller size: somewhat early, never late.
        assert contrast[-1] > 0.5 * 0.95


@pytest.mark.parametrize(("a", "b"), REAL_PAIRS)
def test_more_b_and_a_worse_instrument_hide_larger_crystallites(real, a, b):
    by_ratio = answer(real[a], real[b], [1.0, 2.0, 5.0, 12.0, 30.0], detection()).detection_size_nm
    assert (np.diff(by_ratio) >= 0.0).all()
    by_limit = [answer(real[a], real[b], 9.0, detection(limit=x)).detection_size_nm[0] for x in (0.2, 0.4, 0.8)]
    assert by_limit == sorted(by_limit)
    by_background = [
        answer(real[a], real[b], 9.0, detection(background=x)).detection_size_nm[0] for x in (0.02, 0.1, 0.4)
    ]
    assert by_background == sorted(by_background)


def test_pairs_do_not_touch_each_other(real):
    """The same bits alone and in company."""
    a, other = real["diamond Si"], real["beta-Sn"]
    pairs = [
        LinePair(a, real["C54 TiSi2"], np.array([4.0, 9.0])),
        LinePair(other, real["C1 Mg2Si"], np.array([7.0])),
        LinePair(a, real["C49 ZrSi2"], np.array([5.0])),
    ]
    together = visibility(detection(), pairs).detection_size_nm
    alone = np.concatenate([visibility(detection(), [pair]).detection_size_nm for pair in pairs])
    assert together.tobytes() == alone.tobytes()
