"""The palette is told apart by every kind of colour vision; the style does not depend on the user's own."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from numpy.typing import NDArray

from tieline.core.palette import COLOURS, MARKERS, PLOTLY_MARKERS
from tieline.report.style import save, series, style

# Machado, Oliveira and Fernandes, IEEE Trans. Vis. Comput. Graph. 15, 1291 (2009), severity 1.0, on linear RGB.
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
# sRGB to XYZ, D65: IEC 61966-2-1.
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def cielab(colour: str, vision: str) -> NDArray[np.float64]:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ (VISION[vision] @ linear).clip(0.0, 1.0) / WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_lightness_of_white_and_black() -> None:
    assert cielab("white", "normal") == pytest.approx([100.0, 0.0, 0.0], abs=0.02)
    assert cielab("black", "normal") == pytest.approx([0.0, 0.0, 0.0], abs=0.02)


def test_red_and_green_are_near_for_the_colour_blind() -> None:
    """The simulation does what it should: a pair that is far apart comes near."""
    for vision in ("protanopia", "deuteranopia"):
        normal, blind = (np.linalg.norm(cielab("#A05000", v) - cielab("#508000", v)) for v in ("normal", vision))
        assert normal > 40.0
        assert blind < 25.0


@pytest.mark.parametrize("vision", VISION)
def test_colours_are_told_apart(vision: str) -> None:
    """A difference of 20 in CIELAB is seen at a glance in thin lines; black is the reference, white the paper."""
    for one, other in combinations((*COLOURS, "#000000", "#FFFFFF"), 2):
        assert np.linalg.norm(cielab(one, vision) - cielab(other, vision)) > 20.0, (one, other)


def test_every_colour_has_a_marker() -> None:
    assert len(set(COLOURS)) == len(set(MARKERS)) == len(set(PLOTLY_MARKERS)) == len(COLOURS)
    assert {series(number)["marker"] for number in range(len(COLOURS))} == set(MARKERS)


def test_style_sheet_has_the_palette() -> None:
    with style():
        assert tuple(to_hex(colour).upper() for colour in mpl.rcParams["axes.prop_cycle"].by_key()["color"]) == COLOURS


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_bytes_do_not_depend_on_the_users_style(tmp_path: Path, suffix: str) -> None:
    paths = [tmp_path / f"{name}{suffix}" for name in ("first", "second")]
    for path, own in zip(paths, ({}, {"font.size": 30, "savefig.dpi": 10, "svg.hashsalt": "mine"}), strict=True):
        with mpl.rc_context(own), style():
            figure = Figure()
            figure.subplots().plot([1, 2], label="Li₁₅Si₄")
            save(figure, path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
