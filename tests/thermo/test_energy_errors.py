"""Random errors of energies have the statistics asked for, and belong to compositions."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.thermo.energy_errors import EnergyErrors


def errors(**changed: float) -> EnergyErrors:
    values = {"sigma_ev_per_atom": 0.024, "shared_within_system": 0.5, "draws": 20_000, "seed": 0} | changed
    return EnergyErrors(**values)  # type: ignore[arg-type]


def test_errors_have_the_variance_and_correlation_asked_for() -> None:
    fractions = np.array([[2, 0, 1], [1, 0, 1], [2, 1, 0], [1, 1, 1], [1, 0, 0]]) / np.array([[3], [2], [3], [3], [1]])
    drawn = errors(shared_within_system=0.3, draws=100_000).of_compositions(("Al", "Cu", "Ti"), fractions)
    assert drawn[:4].std(axis=1) == pytest.approx(0.024, rel=0.01)
    assert not drawn[4].any()
    correlation = np.corrcoef(drawn[:4])
    assert correlation[0, 1] == pytest.approx(0.3, abs=0.015)
    assert np.abs(correlation[[0, 0, 1, 1, 2], [2, 3, 2, 3, 3]]).max() < 0.015


def test_errors_do_not_depend_on_company_and_change_with_the_seed() -> None:
    alone = errors().of_compositions(("Al", "Ti"), np.array([[0.25, 0.75]]))
    among = errors().of_compositions(("Al", "Cu", "Ti"), np.array([[0.5, 0.5, 0.0], [0.25, 0.0, 0.75]]))
    np.testing.assert_array_equal(alone[0], among[1])
    assert not np.array_equal(errors(seed=1).of_compositions(("Al", "Ti"), np.array([[0.25, 0.75]])), alone)
