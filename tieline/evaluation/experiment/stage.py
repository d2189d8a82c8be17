"""The phase data of a run beside experiment: coexistence, structures, volumes, enthalpies, voltages."""

from __future__ import annotations

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.evaluation.experiment.enthalpies import enthalpy_agreement
from tieline.evaluation.experiment.neighbours import binary_compounds, validate_neighbours, validation_scores
from tieline.evaluation.experiment.structures import lattice_agreement, polymorph_agreement, volume_agreement
from tieline.evaluation.experiment.ternaries import ternary_agreement
from tieline.evaluation.plateaus import measured_plateaus, voltage_agreement
from tieline.evaluation.settings import ValidationSettings as Settings
from tieline.phases.table import PHASES
from tieline.thermo.energy_errors import EnergyErrors
from tieline.thermo.existence import shipped_model
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.probability import ProbabilityTask
from tieline.thermo.reported import reported_list, reports_of


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases`` and tables of facts; write how far they agree.

    Reads ``neighbours``, ``ternaries``, ``lattices``, ``volumes``, ``enthalpies``, ``plateaus``; writes ``validation``,
    ``scores``, ``ternary_validation``, ``polymorph_validation``, ``lattice_validation``, ``volume_validation``,
    ``enthalpy_validation``, ``voltage_validation``.
    """
    phases = PHASES.read(inputs["phases"])
    names = ("neighbours", "ternaries", "lattices", "volumes", "enthalpies")
    expected, facts, lattices, volumes, enthalpies = (pd.read_csv(inputs[name], comment="#") for name in names)
    compounds = binary_compounds(
        phases,
        expected,
        uncertainty=settings.uncertainty,
        phase_a=settings.phase_a,
        composition=settings.composition,
        working_ion=settings.lithiation.working_ion,
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
    write_csv(polymorph_agreement(phases, reported_list(), settings.crystal), outputs["polymorph_validation"])
    write_csv(lattice_agreement(phases, lattices), outputs["lattice_validation"])
    write_csv(volume_agreement(phases, volumes, settings.crystal), outputs["volume_validation"])
    write_csv(enthalpy_agreement(phases, enthalpies), outputs["enthalpy_validation"])
    measured = measured_plateaus(inputs["plateaus"])
    write_csv(voltage_agreement(phases, measured, settings.lithiation), outputs["voltage_validation"])
