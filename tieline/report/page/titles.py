"""What the page calls the columns, and with how many digits it shows them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from tieline.core.columns import Column


class Title(NamedTuple):
    """How a column is shown."""

    title: str
    """What a reader calls it, without the unit."""

    digits: int | None = None
    """Digits after the point on the screen; those of the CSV files if None."""


TITLES: Mapping[str, Title] = MappingProxyType(
    {
        "rank": Title("Rank"),
        "pareto_rank": Title("Pareto rank"),
        "score": Title("Score", 3),
        "missing_values": Title("Missing values"),
        "system": Title("System"),
        "host": Title("Host"),
        "partners": Title("Partners"),
        "system_searched": Title("System covered"),
        "lithiation_searched": Title("Lithiation covered"),
        "phase_a_id": Title("Identifier of A"),
        "phase_b_id": Title("Identifier of B"),
        "phase_a": Title("A"),
        "phase_b": Title("B"),
        "phase_b1_id": Title("Identifier of B1"),
        "phase_b1_weight_share": Title("Weight share of B1 in B", 3),
        "phase_b2_id": Title("Identifier of B2"),
        "phase_b2_weight_share": Title("Weight share of B2 in B", 3),
        "phase_b_weight_fraction": Title("B, weight fraction", 3),
        "phase_b_volume_fraction": Title("B, volume fraction", 3),
        "tie_line_excess_ev_per_atom": Title("A + B above the hull", 4),
        "phase_b_energy_above_hull_ev_per_atom": Title("B above the hull", 4),
        "coexistence_probability": Title("P(A, B coexist)", 2),
        "coexistence_probability_energies": Title("P(coexist), energies alone", 2),
        "reported_b": Title("B reported"),
        "tie_line_margin_ev_per_atom": Title("Tie-line margin", 3),
        "max_coexistence_temperature_k": Title("First liquid", 0),
        "max_coexistence_temperature_low_k": Title("First liquid, lowest", 0),
        "max_coexistence_temperature_high_k": Title("First liquid, highest", 0),
        "spacegroup_a": Title("Space group of A"),
        "spacegroup_b": Title("Space group of B"),
        "spacegroup_a_loose": Title("Space group of A, loose"),
        "spacegroup_b_loose": Title("Space group of B, loose"),
        "bravais_b": Title("Bravais lattice of B"),
        "centring_b": Title("Centring of B"),
        "cmcm_b": Title("B is Cmcm"),
        "experimental_b": Title("B known to the source from experiment"),
        "design_point": Title("Design point"),
        "design_note": Title("Design limit"),
        "phase_b_role": Title("Role of B"),
        "phase_b_reaction_probability": Title("P(B reacts)", 2),
        "outcome_probability": Title("P(expected outcome)", 2),
        "capacity_expected_mah_per_g": Title("Expected capacity", 0),
        "capacity_expected_mah_per_cm3": Title("Expected capacity by volume", 0),
        "average_voltage_expected_v": Title("Expected mean voltage", 3),
        "volume_change_expected_fraction": Title("Expected swelling", 2),
        "capacity_equilibrium_mah_per_g": Title("Capacity at equilibrium", 0),
        "capacity_inert_b_mah_per_g": Title("Capacity, only A reacts", 0),
        "capacity_stable_b_mah_per_g": Title("Capacity above B's onset", 0),
        "capacity_equilibrium_mah_per_cm3": Title("Capacity by volume at equilibrium", 0),
        "capacity_inert_b_mah_per_cm3": Title("Capacity by volume, only A reacts", 0),
        "capacity_stable_b_mah_per_cm3": Title("Capacity by volume above B's onset", 0),
        "b_onset_v": Title("Onset of B", 3),
        "first_voltage_v": Title("First voltage", 3),
        "average_voltage_v": Title("Mean voltage at equilibrium", 3),
        "average_voltage_inert_b_v": Title("Mean voltage, only A reacts", 3),
        "volume_change_fraction": Title("Swelling at equilibrium", 2),
        "volume_change_inert_b_fraction": Title("Swelling, only A reacts", 2),
        "density_g_per_cm3": Title("Density", 2),
        "composition_wt": Title("Composition by weight"),
        "composition_at": Title("Composition by atoms"),
        "a_xrd_detection_size_nm": Title("A unseen by XRD up to", 1),
        "shell_unit_cells": Title("Shell of B, unit cells", 1),
        "a_covered_above_nm": Title("A covered from", 1),
        "a_stays_low_crystalline_to_k": Title("A stays low crystalline to", 0),
        "a_stays_below_100_nm_to_k": Title("A stays below 100 nm to", 0),
        "b_amorphisation_enthalpy_kj_per_mol": Title("Enthalpy of amorphous B", 1),
        "melting_route": Title("Melting route"),
        "hazards": Title("Hazards"),
        "criticality": Title("Critical raw materials"),
        "cost_usd_per_kg": Title("Cost of elements", 2),
        "cost_usd_per_ah": Title("Cost per charge", 4),
        "cell_average_voltage_inert_b_v": Title("Cell voltage, only A reacts", 2),
        "cell_energy_inert_b_wh_per_kg": Title("Cell energy, only A reacts", 0),
        "cell_energy_inert_b_wh_per_l": Title("Cell energy by volume, only A reacts", 0),
        "cell_energy_after_loss_inert_b_wh_per_kg": Title("Cell energy after loss, only A reacts", 0),
        "n_claims_met": Title("Claims met"),
        "n_claims_window": Title("Claims met within a window"),
        "n_claims_undecided": Title("Claims undecided"),
        "max_coexistence_temperature_undecided": Title("First liquid not known because"),
        "a_first_seen_two_theta_deg": Title("Line of A seen first, 2\u03b8", 1),
        "shell_thickness_nm": Title("Shell of B", 1),
        "zener_limit_nm": Title("Grain size of A held by B", 1),
        "a_melting_point_k": Title("Melting point of A", 0),
        "a_crystallisation_onset_k": Title("Amorphous A crystallises from", 0),
        "a_size_after_lowest_anneal_nm": Title("Size of A after the coolest heat treatment", 1),
        "a_size_after_highest_anneal_nm": Title("Size of A after the hottest heat treatment", 1),
        "b_amorphous_above_crystal_kj_per_mol": Title("Amorphous above crystalline B", 1),
        "microstructure_missing_reason": Title("Not known because"),
        "melting_route_low": Title("Melting route at the lowest liquidus"),
        "melting_route_high": Title("Melting route at the highest liquidus"),
        "highest_melting_element": Title("Element that melts last"),
        "highest_melting_point_k": Title("Its melting point", 0),
        "lowest_boiling_element": Title("Element that boils first"),
        "lowest_boiling_point_k": Title("Its boiling point", 0),
        "liquidus_estimate_k": Title("Liquidus", 0),
        "liquidus_low_k": Title("Liquidus, lowest", 0),
        "liquidus_high_k": Title("Liquidus, highest", 0),
        "vapour_pressure_at_liquidus_bar": Title("Vapour pressure at the liquidus"),
        "cell_positive_electrode": Title("Positive electrode"),
        "cell_electrolyte": Title("Electrolyte"),
        "cell_average_voltage_v": Title("Cell voltage, A and B react", 2),
        "cell_energy_wh_per_kg": Title("Energy, A and B react", 0),
        "cell_energy_wh_per_l": Title("Energy by volume, A and B react", 0),
        "cell_energy_charged_wh_per_l": Title("Energy by charged volume, A and B react", 0),
        "cell_swelling_fraction": Title("Swelling of the stack, A and B react", 3),
        "cell_negative_thickness_um": Title("Negative coating, A and B react", 1),
        "cell_average_voltage_after_loss_v": Title("Cell voltage after loss, A and B react", 2),
        "cell_energy_after_loss_wh_per_kg": Title("Energy after loss, A and B react", 0),
        "cell_energy_after_loss_wh_per_l": Title("Energy by volume after loss, A and B react", 0),
        "cell_energy_after_loss_charged_wh_per_l": Title("Energy by charged volume after loss, A and B react", 0),
        "cell_swelling_after_loss_fraction": Title("Swelling of the stack after loss, A and B react", 3),
        "cell_energy_charged_inert_b_wh_per_l": Title("Energy by charged volume, only A reacts", 0),
        "cell_swelling_inert_b_fraction": Title("Swelling of the stack, only A reacts", 3),
        "cell_negative_thickness_inert_b_um": Title("Negative coating, only A reacts", 1),
        "cell_average_voltage_after_loss_inert_b_v": Title("Cell voltage after loss, only A reacts", 2),
        "cell_energy_after_loss_inert_b_wh_per_l": Title("Energy by volume after loss, only A reacts", 0),
        "cell_energy_after_loss_charged_inert_b_wh_per_l": Title(
            "Energy by charged volume after loss, only A reacts", 0
        ),
        "cell_swelling_after_loss_inert_b_fraction": Title("Swelling of the stack after loss, only A reacts", 3),
    }
)
"""Titles of the columns of the ranked lists and of the sheets."""


def describe_column(column: Column) -> dict[str, object]:
    """Return what the page says of a column: its title, digits, unit and meaning; one of the user's own by its name."""
    title = TITLES.get(column.name, Title(column.name))
    return {
        "name": column.name,
        "title": title.title,
        "digits": column.decimals if title.digits is None else title.digits,
        "decimals": column.decimals,
        "unit": "" if column.unit == "1" else column.unit,
        "meaning": column.meaning,
        "better": column.better,
        "kind": column.kind,
    }
