"""What a run would take to coexist with Si, Sn and Zn beside assessed phase diagrams and facts of ternary systems."""

from __future__ import annotations

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.evaluation.experiment.neighbours import binary_compounds, validate_neighbours, validation_scores
from tieline.evaluation.experiment.ternaries import ternary_agreement
from tieline.evaluation.settings import ValidationSettings as Settings
from tieline.phases.table import PHASES
from tieline.thermo.energy_errors import EnergyErrors
from tieline.thermo.existence import shipped_model
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.probability import ProbabilityTask
from tieline.thermo.reported import reported_list, reports_of


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases``, ``neighbours``, ``ternaries``; write ``validation``, ``scores``, ``ternary_validation``."""
    phases = PHASES.read(inputs["phases"])
    expected, facts = (pd.read_csv(inputs[name], comment="#") for name in ("neighbours", "ternaries"))
    compounds = binary_compounds(
        phases,
        expected,
        uncertainty=settings.uncertainty,
        phase_a=settings.phase_a,
        composition=settings.composition,
        working_ion=settings.working_ion,
    )
    task = ProbabilityTask(
        PhaseArrays.from_table(phases),
        reports_of(phases, reported_list()),
        shipped_model(),
        EnergyErrors(**settings.uncertainty.model_dump()),
    )
    write_csv(validate_neighbours(phases, expected, compounds, settings.coexistence), outputs["validation"])
    write_csv(validation_scores(compounds, settings.coexistence), outputs["scores"])
    minimum = settings.coexistence.minimum_probability
    write_csv(ternary_agreement(phases, facts, task, minimum=minimum), outputs["ternary_validation"])
