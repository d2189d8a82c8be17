"""Activity and capacity as expected beside what was measured."""

from __future__ import annotations

import logging

import pandas as pd

from tieline.core.files import write_csv
from tieline.core.parallel import Resources
from tieline.core.stage import Files
from tieline.evaluation.measured.agreement import evaluate_activity, evaluate_capacities
from tieline.evaluation.settings import MeasuredSettings as Settings
from tieline.lithiation.reactivity import ION
from tieline.phases.table import PHASES

TERMINAL_LEVEL = logging.INFO
"""Whoever asks for the comparison wants to see how it ends."""

log = logging.getLogger(__name__)


def run(inputs: Files, outputs: Files, settings: Settings, resources: Resources) -> None:  # noqa: ARG001
    """Read ``phases`` and what was measured; write ``measured_activity`` and ``measured_capacities``."""
    phases = PHASES.read(inputs["phases"])
    rule, cutoff_v = settings.lithiation.reactivity, settings.lithiation.cutoff_v
    activity, capacities = pd.DataFrame(), pd.DataFrame()
    if settings.lithiation.working_ion == ION:
        activity = evaluate_activity(phases, inputs["activity"], rule, cutoff_v=cutoff_v)
        capacities = evaluate_capacities(phases, inputs["capacities"], rule, cutoff_v=cutoff_v)
        _log_agreement(activity, capacities)
    write_csv(activity, outputs["measured_activity"])
    write_csv(capacities, outputs["measured_capacities"])


def _log_agreement(activity: pd.DataFrame, capacities: pd.DataFrame) -> None:
    log.info(
        "active or inactive as measured: %d of %d compounds, each left out of the fit in turn %d",
        activity["agrees"].sum(),
        len(activity),
        activity["agrees_leave_one_out"].sum(),
    )
    for host, own in activity.groupby("host"):
        log.info("  %s: %d of %d, left out %d", host, own["agrees"].sum(), len(own), own["agrees_leave_one_out"].sum())
    error = (capacities["capacity_expected_mah_per_g"] - capacities["measured_mah_per_g"]).abs()
    log.info(
        "expected capacity within 25 %% of the measured one: %d of %d materials, mean error %.0f mAh/g",
        capacities["agrees"].sum(),
        len(capacities),
        error.mean(),
    )
