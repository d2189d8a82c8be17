"""Facts of hand-made candidates: Si with C49 TiSi2 at 80 wt%, 20 nm, unless a test says otherwise."""

from __future__ import annotations

import pandas as pd

from tieline.claims.facts import gather_facts
from tieline.claims.limits import Limits

LIMITS = Limits(
    tolerance_ev_per_atom=0.025,
    minimum_probability=0.5,
    design_size_nm=20.0,
    size_window_nm=(5.0, 100.0),
    low_crystalline_below_nm=50.0,
    min_shell_unit_cells=3.0,
    anneal_temperatures_k=(373.0, 773.0),
    working_ion="Li",
)

CANDIDATE = {
    "system": "Si-Ti",
    "host": "Si",
    "phase_a_id": "si",
    "phase_b_id": "c49",
    "phase_a": "Si",
    "phase_b": "TiSi2",
    "phase_b1_id": "c49",
    "phase_b2_id": None,
    "phase_b_weight_fraction": 0.8,
    "phase_b_volume_fraction": 0.69,
    "tie_line_excess_ev_per_atom": 0.004,
    "spacegroup_a": 227,
    "spacegroup_b": 63,
    "spacegroup_a_loose": 227,
    "spacegroup_b_loose": 63,
    "bravais_b": "oC",
    "centring_b": "C",
    "composition_wt": "Si 0.6319 Ti 0.3681",
    "composition_at": "Si 0.7453 Ti 0.2547",
}

PROPERTIES = {
    "tie_line_margin_ev_per_atom": 0.1,
    "coexistence_probability": 0.98,
    "max_coexistence_temperature_k": 1500.0,
    "max_coexistence_temperature_low_k": 1300.0,
    "max_coexistence_temperature_high_k": 1687.0,
    "max_coexistence_temperature_undecided": "",
    "a_xrd_detection_size_nm": 6.0,
    "shell_thickness_nm": 4.0,
    "shell_unit_cells": 5.0,
    "a_covered_above_nm": 12.0,
    "zener_limit_nm": 40.0,
    "a_crystallisation_onset_k": 800.0,
    "a_size_after_lowest_anneal_nm": 20.0,
    "a_size_after_highest_anneal_nm": 45.0,
    "a_stays_low_crystalline_to_k": 780.0,
    "a_stays_below_100_nm_to_k": 900.0,
    "b_amorphisation_enthalpy_kj_per_mol": -35.0,
    "b_amorphous_above_crystal_kj_per_mol": 18.0,
    "microstructure_missing_reason": "",
    "melting_route": "melt",
    "melting_route_low": "melt",
    "melting_route_high": "arc melt",
    "lowest_boiling_point_k": 3538.0,
    "liquidus_estimate_k": 1850.0,
    "liquidus_low_k": 1480.0,
    "liquidus_high_k": 2220.0,
    "vapour_pressure_at_liquidus_bar": 5e-6,
    "hazards": "",
    "cell_positive_electrode": "NMC811",
    "cell_electrolyte": "LiPF6-EC-EMC",
    "cell_average_voltage_inert_b_v": 3.5,
    "cell_energy_inert_b_wh_per_kg": 300.0,
    "cell_energy_inert_b_wh_per_l": 900.0,
    "cell_energy_after_loss_inert_b_wh_per_kg": 250.0,
}

PHASES = pd.DataFrame(
    [
        ("c49", "TiSi2", "Si-Ti", -0.55, 63),
        ("c54", "TiSi2", "Si-Ti", -0.56, 70),
        ("distorted", "TiSi2", "Si-Ti", -0.50, 62),
        ("unknown", "TiSi2", "Si-Ti", -0.49, None),
        ("tisi", "TiSi", "Si-Ti", -0.70, 62),
        ("nisi2", "NiSi2", "Ni-Si", -0.35, 225),
    ],
    columns=["phase_id", "formula", "elements", "formation_energy_ev_per_atom", "spacegroup_number_source"],
).astype({"spacegroup_number_source": "Int64"})
"""Among them TiSi2 as C49, as C54 10 meV/atom below it, and in two forms that nature does not have."""

SPACE_GROUPS = pd.DataFrame(
    [("c49", 63, 63), ("c54", 70, 70), ("distorted", 62, 63), ("unknown", None, None), ("nisi2", 225, 225)],
    columns=["phase_id", "spacegroup_number", "spacegroup_number_loose"],
).astype({"spacegroup_number": "Int64", "spacegroup_number_loose": "Int64"})
"""Those of the phases in candidates, at both tolerances."""

WHOLE_NUMBERS = ("spacegroup_a", "spacegroup_b", "spacegroup_a_loose", "spacegroup_b_loose")


def candidates(*changes: dict[str, object], **common: object) -> pd.DataFrame:
    """Return one candidate for each of `changes` to the standard one, its properties included."""
    rows = [CANDIDATE | PROPERTIES | common | change for change in (changes or ({},))]
    return pd.DataFrame(rows).astype(dict.fromkeys(WHOLE_NUMBERS, "Int64"))


def facts(*changes: dict[str, object], **common: object) -> pd.DataFrame:
    """Return the facts of `candidates`."""
    return gather_facts(candidates(*changes, **common), PHASES, SPACE_GROUPS)
