"""Envelopes of lines against the maximum over all lines at many points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from tieline.thermo.envelope import Envelope, upper_envelope

END = 20.0


def value(
    envelope: Envelope, intercepts: NDArray[np.float64], slopes: NDArray[np.float64], x: float
) -> NDArray[np.float64]:
    """Return the value at `x` of the line each envelope names there."""
    sets = np.arange(len(intercepts))
    segment = (envelope.starts <= x).sum(axis=1) - 1
    line = envelope.lines[sets, segment]
    return intercepts[sets, line] + slopes[sets, line] * x


coarse = st.integers(-4, 4).map(float)
fine = st.floats(-5.0, 5.0)


@given(st.data(), st.sampled_from([coarse, fine]), st.integers(1, 4), st.integers(1, 9))
def test_envelope_is_the_largest_line_everywhere(
    data: st.DataObject, numbers: st.SearchStrategy[float], n_sets: int, n_lines: int
) -> None:
    intercepts = data.draw(hnp.arrays(np.float64, (n_sets, n_lines), elements=numbers))
    slopes = data.draw(hnp.arrays(np.float64, (n_sets, n_lines), elements=numbers))
    envelope = upper_envelope(intercepts, slopes, 0.0)
    for x in np.linspace(0.0, END, 101):
        np.testing.assert_allclose(
            value(envelope, intercepts, slopes, x), (intercepts + slopes * x).max(axis=1), rtol=1e-9, atol=1e-9
        )


@given(hnp.arrays(np.float64, (3, 7), elements=coarse), hnp.arrays(np.float64, 7, elements=coarse))
def test_slopes_and_starts_rise(intercepts: NDArray[np.float64], slopes: NDArray[np.float64]) -> None:
    envelope = upper_envelope(intercepts, slopes, 0.0)
    for starts, lines in zip(envelope.starts, envelope.lines, strict=True):
        real = lines >= 0
        assert real[0]
        assert not (np.diff(real.astype(int)) > 0).any()
        assert (np.diff(starts[real]) >= 0.0).all()
        assert np.isinf(starts[~real]).all()
        assert (np.diff(slopes[lines[real]]) > 0.0).all()
        # The steepest line wins in the end.
        assert slopes[lines[real][-1]] == slopes.max()


@given(hnp.arrays(np.float64, (4, 6), elements=coarse), hnp.arrays(np.float64, 6, elements=coarse))
def test_sets_do_not_see_each_other(intercepts: NDArray[np.float64], slopes: NDArray[np.float64]) -> None:
    together = upper_envelope(intercepts, slopes, 0.0)
    for number, row in enumerate(intercepts):
        alone = upper_envelope(row[None], slopes, 0.0)
        n = alone.lines.shape[1]
        np.testing.assert_array_equal(together.lines[number, :n], alone.lines[0])
        np.testing.assert_array_equal(together.starts[number, :n], alone.starts[0])
        assert (together.lines[number, n:] == -1).all()


@given(hnp.arrays(np.float64, (3, 7), elements=coarse), hnp.arrays(np.float64, 7, elements=coarse))
def test_window_cuts_the_whole_envelope(intercepts: NDArray[np.float64], slopes: NDArray[np.float64]) -> None:
    window = upper_envelope(intercepts, slopes, 0.3, 1.7)
    for x in np.linspace(0.3, 1.7, 29):
        np.testing.assert_allclose(
            value(window, intercepts, np.tile(slopes, (3, 1)), x), (intercepts + slopes * x).max(axis=1), atol=1e-9
        )
    assert (window.starts[window.lines >= 0] < 1.7).all()


def test_three_lines_by_hand() -> None:
    """0, x - 1 and 3x - 5 cross at x = 1 and x = 2; the line -1 never shows."""
    envelope = upper_envelope(np.array([[0.0, -1.0, -5.0, -1.0]]), np.array([0.0, 1.0, 3.0, 0.0]), 0.0)
    np.testing.assert_allclose(envelope.starts, [[0.0, 1.0, 2.0]])
    assert envelope.lines.tolist() == [[0, 1, 2]]


def test_three_lines_through_one_point_leave_no_empty_segment() -> None:
    envelope = upper_envelope(np.array([[0.0, -1.0, -2.0]]), np.array([0.0, 1.0, 2.0]), 0.0)
    assert envelope.lines.tolist() == [[0, 2]]
    np.testing.assert_allclose(envelope.starts, [[0.0, 1.0]])


@pytest.mark.parametrize("error", [0.0, 1e-15, -1e-15])
def test_tie_at_the_start_goes_to_the_steeper_line(error: float) -> None:
    envelope = upper_envelope(np.array([[1.0, 1.0 + error]]), np.array([0.0, 1.0]), 0.0)
    assert envelope.lines.tolist() == [[1]]
