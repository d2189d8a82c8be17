"""Powder patterns of composites, and which lines of A stand out in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tieline.microstructure.diffraction import Lines, mixed_lines
from tieline.microstructure.profile import Profile
from tieline.microstructure.settings import Diffraction, Microstructure
from tieline.microstructure.visibility import OFFSETS, WEAKEST, Detection

STEP_DEG = 0.1
"""Distance of the points of a pattern, as wide as the default instrument's lines: crystallites broaden them further."""

WEAKEST_DRAWN = 0.01
"""Lines below this share of the phase's strongest have no mark."""

SCALE = 1000
"""Height of the highest point of a composite's pattern; heights are integers."""

Array = NDArray[np.float64]


def powder_pattern(
    row: pd.Series,
    lines: Mapping[str, Lines],
    cm3_per_g: Mapping[str, float],
    diffraction: Diffraction,
    microstructure: Microstructure,
) -> dict[str, Any] | None:
    """Return the powder pattern of a composite with crystallites of the design size, for JSON.

    Parameters
    ----------
    row
        ``phase_a_id, phase_b1_id, phase_b2_id``, ``phase_b1_weight_share`` and ``phase_b_volume_fraction``.
    lines, cm3_per_g
        Powder lines and volume per gram of the phases, by identifier.
    diffraction, microstructure
        Sections of the configuration.

    Returns
    -------
    dict
        ``start`` and ``step`` in degrees; ``a`` and ``b``, the heights of A and B in the composite's pattern; and
        ``lines_a`` and ``lines_b``: angle, intensity against the phase's strongest line, and for A whether the line
        is hidden, by the rule of ``a_xrd_detection_size_nm``. None where a phase has no lines or no volume.
    """
    parts = [row["phase_b1_id"]] + ([row["phase_b2_id"]] if pd.notna(row["phase_b2_id"]) else [])
    share_b = float(row["phase_b_volume_fraction"])
    if not all(name in lines for name in (row["phase_a_id"], *parts)) or not np.isfinite(share_b):
        return None
    a, b = lines[row["phase_a_id"]], _lines_of_b(row, parts, lines, cm3_per_g)
    profile = Profile(
        diffraction.wavelength_angstrom,
        diffraction.instrument_fwhm_deg,
        diffraction.scherrer_constant,
        diffraction.lorentzian_fraction,
    )
    angles = np.arange(diffraction.two_theta_min_deg, diffraction.two_theta_max_deg + STEP_DEG / 2.0, STEP_DEG)
    size_a, size_b = microstructure.design_size_nm, microstructure.phase_b_crystallite_nm
    height_a = (1.0 - share_b) * _heights(profile, a, angles, size_a)
    height_b = share_b * _heights(profile, b, angles, size_b)
    highest = (height_a + height_b).max()
    detection = Detection(profile, size_b, diffraction.background_fraction, diffraction.detection_limit)
    hidden = hidden_lines(detection, a, b, share_b, size_a)
    return {
        "start": diffraction.two_theta_min_deg,
        "step": STEP_DEG,
        "a": (height_a * SCALE / highest).round().astype(int).tolist(),
        "b": (height_b * SCALE / highest).round().astype(int).tolist(),
        "lines_a": [
            [*mark, bool(hide)]
            for mark, hide in zip(_marks(a), hidden[a.intensity >= WEAKEST_DRAWN * a.intensity.max()], strict=True)
        ],
        "lines_b": _marks(b),
    }


def hidden_lines(detection: Detection, a: Lines, b: Lines, share_b: float, size_a_nm: float) -> NDArray[np.bool_]:
    """Return which lines of A do not stand out, by the rule of `tieline.microstructure.visibility.visibility`.

    Parameters
    ----------
    detection
        What counts as seen.
    a, b
        Lines of A and B.
    share_b
        Volume fraction of B.
    size_a_nm
        Crystallite size of A.

    Returns
    -------
    ndarray, shape (n_lines,)
        True for lines of A below what is just detected, on both sides of their angle.
    """
    profile = detection.profile
    ratio = share_b / (1.0 - share_b)
    distances = np.array(OFFSETS) * profile.instrument_fwhm_deg
    points = a.two_theta_deg[:, None] + np.concatenate((-distances[1:], distances))
    kept = a.intensity >= WEAKEST * a.intensity.max()
    heights = profile.highest_per_deg(points[..., None], a.two_theta_deg[kept], np.array(size_a_nm)) * a.intensity[kept]
    background = detection.background_fraction * _heights(profile, b, b.two_theta_deg, detection.size_b_nm).max()
    needed = ratio * detection.limit * (_heights(profile, b, points, detection.size_b_nm) + background)
    hidden: NDArray[np.bool_] = (heights.sum(axis=-1) <= needed).all(axis=1)
    return hidden


def _lines_of_b(
    row: pd.Series, parts: Sequence[str], lines: Mapping[str, Lines], cm3_per_g: Mapping[str, float]
) -> Lines:
    if len(parts) == 1:
        return lines[parts[0]]
    first = float(row["phase_b1_weight_share"])
    cm3 = np.array([first * cm3_per_g[parts[0]], (1.0 - first) * cm3_per_g[parts[1]]])
    return mixed_lines([lines[name] for name in parts], (cm3 / cm3.sum()).tolist())


def _heights(profile: Profile, lines: Lines, points: Array, size_nm: float) -> Array:
    heights = profile.height_per_deg(points[..., None], lines.two_theta_deg, np.array(size_nm)) * lines.intensity
    total: Array = heights.sum(axis=-1)
    return total


def _marks(lines: Lines) -> list[list[float]]:
    relative = lines.intensity / lines.intensity.max()
    return [
        [round(float(angle), 2), round(float(height), 3)]
        for angle, height in zip(lines.two_theta_deg, relative, strict=True)
        if height >= WEAKEST_DRAWN
    ]
