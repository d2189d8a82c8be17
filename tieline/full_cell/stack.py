"""The full cell at the level of the electrode stack: capacities, thicknesses, masses and energies per area.

One repeating unit is a positive coating, a separator, a negative coating and half of each current collector, both of
which are coated on both sides. Tabs, case and the electrolyte outside the pores are left out.

Charge is counted per area. With q the reversible capacity of the positive electrode, L_p and L_n the first-cycle
losses of the two sides and r the N/P ratio,

    q_1 = q / (1 - L_p)                     leaves the positive electrode at the first charge
    N   = r q_1                             is what the negative electrode could take up
    (1 - L_n) q_1                           is in the composite when the cell is charged; the rest is spent
    q_c = min(q, (1 - L_n) q_1)             comes back: the loss of one side hides that of the other

so the composite works between ((1 - L_n) q_1 - q_c) / N and (1 - L_n) q_1 / N of its uptake. That the losses overlap,
and the sums over layers, are as in Betz et al., Adv. Energy Mater. 9 (2019) 1803170.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tieline.data.chemistries import electrolytes, inactive, positive_electrodes
from tieline.full_cell.charge_window import ChargeWindow
from tieline.full_cell.settings import Cell, Coating

CM_PER_UM = 1e-4


@dataclass(frozen=True)
class Layer:
    """A porous coating, per cm2."""

    mass_g_per_cm2: NDArray[np.float64]
    """Dry."""

    thickness_cm: NDArray[np.float64]
    """Pores included."""

    pore_cm: NDArray[np.float64]
    """Volume of the pores per area."""


@dataclass(frozen=True)
class StackEnergy:
    """The full cell of each candidate, shape (n_candidates,); NaN where the composite's volume is unknown."""

    average_voltage_v: NDArray[np.float64]
    """Positive minus negative electrode, means over the charge that the cell delivers."""

    wh_per_kg: NDArray[np.float64]
    """Per mass of the stack."""

    wh_per_l: NDArray[np.float64]
    """Per volume of the stack as assembled, that is discharged."""

    charged_wh_per_l: NDArray[np.float64]
    """Per volume of the charged stack, the room a cell has to give it."""

    negative_thickness_um: NDArray[np.float64]
    """Of the negative coating as assembled."""

    swelling_fraction: NDArray[np.float64]
    """Growth of the stack's thickness on charging, relative to that as assembled."""


def charge_window(cell: Cell, *, with_loss: bool) -> ChargeWindow:
    """Return the part of its uptake within which the composite works.

    Parameters
    ----------
    cell
        The design.
    with_loss
        Whether the negative electrode loses its first-cycle share; without, everything the positive electrode can
        take back comes back.
    """
    kept = 1.0 - cell.positive.first_cycle_loss_fraction
    held = 1.0 - cell.negative.first_cycle_loss_fraction if with_loss else kept
    return ChargeWindow((held - min(held, kept)) / cell.n_to_p_ratio, held / cell.n_to_p_ratio)


def stack_energy(
    cell: Cell,
    *,
    capacity_mah_per_g: NDArray[np.float64],
    density_g_per_cm3: NDArray[np.float64],
    negative_voltage_v: NDArray[np.float64],
    volume_change_fraction: NDArray[np.float64],
    with_loss: bool,
) -> StackEnergy:
    """Return energy and thickness of the stack around each composite.

    Parameters
    ----------
    cell
        The design.
    capacity_mah_per_g : ndarray, shape (n_candidates,)
        Full uptake of the composite, per gram before lithiation.
    density_g_per_cm3 : ndarray, shape (n_candidates,)
        Of the pore-free composite before lithiation.
    negative_voltage_v, volume_change_fraction : ndarray, shape (n_candidates,)
        Mean voltage within `charge_window(cell, with_loss=with_loss)` and growth at its end.
    with_loss
        Whether the first cycle costs the negative electrode its share.

    Notes
    -----
    The stack is the same with and without loss. What the composite gains in volume makes the coating thicker, except
    for the share that the design lets grow into the pores, and no further than they are empty.
    """
    positive, rest = positive_electrodes()[cell.positive_electrode], inactive()
    window = charge_window(cell, with_loss=with_loss)
    first_charge = cell.areal_capacity_mah_per_cm2 / (1.0 - cell.positive.first_cycle_loss_fraction)
    negative_g_per_cm2 = cell.n_to_p_ratio * first_charge / capacity_mah_per_g
    delivered = (window.end - window.start) * cell.n_to_p_ratio * first_charge
    positive_layer = coating(
        cell.positive,
        np.asarray(cell.areal_capacity_mah_per_cm2 / positive.capacity_mah_per_g.value),
        np.asarray(positive.density_g_per_cm3.value),
    )
    negative_layer = coating(cell.negative, negative_g_per_cm2, density_g_per_cm3)
    separator_cm = cell.separator_thickness_um * CM_PER_UM
    foils_cm = [
        0.5 * thickness_um * CM_PER_UM
        for thickness_um in (cell.positive_collector_thickness_um, cell.negative_collector_thickness_um)
    ]
    electrolyte_cm = positive_layer.pore_cm + negative_layer.pore_cm + cell.separator_porosity * separator_cm
    mass = (
        positive_layer.mass_g_per_cm2
        + negative_layer.mass_g_per_cm2
        + (1.0 - cell.separator_porosity) * separator_cm * rest.separator.density_g_per_cm3.value
        + foils_cm[0] * rest.positive_collector.density_g_per_cm3.value
        + foils_cm[1] * rest.negative_collector.density_g_per_cm3.value
        + electrolyte_cm * electrolytes()[cell.electrolyte].density_g_per_cm3.value
    )
    thickness = positive_layer.thickness_cm + negative_layer.thickness_cm + separator_cm + sum(foils_cm)
    growth = negative_g_per_cm2 / density_g_per_cm3 * volume_change_fraction
    growth = growth - np.minimum(cell.negative.swelling_into_pores_fraction * growth, negative_layer.pore_cm)
    voltage_v = positive.average_voltage_v.value - negative_voltage_v
    mwh_per_cm2 = delivered * voltage_v
    return StackEnergy(
        average_voltage_v=voltage_v,
        wh_per_kg=mwh_per_cm2 / mass,
        wh_per_l=mwh_per_cm2 / thickness,
        charged_wh_per_l=mwh_per_cm2 / (thickness + growth),
        negative_thickness_um=negative_layer.thickness_cm / CM_PER_UM,
        swelling_fraction=growth / thickness,
    )


def coating(design: Coating, active_g_per_cm2: NDArray[np.float64], density_g_per_cm3: NDArray[np.float64]) -> Layer:
    """Return the coating around an areal mass of active material.

    Parameters
    ----------
    design
        Shares of binder and carbon, porosity.
    active_g_per_cm2, density_g_per_cm3 : ndarray, shape (n,)
        Active material per area, and its density without pores.
    """
    rest = inactive()
    mass = active_g_per_cm2 / design.active_weight_fraction
    solid_cm = (
        active_g_per_cm2 / density_g_per_cm3
        + mass * design.binder_weight_fraction / rest.binder.density_g_per_cm3.value
        + mass * design.carbon_weight_fraction / rest.conductive_carbon.density_g_per_cm3.value
    )
    thickness = solid_cm / (1.0 - design.porosity)
    return Layer(mass, thickness, thickness - solid_cm)
