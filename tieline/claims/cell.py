"""The criterion of the full cell."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tieline.claims.finding import Finding, numbers, texts
from tieline.claims.limits import Limits
from tieline.claims.verdicts import above, all_of, where

ION_OF_THE_CLAIMS = "Li"


def full_cell(facts: pd.DataFrame, limits: Limits) -> Finding:
    """Say whether a lithium-ion cell with the chosen positive electrode and electrolyte gives energy (claims 26-28).

    Judged with B inert, the case with the least uptake.
    """
    voltage, energy = facts["cell_average_voltage_inert_b_v"], facts["cell_energy_inert_b_wh_per_kg"]
    no_volume = energy.isna() & facts["phase_b_volume_fraction"].isna()
    because = "no volume of " + facts["phase_a"] + " or " + facts["phase_b"]
    is_lithium = where(np.full(len(facts), limits.working_ion == ION_OF_THE_CLAIMS))
    return Finding(
        all_of(is_lithium, above(voltage, 0.0), above(energy, 0.0)),
        {
            "working_ion": texts(pd.Series(limits.working_ion, index=facts.index)),
            "cell_positive_electrode": texts(facts["cell_positive_electrode"]),
            "cell_electrolyte": texts(facts["cell_electrolyte"]),
            "cell_average_voltage_inert_b_v": numbers(voltage),
            "cell_energy_inert_b_wh_per_kg": numbers(energy),
            "cell_energy_inert_b_wh_per_l": numbers(facts["cell_energy_inert_b_wh_per_l"]),
            "cell_energy_after_loss_inert_b_wh_per_kg": numbers(facts["cell_energy_after_loss_inert_b_wh_per_kg"]),
            "because": texts(because.where(no_volume, "")),
        },
    )
