"""Shells and pinning, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.microstructure.shell import covered_above_nm, shell_thickness_nm, zener_limit_nm


def test_shell_by_hand():
    """Seven volumes of B around one of A double the diameter; 19/8 of A's volume make it half as large again."""
    assert shell_thickness_nm(20.0, np.array([7 / 8, 19 / 27])) == pytest.approx([10.0, 5.0])


def test_volume_of_core_and_shell_is_that_of_the_composite():
    volume_b, core = np.linspace(0.3, 0.97, 9), 13.0
    outer = core + 2 * shell_thickness_nm(core, volume_b)
    assert 1 - core**3 / outer**3 == pytest.approx(volume_b)


def test_covered_is_the_inverse_of_the_shell():
    volume_b = np.array([0.4, 0.7, 0.9])
    diameters = covered_above_nm(np.array([1.5, 1.5, 3.0]), volume_b)
    found = [shell_thickness_nm(d, np.array([v]))[0] for d, v in zip(diameters, volume_b, strict=True)]
    assert found == pytest.approx([1.5, 1.5, 3.0])


def test_pinning_by_hand():
    """An eighth of the volume in particles: 3.6 x 2 particle diameters."""
    assert zener_limit_nm(20.0, np.array([1 / 8, 1.0])) == pytest.approx([144.0, 72.0])
