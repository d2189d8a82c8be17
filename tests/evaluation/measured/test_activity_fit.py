"""The penalised fit, where it has a closed form."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.evaluation.measured.activity_fit import fit_parameters, leave_one_out
from tieline.lithiation.reactivity import reaction_probability

LOADS = np.array([1.0] * 4 + [np.e] * 4)
ACTIVE = np.array([True, True, True, False, True, False, False, False])


def test_two_groups_by_hand() -> None:
    # With as many groups as parameters, Jeffreys' prior adds half a compound to either side of each group:
    # logits ln(3.5 / 1.5) at ln L = 0 and ln(1.5 / 3.5) at ln L = 1.
    found = fit_parameters(LOADS, ACTIVE)
    logit = np.log(3.5 / 1.5)
    assert found.exponent == pytest.approx(2 * logit, rel=1e-4)
    assert found.half_load_per_ev == pytest.approx(np.exp(0.5), rel=1e-4)


def test_separated_groups_stay_finite() -> None:
    found = fit_parameters(LOADS, LOADS < 2.0)
    assert found.exponent == pytest.approx(2 * np.log(4.5 / 0.5), rel=1e-4)


def test_limits_of_the_model_do_not_count() -> None:
    loads, active = np.append(LOADS, [0.0, np.inf]), np.append(ACTIVE, [True, False])
    assert fit_parameters(loads, active) == fit_parameters(LOADS, ACTIVE)


def test_left_out_compound_has_no_say() -> None:
    found = leave_one_out(LOADS, ACTIVE)
    without = fit_parameters(LOADS[1:], ACTIVE[1:])
    assert found[0] == pytest.approx(reaction_probability(LOADS[:1], without)[0])
    # Left with 2 of 3 active at its load, an active compound is predicted with (2 + 1/2) / (3 + 1).
    assert found[0] == pytest.approx(2.5 / 4, rel=1e-4)


@pytest.mark.parametrize(
    ("loads", "active"),
    [([0.0, 1.0, np.inf], [True, True, False]), ([1.0, 1.0, 2.0, 2.0], [False, False, True, True])],
)
def test_what_cannot_be_fitted_is_refused(loads: list[float], active: list[bool]) -> None:
    with pytest.raises(ValueError, match="load"):
        fit_parameters(np.array(loads), np.array(active))
