"""Phases as arrays: rows, columns, and amounts per gram."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tieline.thermo.phase_arrays import PhaseArrays


def table(formulas: list[str], energies: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"formula": formulas, "formation_energy_ev_per_atom": energies, "volume_a3_per_atom": np.arange(len(formulas))}
    )


def test_fractions_follow_the_rows_of_the_table() -> None:
    phases = PhaseArrays.from_table(table(["Ti", "Si", "TiSi2", "Ti2(SiCu)3"], [0.0, 0.0, -0.5, -0.1]))
    assert phases.symbols == ("Cu", "Si", "Ti")
    np.testing.assert_allclose(
        phases.fractions, [[0, 0, 1], [0, 1, 0], [0, 2 / 3, 1 / 3], [3 / 8, 3 / 8, 2 / 8]], rtol=1e-15
    )
    assert phases.volume_a3_per_atom.tolist() == [0.0, 1.0, 2.0, 3.0]
    np.testing.assert_allclose(phases.mass_g_per_mol[2], (47.867 + 2 * 28.085) / 3, rtol=1e-12)
    assert phases.columns(("Si", "Ti")).tolist() == [1, 2]


def test_rows_are_grouped_by_exactly_their_elements() -> None:
    phases = PhaseArrays.from_table(table(["Ti", "TiSi2", "Si", "Ti5Si3"], [0.0, -0.5, 0.0, -0.4]))
    groups = {system: rows.tolist() for system, rows in phases.rows_of_system.items()}
    assert groups == {("Ti",): [0], ("Si",): [2], ("Si", "Ti"): [1, 3]}


def test_phases_within_a_system_are_those_of_its_parts() -> None:
    phases = PhaseArrays.from_table(table(["Ti", "NiTiSi", "TiSi2", "Si", "Ni", "Si"], [0.0] * 6))
    assert phases.rows_within(("Si", "Ti")).tolist() == [0, 2, 3, 5]
    assert phases.rows_within(("Ti", "Ni")).tolist() == [0, 4]
    assert phases.rows_within(("Cu",)).tolist() == []


def test_a_gram_by_hand() -> None:
    """TiSi2: 47.867 + 2 x 28.085 = 104.037 g/mol; at 13 A^3 per atom 39 A^3 a formula, 23.4863 cm3/mol."""
    phases = PhaseArrays.from_table(
        pd.DataFrame(
            {"formula": ["TiSi2", "Si"], "formation_energy_ev_per_atom": 0.0, "volume_a3_per_atom": [13, None]}
        )
    )
    np.testing.assert_allclose(phases.mol_per_g, [[2 / 104.037, 1 / 104.037], [1 / 28.085, 0.0]], rtol=1e-12)
    assert phases.cm3_per_g[0] == pytest.approx(39 * 0.602214076 / 104.037)
    assert np.isnan(phases.cm3_per_g[1])
