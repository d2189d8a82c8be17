"""Up to which crystallite size phase A stays invisible in the powder pattern of the composite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.microstructure.diffraction import Lines
from tieline.microstructure.profile import Profile

SMALLEST_NM = 1.0
"""Where the search starts: below it A is amorphous in all but name, and its halo is no peak."""

LARGEST_NM = 1000.0
"""Where the search ends: larger crystallites broaden no line that an instrument could tell."""

HALVINGS = 16
"""Of the logarithm of the size range: the answer is within a factor of 1.0002."""

OFFSETS = (0.0, 2.0, 4.0, 8.0, 16.0)
"""Distances from its lines at which A is looked for, in instrument widths: a broad peak shows on both sides of a narrow
line of B that covers its top."""

WEAKEST = 1e-2
"""Lines of A below this share of its strongest are left out."""

LOOKED_AT = 12
"""A is looked for at this many of its strongest lines: all lines of an element, enough of a compound's hundreds."""

AT_ONCE = 2_000_000
"""Profile values held in memory at a time."""


@dataclass(frozen=True)
class Detection:
    """What counts as seen."""

    profile: Profile
    """Shape and width of lines."""

    size_b_nm: float
    """Crystallite size of B."""

    background_fraction: float
    """Height of the flat background, as a share of the highest point of B's pattern."""

    limit: float
    """Height of a peak that is just seen, as a share of everything else at its place."""


@dataclass(frozen=True)
class LinePair:
    """A pair of phases at some compositions."""

    a: Lines
    """Lines of A."""

    b: Lines
    """Lines of B."""

    volume_ratios: NDArray[np.float64]
    """Shape (n,): volume of B per volume of A."""


@dataclass(frozen=True)
class Visibility:
    """Answers for the compositions of some pairs, one after the other."""

    detection_size_nm: NDArray[np.float64]
    """Shape (n,): size of A up to which nothing of it is seen: `SMALLEST_NM` where A must be amorphous, `LARGEST_NM`
    where it is never seen."""

    first_seen_two_theta_deg: NDArray[np.float64]
    """Shape (n,): the line of A that is seen first; NaN if none ever is."""


def visibility(detection: Detection, pairs: Sequence[LinePair]) -> Visibility:
    """Return up to which size A stays invisible, for every composition of every pair.

    A is seen where its pattern A(x; D), of crystallites of size D, stands out from everything else at its place,

        v_A A(x; D) > limit (v_B B(x) + background),

    with the volume fractions v: the contrast a reader of the pattern goes by. `Profile.highest_per_deg` stands for A's
    profile, so that "seen at D" means seen at D or a smaller size: A(x; D) then never falls with D, the first size at
    which A is seen is found by halving the range, and every smaller one is invisible.

    Parameters
    ----------
    detection
        What counts as seen.
    pairs
        The work; those that share the lines of A (the same object) are searched together.
    """
    places = np.cumsum([0, *(len(pair.volume_ratios) for pair in pairs)])
    sizes, angles = np.full(places[-1], np.nan), np.full(places[-1], np.nan)
    phases_b = {id(pair.b): pair.b for pair in pairs}
    highest = {key: float(_pattern(detection, b, b.two_theta_deg).max()) for key, b in phases_b.items()}
    for lines in {id(pair.a): pair.a for pair in pairs}.values():
        own = [number for number, pair in enumerate(pairs) if pair.a is lines]
        kept = lines.intensity >= WEAKEST * lines.intensity.max()
        strong = Lines(lines.two_theta_deg[kept], lines.intensity[kept])
        points = _points(strong, detection.profile)
        needed = np.concatenate(
            [
                pairs[n].volume_ratios[:, None]
                * detection.limit
                * (_pattern(detection, pairs[n].b, points) + detection.background_fraction * highest[id(pairs[n].b)])
                for n in own
            ]
        )
        rows = np.concatenate([np.arange(places[n], places[n + 1]) for n in own])
        sizes[rows], angles[rows] = _search(detection.profile, strong, points, needed)
    return Visibility(sizes, angles)


def _points(lines: Lines, profile: Profile) -> NDArray[np.float64]:
    strongest = lines.two_theta_deg[np.argsort(-lines.intensity, kind="stable")[:LOOKED_AT]]
    distances = np.array(OFFSETS) * profile.instrument_fwhm_deg
    points: NDArray[np.float64] = np.unique(strongest[:, None] + np.concatenate((-distances[1:], distances)))
    return points


def _pattern(detection: Detection, lines: Lines, points: NDArray[np.float64]) -> NDArray[np.float64]:
    heights = detection.profile.height_per_deg(points[:, None], lines.two_theta_deg, np.array(detection.size_b_nm))
    total: NDArray[np.float64] = (heights * lines.intensity).sum(axis=-1)
    return total


def _search(
    profile: Profile, lines: Lines, points: NDArray[np.float64], needed: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return up to which size A stays below what is `needed` (shape (n, n_points)), and the line that exceeds it."""
    low, high = np.full(len(needed), np.log(SMALLEST_NM)), np.full(len(needed), np.log(LARGEST_NM))
    never = ~_seen(profile, lines, points, needed, np.exp(high)).any(axis=1)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        seen = _seen(profile, lines, points, needed, np.exp(middle)).any(axis=1)
        low, high = np.where(seen, low, middle), np.where(seen, middle, high)
    first = points[_seen(profile, lines, points, needed, np.exp(high)).argmax(axis=1)]
    nearest = lines.two_theta_deg[np.abs(first[:, None] - lines.two_theta_deg).argmin(axis=1)]
    return np.where(never, LARGEST_NM, np.exp(low)), np.where(never, np.nan, nearest)


def _seen(
    profile: Profile,
    lines: Lines,
    points: NDArray[np.float64],
    needed: NDArray[np.float64],
    sizes_nm: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Return, for each row of `needed`, at which points A of the row's size stands out."""
    # Early in the search rows share their sizes: each pattern is worked out once.
    distinct, place = np.unique(sizes_nm, return_inverse=True)
    step = max(1, AT_ONCE // (len(points) * len(lines.two_theta_deg)))
    # Products are summed, not multiplied as matrices, so that a row's bits do not depend on its neighbours.
    heights = [
        (
            profile.highest_per_deg(points[:, None], lines.two_theta_deg, distinct[start : start + step, None, None])
            * lines.intensity
        ).sum(axis=-1)
        for start in range(0, len(distinct), step)
    ]
    return np.concatenate(heights)[place] > needed
