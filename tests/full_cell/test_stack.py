"""One full cell worked by hand, and cells that were taken apart."""

from __future__ import annotations

import numpy as np
import pytest

from tieline.data import chemistries
from tieline.data.chemistries import Electrolyte, Inactive, Number, PositiveElectrode, Solid
from tieline.full_cell import stack
from tieline.full_cell.settings import Cell, Coating, NegativeCoating
from tieline.full_cell.stack import StackEnergy, charge_window, stack_energy


def number(value: float) -> Number:
    return Number(value=value, source="round")


@pytest.fixture
def round_chemistries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chemistries of round numbers in the place of the real ones."""
    positive = PositiveElectrode(
        formula="X",
        working_ion="Li",
        capacity_mah_per_g=number(200),
        average_voltage_v=number(3.8),
        density_g_per_cm3=number(4.0),
    )
    electrolyte = Electrolyte(composition="X", working_ion="Li", density_g_per_cm3=number(1.2))
    solids = {
        "binder": 2.0,
        "conductive_carbon": 2.0,
        "separator": 1.0,
        "positive_collector": 3.0,
        "negative_collector": 9.0,
    }
    rest = Inactive(**{name: Solid(name=name, density_g_per_cm3=number(value)) for name, value in solids.items()})
    monkeypatch.setattr(stack, "positive_electrodes", lambda: {"NMC811": positive})
    monkeypatch.setattr(stack, "electrolytes", lambda: {"LiPF6-EC-EMC": electrolyte})
    monkeypatch.setattr(stack, "inactive", lambda: rest)


def design(*, negative_loss: float = 0.36, into_pores: float = 0.0) -> Cell:
    return Cell(
        areal_capacity_mah_per_cm2=4.0,
        n_to_p_ratio=1.25,
        positive=Coating(
            binder_weight_fraction=0.05, carbon_weight_fraction=0.05, porosity=0.2, first_cycle_loss_fraction=0.2
        ),
        negative=NegativeCoating(
            binder_weight_fraction=0.05,
            carbon_weight_fraction=0.05,
            porosity=0.4,
            first_cycle_loss_fraction=negative_loss,
            swelling_into_pores_fraction=into_pores,
        ),
        separator_thickness_um=10.0,
        separator_porosity=0.5,
        positive_collector_thickness_um=10.0,
        negative_collector_thickness_um=10.0,
    )


def energy(cell: Cell, *, with_loss: bool = False, volume_change: float = 1.5) -> StackEnergy:
    """Return the stack around a composite of 1000 mAh/g, 3.125 g/cm3 and 0.3 V."""
    return stack_energy(
        cell,
        capacity_mah_per_g=np.array([1000.0]),
        density_g_per_cm3=np.array([3.125]),
        negative_voltage_v=np.array([0.3]),
        volume_change_fraction=np.array([volume_change]),
        with_loss=with_loss,
    )


@pytest.mark.usefixtures("round_chemistries")
def test_cell_by_hand() -> None:
    """Per cm2.

    Charge: 4 / 0.8 = 5 mAh leave the positive electrode first; the negative one could take 1.25 x 5 = 6.25 mAh,
        which is 6.25 mg of composite or 20 um without pores.
    Negative coating: 6.25 / 0.9 = 6.9444 mg; additives 0.6944 mg or 3.4722 um; 23.4722 um of solid in
        23.4722 / 0.6 = 39.1204 um, 15.6481 um of it pores.
    Positive coating: 20 mg or 50 um; 22.2222 mg with additives of 11.1111 um; 61.1111 um of solid in
        61.1111 / 0.8 = 76.3889 um, 15.2778 um of it pores.
    Separator 0.5 mg, 5 um of pores; foils 5 um x 3 = 1.5 mg and 5 um x 9 = 4.5 mg.
    Electrolyte (15.2778 + 15.6481 + 5) um x 1.2 = 4.3111 mg.
    Together 39.9778 mg and 76.3889 + 39.1204 + 10 + 5 + 5 = 135.5093 um.
    Energy 4 mAh x 3.5 V = 14 mWh; growth of the composite 1.5 x 20 = 30 um.
    """
    found = energy(design())
    assert found.average_voltage_v[0] == pytest.approx(3.5)
    assert found.negative_thickness_um[0] == pytest.approx(39.1204, abs=1e-4)
    assert found.wh_per_kg[0] == pytest.approx(14 / 39.9778 * 1000, rel=1e-5)
    assert found.wh_per_l[0] == pytest.approx(14 / 135.5093 * 10000, rel=1e-5)
    assert found.charged_wh_per_l[0] == pytest.approx(14 / 165.5093 * 10000, rel=1e-5)
    assert found.swelling_fraction[0] == pytest.approx(30 / 135.5093, rel=1e-5)


@pytest.mark.usefixtures("round_chemistries")
def test_first_cycle_loss_by_hand() -> None:
    """0.64 x 5 = 3.2 mAh come back of 5, less than the 4 that the positive electrode could take."""
    whole, lossy = energy(design()), energy(design(), with_loss=True)
    np.testing.assert_allclose(lossy.wh_per_kg / whole.wh_per_kg, 3.2 / 4.0)
    np.testing.assert_allclose(lossy.wh_per_l / whole.wh_per_l, 3.2 / 4.0)
    np.testing.assert_allclose(lossy.negative_thickness_um, whole.negative_thickness_um)


def test_windows_by_hand() -> None:
    assert charge_window(design(), with_loss=False) == pytest.approx((0.0, 4.0 / 6.25))
    assert charge_window(design(), with_loss=True) == pytest.approx((0.0, 3.2 / 6.25))
    # The positive electrode takes back 4 of the 4.5 mAh that are there: half a mAh stays in the composite.
    assert charge_window(design(negative_loss=0.1), with_loss=True) == pytest.approx((0.5 / 6.25, 4.5 / 6.25))
    assert charge_window(design(negative_loss=0.2), with_loss=True) == pytest.approx((0.0, 4.0 / 6.25))


@pytest.mark.usefixtures("round_chemistries")
@pytest.mark.parametrize(("into_pores", "growth_um"), [(0.25, 22.5), (0.5, 15.0), (1.0, 30.0 - 15.6481)])
def test_swelling_into_pores_until_they_are_full(into_pores: float, growth_um: float) -> None:
    found = energy(design(into_pores=into_pores))
    assert found.swelling_fraction[0] == pytest.approx(growth_um / 135.5093, rel=1e-5)


@pytest.mark.usefixtures("round_chemistries")
def test_unknown_volumes_stay_unknown() -> None:
    found = energy(design(), volume_change=np.nan)
    assert np.isnan(found.charged_wh_per_l[0])
    assert found.wh_per_l[0] > 0.0


GRAPHITE = {
    "capacity_mah_per_g": np.array([344.0]),
    "density_g_per_cm3": np.array([2.24]),
    "negative_voltage_v": np.array([0.17]),
    "volume_change_fraction": np.array([0.10]),
    "with_loss": True,
}
"""Graphite in use: Intercalation Station, Back of the Battery Calculator (2021)."""


def graphite_cell(positive_electrode: str, areal_capacity: float, porosities: tuple[float, float], um: tuple) -> Cell:
    dry = {"binder_weight_fraction": 0.02, "carbon_weight_fraction": 0.01}
    return Cell(
        positive_electrode=positive_electrode,
        areal_capacity_mah_per_cm2=areal_capacity,
        n_to_p_ratio=1.04,
        positive=Coating(**dry, porosity=porosities[0], first_cycle_loss_fraction=0.1),
        negative=NegativeCoating(**dry, porosity=porosities[1], first_cycle_loss_fraction=0.08),
        separator_thickness_um=um[0],
        positive_collector_thickness_um=um[1],
        negative_collector_thickness_um=um[2],
    )


def test_graphite_nmc811_stack_as_measured() -> None:
    """LG M50 (Chen et al., J. Electrochem. Soc. 167 (2020) 080534): 5 Ah x 3.63 V on 0.1027 m2 of a stack of
    85.2 + 75.6 + 12 um and half of 12 + 16 um of foil: 946 Wh/L. Its negative electrode holds a tenth of silicon oxide,
    which a cell of plain graphite has to do without: 15 % less is right.
    """
    measured = 5.0 * 3.63 / (0.1027 * (85.2 + 75.6 + 12.0 + 14.0) * 1e-6) / 1000
    assert measured == pytest.approx(946, abs=1)
    cell = graphite_cell("NMC811", 5000 / 1027, (0.335, 0.25), (12.0, 16.0, 12.0))
    found = stack_energy(cell, **GRAPHITE)
    assert 0.85 * measured < found.wh_per_l[0] < measured


def test_graphite_nmc_pouch_cell_as_taken_apart() -> None:
    """Volkswagen ID.3 (Guenter and Wassiliadis, J. Electrochem. Soc. 169 (2022) 030515): 5.02 mAh/cm2, N/P 1.04, 22 %
    pores; 674 Wh/L and 268 Wh/kg for the whole cell, of which more than 81 % of the volume and 75 % of the mass are
    electrodes, so its stack has at most 832 Wh/L and 357 Wh/kg; 93 % of the positive electrode is used. The model,
    which uses all of it, may be up to a tenth higher.
    """
    cell = graphite_cell("NMC622", 5.02, (0.22, 0.25), (12.0, 12.0, 8.0))
    found = stack_energy(cell, **GRAPHITE)
    assert 674 < found.wh_per_l[0] < 1.1 * 674 / 0.81
    assert 268 < found.wh_per_kg[0] < 1.1 * 268 / 0.75
    positive = stack.coating(
        cell.positive,
        np.asarray(5.02 / chemistries.positive_electrodes()["NMC622"].capacity_mah_per_g.value),
        np.asarray(chemistries.positive_electrodes()["NMC622"].density_g_per_cm3.value),
    )
    # The coating of the cell's positive electrode is 87.3 um thick.
    assert float(positive.thickness_cm) * 1e4 == pytest.approx(87.3, rel=0.1)
