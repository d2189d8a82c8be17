"""Where tie-lines break, against pymatgen's Gibbs energies and a root finder."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from pymatgen.core import Lattice, Structure
from scipy.optimize import brentq

from tieline.thermo.composites import PairGroup
from tieline.thermo.gibbs import GibbsModel, element_data
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.settings import Temperature
from tieline.thermo.temperature import TemperatureSearch, tie_lines_hold_to_k

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pymatgen.analysis.compatibility.computed_entries import GibbsComputedStructureEntry

TABLE = pd.DataFrame(
    [
        ("Si", 0.0, 20.0),
        ("Ti", 0.0, 17.0),
        ("TiSi2", -0.50, 13.0),
        ("TiSi", -0.70, 14.0),
        ("Ti5Si3", -0.60, 15.0),
        ("Sn", 0.0, 27.0),
    ],
    columns=["formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"],
)
SI, TI, TI_SI2, TI_SI = range(4)


def search(
    table: pd.DataFrame = TABLE, *, tolerance: float = 0.045, window: tuple[float, float] = (0.6, 0.95), **grid: float
) -> TemperatureSearch:
    phases = PhaseArrays.from_table(table)
    return TemperatureSearch(
        phases=phases,
        gibbs=GibbsModel.of(phases, element_data(phases.symbols)),
        grid_k=Temperature(**grid).grid_k,
        weight_fraction_window=window,
        tolerance_ev_per_atom=tolerance,
    )


def holds(*rows_b: int, table: pd.DataFrame = TABLE, **settings: object) -> NDArray[np.float64]:
    group = PairGroup(("Si", "Ti"), np.full(len(rows_b), SI), np.array(rows_b))
    return tie_lines_hold_to_k(search(table, **settings), [group])  # type: ignore[arg-type]


def pymatgens_excess(temperature_k: float) -> float:
    """Si + TiSi is highest above TiSi2, at its composition: two thirds of TiSi's atoms are in it."""

    def energy(symbols: list[str], volume: float, enthalpy: float) -> float:
        cell = Lattice.cubic((volume * len(symbols)) ** (1 / 3))
        structure = Structure(cell, symbols, np.arange(3 * len(symbols)).reshape(-1, 3) / 10)
        return GibbsComputedStructureEntry(structure, enthalpy, temp=temperature_k).energy_per_atom

    return 2 / 3 * energy(["Ti", "Si"], 14.0, -0.70) - energy(["Ti", "Si", "Si"], 13.0, -0.50)


@pytest.mark.parametrize("tolerance", [0.0395, 0.045, 0.0555])
@pytest.mark.parametrize("step_k", [10.0, 100.0, 370.0])
def test_crossing_is_where_pymatgens_excess_passes_the_tolerance(tolerance: float, step_k: float) -> None:
    (found,) = holds(TI_SI, tolerance=tolerance, step_k=step_k)
    root = brentq(lambda t: pymatgens_excess(t) - tolerance, 400.0, 1300.0)
    assert root - 1.0 <= found <= root + 1e-6


def test_stable_compound_holds_to_the_end_of_the_range() -> None:
    assert holds(TI_SI2, TI_SI).tolist()[0] == 1300.0
    assert holds(TI_SI2, highest_k=777.0, step_k=100.0).tolist() == [777.0]
    assert holds(TI_SI, tolerance=0.06).tolist() == [1300.0]


def test_zero_where_it_breaks_at_the_lowest_temperature() -> None:
    """At 300 K the excess is 37.5 meV/atom; at 400 K it is 37.2, but the first crossing counts."""
    assert pymatgens_excess(300.0) > 0.0374 > pymatgens_excess(400.0)
    assert holds(TI_SI, tolerance=0.0374).tolist() == [0.0]


def test_window_counts() -> None:
    """At 95 wt% TiSi holds 93 % of the atoms, where the excess is smaller by (1 - 0.934) / (1 - 2/3)."""
    (found,) = holds(TI_SI, tolerance=0.0095, window=(0.95, 0.95))
    share = (0.95 / 75.952 * 2) / (0.95 / 75.952 * 2 + 0.05 / 28.085)
    root = brentq(lambda t: pymatgens_excess(t) * (1 - share) * 3 - 0.0095, 400.0, 1300.0)
    assert found == pytest.approx(root, abs=1.0)


def test_undecided_without_the_pairs_own_volume_only() -> None:
    unknown = TABLE["volume_a3_per_atom"].mask(TABLE["formula"] == "TiSi2")
    found = holds(TI_SI2, TI_SI, table=TABLE.assign(volume_a3_per_atom=unknown))
    assert np.isnan(found).tolist() == [True, False]
    silicon = TABLE["volume_a3_per_atom"].mask(TABLE["formula"] == "Si")
    assert (
        holds(TI_SI2, TI_SI, table=TABLE.assign(volume_a3_per_atom=silicon)).tolist() == holds(TI_SI2, TI_SI).tolist()
    )


def test_undecided_where_a_phase_has_no_gibbs_energy() -> None:
    """There are no data for radium; other systems do not mind."""
    more = pd.DataFrame({"formula": ["Ra", "RaSi2"], "formation_energy_ev_per_atom": [0.0, -0.5]})
    table = pd.concat([TABLE, more.assign(volume_a3_per_atom=30.0)], ignore_index=True)
    groups = [
        PairGroup(("Ra", "Si"), np.array([SI]), np.array([7])),
        PairGroup(("Si", "Ti"), np.array([SI]), np.array([TI_SI2])),
    ]
    found = tie_lines_hold_to_k(search(table), groups)
    assert np.isnan(found[0])
    assert found[1] == 1300.0


def test_no_pairs() -> None:
    assert tie_lines_hold_to_k(search(), []).shape == (0,)


@pytest.mark.parametrize(
    ("highest_k", "step_k", "expected"),
    [
        (1300.0, 100.0, [300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0, 1100.0, 1200.0, 1300.0]),
        (777.0, 200.0, [300.0, 500.0, 700.0, 777.0]),
        (500.0, 1700.0, [300.0, 500.0]),
        (300.0, 100.0, [300.0]),
    ],
)
def test_grid_has_both_ends(highest_k: float, step_k: float, expected: list[float]) -> None:
    assert list(Temperature(highest_k=highest_k, step_k=step_k).grid_k) == expected
