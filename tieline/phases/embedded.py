"""The phase set that ships with tieline."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from tieline.phases.rows import REJECTED_NAMES, Reading
from tieline.phases.table import read_phases

EMBEDDED_SET = Path(__file__).parents[2] / "resources" / "phases" / "embedded.parquet"
"""Where a checkout keeps the embedded set."""


def read_embedded() -> Reading:
    """Read the embedded phase set.

    Raises
    ------
    PhaseDataError
        If it is missing or damaged.
    """
    return Reading(read_phases(EMBEDDED_SET), pd.DataFrame(columns=REJECTED_NAMES))
